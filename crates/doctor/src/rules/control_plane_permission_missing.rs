use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// Azure Resource Manager refused an operation such as `listKeys`, reading the account or creating a deployment. This is the management plane: a role with *actions* is missing, whatever data roles the caller has. Tools that fetch the key, list models or look up a connection do this without saying so.
///
/// ## How to recognise it
///
/// - the status is 403 and the code `AuthorizationFailed`;
/// - the text names an action and a scope, and the host is the Resource Manager.
///
/// ## Fix
///
/// Assign a role that holds the action (Cognitive Services Contributor to manage, Cognitive Services User to read keys, Reader to read), or use a way that needs no management call: pass endpoint and token instead of letting the tool look them up.
///
/// ## Example
///
/// ```text
/// (AuthorizationFailed) The client '…' does not have authorization to perform action
/// 'Microsoft.CognitiveServices/accounts/listKeys/action' over scope '…'
/// ```
///
/// ## Sources
///
/// - microsoft/foundry-dev-tools#407, microsoft/microsoft-foundry-for-vscode#445 (wire text).
    "ROL010" "control-plane-permission-missing": "A management operation was not permitted",
    fires: "status: 403
(AuthorizationFailed) The client 'x' with object id 'y' does not have authorization to perform action 'Microsoft.CognitiveServices/accounts/listKeys/action' over scope '/subscriptions/s' or the scope is invalid. If access was recently granted, please refresh your credentials.
",
    silent: "status: 403
(AuthorizationFailed) The client 'x' with object id 'y' does not have authorization to perform action 'Microsoft.Authorization/roleAssignments/write' over scope '/subscriptions/s' or the scope is invalid. If access was recently granted, please refresh your credentials.
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(case, &[(ManagementRefused, 2.6), (Bare403, 0.6)]);
    let named = case.action_refused();
    w.add(2.0, named);
    w.add(0.5, case.endpoint(|one| one.host == Host::Management));
    w.add(
        -3.5,
        case.role_assignment_write()
            .or_else(|| case.clue(&role::TEMPLATE_ASSIGNS_ROLES)),
    );
    w.add(
        -2.0,
        case.refused_any(&[
            Shape::PrincipalLacksDataAction,
            Shape::PrincipalLacksProjectDataAction,
        ]),
    );
    w.lean(
        -2.0,
        named.is_none() && case.value(Name::DataAction).is_some(),
    );
    w.add(-4.0, case.refused(Shape::KeyListingDisabled));
    w.add(-1.5, case.clue(&role::PIM));
    w.add(-1.5, case.refused(Shape::DeniedByAssignment));
    w.add(-1.5, case.clue(&service::SUBSCRIPTION_OFF));
    w.add(
        -1.0,
        case.clue(&role::ROLE_ASSIGNMENT_WRITE)
            .filter(|_| named.is_none()),
    );
    w.prove(named.filter(|_| case.role_assignment_write().is_none()));
}

fn cause(case: &Case<'_>) -> String {
    format!(
        "The Resource Manager refused `{}`: the caller has no role with this action there.",
        case.or(Name::Action, "the action")
    )
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    vec![
        fix::run(
            "Assign a role that holds the action",
            format!(
                "az role assignment create --assignee-object-id {} \\\n  --assignee-principal-type <User|Group|ServicePrincipal> \\\n  --role \"Cognitive Services Contributor\" --scope {}",
                case.or(Name::Principal, "principal-object-id"),
                case.or(Name::Scope, "scope")
            ),
        ),
        fix::run(
            "If access was granted moments ago, get a new token",
            "az logout\naz login",
        ),
    ]
}
