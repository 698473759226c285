use proptest::prelude::*;

use super::*;

fn check(text: &str, expected: &str) {
    assert_eq!(redact(text), expected);
}

#[test]
fn secrets_are_dropped_wherever_they_stand() {
    check("api_key=\"abc def\"", "api_key=\"<redacted>\"");
    check(
        "AZURE_CLIENT_SECRET=aB1~xyzxyzxyz",
        "AZURE_CLIENT_SECRET=<redacted>",
    );
    check(
        "Authorization: Bearer abcdef123456",
        "Authorization: Bearer <redacted>",
    );
    check(
        "curl -H \"api-key: 0123456789\" -H \"x: y\"",
        "curl -H \"api-key: <redacted>\" -H \"x: y\"",
    );
    check("Cookie: session=abc; theme=dark", "Cookie: <redacted>");
    check("{'password': 'it\\'s'}", "{'password': '<redacted>'}");
    check("password=letmein", "password=<redacted>");
    check("0123456789abcdef0123456789abcdef", "<redacted>");
    check("call ada.l@contoso.com, please", "call <redacted>, please");
    check("?sv=1&sig=abc%2Fdef&se=1", "?sv=1&sig=<redacted>&se=1");
    check(
        "{\"role\":\"user\",\"content\":\"my prompt\"}",
        "{\"role\":\"user\",\"content\":\"<redacted>\"}",
    );
    check(
        "\"input\": [\"one\", \"two\"], \"model\": \"m\"",
        "\"input\": [\"<redacted>\",\"<redacted>\"], \"model\": \"m\"",
    );
    check(
        "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\nok",
        "<redacted>\n<redacted>\n<redacted>\nok",
    );
    check(
        "AccountKey=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4/+9A==;EndpointSuffix=x",
        "AccountKey=<redacted>;EndpointSuffix=x",
    );
}

#[test]
fn what_a_diagnosis_needs_stays() {
    for text in [
        "The principal `11111111-2222-3333-4444-555555555555` lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action`",
        "https://my-account.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21",
        "azure_ad_token_provider=token_provider",
        "api_key=os.environ[",
        "api_key=os.getenv(",
        "AZURE_OPENAI_API_KEY=",
        "api-key: <key>",
        "token: missing",
        "the api-key: header is absent",
        "AZURE_TOKEN_CREDENTIALS=prod",
        "requests carry no api-key header",
        "RemoteCertificateNameMismatch",
        "VisualStudioCodeCredentialUnavailableException",
        "AzureCliCredential: Failed to invoke the Azure CLI",
        "Error type: InvalidAuthenticationToken: The access token is invalid",
        "@azure/identity@4.13.1 and azure-identity@1.27.0",
        "Authorization: Bearer <token>",
        "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/contoso",
        "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId",
    ] {
        check(text, text);
    }
}

/// Secrets of every kind that people paste.
#[test]
fn codes_in_camel_case_are_no_keys() {
    check(
        "SpecialFeatureOrQuotaIdRequired: no",
        "SpecialFeatureOrQuotaIdRequired: no",
    );
    check("at qWeRtZuIoPaSdFgHjKlYx", "at <redacted>");
    check("at QWerTZuioPAsdFGhjKLyXc", "at <redacted>");
}

fn secret() -> impl Strategy<Value = String> {
    prop_oneof![
        "eyJ[A-Za-z0-9_-]{30,60}\\.eyJ[A-Za-z0-9_-]{30,60}\\.[A-Za-z0-9_-]{40,80}",
        "[0-9a-f]{32}",
        "[0-9][A-Za-z0-9]{50}JQQJ99[A-Z0-9]{20}[a-z]{4}",
        "[A-Za-z0-9]{3}8Q~[A-Za-z0-9_.~-]{34}",
        "sk-[A-Za-z0-9]{48}",
        "[A-Za-z0-9+/]{43}7b+/9aQz[A-Za-z0-9+/]{30}==",
        "[a-z]{3,10}\\.[a-z]{3,10}@[a-z]{3,10}\\.(com|org|de)",
    ]
}

/// The ways in which they stand in a text.
fn frame() -> impl Strategy<Value = (String, String)> {
    prop_oneof![
        Just(("AZURE_OPENAI_API_KEY=", "")),
        Just(("client_secret: \"", "\"")),
        Just(("curl -H 'Authorization: Bearer ", "' https://x")),
        Just(("curl -H \"api-key: ", "\" -d '{}'")),
        Just(("{\"access_token\":\"", "\",\"expires_in\":3599}")),
        Just(("{'token': '", "'}")),
        Just((
            "DefaultEndpointsProtocol=https;AccountKey=",
            ";EndpointSuffix=core"
        )),
        Just(("https://x/y?sig=", "&se=2026")),
        Just(("Cookie: ARRAffinity=", "; Path=/")),
        Just(("the value is ", " and nothing else")),
        Just(("api_key=\"", "\", azure_endpoint=e")),
        Just(("{\"messages\":[{\"role\":\"user\",\"content\":\"", "\"}]}")),
        Just(("set AZURE_CLIENT_SECRET=", "")),
        Just(("\"value\": \"", "\"")),
    ]
    .prop_map(|(before, after)| (before.to_owned(), after.to_owned()))
}

proptest! {
    #[test]
    fn no_planted_secret_survives(secret in secret(), (before, after) in frame(), noise in "[ -~]{0,30}") {
        let text = format!("{noise}\n{before}{secret}{after}\n{noise}");
        let clean = redact(&text);
        prop_assert!(!clean.contains(&secret), "{clean}");
        prop_assert_eq!(clean.lines().count(), text.lines().count());
    }

    #[test]
    fn passwords_go_whatever_they_look_like(password in "[!-&*-~]{4,24}", sign in "[=:]") {
        let text = format!("password{sign}'{password}'");
        let plain = password.starts_with(['<', '$', '%', '{']) || password.chars().all(|c| "*.x_-<>{}$%#".contains(c));
        prop_assume!(!plain && !password.to_lowercase().starts_with("my") && !password.to_lowercase().starts_with("your") && !password.starts_with("env.") && !password.contains('\\'));
        prop_assert!(!redact(&text).contains(&password), "{}", redact(&text));
    }

    #[test]
    fn any_text_is_redacted_without_harm(text in "\\PC{0,200}") {
        let _ = redact(&text);
    }

    #[test]
    fn no_reader_keeps_a_planted_secret(secret in secret(), (before, after) in frame()) {
        let text = format!("client: openai-python AzureOpenAI\nendpoint: https://contoso.openai.azure.com\nstatus: 401\nUnauthorized. Access token is missing, invalid, audience is incorrect, or have expired.\n{before}{secret}{after}\n- the token is cached\n");
        let facts = crate::evidence::read(&text);
        let report = crate::diagnose(&facts);
        let shown = format!("{facts:?} {report:?} {}", report.to_json());
        prop_assert!(!shown.contains(&secret), "{shown}");
    }
}

#[test]
fn what_is_left_is_left_alone() {
    // What is taken out of the first changes what the quotes of the rest enclose.
    for text in [
        "AZURE_API_KEY=\"012HTTP/1.1 404\"\"\"\" password: 'abc\" api-key=\"x1y2z3w4\"",
        "\"content\": \"hello \\\" key=abc123def456\" \"\" token='",
        "-----BEGIN PUBLIC KEY----- key=\"-----BEGIN PUBLIC\"",
    ] {
        let once = redact(text);
        assert_eq!(redact(&once), once, "{text}");
    }
}
