//! The calls that are remembered: what came, and who did what how often.

use serde_json::Value;

use super::TestServer;

const CHAT: &str = "/openai/v1/chat/completions";
const HELLO: &str = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}]}"#;

fn chat(server: &TestServer, headers: &[(&str, &str)]) -> u16 {
    server.send("POST", CHAT, headers, HELLO).status
}

fn chat_as(server: &TestServer, principal: &str) -> u16 {
    let token = server.token(principal, "https://cognitiveservices.azure.com");
    chat(
        server,
        &[("Authorization", format!("Bearer {token}").as_str())],
    )
}

fn calls(server: &TestServer, query: &str) -> Vec<Value> {
    let answer = server.operator("GET", &format!("/entrada/calls{query}"), "");
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["calls"].as_array().unwrap().clone()
}

#[test]
fn calls_are_listed_newest_first_with_the_reason_of_those_that_were_refused() {
    let server = TestServer::start();
    assert_eq!(chat_as(&server, "developer"), 200);
    assert_eq!(chat_as(&server, "owner"), 401);
    assert_eq!(chat(&server, &[("api-key", "contoso-local-key-1")]), 200);
    assert_eq!(chat(&server, &[]), 401);
    let told: Vec<(u64, Option<String>, Option<String>)> = calls(&server, "")
        .iter()
        .map(|call| {
            let text = |value: &Value| value.as_str().map(str::to_owned);
            (
                call["status"].as_u64().unwrap(),
                text(&call["principal"]),
                text(&call["refused"]["cause"]),
            )
        })
        .collect();
    let name = |name: &str| Some(name.to_owned());
    assert_eq!(
        told,
        [
            (401, None, name("token-missing")),
            (200, name("a key holder"), None),
            (401, name("owner"), name("role-control-plane-only")),
            (200, name("developer"), None),
        ]
    );
    let owner = calls(&server, "?principal=owner");
    assert_eq!(owner.len(), 1);
    assert_eq!(owner[0]["deployment"], "gpt-4o");
    assert_eq!(owner[0]["operation"], "POST /openai/v1/chat/completions");
    let id = owner[0]["refused"]["id"].as_str().unwrap();
    let explained = server.operator("GET", &format!("/entrada/requests/{id}"), "");
    assert_eq!(explained.json()["principal"], "owner");
    let after = owner[0]["sequence"].as_u64().unwrap();
    assert_eq!(calls(&server, &format!("?after={after}")).len(), 2);
    assert_eq!(calls(&server, "?limit=1").len(), 1);
}

#[test]
fn a_tally_names_the_action_that_a_role_must_permit() {
    let server = TestServer::start();
    for _ in 0..3 {
        chat_as(&server, "developer");
    }
    chat_as(&server, "owner");
    let token = server.token("owner", "https://management.azure.com");
    let account = "/subscriptions/c0a70500-7e4a-4c0d-9e1d-5b0000000001/resourceGroups/ai";
    let path = format!(
        "{account}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01"
    );
    let bearer = format!("Bearer {token}");
    server.send("GET", &path, &[("Authorization", &bearer)], "");
    let tally = server.operator("GET", "/entrada/calls/tally", "").json();
    let told: Vec<(String, String, u64, u64)> = tally["counts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|count| {
            let text = |name: &str| count[name].as_str().unwrap().to_owned();
            let number = |name: &str| count[name].as_u64().unwrap();
            (
                text("principal"),
                text("action"),
                number("permitted"),
                number("refused"),
            )
        })
        .collect();
    let chat = "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action";
    let expected = |principal: &str, action: &str, permitted, refused| {
        (principal.to_owned(), action.to_owned(), permitted, refused)
    };
    assert!(
        told.contains(&expected("developer", chat, 3, 0)),
        "{told:?}"
    );
    assert!(told.contains(&expected("owner", chat, 0, 1)), "{told:?}");
    let read = "Microsoft.Authorization/roleAssignments/read";
    assert!(told.contains(&expected("owner", read, 1, 0)), "{told:?}");
    let of_owner = server.operator("GET", "/entrada/calls/tally?principal=owner", "");
    assert_eq!(of_owner.json()["counts"].as_array().unwrap().len(), 2);
}

#[test]
fn strangers_cannot_push_out_the_calls_of_others() {
    let server = TestServer::with_config(&format!(
        "{}\n[limits]\ncalls = 20\n",
        crate::config::SAMPLE
    ));
    assert_eq!(chat_as(&server, "developer"), 200);
    for _ in 0..30 {
        chat(&server, &[]);
    }
    // So many of a second are shown; thirty calls take no three seconds.
    let kept = calls(&server, "");
    assert!(kept.iter().any(|call| call["principal"] == "developer"));
    assert!(kept.len() < 20, "{}", kept.len());
}

#[test]
fn nothing_of_a_body_a_query_or_a_credential_is_remembered() {
    let server = TestServer::start();
    let token = server.token("developer", "https://cognitiveservices.azure.com");
    let body = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"marmalade"}]}"#;
    let headers = [
        ("Authorization", format!("Bearer {token}")),
        ("x-secret", "quince".to_owned()),
    ];
    let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let path = format!("{CHAT}?subscription-key=damson");
    server.send("POST", &path, &headers, body);
    server.send("GET", "/nowhere?api-key=greengage", &headers, "");
    let kept = serde_json::to_string(&calls(&server, "")).unwrap();
    assert!(kept.contains("/nowhere"), "{kept}");
    for secret in ["marmalade", "quince", "damson", "greengage", &token] {
        assert!(!kept.contains(secret), "{secret}: {kept}");
    }
}
