//! Changes that take effect later, when the configuration asks for it.

use std::time::{Duration, Instant};

use super::TestServer;
use crate::config::SAMPLE;

const SECONDS: u32 = 3;

fn server() -> TestServer {
    let slow = format!("propagation_seconds = {SECONDS}");
    TestServer::with_config(&SAMPLE.replace("propagation_seconds = 0", &slow))
}

fn chat(server: &TestServer, who: &str) -> (u16, String) {
    let token = server.token(who, "https://cognitiveservices.azure.com");
    let body = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}]}"#;
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", bearer.as_str())];
    let answer = server.send("POST", "/openai/v1/chat/completions", &headers, body);
    let cause = answer.header("x-entrada-cause").unwrap_or_default();
    (answer.status, cause.to_owned())
}

fn check(server: &TestServer, who: &str) -> serde_json::Value {
    let body = format!(r#"{{"principal":"{who}","operation":"chat","resource":"contoso"}}"#);
    server.operator("POST", "/entrada/check", &body).json()
}

fn change(server: &TestServer, verb: &str, who: &str) {
    let body =
        format!(r#"{{"principal":"{who}","role":"Cognitive Services User","scope":"contoso"}}"#);
    let answer = server.operator("POST", &format!("/entrada/{verb}"), &body);
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// Waits until calls are answered like this; returns after how long.
fn until(server: &TestServer, who: &str, status: u16) -> Duration {
    let begun = Instant::now();
    while chat(server, who).0 != status {
        assert!(begun.elapsed() < Duration::from_secs(60), "it never is");
        std::thread::sleep(Duration::from_millis(50));
    }
    begun.elapsed()
}

#[test]
fn what_is_revoked_holds_for_a_while_and_then_no_more() {
    let server = server();
    until(&server, "developer", 200);
    let named = || {
        let listed = server.operator("GET", "/entrada/policy", "").body;
        listed
            .matches("c0a70500-7e4a-4c0d-9e1d-0b0000000001")
            .count()
    };
    let before = named();
    change(&server, "revoke", "developer");
    // Lists show it at once.
    assert!(named() < before, "{before}");
    assert_eq!(chat(&server, "developer").0, 200);
    let checked = check(&server, "developer");
    assert_eq!(checked["decision"], "allowed");
    let steps = checked["steps"].to_string();
    assert!(
        steps.contains("takes this away once it is effective"),
        "{steps}"
    );
    let waited = until(&server, "developer", 401);
    assert!(waited >= Duration::from_secs(1), "{waited:?}");
    assert_eq!(check(&server, "developer")["decision"], "denied");
}

#[test]
fn what_was_just_granted_is_refused_for_that_reason() {
    let server = server();
    assert_eq!(chat(&server, "nobody"), (401, "role-missing".to_owned()));
    change(&server, "grant", "nobody");
    assert_eq!(
        chat(&server, "nobody"),
        (401, "role-propagation".to_owned())
    );
    until(&server, "nobody", 200);
}

#[test]
fn a_membership_that_is_new_counts_later_and_is_explained_as_such() {
    let server = server();
    let token = server.token("admin", "https://graph.microsoft.com");
    let bearer = format!("Bearer {token}");
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Content-Type", "application/json"),
    ];
    let named = |name: &str, kind: &str| {
        let path = format!("/graph/v1.0/{kind}?$filter=displayName%20eq%20'{name}'");
        let found = server.send("GET", &path, &headers, "");
        assert_eq!(found.status, 200, "{}", found.body);
        found.json()["value"][0]["id"].as_str().unwrap().to_owned()
    };
    let (group, nobody) = (
        named("squad-blue", "groups"),
        named("nobody", "servicePrincipals"),
    );
    let body =
        format!(r#"{{"@odata.id":"https://graph.microsoft.com/v1.0/directoryObjects/{nobody}"}}"#);
    until(&server, "group-member", 200);
    let path = format!("/graph/v1.0/groups/{group}/members/$ref");
    let added = server.send("POST", &path, &headers, &body);
    assert_eq!(added.status, 204, "{}", added.body);
    assert_eq!(
        chat(&server, "nobody"),
        (401, "role-propagation".to_owned())
    );
    assert!(
        check(&server, "nobody")["summary"]
            .to_string()
            .contains("role-propagation")
    );
    until(&server, "nobody", 200);
}

#[test]
fn without_a_delay_what_is_revoked_is_gone() {
    let server = TestServer::start();
    assert_eq!(chat(&server, "developer").0, 200);
    change(&server, "revoke", "developer");
    assert_eq!(chat(&server, "developer").0, 401);
}
