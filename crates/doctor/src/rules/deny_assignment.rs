use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// A deny assignment wins over every role. They come from managed applications, deployment stacks and, since 2026, from administrators. One that an administrator made cannot hold data actions, so it blocks management (`listKeys`, role assignments), not inference.
///
/// ## How to recognise it
///
/// - the error says `DenyAssignmentAuthorizationFailed`, or names a deny assignment;
/// - the caller has a sufficient role, and it is refused all the same.
///
/// ## Fix
///
/// Find the deny assignment and have its owner exclude the caller, or change the deployment stack or managed application that made it.
///
/// ## Example
///
/// ```text
/// DenyAssignmentAuthorizationFailed: the access is denied because of the deny assignment with name 'stack-…'
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "List Azure deny assignments"; azure-cli 2.91 `az role deny-assignment`.
    "ROL009" "deny-assignment": "A deny assignment takes the permission away",
    fires: "status: 403
(DenyAssignmentAuthorizationFailed) The client 'x' with object id 'y' has permission to perform action 'Microsoft.CognitiveServices/accounts/listKeys/action' on scope 'z'; however, the access is denied because of the deny assignment with name 'n' and Id 'i' at scope 's'.
",
    silent: "status: 403
(AuthorizationFailed) The client 'x' with object id 'y' does not have authorization to perform action 'Microsoft.CognitiveServices/accounts/listKeys/action' over scope 'z' or the scope is invalid.
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    let said = case.refused(Shape::DeniedByAssignment);
    if w.add(7.0, said) {
        w.prove(said);
        return;
    }
    w.situations(
        case,
        &[
            (Denied, 0.4),
            (Bare401, 0.1),
            (Bare403, 0.2),
            (ManagementRefused, 0.4),
        ],
    );
    w.add(3.8, case.clue(&role::DENY_ASSIGNMENT));
}

fn cause(_case: &Case<'_>) -> String {
    "A deny assignment applies to the caller at this scope, and it wins over every role.".to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    vec![
        fix::run(
            "List the deny assignments at the resource",
            format!(
                "az rest --method get --url \"https://management.azure.com{}/providers/Microsoft.Authorization/denyAssignments?api-version=2022-04-01\"",
                case.account_scope()
            ),
        ),
        fix::portal("The resource > Access control (IAM) > Deny assignments"),
    ]
}
