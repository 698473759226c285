use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// Creating a role assignment needs `Microsoft.Authorization/roleAssignments/write`, which Contributor does not have. Owner, User Access Administrator and Role Based Access Control Administrator have it; Foundry Owner and Foundry Project Manager have it with a condition that admits a few roles only. Directory roles of Entra do not help.
///
/// ## How to recognise it
///
/// - a deployment (`azd`, Bicep, Terraform) fails at a role assignment, or `az role assignment create` is refused;
/// - the text names `Microsoft.Authorization/roleAssignments/write`, or an ABAC condition that is not fulfilled.
///
/// ## Fix
///
/// Have somebody with the right assign the role, or get Role Based Access Control Administrator at the resource group. Where the template assigns roles, deploy without them and assign them afterwards.
///
/// ## Example
///
/// ```text
/// The client '…' does not have permission to perform action 'Microsoft.Authorization/roleAssignments/write'
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "Troubleshoot Azure RBAC"; built-in role definitions of August 2026.
    "ROL011" "role-assignment-write-missing": "The caller may not assign roles",
    fires: "status: 403
Authorization failed for template resource of type 'Microsoft.Authorization/roleAssignments'. The client 'x' with object id 'y' does not have permission to perform action 'Microsoft.Authorization/roleAssignments/write' at scope '/subscriptions/s'.
",
    silent: "status: 403
(AuthorizationFailed) The client 'x' with object id 'y' does not have authorization to perform action 'Microsoft.CognitiveServices/accounts/listKeys/action' over scope 'z' or the scope is invalid.
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.add(
        6.0,
        case.refused_in_words(Shape::RoleAssignmentNotAuthorised),
    );
    let action = w.add(5.0, case.role_assignment_write());
    let template = w.add(
        if action { 1.0 } else { 5.0 },
        case.clue(&role::TEMPLATE_ASSIGNS_ROLES),
    );
    w.add(
        if action || template { 1.0 } else { 2.8 },
        case.clue(&role::ROLE_ASSIGNMENT_WRITE),
    );
    w.lean(
        0.8,
        case.status(403).is_some() || case.clue(&symptom::FORBIDDEN).is_some(),
    );
    w.add(0.8, case.clue(&role::PIM_DIRECTORY_ROLE));
    // The data plane names its own action, or speaks of its own API.
    let data_plane = case.value(Name::DataAction).is_some()
        || case.refused(Shape::PrincipalLacksAccess).is_some();
    w.lean(-2.0, data_plane && !action);
    w.prove(
        case.role_assignment_write()
            .filter(|_| case.management_refused().is_some()),
    );
}

fn cause(_case: &Case<'_>) -> String {
    "The caller has no role with `Microsoft.Authorization/roleAssignments/write` at this scope, or a condition forbids this role.".to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    vec![
        fix::run(
            "Let an Owner give the caller the right to assign roles",
            format!(
                "az role assignment create --assignee-object-id {} \\\n  --assignee-principal-type <User|Group|ServicePrincipal> \\\n  --role \"Role Based Access Control Administrator\" --scope {}",
                case.or(Name::Principal, "principal-object-id"),
                case.or(Name::Scope, "scope")
            ),
        ),
        fix::portal(
            "Subscription or resource group > Access control (IAM) > Check access > View my access",
        ),
    ]
}
