use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// The request carried neither a token nor a key, or an empty one: a variable that is not set, a header that a proxy or a client dropped, a library that was given no credential. The token check answers with the same text as for a bad token; a gateway may say `missing subscription key`.
///
/// ## How to recognise it
///
/// - the text says that the access token is *missing* or that no subscription key was included;
/// - the request has no `Authorization` and no `api-key` header, or the value after `Bearer` is empty.
///
/// ## Fix
///
/// Print the headers that are sent (not their values) and set the credential where the client reads it. Behind a gateway, let it pass `Authorization` on.
///
/// ## Example
///
/// ```text
/// 401 Access denied due to missing subscription key.
/// - AZURE_OPENAI_API_KEY is empty in the container
/// ```
///
/// ## Sources
///
/// - openai/openai-python#1527; Microsoft Learn, keyless guide.
    "TOK001" "token-missing": "No credential reached the service",
    fires: "endpoint: https://contoso.openai.azure.com
status: 401
Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.
- the key variable is empty in the container
",
    silent: "endpoint: https://contoso.openai.azure.com
status: 401
Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired.
- the token was obtained two hours ago and is never refreshed
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (CredentialMissing, 2.0),
            (TokenRejected, 1.3),
            (Bare401, 1.2),
            (KeyRejected, 0.4),
        ],
    );
    w.add(2.6, case.clue(&symptom::CREDENTIAL_WANTED));
    w.add(2.0, case.refused(Shape::ManagementTokenMissing));
    w.add(2.2, case.clue(&token::TOKEN_CLEARED));
    w.about(case, &topic::HEADER, [0.3, 1.6, 0.2, 0.5]);
    w.about(case, &topic::KEY, [0.0, 1.0, 0.0, 0.0]);
    w.about(case, &topic::VARIABLE, [0.1, 0.9, 0.2, 0.3]);
    w.add(-1.0, case.clue(&token::HEADER_MISMATCH));
    w.add(-1.2, case.clue(&token::KEY_AS_BEARER));
    w.add(-0.8, case.other_version_works());
    w.lean(-2.0, case.in_any(&[Denied, KeysDisabled]));
    w.carries(case, &[Sent::Nothing, Sent::EmptyBearer]);
}

fn cause(_case: &Case<'_>) -> String {
    "The request reached the service without a usable credential.".to_owned()
}

fn fix(_case: &Case<'_>) -> Vec<Fix> {
    vec![
        fix::run(
            "Send a token and see whether it arrives",
            "TOKEN=$(az account get-access-token --scope https://cognitiveservices.azure.com/.default --query accessToken -o tsv)\ncurl -sS -o /dev/null -w '%{http_code}\\n' -H \"Authorization: Bearer $TOKEN\" \"<the URL that fails>\"",
        ),
        fix::run(
            "See whether the variable is set where the program runs",
            "env | grep -iE '^(AZURE|OPENAI)_' | sed 's/=.*/=(set)/'",
        ),
    ]
}
