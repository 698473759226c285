//! Eligible assignments: roles that must be activated first (Privileged Identity Management).

use askama::Template;

use super::super::page::{self, Frame};
use super::super::people::Named;
use super::super::place;
use super::super::visit::{Answer, Visit};
use super::{Head, READ_ELIGIBLE, SECTION, Tab};

#[derive(Template)]
#[template(path = "portal/access/eligible.html")]
struct EligiblePage {
    frame: Frame,
    head: Head,
    rows: Vec<Row>,
    sees_all: bool,
}

struct Row {
    who: Named,
    role: String,
    role_id: String,
    place: String,
    until: String,
}

/// `GET /portal/access/eligible?scope=ID`
pub(in super::super) fn show(visit: &Visit<'_>) -> Answer {
    let head = Head::of(visit, Tab::Eligible)?;
    let world = visit.world();
    let index = &visit.snapshot.index;
    let sees_all = visit.may(READ_ELIGIBLE, &head.scope);
    let own = index.memberships(&visit.caller().principal, &visit.caller().groups);
    let ancestors = index.ancestors(&head.scope);
    let eligible = world.policy.assignments.iter().filter(|one| {
        one.eligible
            && ancestors.covered_by(&one.scope)
            && (sees_all || own.contains(&one.principal))
    });
    let rows = eligible.map(|one| {
        let role = world.policy.role(&one.role);
        Row {
            who: Named::by_id(world, &one.principal, one.principal_kind),
            role: role.map_or_else(|| one.role.to_string(), |role| role.name.clone()),
            role_id: one.role.to_string(),
            place: place::label(world, &one.scope),
            until: one.ends.map_or_else(String::new, |ends| ends.to_string()),
        }
    });
    page::page(&EligiblePage {
        frame: visit.frame(SECTION),
        rows: rows.collect(),
        sees_all,
        head,
    })
}
