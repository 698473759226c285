use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// `Authorization: Bearer <key>` is how OpenAI's own clients send keys. The v1 routes take that; the classic deployment routes and others read a bearer value as a token, and a key is none.
///
/// ## How to recognise it
///
/// - the plain OpenAI class, or an OpenAI-compatible tool, is used with an Azure key;
/// - the answer is the token check's 401, and there is no `api-key` header.
///
/// ## Fix
///
/// Use the v1 base URL (`…/openai/v1/`) with that client, or a client that sends `api-key`. Or use a token.
///
/// ## Example
///
/// ```text
/// 401 for …/models/chat/completions
/// - OpenAI(base_url=…, api_key=<Azure key>)
/// ```
///
/// ## Sources
///
/// - openai/openai-python#2070; microsoft/semantic-kernel#10455.
    "TOK008" "token-is-api-key": "An API key was sent where a token is read",
    fires: "client: openai-python OpenAI()
endpoint: https://contoso.openai.azure.com/openai/deployments/gpt-4o
status: 401
Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired.
- the resource key is sent as Authorization: Bearer and there is no api-key header
",
    silent: "client: openai-python AzureOpenAI
endpoint: https://contoso.openai.azure.com
status: 401
Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired.
- the token is fetched once at start, it fails after an hour
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (TokenRejected, 1.6),
            (Bare401, 1.2),
            (PlatformAnswered, 0.3),
            (CredentialMissing, 0.6),
            (KeyRejected, 0.3),
        ],
    );
    w.add(2.0, case.clue(&token::KEY_AS_BEARER));
    w.add(4.0, case.clue(&form::CALLER_UNREADABLE));
    w.add(-1.2, case.clue(&token::FOREIGN_HEADER));
    // Something else than a key was sent, or nothing.
    w.add(-0.8, case.clue(&token::TOKEN_CLEARED));
    w.add(-1.5, case.clue(&form::NOT_THE_STRING));
    w.add(
        -0.8,
        case.clue(&form::MALFORMED)
            .filter(|_| case.clue(&token::KEY_AS_BEARER).is_none()),
    );
    w.about(case, &topic::BEARER, [1.2, 0.8, 1.2, 1.0]);
    let keyless = case.clue(&identity::ENTRA_MEANT).is_some();
    // A key where tokens are checked: the text itself says that no key was seen.
    w.about(
        case,
        &topic::KEY,
        [if keyless { 0.2 } else { 1.0 }, 0.2, 0.6, 0.6],
    );
    let plain = case
        .speaks(Protocol::OpenAi)
        .or_else(|| case.clue(&client::PLAIN_CLASS));
    w.add(0.7, plain);
    let account = case.configured(|one| {
        one.is_account() && !matches!(one.path, Path::OpenAiV1 | Path::ProjectOpenAi)
    });
    w.add(0.5, account.filter(|_| plain.is_some()));
    w.lean(-0.8, keyless);
    w.add(-1.5, case.clue(&client::WENT_TO_PLATFORM));
    w.add(-1.0, case.requested(|_| true));
    w.add(-1.2, case.other_version_works());
    w.carries(case, &[Sent::BearerKey]);
}

fn cause(_case: &Case<'_>) -> String {
    "A key was sent as `Authorization: Bearer`, and this route reads a token there.".to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let account = case.account();
    vec![
        fix::run(
            "Give this client the v1 base URL, which takes keys as bearer",
            format!("OPENAI_BASE_URL=https://{account}.openai.azure.com/openai/v1/"),
        ),
        fix::run(
            "Or send the key in its own header",
            "OpenAI(base_url=…, api_key=key, default_headers={\"api-key\": key})",
        ),
    ]
}
