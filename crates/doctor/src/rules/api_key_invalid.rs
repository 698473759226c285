use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// The key does not belong to this resource: mistyped, cut off, with a blank, regenerated since, a placeholder, or of a resource that was made anew under the same name.
///
/// ## How to recognise it
///
/// - `Access denied due to invalid subscription key or wrong API endpoint`;
/// - nothing suggests that the key belongs to another resource, or that the request went elsewhere.
///
/// ## Fix
///
/// Copy the key again from Keys and Endpoint of this resource, or, better, use Entra ID and need none.
///
/// ## Example
///
/// ```text
/// 401 Access denied due to invalid subscription key or wrong API endpoint.
/// - the keys were regenerated yesterday
/// ```
///
/// ## Sources
///
/// - SciSharp/BotSharp#386 (recorded answer).
    "KEY001" "api-key-invalid": "The key is not valid",
    fires: r#"endpoint: https://contoso.openai.azure.com
status: 401
{"error":{"code":"401","message":"Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource."}}
- the keys were regenerated
"#,
    silent: r#"endpoint: https://contoso.openai.azure.com
status: 401
{"error":{"code":"401","message":"Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource."}}
- the key belongs to another resource in another region
"#,
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (KeyRejected, 2.2),
            (PlatformAnswered, 0.5),
            (TokenRejected, 0.1),
            (Bare401, 0.6),
        ],
    );
    w.add(0.8, case.clue(&token::KEY_INVALID_WORDS));
    w.about(case, &topic::KEY, [0.2, 0.0, 0.5, 0.4]);
    w.add(-1.0, case.clue(&token::KEY_KNOWN_GOOD));
    w.add(-1.2, case.clue(&token::KEY_OF_OTHER));
    w.add(-1.0, case.clue(&identity::ENTRA_MEANT));
    w.add(-1.2, case.clue(&client::TOKEN_PROVIDER_GIVEN));
    w.add(-1.0, case.clue(&token::KEYS_OFF));
    w.add(-0.8, case.clue(&client::VARIABLE_NAME));
    w.add(
        -1.0,
        case.endpoint(Endpoint::is_account)
            .filter(|_| case.in_any(&[PlatformAnswered])),
    );
    w.add(1.0, case.clue(&token::KEY_IN_ANTHROPIC_HEADER));
    w.lean(
        -3.0,
        case.sent()
            .is_some_and(|(sent, _)| sent != Sent::Key && sent != Sent::BearerKey),
    );
}

fn cause(_case: &Case<'_>) -> String {
    "The key that was sent is not one of this resource's two keys.".to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let account = case.account();
    vec![
        fix::run(
            "Compare the key with the resource's, without printing either",
            format!(
                "az cognitiveservices account keys list --name {account} --resource-group <resource-group> \\\n  --query key1 -o tsv | sha256sum\nprintf '%s\\n' \"$AZURE_OPENAI_API_KEY\" | sha256sum"
            ),
        ),
        fix::portal("The resource > Resource Management > Keys and Endpoint"),
    ]
}
