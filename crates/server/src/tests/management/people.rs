//! People, made, changed and removed through Graph, and what becomes of what they signed in to.

use serde_json::{Value, json};

use super::super::client::{Answer, TestServer};
use crate::config;

const GRAPH: &str = "https://graph.microsoft.com";
const AZURE_CLI: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
const UPN: &str = "eve@contoso.onmicrosoft.com";

fn graph(server: &TestServer, who: &str, method: &str, path: &str, body: &Value) -> Answer {
    let token = format!("Bearer {}", server.token(who, GRAPH));
    let body = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    let path = format!("/graph/v1.0/{path}");
    server.send(method, &path, &[("Authorization", &token)], &body)
}

/// As `az ad user create` sends it.
fn eve() -> Value {
    json!({
        "accountEnabled": true, "displayName": "Eve", "mailNickname": "eve", "userPrincipalName": UPN,
        "passwordProfile": { "forceChangePasswordNextSignIn": false, "password": "correct horse" },
    })
}

fn token(server: &TestServer, form: &str) -> Answer {
    let form = format!("client_id={AZURE_CLI}&scope={GRAPH}/.default+offline_access&{form}");
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    server.send("POST", "/organizations/oauth2/v2.0/token", &headers, &form)
}

fn sign_in(server: &TestServer, password: &str) -> Answer {
    let password = password.replace(' ', "+");
    token(
        server,
        &format!("grant_type=password&username={UPN}&password={password}"),
    )
}

fn refresh(server: &TestServer, signed_in: &Answer) -> Answer {
    let refresh = signed_in.json()["refresh_token"]
        .as_str()
        .unwrap()
        .to_owned();
    token(
        server,
        &format!("grant_type=refresh_token&refresh_token={refresh}"),
    )
}

/// Number of the refusal; `None` if there was none.
fn code(answer: &Answer) -> Option<u64> {
    answer.json()["error_codes"][0].as_u64()
}

fn made(server: &TestServer) -> String {
    let made = graph(server, "admin", "POST", "users", &eve());
    assert_eq!(made.status, 201, "{}", made.body);
    assert!(!made.body.contains("horse"), "{}", made.body);
    made.json()["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_person_is_made_signs_in_is_changed_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let server = TestServer::kept_in(folder.path(), config::SAMPLE);
    let id = made(&server);
    let shown = graph(
        &server,
        "developer",
        "GET",
        &format!("users/{UPN}"),
        &Value::Null,
    );
    assert_eq!(shown.json()["id"], id);
    let filter = "users?$filter=startswith(displayName,'Ev')";
    let listed = graph(&server, "developer", "GET", filter, &Value::Null).json();
    assert_eq!(listed["value"].as_array().map(Vec::len), Some(1));
    let signed_in = sign_in(&server, "correct horse");
    assert_eq!(signed_in.status, 200, "{}", signed_in.body);
    assert_eq!(code(&sign_in(&server, "wrong horse")), Some(50_126));
    drop(server);

    let server = TestServer::kept_in(folder.path(), config::SAMPLE);
    assert_eq!(
        refresh(&server, &signed_in).status,
        200,
        "restarts forget nothing"
    );
    let path = format!("users/{id}");
    let change = |body: Value| {
        let changed = graph(&server, "admin", "PATCH", &path, &body);
        assert_eq!(changed.status, 204, "{}", changed.body);
    };
    change(json!({ "displayName": "Eva", "accountEnabled": false }));
    assert_eq!(code(&sign_in(&server, "correct horse")), Some(50_057));
    assert_eq!(code(&refresh(&server, &signed_in)), Some(50_057));
    change(json!({ "accountEnabled": true }));
    assert_eq!(refresh(&server, &signed_in).status, 200);
    change(json!({ "passwordProfile": { "password": "battery staple" } }));
    assert_eq!(code(&sign_in(&server, "correct horse")), Some(50_126));
    assert_eq!(sign_in(&server, "battery staple").status, 200);
    assert_eq!(code(&refresh(&server, &signed_in)), Some(50_173));
    let gone = graph(
        &server,
        "admin",
        "DELETE",
        &format!("users/{UPN}"),
        &Value::Null,
    );
    assert_eq!(gone.status, 204, "{}", gone.body);
    assert_eq!(code(&sign_in(&server, "battery staple")), Some(50_126));
    let shown = graph(&server, "developer", "GET", &path, &Value::Null);
    assert_eq!(shown.status, 404);
    assert_ne!(made(&server), id, "nobody gets what was somebody else's");
}

#[test]
fn whoever_was_signed_out_stays_so_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let server = TestServer::kept_in(folder.path(), config::SAMPLE);
    let path = format!("users/{}/revokeSignInSessions", made(&server));
    let signed_in = sign_in(&server, "correct horse");
    assert_eq!(
        graph(&server, "developer", "POST", &path, &Value::Null).status,
        403
    );
    assert_eq!(refresh(&server, &signed_in).status, 200);
    let revoked = graph(&server, "admin", "POST", &path, &Value::Null);
    assert_eq!(
        (revoked.status, &revoked.json()["value"]),
        (200, &json!(true))
    );
    assert_eq!(code(&refresh(&server, &signed_in)), Some(50_173));
    drop(server);
    let server = TestServer::kept_in(folder.path(), config::SAMPLE);
    assert_eq!(code(&refresh(&server, &signed_in)), Some(50_173));
}

#[test]
fn what_is_no_person_of_ours_is_refused() {
    let server = TestServer::start();
    let ask = |who: &str, body: &Value| graph(&server, who, "POST", "users", body).status;
    let with = |name: &str, value: Value| {
        let mut body = eve();
        body[name] = value;
        body
    };
    assert_eq!(ask("developer", &eve()), 403);
    for (name, value) in [
        ("userPrincipalName", json!("eve@elsewhere.example")),
        ("userPrincipalName", json!("e v@contoso.onmicrosoft.com")),
        ("userPrincipalName", json!("@contoso.onmicrosoft.com")),
        ("displayName", json!("")),
        ("mailNickname", Value::Null),
        ("accountEnabled", Value::Null),
        ("passwordProfile", Value::Null),
        ("passwordProfile", json!({ "password": "short" })),
    ] {
        assert_eq!(
            ask("admin", &with(name, value.clone())),
            400,
            "{name} {value}"
        );
    }
    made(&server);
    assert_eq!(
        ask(
            "admin",
            &with("userPrincipalName", json!(UPN.to_uppercase()))
        ),
        409
    );
    let declared = graph(&server, "developer", "GET", "users", &Value::Null).json();
    let declared = declared["value"][0]["id"].as_str().unwrap().to_owned();
    for method in ["PATCH", "DELETE"] {
        let answer = graph(
            &server,
            "admin",
            method,
            &format!("users/{declared}"),
            &json!({}),
        );
        assert_eq!(answer.status, 403, "{}", answer.body);
    }
}
