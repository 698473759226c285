use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// A token is three base64url parts with two dots between them. The value was truncated, quoted, contains a newline or a second `Bearer`, or is something else altogether: the JSON around the token, an object printed as text.
///
/// ## How to recognise it
///
/// - the token check refuses, and the evidence speaks of quotes, line breaks, a doubled prefix or a printed object;
/// - the client refuses to send an illegal header value.
///
/// ## Fix
///
/// Send the bare access token: no quotes, no newline, one `Bearer`. With the Azure CLI use `--query accessToken -o tsv`.
///
/// ## Example
///
/// ```text
/// 401 …
/// - the header reads `Authorization: Bearer "eyJ…"`
/// ```
///
/// ## Sources
///
/// - RFC 6750, section 2.1; RFC 7519.
    "TOK004" "token-malformed": "What was sent as a token is not a well-formed token",
    fires: r#"endpoint: https://contoso.openai.azure.com
status: 401
Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired.
- the header is "Bearer Bearer" followed by the token
"#,
    silent: "endpoint: https://contoso.openai.azure.com
status: 401
Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired.
- the token is for https://management.azure.com
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.add(0.8, case.clue(&form::BEARER_TWICE));
    w.situations(
        case,
        &[
            (TokenRejected, 0.9),
            (Bare401, 0.6),
            (Bare400, 0.1),
            (ConnectionFailed, 0.1),
            (ClientArgument, 0.3),
            (ServerError, 0.3),
        ],
    );
    w.add(2.4, case.clue(&form::MALFORMED));
    w.add(3.0, case.clue(&form::CALLER_UNREADABLE));
    w.add(3.6, case.clue(&form::NOT_THE_STRING));
    w.about(case, &topic::QUOTING, [1.4, 1.4, 1.6, 1.4]);
    w.lean(-2.0, case.in_any(&[DeploymentMissing, KeyRejected, Denied]));
    w.carries(case, &[Sent::BrokenToken, Sent::NoScheme]);
}

fn cause(_case: &Case<'_>) -> String {
    "The value that was sent as a token is not a JSON Web Token in its plain form.".to_owned()
}

fn fix(_case: &Case<'_>) -> Vec<Fix> {
    vec![
        fix::run(
            "Get the bare token",
            "TOKEN=$(az account get-access-token --scope https://cognitiveservices.azure.com/.default --query accessToken -o tsv)",
        ),
        fix::run(
            "See whether it is well formed",
            "printf %s \"$TOKEN\" | entrada token decode -",
        ),
    ]
}
