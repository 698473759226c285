//! `Microsoft.Authorization`: roles, who has them, who is denied what, and questions about it.

mod asked_for;
mod check_access;
mod deny_assignments;
mod permissions;
mod role_assignments;
mod role_definitions;
mod schedules;

use access::condition::Attributes;
use access::principal::{PrincipalId, PrincipalKind};

use super::permit::Permit;
use super::{Call, Fault, Reply, Unanswered};
use crate::config::World;
use crate::route::table::AuthorizationRoute::{self, *};

pub(super) async fn handle(
    route: AuthorizationRoute,
    call: &Call<'_>,
    permit: &Permit,
) -> Result<Reply, Unanswered> {
    Ok(match route {
        ListRoleDefinitions => role_definitions::list(call)?,
        ReadRoleDefinition => role_definitions::read(call)?,
        ListRoleAssignments => role_assignments::list(call)?,
        ReadRoleAssignment => role_assignments::read(call)?,
        WriteRoleAssignment => role_assignments::write(call, permit).await?,
        DeleteRoleAssignment => role_assignments::delete(call, permit).await?,
        ListDenyAssignments => deny_assignments::list(call)?,
        ReadDenyAssignment => deny_assignments::read(call)?,
        ListPermissions => permissions::list(call)?,
        CheckAccess => check_access::answer(call)?,
        ListEligible => schedules::eligible(call)?,
        ListActive => schedules::active(call)?,
    })
}

/// What conditions may ask about a request of this route.
///
/// # Errors
/// The request makes no sense, so nobody can say.
pub(super) fn attributes(route: AuthorizationRoute, call: &Call<'_>) -> Result<Attributes, Fault> {
    match route {
        WriteRoleAssignment => role_assignments::attributes_of_write(call),
        DeleteRoleAssignment => Ok(role_assignments::attributes_of_delete(call)),
        _ => Ok(Attributes::default()),
    }
}

/// Whether a request is about the caller only: one's own roles one may always see.
pub(super) fn is_about_caller(route: AuthorizationRoute, call: &Call<'_>) -> bool {
    match route {
        ListRoleAssignments => asked_for::is_caller(call),
        ListEligible | ListActive => asked_for::is_caller(call) || asked_for::as_target(call),
        CheckAccess => check_access::is_about_caller(call),
        _ => false,
    }
}

/// What the directory says that a principal is.
fn kind_of(world: &World, id: &PrincipalId) -> PrincipalKind {
    let mut known = world.principals.iter();
    let known = known.find(|known| known.id == *id);
    known.map_or(PrincipalKind::Unknown, crate::config::Principal::kind)
}
