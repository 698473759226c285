//! The loop: refuse for a known reason, show the doctor only the client's side, and demand that it
//! names that reason, or asks for the evidence that tells it from the others.

use doctor::evidence::read;
use doctor::{Certainty, RuleId, diagnose};

use super::{Answer, TestServer};
use crate::config;

const COGNITIVE_SERVICES: &str = "https://cognitiveservices.azure.com";
const CHAT: &str = "/openai/v1/chat/completions";
const CLASSIC: &str = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21";
const HELLO: &str = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}]}"#;

/// What a client can show: the URL that it called, status, reason and body.
fn demand(path: &str, answer: &Answer, truth: &str) {
    assert_eq!(
        answer.header("x-entrada-cause"),
        Some(truth),
        "{}",
        answer.body
    );
    let shown = format!(
        "POST https://contoso.services.ai.azure.com{path}\nHTTP/1.1 {} {}\n\n{}\n",
        answer.status, answer.reason, answer.body
    );
    let report = diagnose(&read(&shown));
    let found: Vec<&str> = report
        .findings
        .iter()
        .map(|finding| finding.rule.as_str())
        .collect();
    // A check that separates one cause of a family tells the others of it too: a decoded token shows
    // whether it is malformed, expired, or for somebody else.
    let family = RuleId::parse(truth).unwrap().code().get(..3);
    let asked = report.next_checks.iter().flat_map(|check| &check.separates);
    let asked: Vec<&str> = asked.map(|rule| rule.code()).collect();
    assert!(
        found.first() == Some(&truth) || asked.iter().any(|code| code.get(..3) == family),
        "{truth} for {} {}: found {found:?}, would ask about {asked:?}",
        answer.status,
        answer.body
    );
    for finding in report
        .findings
        .iter()
        .filter(|finding| finding.certainty == Certainty::Proven)
    {
        assert_eq!(
            finding.rule.as_str(),
            truth,
            "proven and wrong for {}",
            answer.body
        );
    }
}

/// Path, headers, body, and the true cause.
type Call<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str, &'a str);

#[test]
fn what_the_endpoint_refuses_the_doctor_recognises() {
    let server = TestServer::start();
    let token =
        |principal: &str, audience: &str| format!("Bearer {}", server.token(principal, audience));
    let good = token("developer", COGNITIVE_SERVICES);
    let calls: &[Call<'_>] = &[
        (CHAT, &[], HELLO, "token-missing"),
        (
            CHAT,
            &[("Authentication", &good)],
            HELLO,
            "token-wrong-header",
        ),
        (
            CLASSIC,
            &[("Authorization", "Bearer 0123456789abcdef")],
            HELLO,
            "token-is-api-key",
        ),
        (
            CLASSIC,
            &[("Authorization", "Bearer a.b.c")],
            HELLO,
            "token-malformed",
        ),
        (
            CHAT,
            &[("Authorization", &token("developer", "https://ml.azure.com"))],
            HELLO,
            "token-wrong-audience",
        ),
        (CHAT, &[("api-key", "wrong")], HELLO, "api-key-invalid"),
        (
            CHAT,
            &[("Authorization", &token("nobody", COGNITIVE_SERVICES))],
            HELLO,
            "role-missing",
        ),
        (
            CHAT,
            &[("Authorization", &token("owner", COGNITIVE_SERVICES))],
            HELLO,
            "role-control-plane-only",
        ),
        (
            CHAT,
            &[(
                "Authorization",
                &token("other-resource", COGNITIVE_SERVICES),
            )],
            HELLO,
            "role-wrong-scope",
        ),
        (
            "/openai/deployments/none/chat/completions?api-version=2024-10-21",
            &[("Authorization", &good)],
            HELLO,
            "deployment-not-found",
        ),
        (
            "/openai/deployments/gpt-4o/chat/completions",
            &[("Authorization", &good)],
            HELLO,
            "api-version-missing",
        ),
        (
            "/openai/deployments/gpt-4o/embeddings?api-version=2024-10-21",
            &[("Authorization", &good)],
            r#"{"input":"x"}"#,
            "operation-not-supported-by-model",
        ),
        (
            "/openai/deployments/Phi-4/chat/completions?api-version=2024-10-21",
            &[("Authorization", &good)],
            HELLO,
            "endpoint-wrong-for-sdk",
        ),
        (
            "/openai/responses?api-version=2024-10-21",
            &[("Authorization", &good)],
            r#"{"model":"gpt-4o","input":"x"}"#,
            "api-version-unsupported",
        ),
    ];
    for (path, headers, body, truth) in calls {
        demand(path, &server.send("POST", path, headers, body), truth);
    }
}

#[test]
fn what_a_configuration_closes_the_doctor_recognises() {
    for (setting, credential, truth) in [
        (
            "network = \"firewall-denied\"\n",
            "api-key",
            "firewall-rules",
        ),
        (
            "network = \"public-access-disabled\"\n",
            "api-key",
            "public-network-disabled",
        ),
        (
            "custom_subdomain = false\n",
            "token",
            "custom-subdomain-missing",
        ),
        ("", "api-key", "local-auth-disabled"),
    ] {
        let keys = "local_auth = true\nkeys = [\"contoso-local-key-1\", \"contoso-local-key-2\"]\n";
        let changed = format!(
            "local_auth = {}\nkeys = [\"contoso-local-key-1\"]\n{setting}",
            truth != "local-auth-disabled"
        );
        let sample = config::SAMPLE.replace(keys, &changed);
        assert_ne!(sample, config::SAMPLE);
        let server = TestServer::with_config(&sample);
        let token = format!("Bearer {}", server.token("developer", COGNITIVE_SERVICES));
        let header = match credential {
            "token" => ("Authorization", token.as_str()),
            _ => ("api-key", "contoso-local-key-1"),
        };
        demand(CHAT, &server.send("POST", CHAT, &[header], HELLO), truth);
    }
}

#[test]
fn a_client_with_a_known_bug_is_told_by_its_user_agent() {
    let server = TestServer::start();
    let call = |agent: &str| {
        let headers = [
            ("Authorization", "Bearer 0123456789abcdef0123456789abcdef"),
            ("User-Agent", agent),
        ];
        let answer = server.send("POST", CLASSIC, &headers, HELLO);
        assert_eq!(answer.header("x-entrada-cause"), Some("token-is-api-key"));
        let id = answer.header("apim-request-id").unwrap();
        let record = server.operator("GET", &format!("/entrada/requests/{id}"), "");
        record.json()["report"]["findings"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(call("AzureOpenAI/JS 5.19.1"), 1);
    assert_eq!(call("AzureOpenAI/JS 5.18.0"), 2);
}
