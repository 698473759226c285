use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// The key is good, but for another resource: another account or region, an API Management gateway, Azure AI Search, the hub instead of the account, or OpenAI's own platform.
///
/// ## How to recognise it
///
/// - `invalid subscription key or wrong API endpoint` with two resources, regions or services in play;
/// - the key works elsewhere.
///
/// ## Fix
///
/// Take endpoint and key from the same page of the same resource.
///
/// ## Example
///
/// ```text
/// 401 …
/// - endpoint of the East US resource, key of the Sweden Central one
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "Azure OpenAI: keys and endpoint".
    "KEY002" "api-key-wrong-resource": "The key belongs to another resource, region or service",
    fires: "endpoint: https://contoso.openai.azure.com
status: 401
Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.
- the key was copied from another resource
",
    silent: "endpoint: https://contoso.openai.azure.com
status: 401
Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.
- the key has a trailing space
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (KeyRejected, 1.8),
            (PlatformAnswered, 0.9),
            (Bare401, 0.4),
            (Bare403, 0.1),
        ],
    );
    w.add(2.2, case.clue(&token::KEY_OF_OTHER));
    w.add(0.7, case.about(&topic::REGION, Says::Mentioned));
    w.add(0.4, case.clue(&token::KEY_KNOWN_GOOD));
    w.add(0.3, case.clue(&token::GATEWAY));
    w.add(-0.8, case.clue(&identity::ENTRA_MEANT));
    w.add(-1.2, case.clue(&client::TOKEN_PROVIDER_GIVEN));
    w.add(-0.8, case.clue(&token::KEYS_OFF));
    w.add(1.0, case.clue(&token::KEY_IN_ANTHROPIC_HEADER));
    w.lean(
        -3.0,
        case.sent()
            .is_some_and(|(sent, _)| sent != Sent::Key && sent != Sent::BearerKey),
    );
}

fn cause(_case: &Case<'_>) -> String {
    "The key is another resource's: key and endpoint do not belong together.".to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let account = case.account();
    vec![
        fix::run(
            "Find out which resource has this endpoint, and take its key",
            format!(
                "az cognitiveservices account list --query \"[?properties.endpoint && contains(properties.endpoint, '{account}')].{{name:name,group:resourceGroup,region:location,kind:kind}}\" -o table"
            ),
        ),
        fix::portal("The resource whose name is in the endpoint > Keys and Endpoint"),
    ]
}
