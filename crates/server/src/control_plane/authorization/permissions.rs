//! What the caller itself may do at a scope, as its roles say it. Deny assignments are not subtracted:
//! Azure's list does not either.

use access::assignment::AssignmentState;
use wire::arm::view::{Page, permission_views};

use super::super::{Call, Fault, Reply, inventory};

/// `GET {scope}/…/permissions`
pub(super) fn list(call: &Call<'_>) -> Result<Reply, Fault> {
    let (snapshot, scope) = (&call.snapshot, &call.found.scope);
    inventory::exists(&snapshot.world, scope)?;
    let callers = snapshot
        .index
        .memberships(&call.caller.principal, &call.caller.groups);
    let ancestors = snapshot.index.ancestors(scope);
    let policy = &snapshot.world.policy;
    let held = policy.assignments.iter().filter(|one| {
        callers.contains(&one.principal)
            && one.state(call.now, policy.propagation_delay) == AssignmentState::Active
            && ancestors.covered_by(&one.scope)
    });
    let roles = held.filter_map(|one| policy.role(&one.role));
    let value = roles.flat_map(|role| permission_views(&role.permissions));
    Reply::ok(&Page {
        value: value.collect(),
        next_link: None,
    })
}
