//! Deny assignments: who is denied what, whatever roles say.

use access::assignment::DenyAssignment;
use wire::arm::view::{DenyAssignmentView, name_of};

use super::super::{Call, Fault, Reply, page};
use super::asked_for::AskedFor;
use super::kind_of;

/// `GET {scope}/…/denyAssignments`
pub(super) fn list(call: &Call<'_>) -> Result<Reply, Fault> {
    let asked = AskedFor::read(call)?;
    let denies = call.snapshot.world.policy.denies.iter();
    let shown = denies.filter(|deny| {
        asked.wants_any(&deny.principals)
            && asked.reaches(&deny.scope)
            && asked.wants_name(&deny.name)
    });
    let views = shown.map(|deny| view(call, deny)).collect();
    Reply::ok(&page::page(call, views, |view| &view.id))
}

/// `GET {scope}/…/denyAssignments/{name}`
pub(super) fn read(call: &Call<'_>) -> Result<Reply, Fault> {
    let mut denies = call.snapshot.world.policy.denies.iter();
    let found = denies.find(|deny| {
        deny.scope == call.found.scope && name_of(&deny.id).eq_ignore_ascii_case(call.name())
    });
    let found = found.ok_or_else(|| Fault::DenyAssignmentUnknown(call.name().to_owned()))?;
    Reply::ok(&view(call, found))
}

pub(super) fn view(call: &Call<'_>, deny: &DenyAssignment) -> DenyAssignmentView {
    let world = &call.snapshot.world;
    DenyAssignmentView::new(deny, |id| kind_of(world, id).as_str())
}
