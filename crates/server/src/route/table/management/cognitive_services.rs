//! The rows of `Microsoft.CognitiveServices`.

use super::super::{Guard::Action, Guard::SignedIn, Row};
use super::{CognitiveServicesRoute, ManagementRoute, resources};

pub(super) const ROWS: &[Row] = &[
    resources(
        "GET",
        "{subscription}/providers/Microsoft.CognitiveServices/accounts",
        SignedIn(
            ManagementRoute::CognitiveServices(CognitiveServicesRoute::ListAccounts),
            "lists only those that the caller may read",
        ),
    ),
    resources(
        "GET",
        "{group}/providers/Microsoft.CognitiveServices/accounts",
        SignedIn(
            ManagementRoute::CognitiveServices(CognitiveServicesRoute::ListAccounts),
            "lists only those that the caller may read",
        ),
    ),
    account(
        "GET",
        "{group}/providers/Microsoft.CognitiveServices/accounts/{account}",
        CognitiveServicesRoute::ReadAccount,
        "Microsoft.CognitiveServices/accounts/read",
    ),
    account(
        "POST",
        "{group}/providers/Microsoft.CognitiveServices/accounts/{account}/listKeys",
        CognitiveServicesRoute::ListKeys,
        "Microsoft.CognitiveServices/accounts/listKeys/action",
    ),
    account(
        "GET",
        "{group}/providers/Microsoft.CognitiveServices/accounts/{account}/deployments",
        CognitiveServicesRoute::ListDeployments,
        "Microsoft.CognitiveServices/accounts/deployments/read",
    ),
    account(
        "GET",
        "{group}/providers/Microsoft.CognitiveServices/accounts/{account}/deployments/{deployment}",
        CognitiveServicesRoute::ReadDeployment,
        "Microsoft.CognitiveServices/accounts/deployments/read",
    ),
    account(
        "GET",
        "{group}/providers/Microsoft.CognitiveServices/accounts/{account}/projects",
        CognitiveServicesRoute::ListProjects,
        "Microsoft.CognitiveServices/accounts/projects/read",
    ),
    account(
        "GET",
        "{group}/providers/Microsoft.CognitiveServices/accounts/{account}/projects/{project}",
        CognitiveServicesRoute::ReadProject,
        "Microsoft.CognitiveServices/accounts/projects/read",
    ),
    account(
        "GET",
        "{group}/providers/Microsoft.CognitiveServices/accounts/{account}/models",
        CognitiveServicesRoute::ListModels,
        "Microsoft.CognitiveServices/accounts/models/read",
    ),
    account(
        "GET",
        "{group}/providers/Microsoft.CognitiveServices/accounts/{account}/usages",
        CognitiveServicesRoute::ListUsages,
        "Microsoft.CognitiveServices/accounts/usages/read",
    ),
    account(
        "GET",
        "{subscription}/providers/Microsoft.CognitiveServices/locations/{location}/models",
        CognitiveServicesRoute::ListLocationModels,
        "Microsoft.CognitiveServices/locations/models/read",
    ),
    account(
        "POST",
        "{subscription}/providers/Microsoft.CognitiveServices/checkDomainAvailability",
        CognitiveServicesRoute::CheckDomain,
        "Microsoft.CognitiveServices/checkDomainAvailability/action",
    ),
    account(
        "PUT",
        "{group}/providers/Microsoft.CognitiveServices/accounts/{account}",
        CognitiveServicesRoute::WriteAccount,
        "Microsoft.CognitiveServices/accounts/write",
    ),
    account(
        "PATCH",
        "{group}/providers/Microsoft.CognitiveServices/accounts/{account}",
        CognitiveServicesRoute::UpdateAccount,
        "Microsoft.CognitiveServices/accounts/write",
    ),
    account(
        "DELETE",
        "{group}/providers/Microsoft.CognitiveServices/accounts/{account}",
        CognitiveServicesRoute::DeleteAccount,
        "Microsoft.CognitiveServices/accounts/delete",
    ),
    account(
        "POST",
        "{group}/providers/Microsoft.CognitiveServices/accounts/{account}/regenerateKey",
        CognitiveServicesRoute::RegenerateKey,
        "Microsoft.CognitiveServices/accounts/regenerateKey/action",
    ),
    account(
        "PUT",
        "{group}/providers/Microsoft.CognitiveServices/accounts/{account}/deployments/{deployment}",
        CognitiveServicesRoute::WriteDeployment,
        "Microsoft.CognitiveServices/accounts/deployments/write",
    ),
    account(
        "PATCH",
        "{group}/providers/Microsoft.CognitiveServices/accounts/{account}/deployments/{deployment}",
        CognitiveServicesRoute::UpdateDeployment,
        "Microsoft.CognitiveServices/accounts/deployments/write",
    ),
    account(
        "DELETE",
        "{group}/providers/Microsoft.CognitiveServices/accounts/{account}/deployments/{deployment}",
        CognitiveServicesRoute::DeleteDeployment,
        "Microsoft.CognitiveServices/accounts/deployments/delete",
    ),
    account(
        "PUT",
        "{group}/providers/Microsoft.CognitiveServices/accounts/{account}/projects/{project}",
        CognitiveServicesRoute::WriteProject,
        "Microsoft.CognitiveServices/accounts/projects/write",
    ),
    account(
        "DELETE",
        "{group}/providers/Microsoft.CognitiveServices/accounts/{account}/projects/{project}",
        CognitiveServicesRoute::DeleteProject,
        "Microsoft.CognitiveServices/accounts/projects/delete",
    ),
    account(
        "GET",
        "{subscription}/providers/Microsoft.CognitiveServices/deletedAccounts",
        CognitiveServicesRoute::ListDeleted,
        "Microsoft.CognitiveServices/deletedAccounts/read",
    ),
    account(
        "GET",
        "{subscription}/providers/Microsoft.CognitiveServices/locations/{location}/resourceGroups/{name}/deletedAccounts/{account}",
        CognitiveServicesRoute::ReadDeleted,
        "Microsoft.CognitiveServices/locations/resourceGroups/deletedAccounts/read",
    ),
    account(
        "DELETE",
        "{subscription}/providers/Microsoft.CognitiveServices/locations/{location}/resourceGroups/{name}/deletedAccounts/{account}",
        CognitiveServicesRoute::PurgeDeleted,
        "Microsoft.CognitiveServices/locations/resourceGroups/deletedAccounts/delete",
    ),
];

const fn account(
    method: &'static str,
    path: &'static str,
    route: CognitiveServicesRoute,
    action: &'static str,
) -> Row {
    let guard = Action(ManagementRoute::CognitiveServices(route), action);
    Row {
        method,
        path,
        guard,
    }
}
