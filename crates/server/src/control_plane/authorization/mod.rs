//! `Microsoft.Authorization`: roles, who has them, who is denied what, and questions about it.

mod activation;
mod asked_for;
mod check_access;
mod custom_roles;
mod deny_assignments;
mod permissions;
mod requests;
mod role_assignments;
mod role_definitions;
mod schedules;
mod user_denies;

pub(crate) use role_assignments::attributes as assignment_attributes;
pub(crate) use role_assignments::is_description;

use access::condition::Attributes;
use access::principal::{PrincipalId, PrincipalKind};
use access::role::{RoleDefinition, RoleId};
use access::scope::Scope;
use wire::arm::view::subscription_of;

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
        WriteRoleDefinition => custom_roles::write(call, permit).await?,
        DeleteRoleDefinition => custom_roles::delete(call, permit).await?,
        ListRoleAssignments => role_assignments::list(call)?,
        ReadRoleAssignment => role_assignments::read(call)?,
        WriteRoleAssignment => role_assignments::write(call, permit).await?,
        DeleteRoleAssignment => role_assignments::delete(call, permit).await?,
        ListDenyAssignments => deny_assignments::list(call)?,
        ReadDenyAssignment => deny_assignments::read(call)?,
        WriteDenyAssignment => user_denies::write(call, permit).await?,
        DeleteDenyAssignment => user_denies::delete(call, permit).await?,
        ListPermissions => permissions::list(call)?,
        CheckAccess => check_access::answer(call)?,
        ListEligible => schedules::eligible(call)?,
        ListActive => schedules::active(call)?,
        RequestSchedule => activation::request(call).await?,
        ListRequests => requests::list(call)?,
        ReadRequest => requests::read(call)?,
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
        ListRequests => {
            asked_for::is_caller(call)
                || asked_for::as_target(call)
                || asked_for::as_requestor(call)
        }
        ReadRequest => requests::is_own(call),
        CheckAccess => check_access::is_about_caller(call),
        _ => false,
    }
}

/// The role that an id names: at the tenant, or in the subscription of the scope.
fn role<'call>(
    call: &'call Call<'_>,
    id: &str,
    scope: &Scope,
) -> Result<&'call RoleDefinition, Fault> {
    let shown: String = id.chars().take(200).collect();
    let unknown = || Fault::RoleUnknown(shown.clone());
    let lower = id.to_ascii_lowercase();
    let (above, guid) = lower
        .rsplit_once("/providers/microsoft.authorization/roledefinitions/")
        .ok_or_else(unknown)?;
    let here = match above.strip_prefix("/subscriptions/") {
        None => above.is_empty(),
        Some(other) => subscription_of(scope).is_some_and(|own| own.eq_ignore_ascii_case(other)),
    };
    if !here || guid.contains('/') {
        return Err(unknown());
    }
    let role = call.snapshot.world.policy.role(&RoleId::parse(guid));
    role.ok_or_else(unknown)
}

/// The GUID that a path must name.
fn guid(call: &Call<'_>, what: &'static str) -> Result<String, Fault> {
    let name = call.name();
    let guid = uuid::Uuid::try_parse(name).ok();
    guid.filter(|_| name.len() == 36)
        .map(|guid| guid.hyphenated().to_string())
        .ok_or_else(|| Fault::NotAGuid(what, name.to_owned()))
}

/// What the directory says that a principal is.
fn kind_of(world: &World, id: &PrincipalId) -> PrincipalKind {
    let mut known = world.principals.iter();
    let known = known.find(|known| known.id == *id);
    known.map_or(PrincipalKind::Unknown, crate::config::Principal::kind)
}
