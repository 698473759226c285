use super::*;

fn names(features: Vec<(String, usize)>) -> Vec<String> {
    features.into_iter().map(|(name, _)| name).collect()
}

#[test]
fn words_are_letters_pairs_and_three_digits() {
    let words: Vec<String> = words("HTTP 401, api-key: x 12345 é_1")
        .into_iter()
        .map(|(w, _)| w)
        .collect();
    assert_eq!(
        words,
        [
            "http",
            "401",
            "api-key",
            "é_1",
            "http 401",
            "401 api-key",
            "api-key é_1"
        ]
    );
}

#[test]
fn what_a_person_lists_is_told() {
    let text = "Error code: 404\n\n- the key works\n  * it  is\n-not this\n";
    assert_eq!(
        names(told(text)),
        [
            "-the",
            "-key",
            "-works",
            "-it",
            "-is",
            "-the key",
            "-key works",
            "-works it",
            "-it is"
        ]
    );
}

#[test]
fn addresses_are_their_parts_and_pairs() {
    let text = "call 'https://R.openai.azure.com/openai/v1?x=1' and POST /chat/completions)";
    assert_eq!(
        names(addresses(text)),
        [
            "/https:",
            "/openai.azure.com",
            "/openai",
            "/v1",
            "/x=1",
            "/https:/openai.azure.com",
            "/openai.azure.com/openai",
            "/openai/v1",
            "/v1/x=1",
            "/chat",
            "/completions",
            "/chat/completions",
        ]
    );
    assert!(addresses("no address, /only a path").is_empty());
}

#[test]
fn an_address_without_an_end_is_looked_at_as_far_as_many_words() {
    let endless = format!("https://x/{}", "a/".repeat(1_000_000));
    assert!(addresses(&endless).len() <= 2 * WORDS);
    let many = "/api ".repeat(1_000_000);
    assert!(addresses(&many).len() <= WORDS);
}

#[test]
fn long_words_have_beginnings() {
    assert_eq!(
        names(beginnings("The Deployment was deployed, v1")),
        ["*deplo", "*deplo"]
    );
}

#[test]
fn hosts_are_services_not_resources() {
    for (host, service) in [
        ("api.openai.com", "api.openai.com"),
        ("contoso.openai.azure.com", "openai.azure.com"),
        ("contoso.services.ai.azure.com", "services.ai.azure.com"),
        ("phi.eastus.models.ai.azure.com", "models.ai.azure.com"),
        (
            "westus.api.cognitive.microsoft.com",
            "api.cognitive.microsoft.com",
        ),
        ("chat", "chat"),
    ] {
        assert_eq!(unnamed(host), service);
    }
}
