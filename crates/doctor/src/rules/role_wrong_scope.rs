use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// A role works at the scope where it is assigned and below it, nowhere else. The caller has the right role on another resource, on another project, on the hub instead of the project, or on a project while the call is checked at the account (roles on a child do not reach the parent).
///
/// ## How to recognise it
///
/// - a data action is missing although the right role is assigned;
/// - its scope names another resource or project, or another level;
/// - calls to the other resource or project succeed.
///
/// ## Fix
///
/// Assign the role at the resource (or project) that is called, or above it. Remove the one that is not needed.
///
/// ## Example
///
/// ```text
/// Foundry request failed with 401: Principal does not have access to API/Operation.
/// - the identity has Foundry User with a scope ending in /projects/b; project a is called
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "Understand scope for Azure RBAC".
    "ROL005" "role-wrong-scope": "The right role is assigned somewhere else",
    fires: r#"endpoint: https://contoso.services.ai.azure.com/api/projects/a
status: 401
{"error":{"code":"PermissionDenied","message":"Principal does not have access to API/Operation."}}
- the identity has Foundry User on another project
- calls to the other project work
"#,
    silent: r#"endpoint: https://contoso.services.ai.azure.com/api/projects/a
status: 401
{"error":{"code":"PermissionDenied","message":"Principal does not have access to API/Operation."}}
- the identity was assigned Foundry User two minutes ago
"#,
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(case, &[(Denied, 1.2), (Bare401, 0.2), (Bare403, 0.2)]);
    w.add(2.6, case.clue(&role::SCOPE_OTHER_PROJECT));
    w.add(2.4, case.clue(&role::SCOPE_OTHER_RESOURCE));
    w.add(2.2, case.clue(&role::SCOPE_LEVEL));
    // What stands at a project does not reach the account above it.
    let project = case.endpoint(Endpoint::is_project);
    let account_route = case.family() == Some(access::operation::Family::OpenAi)
        && case.value(Name::DataAction).is_some();
    let at_project = w.add(
        1.6,
        case.clue(&role::AT_PROJECT)
            .filter(|_| (project.is_none() || account_route) && case.in_any(&[Denied])),
    );
    w.about(case, &topic::ROLE_PLACE, [0.3, 0.6, 1.2, 0.8]);
    let held = |reach| case.holds(reach);
    let data_role = case
        .holds_enough()
        .or_else(|| held(Reach::Inference))
        .or_else(|| held(Reach::OpenAiOnly));
    w.add(0.9, data_role);
    w.add(0.5, case.clue(&role::ROLE_SUFFICIENT_SAID));
    w.add(-1.2, case.clue(&role::GRANTED_RECENTLY));
    w.add(
        -2.0,
        case.holds(Reach::ManagementOnly)
            .filter(|_| data_role.is_none() || !at_project),
    );
    w.lean(-2.5, case.in_any(&[KeyRejected]));
    w.lean(
        -1.5,
        case.in_any(&[ManagementRefused]) && case.value(Name::DataAction).is_none(),
    );
    w.add(-0.8, case.clue(&role::CUSTOM_ROLE));
    w.add(-1.0, case.clue(&role::PIM));
    w.lean(-2.0, !case.speaks_of_roles());
}

fn cause(_case: &Case<'_>) -> String {
    "The role that would permit the call is assigned at another scope than the one that is called."
        .to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    vec![
        fix::run(
            "See at which scopes the caller has roles",
            format!(
                "az role assignment list --assignee {} --all --include-groups \\\n  --query \"[].{{role:roleDefinitionName,scope:scope}}\" --output table",
                case.or(Name::Principal, "principal-object-id")
            ),
        ),
        fix::assign_role(case, fix::role_for(case)),
    ]
}
