use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// Cognitive Services OpenAI User and OpenAI Contributor hold `accounts/OpenAI/*` and nothing else. Calls to other families check other data actions: `/models` checks `accounts/MaaS/*`, `/anthropic` and the agents of a project check `accounts/AIServices/*`. So the same caller succeeds with `gpt-4o` on the OpenAI routes and is refused everywhere else.
///
/// ## How to recognise it
///
/// - the role is Cognitive Services OpenAI User or OpenAI Contributor;
/// - the missing data action is not of the `OpenAI` family, or the endpoint is `/models`, `/anthropic` or a project.
///
/// ## Fix
///
/// Assign Cognitive Services User (all models) or Foundry User (models, agents and projects).
///
/// ## Example
///
/// ```text
/// 403: identity lacks Microsoft.CognitiveServices/accounts/AIServices/agents/read
/// - its only role is Cognitive Services OpenAI User
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, the same table: "Cognitive Services OpenAI User grants only access to OpenAI models".
/// - Built-in role definitions of August 2026.
    "ROL003" "role-openai-only": "The caller's role covers OpenAI models only",
    fires: "endpoint: https://contoso.services.ai.azure.com/models
status: 401
The principal `11111111-2222-3333-4444-555555555555` lacks the required data action `Microsoft.CognitiveServices/accounts/MaaS/chat/completions/action` to perform `POST /models/chat/completions` operation.
- the identity has Cognitive Services OpenAI User on the account
",
    silent: "endpoint: https://contoso.services.ai.azure.com/models
status: 401
The principal `11111111-2222-3333-4444-555555555555` lacks the required data action `Microsoft.CognitiveServices/accounts/MaaS/chat/completions/action` to perform `POST /models/chat/completions` operation.
- the identity has Contributor on the account
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(case, &[(Denied, 0.9), (Bare401, 0.2), (Bare403, 0.2)]);
    let narrow = w.add(2.8, case.holds(Reach::OpenAiOnly));
    let gpt_works = w.add(
        1.8,
        case.clue(&role::OPENAI_MODEL_WORKS).filter(|_| !narrow),
    );
    w.lean(-1.0, !narrow && !gpt_works);
    match case.family() {
        Some(access::operation::Family::OpenAi) => w.lean(-3.0, true),
        Some(_) if narrow => w.lean(1.8, true),
        _ => {}
    }
    w.add(-2.5, case.holds(Reach::Inference));
}

fn cause(case: &Case<'_>) -> String {
    let action = case.or(Name::DataAction, "the data action of this call");
    format!("The caller's role holds `accounts/OpenAI/*` only, and the call needs `{action}`.")
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let role = match case.family() {
        Some(access::operation::Family::AiServices) => "Foundry User",
        _ => "Cognitive Services User",
    };
    vec![fix::assign_role(case, role), fix::list_roles(case)]
}
