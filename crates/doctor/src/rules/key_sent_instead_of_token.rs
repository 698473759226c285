use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// Many clients look for a key first: a key in the environment, in a settings file or in a connection wins over the credential that the code passes. On an account whose keys are off the answer is `AuthenticationTypeDisabled`, else a key error, although nobody meant to use a key.
///
/// ## How to recognise it
///
/// - the code is set up for Entra, and the answer speaks of keys;
/// - a key variable such as `AZURE_OPENAI_API_KEY` is still set.
///
/// ## Fix
///
/// Remove the key from the environment and from the client's settings, or tell the client to use Entra.
///
/// ## Example
///
/// ```text
/// 403 AuthenticationTypeDisabled
/// - the client is built with azure_ad_token_provider; the workflow still exports AZURE_OPENAI_API_KEY
/// ```
///
/// ## Sources
///
/// - openai-python, `AzureOpenAI.__init__` (reads `AZURE_OPENAI_API_KEY`); hyeonsangjeon/gdpval-realworks#40.
    "TOK009" "key-sent-instead-of-token": "A key that is still configured was used although Entra was meant",
    fires: r#"client: openai-python AzureOpenAI
endpoint: https://contoso.openai.azure.com
status: 403
{"error":{"code":"AuthenticationTypeDisabled","message": "Key based authentication is disabled for this resource."}}
- the client is built with azure_ad_token_provider
- AZURE_OPENAI_API_KEY is still set in the environment
"#,
    silent: r#"endpoint: https://contoso.openai.azure.com
status: 403
{"error":{"code":"AuthenticationTypeDisabled","message": "Key based authentication is disabled for this resource."}}
- the tool supports API keys only
"#,
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (KeysDisabled, 2.0),
            (KeyRejected, 0.9),
            (TokenRejected, 0.4),
            (CredentialMissing, 0.3),
            (Bare401, 0.3),
            (Bare403, 0.3),
            (PlatformAnswered, 0.3),
        ],
    );
    let disabled = case.keys_disabled().is_some();
    let keyless = case.about(&topic::KEYLESS, Says::Mentioned);
    let meant = case.entra_meant().or(keyless.filter(|_| !disabled));
    // A key that is set is left over only where it was not to be used.
    let left = case.clue(&token::KEY_LEFT_OVER).or(case
        .clue(&token::KEY_CONFIGURED)
        .filter(|_| meant.is_some()));
    let strength = if disabled || meant.is_some() {
        2.4
    } else {
        0.6
    };
    let left = w.add(strength, left);
    w.add(
        1.2,
        meant.filter(|_| disabled || left || case.key_rejected().is_some()),
    );
    w.add(
        0.6,
        case.about(&topic::KEY, Says::Wrong)
            .filter(|_| meant.is_some()),
    );
    w.add(
        -1.2,
        case.clue(&client::TOKEN_PROVIDER_GIVEN).filter(|_| !left),
    );
    w.add(-1.6, case.clue(&token::KEYS_ONLY_TOOL));
    w.add(-1.0, case.token_rejected().filter(|_| !left));
}

fn cause(_case: &Case<'_>) -> String {
    "A key that is still configured was sent, although the call was meant to use Entra ID."
        .to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let mut fixes = vec![fix::run(
        "Remove the key where the program runs",
        "unset AZURE_OPENAI_API_KEY OPENAI_API_KEY AZURE_AI_API_KEY\ngrep -rnE '(AZURE_)?OPENAI_API_KEY|AZURE_AI_API_KEY' .env* *.yml *.yaml *.json 2>/dev/null | cut -d= -f1",
    )];
    fixes.extend(fix::code(
        case,
        "Tell the client to use Entra",
        &[
            (Language::Python, "AzureOpenAI(azure_endpoint=…, api_version=…, azure_ad_token_provider=token_provider)"),
            (Language::JavaScript, "new AzureOpenAI({ endpoint, apiVersion, azureADTokenProvider })"),
            (Language::DotNet, "new AzureOpenAIClient(new Uri(endpoint), new DefaultAzureCredential())"),
        ],
    ));
    fixes
}
