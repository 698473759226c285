//! Role assignments at a scope, and those that it inherits.

use access::assignment::{AssignmentState, RoleAssignment};
use askama::Template;
use wire::arm::view::name_of;

use super::super::page::{self, Frame};
use super::super::people::{self, Named};
use super::super::place;
use super::super::visit::{Answer, Visit};
use super::grant::may_remove;
use super::{Head, READ_ASSIGNMENTS, SECTION, Tab, WRITE_ASSIGNMENTS, roles};
use crate::control_plane;

/// The most rows of a page.
const ROWS: usize = 500;

#[derive(Template)]
#[template(path = "portal/access/assignments.html")]
struct AssignmentsPage {
    frame: Frame,
    head: Head,
    rows: Vec<Row>,
    total: usize,
    /// What the list is narrowed to.
    wanted: String,
    /// Whether the person sees others' assignments, too.
    sees_all: bool,
    may_add: bool,
    suggestions: Vec<Named>,
    roles: Vec<(String, String)>,
}

struct Row {
    who: Named,
    role: String,
    role_id: String,
    /// Empty if it is assigned right here.
    inherited_from: String,
    scope: String,
    name: String,
    condition: String,
    state: &'static str,
    may_remove: bool,
}

/// `GET /portal/access/assignments?scope=ID&wanted=TEXT`
pub(in super::super) fn show(visit: &Visit<'_>) -> Answer {
    let head = Head::of(visit, Tab::Assignments)?;
    let world = visit.world();
    let index = &visit.snapshot.index;
    let sees_all = visit.may(READ_ASSIGNMENTS, &head.scope);
    let own = index.memberships(&visit.caller().principal, &visit.caller().groups);
    let wanted = visit
        .query
        .value("wanted")
        .unwrap_or_default()
        .trim()
        .to_owned();
    let ancestors = index.ancestors(&head.scope);
    let assignments = world.policy.assignments.iter();
    let reaching = assignments.filter(|one| {
        !one.eligible
            && ancestors.covered_by(&one.scope)
            && (sees_all || own.contains(&one.principal))
            && one.ends.is_none_or(|ends| visit.now < ends)
    });
    let rows = reaching.map(|one| row(visit, &head, one));
    let needle = wanted.to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&needle);
    let mut rows: Vec<Row> = rows
        .filter(|row| {
            needle.is_empty() || has(&row.who.name) || has(&row.who.also) || has(&row.role)
        })
        .collect();
    let total = rows.len();
    rows.sort_by(|a, b| {
        let key = |row: &Row| (!row.inherited_from.is_empty(), row.who.name.to_lowercase());
        key(a).cmp(&key(b))
    });
    rows.truncate(ROWS);
    let may_add = may_add(visit, &head);
    let roles = roles::assignable(visit, &head.scope).into_iter();
    page::page(&AssignmentsPage {
        frame: visit.frame(SECTION),
        rows,
        total,
        wanted,
        sees_all,
        may_add,
        suggestions: match may_add {
            true => people::suggestions(world),
            false => Vec::new(),
        },
        roles: roles
            .map(|role| (role.id.to_string(), role.name.clone()))
            .collect(),
        head,
    })
}

/// Whether there is some role that the person may assign here: a condition may restrict which.
fn may_add(visit: &Visit<'_>, head: &Head) -> bool {
    use access::decision::Verdict;
    use control_plane::Denied;

    let attributes = access::condition::Attributes::default();
    let (snapshot, caller) = (&visit.snapshot, visit.caller());
    let now = visit.now;
    match control_plane::allows(
        snapshot,
        caller,
        WRITE_ASSIGNMENTS,
        &head.scope,
        attributes,
        now,
    ) {
        Ok(()) => true,
        Err(Denied::Action(decision)) => decision.verdict == Verdict::Conditional,
        Err(_) => false,
    }
}

fn row(visit: &Visit<'_>, head: &Head, one: &RoleAssignment) -> Row {
    let world = visit.world();
    let role = world.policy.role(&one.role);
    Row {
        who: Named::by_id(world, &one.principal, one.principal_kind),
        role: role.map_or_else(|| one.role.to_string(), |role| role.name.clone()),
        role_id: one.role.to_string(),
        inherited_from: match one.scope == head.scope {
            true => String::new(),
            false => place::label(world, &one.scope),
        },
        scope: one.scope.to_string(),
        name: name_of(&one.id).to_owned(),
        condition: one
            .condition
            .as_ref()
            .map_or_else(String::new, |one| one.as_str().to_owned()),
        state: match one.state(visit.now, world.policy.propagation_delay) {
            AssignmentState::Active => "In force",
            AssignmentState::Propagating => "Not effective yet",
            AssignmentState::StartsLater => "Starts later",
            AssignmentState::Expired => "Over",
            AssignmentState::Eligible => "Eligible",
        },
        may_remove: may_remove(visit, one),
    }
}
