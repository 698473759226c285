//! Privileged Identity Management: which roles could be activated, and which are active.

use access::assignment::{AssignmentState, RoleAssignment};
use wire::arm::view::{ScheduleKind, ScheduleView};

use super::super::{Call, Fault, Reply, page};
use super::asked_for::{AskedFor, as_target};

/// `GET {scope}/…/roleEligibilityScheduleInstances`
pub(super) fn eligible(call: &Call<'_>) -> Result<Reply, Fault> {
    list(call, ScheduleKind::Eligible, |one| one.eligible)
}

/// `GET {scope}/…/roleAssignmentScheduleInstances`
pub(super) fn active(call: &Call<'_>) -> Result<Reply, Fault> {
    let delay = call.snapshot.world.policy.propagation_delay;
    list(call, ScheduleKind::Active, |one| {
        one.state(call.now, delay) == AssignmentState::Active
    })
}

fn list(
    call: &Call<'_>,
    kind: ScheduleKind,
    counts: impl Fn(&RoleAssignment) -> bool,
) -> Result<Reply, Fault> {
    let asked = AskedFor::read(call)?;
    let world = &call.snapshot.world;
    let assignments = world.policy.assignments.iter();
    let shown = assignments
        .filter(|one| counts(one) && asked.wants(&one.principal) && asked.reaches(&one.scope));
    let views = shown.map(|one| {
        let role = world.policy.role(&one.role);
        let role = role.map_or_else(|| one.role.to_string(), |role| role.name.clone());
        let mut known = world.principals.iter();
        let principal = known.find(|known| known.id == one.principal);
        let name = principal.map_or_else(|| one.principal.to_string(), |known| known.name.clone());
        let through = as_target(call) && one.principal != call.caller.principal;
        ScheduleView::new(kind, one, &call.found.scope, &role, &name, through)
    });
    Reply::ok(&page::page(call, views.collect(), |view| &view.id))
}
