use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// Access tokens live 60 to 90 minutes. A token that was fetched once and kept (in a variable, a configuration file, an environment variable, a client built at start) works until then and is refused afterwards. The same happens to a revoked sign-in and to a client assertion that is too old.
///
/// ## How to recognise it
///
/// - the call worked, and fails about an hour later, or after a restart it works again;
/// - the client was given a token as text instead of something that fetches tokens.
///
/// ## Fix
///
/// Give the client a token *provider* (or the credential itself), so that it renews. After a password change or a revocation sign in again.
///
/// ## Example
///
/// ```text
/// 401 Access token is missing, invalid, audience is incorrect, or have expired
/// - azure_ad_token=credential.get_token(…).token at start; fails after an hour
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "Access tokens in the Microsoft identity platform"; openai-python, `azure_ad_token_provider`.
    "TOK005" "token-expired": "The token is past its time and was not renewed",
    fires: "endpoint: https://contoso.openai.azure.com
status: 401
Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired.
- it works for about an hour after start and then fails; the token is fetched once
",
    silent: "endpoint: https://contoso.openai.azure.com
status: 401
Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired.
- the first call fails; the scope is https://management.azure.com/.default
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    let said = case.refused(Shape::ManagementTokenExpired);
    let codes = [
        "70043", "700082", "50173", "70008", "700084", "50089", "50078", "500133", "700024",
        "50133", "700081",
    ];
    let signed = case.sign_in(&codes);
    w.add(5.0, said);
    w.prove(said);
    w.add(4.6, signed);
    if said.is_none() && signed.is_none() {
        w.situations(
            case,
            &[
                (TokenRejected, 1.5),
                (Bare401, 1.0),
                (Bare403, 0.7),
                (Denied, 0.1),
                (ResourceUnknown, 0.2),
                (SignInRefused, 0.3),
            ],
        );
    }
    w.add(
        0.8,
        case.clue(&network::INTERMITTENT)
            .filter(|_| case.in_any(&[TokenRejected])),
    );
    w.add(1.6, case.clue(&token::EXPIRED));
    w.add(1.8, case.clue(&token::NOT_REFRESHED));
    w.about(case, &topic::LIFETIME, [1.2, 1.4, 1.2, 1.6]);
    w.add(-2.0, case.requested(|one| !one.resource.serves_accounts()));
    w.add(-1.2, case.other_version_works());
    w.lean(-2.0, case.in_any(&[KeyRejected, KeysDisabled]));
    w.lean(
        -3.0,
        case.sent().is_some_and(|(sent, _)| sent != Sent::Token),
    );
}

fn cause(_case: &Case<'_>) -> String {
    "The token was good once and is past its time; the client goes on sending it.".to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let mut fixes = fix::code(
        case,
        "Give the client a provider that renews tokens",
        &[
            (
                Language::Python,
                "AzureOpenAI(azure_ad_token_provider=get_bearer_token_provider(\n    DefaultAzureCredential(), \"https://cognitiveservices.azure.com/.default\"), …)   # not azure_ad_token=",
            ),
            (
                Language::JavaScript,
                "new AzureOpenAI({ azureADTokenProvider: getBearerTokenProvider(credential, scope), … })",
            ),
            (
                Language::DotNet,
                "new AzureOpenAIClient(endpoint, new DefaultAzureCredential())   // not a token as text",
            ),
        ],
    );
    fixes.push(fix::run(
        "Sign in again",
        "az logout\naz login\nazd auth login",
    ));
    fixes
}
