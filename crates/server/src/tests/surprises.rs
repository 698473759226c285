//! Input that nobody sends on purpose, and input that somebody does.

use super::TestServer;
use crate::config;
use crate::listen::Limits;
use crate::route::table::{Guard, SERVICE};

const CHAT: &str = "/openai/v1/chat/completions";
const HELLO: &str = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}]}"#;
const COGNITIVE_SERVICES: &str = "https://cognitiveservices.azure.com";

fn bearer(server: &TestServer) -> String {
    format!("Bearer {}", server.token("developer", COGNITIVE_SERVICES))
}

#[test]
fn foreign_host_names_are_refused() {
    let server = TestServer::start();
    let answer = server.send(
        "GET",
        "/openai/v1/models",
        &[("Host", "attacker.example")],
        "",
    );
    assert_eq!(answer.status, 421);
    assert_eq!(
        server
            .send(
                "GET",
                "/entrada/requests",
                &[("Host", "attacker.example")],
                ""
            )
            .status,
        421
    );
}

#[test]
fn every_operator_route_needs_the_operators_token() {
    let server = TestServer::start();
    let developer = bearer(&server);
    let operator = SERVICE
        .iter()
        .filter(|row| matches!(row.guard, Guard::Operator(_)));
    assert!(operator.clone().count() >= 10);
    for row in operator {
        let path = row.path.replace("{id}", "1");
        let key = [("api-key", "contoso-local-key-1")];
        for headers in [
            &[][..],
            &[("Authorization", developer.as_str())],
            &[("Authorization", "Bearer ")],
            &key,
        ] {
            let answer = server.send(row.method, &path, headers, "{}");
            assert_eq!(answer.status, 401, "{row:?} {}", answer.body);
        }
    }
}

#[test]
fn a_dripping_body_ends_in_time() {
    let limits = Limits {
        body: std::time::Duration::from_millis(300),
        ..Limits::default()
    };
    let server = TestServer::with_limits(config::SAMPLE, limits);
    let token = bearer(&server);
    let length = HELLO.len() + 10;
    let headers = [
        ("Authorization", token.as_str()),
        ("Content-Length", &length.to_string()),
    ];
    assert_eq!(server.send("POST", CHAT, &headers, HELLO).status, 408);
}

#[test]
fn unknown_routes_tell_strangers_nothing() {
    let server = TestServer::start();
    assert_eq!(server.send("GET", "/no/such/route", &[], "").status, 401);
    let known = server.send(
        "GET",
        "/no/such/route",
        &[("Authorization", &bearer(&server))],
        "",
    );
    assert_eq!(
        (known.status, known.reason.as_str()),
        (404, "Resource Not Found")
    );
    assert_eq!(
        known.body,
        r#"{"error":{"code":"404","message": "Resource not found"}}"#
    );
}

#[test]
fn the_pages_misspelt_routes_are_told_apart() {
    let server = TestServer::start();
    let token = bearer(&server);
    for path in [
        "/model/chat/completions",
        "/deployments/gpt-4o/chat/completions",
        "/openai//v1/models",
    ] {
        let answer = server.send("POST", path, &[("Authorization", &token)], HELLO);
        assert_eq!(answer.status, 404, "{path}");
    }
    let answer = server.send(
        "POST",
        "/model/chat/completions",
        &[("Authorization", &token)],
        HELLO,
    );
    assert_eq!(answer.header("x-entrada-cause"), Some("endpoint-malformed"));
}

#[test]
fn the_model_is_decided_once_for_path_and_body() {
    let server = TestServer::start();
    let token = format!("Bearer {}", server.token("openai-only", COGNITIVE_SERVICES));
    // The path names the deployment; whatever the body says, it is not asked.
    let path = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21";
    let body = HELLO.replace("gpt-4o", "Phi-4");
    let answer = server.send("POST", path, &[("Authorization", &token)], &body);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(
        answer.body.contains("gpt-4o") && !answer.body.contains("simulated Phi-4"),
        "{}",
        answer.body
    );
    // On v1 the body decides, and the family with it.
    let answer = server.send("POST", CHAT, &[("Authorization", &token)], &body);
    assert_eq!(answer.status, 401, "{}", answer.body);
    assert_eq!(answer.header("x-entrada-cause"), Some("role-openai-only"));
}

#[test]
fn a_body_with_two_models_is_refused() {
    let server = TestServer::start();
    let body = r#"{"model":"gpt-4o","model":"Phi-4","messages":[]}"#;
    assert_eq!(
        server
            .send("POST", CHAT, &[("Authorization", &bearer(&server))], body)
            .status,
        400
    );
}

#[test]
fn a_key_decides_alone_even_beside_a_good_token() {
    let server = TestServer::start();
    let answer = server.send(
        "POST",
        CHAT,
        &[("api-key", "wrong"), ("Authorization", &bearer(&server))],
        HELLO,
    );
    assert_eq!(answer.status, 401);
    let lab = "/contoso-lab/openai/v1/models";
    let answer = server.send(
        "GET",
        lab,
        &[
            ("api-key", "contoso-local-key-1"),
            ("Authorization", &bearer(&server)),
        ],
        "",
    );
    assert_eq!(
        answer.header("x-entrada-cause"),
        Some("api-key-wrong-resource")
    );
}

#[test]
fn strangers_do_not_make_the_server_read_bodies() {
    let limits = Limits {
        body_bytes: 1024,
        ..Limits::default()
    };
    let server = TestServer::with_limits(config::SAMPLE, limits);
    let large = format!(
        r#"{{"model":"gpt-4o","messages":[{{"role":"user","content":"{}"}}]}}"#,
        "x".repeat(4096)
    );
    let stranger = server.send(
        "POST",
        CHAT,
        &[("Content-Length", &large.len().to_string())],
        "",
    );
    assert_eq!(stranger.status, 401);
    let known = server.send("POST", CHAT, &[("Authorization", &bearer(&server))], &large);
    assert_eq!(known.status, 413);
}

#[test]
fn tokens_that_are_no_tokens_get_the_usual_refusal() {
    let server = TestServer::start();
    let huge = "a".repeat(32 * 1024);
    for token in [
        "",
        "x",
        "a.b.c",
        "eyJhbGciOiJub25lIn0.e30.",
        "..",
        &huge,
        "Bearer Bearer",
        "\"quoted\"",
    ] {
        let answer = server.send(
            "POST",
            "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21",
            &[("Authorization", &format!("Bearer {token}"))],
            HELLO,
        );
        assert_eq!(answer.status, 401, "{}", &token[..token.len().min(40)]);
        assert_eq!(answer.reason, "Unauthorized");
    }
}

#[test]
fn a_refusals_id_opens_its_explanation_and_no_secret_is_in_it() {
    let server = TestServer::start();
    let token = server.token("owner", COGNITIVE_SERVICES);
    let refused = server.send(
        "POST",
        CHAT,
        &[("Authorization", &format!("Bearer {token}"))],
        HELLO,
    );
    let id = refused.header("apim-request-id").unwrap().to_owned();
    let record = server.operator("GET", &format!("/entrada/requests/{id}"), "");
    assert_eq!(record.json()["principal"], "owner");
    assert_eq!(record.json()["cause"], "role-control-plane-only");
    assert_eq!(
        record.json()["report"]["findings"][0]["certainty"],
        "proven"
    );
    let signature = token.rsplit('.').next().unwrap();
    assert!(!record.body.contains(signature) && !record.body.contains("hello"));
    assert_eq!(
        server
            .send("GET", &format!("/entrada/requests/{id}"), &[], "")
            .status,
        401
    );
}

#[test]
fn a_grant_is_effective_at_once_and_a_revocation_too() {
    let server = TestServer::start();
    let token = format!("Bearer {}", server.token("nobody", COGNITIVE_SERVICES));
    let chat = || {
        server
            .send("POST", CHAT, &[("Authorization", &token)], HELLO)
            .status
    };
    let change = |path: &str| {
        let body = r#"{"principal":"nobody","role":"Cognitive Services User","scope":"contoso"}"#;
        server.operator("POST", path, body)
    };
    assert_eq!(chat(), 401);
    assert_eq!(change("/entrada/grant").json()["created"], true);
    assert_eq!(chat(), 200);
    assert_eq!(change("/entrada/grant").json()["created"], false);
    assert_eq!(
        change("/entrada/revoke").json()["removed"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(chat(), 401);
}

#[test]
fn models_are_listed_for_those_who_may_call_them() {
    let server = TestServer::start();
    let names = |principal: &str| -> Vec<String> {
        let token = format!("Bearer {}", server.token(principal, COGNITIVE_SERVICES));
        let list = server
            .send("GET", "/openai/v1/models", &[("Authorization", &token)], "")
            .json();
        list["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|model| model["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert!(names("developer").contains(&"Phi-4".to_owned()));
    let openai_only = names("openai-only");
    assert!(openai_only.contains(&"gpt-4o".to_owned()));
    assert!(
        !openai_only.contains(&"Phi-4".to_owned())
            && !openai_only.contains(&"claude-sonnet".to_owned())
    );
}

#[test]
fn the_journal_is_kept_only_when_asked_for_and_apart_for_each_test() {
    let call = |server: &TestServer| {
        let token = bearer(server);
        let headers = [
            ("Authorization", token.as_str()),
            ("x-entrada-test-id", "one"),
        ];
        assert_eq!(server.send("POST", CHAT, &headers, HELLO).status, 200);
    };
    let count = |server: &TestServer, path: &str| {
        let answer = server.operator("GET", path, "").json();
        answer["calls"].as_array().unwrap().len()
    };
    let silent = TestServer::start();
    call(&silent);
    assert_eq!(count(&silent, "/entrada/journal"), 0);
    let server =
        TestServer::with_config(&config::SAMPLE.replace("journal = false", "journal = true"));
    call(&server);
    assert_eq!(count(&server, "/entrada/journal?test-id=one"), 1);
    assert_eq!(count(&server, "/entrada/journal?test-id=two"), 0);
    assert_eq!(
        server
            .operator("POST", "/entrada/reset?test-id=one", "")
            .status,
        200
    );
    assert_eq!(count(&server, "/entrada/journal"), 0);
    assert_eq!(server.send("GET", "/entrada/journal", &[], "").status, 401);
}
