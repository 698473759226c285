use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// Responses, threads, files and vector stores live in the resource (or project) that made them. A gateway that spreads requests over several resources, or a change of endpoint, sends the second request to one that does not know the item.
///
/// ## How to recognise it
///
/// - `The requested item was created under a different Azure OpenAI resource`, `Item with id … not found`, `Previous response … not found`;
/// - several backends stand behind one address.
///
/// ## Fix
///
/// Keep a conversation on one resource (sticky routing), or do not store: `store=false` and send the whole conversation.
///
/// ## Example
///
/// ```text
/// 400 Item with id 'rs_…' not found.
/// - a gateway balances over three accounts
/// ```
///
/// ## Sources
///
/// - Public reports of the Responses API behind gateways.
    "DEP008" "stateful-item-wrong-resource": "The stored item belongs to another resource",
    fires: "endpoint: https://contoso.openai.azure.com/openai/v1/
status: 400
The requested item was created under a different Azure OpenAI resource. Use the same resource that created the item to access it.
",
    silent: "endpoint: https://contoso.openai.azure.com/openai/v1/
status: 400
This model is not supported by the Responses API
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[(ItemUnknown, 3.0), (RouteNotFound, 0.1), (Bare400, 0.2)],
    );
    w.add(1.2, case.clue(&deployment::SEVERAL_BACKENDS));
    w.lean(-1.5, case.in_any(&[Denied, DeploymentMissing]));
    w.add(-1.2, case.clue(&endpoint::SUBDOMAIN_UNKNOWN));
}

fn cause(_case: &Case<'_>) -> String {
    "The item is stored in another resource than the one that was asked for it.".to_owned()
}

fn fix(_case: &Case<'_>) -> Vec<Fix> {
    vec![
        fix::run(
            "Send one conversation to one resource",
            "route by a key of the conversation (for example `previous_response_id` or a session header) in the gateway",
        ),
        fix::run(
            "Or store nothing",
            "client.responses.create(model=…, input=<whole conversation>, store=False, include=[\"reasoning.encrypted_content\"])",
        ),
    ]
}
