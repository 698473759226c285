//! Role assignments at a scope, and those that it inherits.

use access::assignment::{AssignmentState, RoleAssignment};
use askama::Template;
use wire::arm::view::name_of;

use super::super::page::{self, Frame};
use super::super::people::{self, Directory, Named};
use super::super::place;
use super::super::visit::{Answer, Visit};
use super::grant::may_remove;
use super::{Head, READ_ASSIGNMENTS, SECTION, Tab, WRITE_ASSIGNMENTS, roles};
use crate::control_plane;

/// The most rows of a page.
const ROWS: usize = 200;

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
    description: String,
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
    // Names first, for all; what costs a decision only for what is shown.
    let (directory, book) = (Directory::of(world), world.policy.role_book());
    let named = reaching.map(|one| Found {
        who: directory.named(&one.principal, one.principal_kind),
        role: match book.role(&one.role) {
            Some(role) => role.name.clone(),
            None => one.role.to_string(),
        },
        is_inherited: one.scope != head.scope,
        one,
    });
    let needle = wanted.to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&needle);
    let fits = |found: &Found<'_>| has(&found.who.name) || has(&found.who.also) || has(&found.role);
    let mut found: Vec<Found<'_>> = named.filter(fits).collect();
    let total = found.len();
    found.sort_by_cached_key(|found| (found.is_inherited, found.who.name.to_lowercase()));
    found.truncate(ROWS);
    let rows = found.into_iter().map(|found| row(visit, found)).collect();
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

/// An assignment with the names of its parts.
struct Found<'v> {
    one: &'v RoleAssignment,
    who: Named,
    role: String,
    is_inherited: bool,
}

fn row(visit: &Visit<'_>, found: Found<'_>) -> Row {
    let (world, one) = (visit.world(), found.one);
    let condition = one.condition.as_ref();
    Row {
        who: found.who,
        role: found.role,
        role_id: one.role.to_string(),
        inherited_from: match found.is_inherited {
            true => place::label(world, &one.scope),
            false => String::new(),
        },
        scope: one.scope.to_string(),
        name: name_of(&one.id).to_owned(),
        condition: condition.map_or_else(String::new, |condition| condition.as_str().to_owned()),
        description: one.description.as_deref().unwrap_or_default().to_owned(),
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
