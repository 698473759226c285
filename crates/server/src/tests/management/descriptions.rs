//! Why a role was assigned, in the words of whoever did.

use serde_json::Value;

use super::super::client::TestServer;
use super::{ACCOUNT, NAME, NOBODY, USER_ROLE, assignment, assignment_path, code, get, put, with};
use crate::config;

fn described(text: &str) -> String {
    let mut body: Value = serde_json::from_str(&assignment(USER_ROLE, NOBODY)).unwrap();
    body["properties"]["description"] = text.into();
    body.to_string()
}

#[test]
fn a_description_is_kept_shown_changed_and_exported() {
    let folder = tempfile::tempdir().unwrap();
    let server = TestServer::kept_in(folder.path(), config::SAMPLE);
    let made = put(
        &server,
        "owner",
        ACCOUNT,
        &described("for the \"pilot\" – ticket 42"),
    );
    assert_eq!(made.status, 201, "{}", made.body);
    drop(server);
    let server = TestServer::kept_in(folder.path(), config::SAMPLE);
    let shown = |server: &TestServer| {
        let read = get(server, "owner", &assignment_path(ACCOUNT, NAME)).json();
        read["properties"]["description"].clone()
    };
    assert_eq!(shown(&server), "for the \"pilot\" – ticket 42");
    let exported = server.operator("GET", "/entrada/policy", "").json();
    let mut exported = exported["roleAssignments"].as_array().unwrap().iter();
    assert!(exported.any(|one| one["description"] == "for the \"pilot\" – ticket 42"));
    assert_eq!(
        put(&server, "owner", ACCOUNT, &described("for good")).status,
        200
    );
    assert_eq!(shown(&server), "for good");
    assert_eq!(put(&server, "owner", ACCOUNT, &described("")).status, 200);
    assert_eq!(shown(&server), Value::Null);
    for text in [
        "x".repeat(1025),
        "two\nlines".to_owned(),
        "\u{1b}[31m".to_owned(),
    ] {
        let refused = put(&server, "owner", ACCOUNT, &described(&text));
        assert_eq!(refused.status, 400);
        assert_eq!(code(&refused), "InvalidRoleAssignmentDescription");
    }
}

#[test]
fn a_grant_by_the_operator_may_say_why() {
    let server = TestServer::start();
    let grant = |description: &str| {
        let body = serde_json::json!({
            "principal": "nobody", "role": "Cognitive Services User", "scope": "contoso", "description": description,
        });
        server.operator("POST", "/entrada/grant", &body.to_string())
    };
    assert_eq!(grant("two\nlines").status, 400);
    let granted = grant("asked for by phone");
    let id = granted.json()["id"].as_str().unwrap().to_owned();
    let read = get(&server, "owner", &assignment_path(ACCOUNT, &id)).json();
    assert_eq!(read["properties"]["description"], "asked for by phone");
}

#[test]
fn a_configured_assignment_says_why_too() {
    let server = with(
        "[[assignment]]\nprincipal = 'nobody'\nrole = 'Cognitive Services User'\nscope = 'contoso'\n\
         description = 'until the pilot ends'",
    );
    let exported = server.operator("GET", "/entrada/policy", "").json();
    let exported = exported["roleAssignments"].as_array().unwrap();
    let described: Vec<&Value> = exported
        .iter()
        .filter(|one| one["description"] == "until the pilot ends")
        .collect();
    assert_eq!(described.len(), 1);
    let id = described[0]["name"].as_str().unwrap();
    let read = get(&server, "owner", &assignment_path(ACCOUNT, id)).json();
    assert_eq!(read["properties"]["description"], "until the pilot ends");
    assert_eq!(read["properties"]["principalId"], NOBODY);
}
