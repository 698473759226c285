//! The rows of Azure Resource Manager and Microsoft Graph.
//!
//! A template begins with the scope that a path is about, in braces: `{tenant}` (nothing at all), `{scope}`
//! (any), `{subscription}` or `{group}`. What follows is compared ignoring case; a further `{…}` takes a
//! name. A row's action must be allowed
//!
//! * at `{scope}`, where the template begins with it: assignments and definitions are decided where they
//!   would hold, never at themselves;
//! * else at the resource that the path names, up to the last `{…}`: a collection at what contains it.
//!
//! A new provider adds its rows here, a variant to [`ManagementRoute`], and a module to `control_plane`.

mod cognitive_services;
mod graph;
mod handler;

pub(crate) use graph::{GRAPH, GRAPH_CHANGES};
pub(crate) use handler::{
    AuthorizationRoute, CognitiveServicesRoute, GraphChange, GraphRoute, ManagementRoute,
    ObjectKind, ResourcesRoute,
};

use super::Guard::{self, Action, OwnOrAction, Public, SignedIn};
use super::{PublicRoute, Row};

use AuthorizationRoute::*;
use ResourcesRoute::*;

/// Routes of Azure Resource Manager, provider by provider.
pub(crate) fn management_rows() -> impl Iterator<Item = &'static Row> {
    RESOURCES_AND_ACCESS.iter().chain(cognitive_services::ROWS)
}

/// `Microsoft.Resources` and `Microsoft.Authorization`.
const RESOURCES_AND_ACCESS: &[Row] = &[
    Row {
        method: "GET",
        path: "{tenant}/metadata/endpoints",
        guard: Public(
            PublicRoute::CloudMetadata,
            "says where to sign in, before anybody has",
        ),
    },
    resources(
        "GET",
        "{tenant}/tenants",
        SignedIn(
            ManagementRoute::Resources(ListTenants),
            "names the tenant that the token names",
        ),
    ),
    resources(
        "GET",
        "{tenant}/subscriptions",
        SignedIn(
            ManagementRoute::Resources(ListSubscriptions),
            "lists only those in which the caller has a role",
        ),
    ),
    resources(
        "GET",
        "{subscription}",
        Action(
            ManagementRoute::Resources(ReadSubscription),
            "Microsoft.Resources/subscriptions/read",
        ),
    ),
    resources(
        "GET",
        "{subscription}/locations",
        SignedIn(
            ManagementRoute::Resources(ListLocations),
            "lists regions, which everybody knows",
        ),
    ),
    resources(
        "GET",
        "{subscription}/resourcegroups",
        SignedIn(
            ManagementRoute::Resources(ListGroups),
            "lists only those that the caller may read",
        ),
    ),
    resources(
        "GET",
        "{subscription}/resourcegroups/{name}",
        Action(
            ManagementRoute::Resources(ReadGroup),
            "Microsoft.Resources/subscriptions/resourceGroups/read",
        ),
    ),
    resources(
        "HEAD",
        "{subscription}/resourcegroups/{name}",
        Action(
            ManagementRoute::Resources(ProbeGroup),
            "Microsoft.Resources/subscriptions/resourceGroups/read",
        ),
    ),
    resources(
        "PUT",
        "{subscription}/resourcegroups/{name}",
        Action(
            ManagementRoute::Resources(WriteGroup),
            "Microsoft.Resources/subscriptions/resourceGroups/write",
        ),
    ),
    resources(
        "PATCH",
        "{subscription}/resourcegroups/{name}",
        Action(
            ManagementRoute::Resources(UpdateGroup),
            "Microsoft.Resources/subscriptions/resourceGroups/write",
        ),
    ),
    resources(
        "DELETE",
        "{subscription}/resourcegroups/{name}",
        Action(
            ManagementRoute::Resources(DeleteGroup),
            "Microsoft.Resources/subscriptions/resourceGroups/delete",
        ),
    ),
    access(
        "GET",
        "{scope}/providers/Microsoft.Authorization/roleDefinitions",
        ListRoleDefinitions,
        "Microsoft.Authorization/roleDefinitions/read",
    ),
    access(
        "GET",
        "{scope}/providers/Microsoft.Authorization/roleDefinitions/{name}",
        ReadRoleDefinition,
        "Microsoft.Authorization/roleDefinitions/read",
    ),
    access(
        "PUT",
        "{scope}/providers/Microsoft.Authorization/roleDefinitions/{name}",
        WriteRoleDefinition,
        "Microsoft.Authorization/roleDefinitions/write",
    ),
    access(
        "DELETE",
        "{scope}/providers/Microsoft.Authorization/roleDefinitions/{name}",
        DeleteRoleDefinition,
        "Microsoft.Authorization/roleDefinitions/delete",
    ),
    own_or(
        "GET",
        "{scope}/providers/Microsoft.Authorization/roleAssignments",
        ListRoleAssignments,
        "Microsoft.Authorization/roleAssignments/read",
    ),
    access(
        "GET",
        "{scope}/providers/Microsoft.Authorization/roleAssignments/{name}",
        ReadRoleAssignment,
        "Microsoft.Authorization/roleAssignments/read",
    ),
    access(
        "PUT",
        "{scope}/providers/Microsoft.Authorization/roleAssignments/{name}",
        WriteRoleAssignment,
        "Microsoft.Authorization/roleAssignments/write",
    ),
    access(
        "DELETE",
        "{scope}/providers/Microsoft.Authorization/roleAssignments/{name}",
        DeleteRoleAssignment,
        "Microsoft.Authorization/roleAssignments/delete",
    ),
    access(
        "GET",
        "{scope}/providers/Microsoft.Authorization/denyAssignments",
        ListDenyAssignments,
        "Microsoft.Authorization/denyAssignments/read",
    ),
    access(
        "GET",
        "{scope}/providers/Microsoft.Authorization/denyAssignments/{name}",
        ReadDenyAssignment,
        "Microsoft.Authorization/denyAssignments/read",
    ),
    access(
        "PUT",
        "{scope}/providers/Microsoft.Authorization/denyAssignments/{name}",
        WriteDenyAssignment,
        "Microsoft.Authorization/denyAssignments/write",
    ),
    access(
        "DELETE",
        "{scope}/providers/Microsoft.Authorization/denyAssignments/{name}",
        DeleteDenyAssignment,
        "Microsoft.Authorization/denyAssignments/delete",
    ),
    resources(
        "GET",
        "{scope}/providers/Microsoft.Authorization/permissions",
        SignedIn(
            ManagementRoute::Authorization(ListPermissions),
            "says what the caller itself may do",
        ),
    ),
    own_or(
        "POST",
        "{scope}/providers/Microsoft.Authorization/checkaccess",
        CheckAccess,
        "Microsoft.Authorization/checkAccess/read",
    ),
    own_or(
        "GET",
        "{scope}/providers/Microsoft.Authorization/roleEligibilityScheduleInstances",
        ListEligible,
        "Microsoft.Authorization/roleEligibilityScheduleInstances/read",
    ),
    own_or(
        "GET",
        "{scope}/providers/Microsoft.Authorization/roleAssignmentScheduleInstances",
        ListActive,
        "Microsoft.Authorization/roleAssignmentScheduleInstances/read",
    ),
    resources(
        "PUT",
        "{scope}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests/{name}",
        SignedIn(
            ManagementRoute::Authorization(RequestSchedule),
            "gives the caller what it is eligible for, and nothing else",
        ),
    ),
    own_or(
        "GET",
        "{scope}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests",
        ListRequests,
        "Microsoft.Authorization/roleAssignmentScheduleRequests/read",
    ),
    own_or(
        "GET",
        "{scope}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests/{name}",
        ReadRequest,
        "Microsoft.Authorization/roleAssignmentScheduleRequests/read",
    ),
];

const fn resources(method: &'static str, path: &'static str, guard: Guard) -> Row {
    Row {
        method,
        path,
        guard,
    }
}

const fn access(
    method: &'static str,
    path: &'static str,
    route: AuthorizationRoute,
    action: &'static str,
) -> Row {
    let guard = Action(ManagementRoute::Authorization(route), action);
    Row {
        method,
        path,
        guard,
    }
}

const fn own_or(
    method: &'static str,
    path: &'static str,
    route: AuthorizationRoute,
    action: &'static str,
) -> Row {
    let guard = OwnOrAction(ManagementRoute::Authorization(route), action);
    Row {
        method,
        path,
        guard,
    }
}
