use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// The token was accepted: signature, audience and tenant are right. But no role assignment of the caller, at the resource or above it, holds the data action that the operation needs. The services answer `401 PermissionDenied` here, not 403, and use two texts for it: `Principal does not have access to API/Operation` and `The principal … lacks the required data action …`.
///
/// ## How to recognise it
///
/// - the status is 401 and the reason phrase `PermissionDenied`;
/// - the text names a data action, or says that the principal has no access to the API or operation;
/// - nothing in the evidence speaks of another role, another resource, a group or a grant made moments ago: then a more specific cause fits better.
///
/// ## Fix
///
/// Assign the caller a role with data actions at the resource: **Cognitive Services User** for all models, **Cognitive Services OpenAI User** for OpenAI models only, **Foundry User** for agents and projects. Wait five to ten minutes before the first call. Managed identities keep a token for up to 24 hours, but a new role works with an old token.
///
/// ## Example
///
/// ```text
/// 401 PermissionDenied: The principal `…` lacks the required data action
/// `Microsoft.CognitiveServices/accounts/OpenAI/responses/write` to perform `POST /openai/v1/responses` operation.
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "Configure keyless authentication with Microsoft Entra ID", troubleshooting table.
/// - Wire texts seen in microsoft/semantic-kernel#10020, davrous/AzureAgentToM365#3, Azure/azure-sdk-for-python#44842.
    "ROL001" "role-missing": "The caller has no role that permits the call",
    fires: "endpoint: https://contoso.openai.azure.com
status: 401
Error code: 401 - {'error': {'code': 'PermissionDenied', 'message': 'The principal `11111111-2222-3333-4444-555555555555` lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action` to perform `POST /openai/deployments/{deployment-id}/chat/completions` operation.'}}
- the service principal has no role assignment on the resource
",
    silent: "status: 401
Principal does not have access to API/Operation.
- the service principal is Contributor of the resource group
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(case, &[(Denied, 2.4), (Bare401, 0.9), (Bare403, 1.0)]);
    w.add(0.9, case.clue(&role::NO_ROLE));
    w.add(0.5, case.role(|role| role.stance == Stance::Absent));
    w.add(1.2, case.clue(&role::NEW_IDENTITY));
    // A caller without an id has no token that could be read.
    w.add(-2.0, case.clue(&form::CALLER_UNREADABLE));
    w.add(
        -2.0,
        case.clue(&role::ROLE_ASSIGNMENT_WRITE)
            .filter(|_| case.value(Name::DataAction).is_none()),
    );
    w.add(0.4, case.clue(&role::RUNS_AS_MANAGED_IDENTITY));
    // On behalf of a user, the user's own roles count.
    w.add(0.6, case.clue(&identity::ON_BEHALF_OF));
    w.add(0.9, case.clue(&role::SERVICE_CALLS_AS_ITSELF));
    // A role that the caller has makes a more specific cause.
    w.add(-2.0, case.holds(Reach::ManagementOnly));
    w.add(-1.5, case.holds(Reach::OpenAiOnly));
    w.add(-1.2, case.holds(Reach::Partial));
    w.add(-2.0, case.holds_enough());
    w.add(-0.8, case.clue(&role::GRANTED_RECENTLY));
    w.add(-1.0, case.clue(&role::PIM));
    w.lean(-0.8, case.in_any(&[ManagementRefused]));
    w.add(-3.0, case.clue(&role::TEMPLATE_ASSIGNS_ROLES));
}

fn cause(case: &Case<'_>) -> String {
    let action = case.or(Name::DataAction, "the data action of the operation");
    format!(
        "The token is good, but no role of the caller at this resource or above it permits `{action}`."
    )
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    vec![
        fix::assign_role(case, fix::role_for(case)),
        fix::list_roles(case),
        fix::portal(
            "The resource > Access control (IAM) > Add role assignment > Cognitive Services User",
        ),
    ]
}
