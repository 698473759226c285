//! Groups, applications and service principals, made and removed through Graph.

use serde_json::{Value, json};

use super::super::client::{Answer, TestServer};
use crate::config;

const GRAPH: &str = "https://graph.microsoft.com";
const COGNITIVE_SERVICES: &str = "https://cognitiveservices.azure.com";
const NOBODY: &str = "c0a70500-7e4a-4c0d-9e1d-0b0000000005";
const SQUAD: &str = "c0a70500-7e4a-4c0d-9e1d-60000000000b";
const CHAT: &str = "/openai/v1/chat/completions";
const HELLO: &str = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}]}"#;

pub(super) fn graph(
    server: &TestServer,
    who: &str,
    method: &str,
    path: &str,
    body: &Value,
) -> Answer {
    let token = format!("Bearer {}", server.token(who, GRAPH));
    let path = format!("/graph/v1.0/{path}");
    let body = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    server.send(method, &path, &[("Authorization", &token)], &body)
}

/// As `admin`, who is Owner of the one subscription.
fn changed(
    server: &TestServer,
    method: &str,
    path: &str,
    body: impl std::borrow::Borrow<Value>,
    status: u16,
) -> Answer {
    let answer = graph(server, "admin", method, path, body.borrow());
    assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
    answer
}

fn text(answer: &Answer, member: &str) -> String {
    answer.json()[member].as_str().unwrap().to_owned()
}

fn chat(server: &TestServer, who: &str) -> u16 {
    let token = format!("Bearer {}", server.token(who, COGNITIVE_SERVICES));
    let headers = [("Authorization", token.as_str())];
    server.send("POST", CHAT, &headers, HELLO).status
}

fn sign_in(server: &TestServer, client_id: &str, secret: &str) -> Answer {
    let form = format!(
        "grant_type=client_credentials&client_id={client_id}&client_secret={secret}&scope={COGNITIVE_SERVICES}/.default"
    );
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    server.send("POST", "/common/oauth2/v2.0/token", &headers, &form)
}

fn reference(id: &str) -> Value {
    json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}") })
}

pub(super) fn kept(folder: &std::path::Path) -> TestServer {
    TestServer::with_options(config::SAMPLE, |options| {
        options.ephemeral = false;
        options.data = folder.to_owned();
    })
    .unwrap()
}

#[test]
fn who_is_put_into_a_group_has_its_roles_until_taken_out() {
    let server = TestServer::start();
    let asked = json!({
        "displayName": "team red", "mailNickname": "red", "description": "for a test",
        "mailEnabled": false, "securityEnabled": true,
    });
    let made = changed(&server, "POST", "groups", asked, 201);
    let group = text(&made, "id");
    assert_eq!(made.json()["@odata.type"], "#microsoft.graph.group");
    assert_eq!(
        (text(&made, "mailNickname"), text(&made, "description")),
        ("red".into(), "for a test".into())
    );
    let grant =
        json!({ "principal": "team red", "role": "Cognitive Services User", "scope": "contoso" });
    assert_eq!(
        server
            .operator("POST", "/entrada/grant", &grant.to_string())
            .status,
        200
    );

    assert_eq!(chat(&server, "nobody"), 401);
    let members = format!("groups/{group}/members");
    changed(
        &server,
        "POST",
        &format!("{members}/$ref"),
        reference(NOBODY),
        204,
    );
    assert_eq!(chat(&server, "nobody"), 200);
    let listed = changed(&server, "GET", &members, Value::Null, 200);
    assert_eq!(listed.json()["value"][0]["displayName"], "nobody");
    changed(
        &server,
        "POST",
        &format!("{members}/$ref"),
        reference(NOBODY),
        400,
    );
    changed(
        &server,
        "DELETE",
        &format!("{members}/{NOBODY}/$ref"),
        Value::Null,
        204,
    );
    assert_eq!(chat(&server, "nobody"), 401);
    changed(
        &server,
        "DELETE",
        &format!("{members}/{NOBODY}/$ref"),
        Value::Null,
        404,
    );

    // A group in a group: as Entra follows it.
    changed(
        &server,
        "POST",
        &format!("{members}/$ref"),
        reference(SQUAD),
        204,
    );
    changed(
        &server,
        "POST",
        &format!("groups/{SQUAD}/members/$ref"),
        reference(NOBODY),
        204,
    );
    assert_eq!(chat(&server, "nobody"), 200);
    changed(
        &server,
        "DELETE",
        &format!("groups/{SQUAD}"),
        Value::Null,
        204,
    );
    assert_eq!(chat(&server, "nobody"), 401);
    let listed = changed(&server, "GET", &members, Value::Null, 200);
    assert_eq!(listed.json()["value"], json!([]));
}

#[test]
fn an_application_signs_in_with_the_password_that_it_was_shown() {
    let folder = tempfile::tempdir().unwrap();
    let server = kept(folder.path());
    let made = changed(
        &server,
        "POST",
        "applications",
        json!({ "displayName": "robot" }),
        201,
    );
    let (id, client_id) = (text(&made, "id"), text(&made, "appId"));
    let asked = json!({ "passwordCredential": { "displayName": "first", "endDateTime": "2099-01-01T00:00:00Z" } });
    let password = changed(
        &server,
        "POST",
        &format!("applications/{id}/addPassword"),
        asked,
        200,
    );
    let (secret, key) = (text(&password, "secretText"), text(&password, "keyId"));
    assert_eq!(text(&password, "endDateTime"), "2099-01-01T00:00:00Z");
    // Without a service principal nobody signs in.
    assert_eq!(sign_in(&server, &client_id, &secret).status, 400);
    let principal = json!({ "appId": client_id, "accountEnabled": true });
    let principal = changed(&server, "POST", "servicePrincipals", principal.clone(), 201);
    changed(
        &server,
        "POST",
        "servicePrincipals",
        json!({ "appId": client_id }),
        409,
    );
    assert_eq!(sign_in(&server, &client_id, &secret).status, 200);
    let wrong = format!("{secret}x");
    assert_eq!(
        sign_in(&server, &client_id, &wrong).json()["error_codes"],
        json!([7_000_215])
    );
    let shown = changed(
        &server,
        "GET",
        &format!("applications/{id}"),
        Value::Null,
        200,
    );
    assert_eq!(shown.json()["passwordCredentials"][0]["hint"], secret[..3]);
    assert!(!shown.body.contains(&secret));
    drop(server);

    // After a restart all is as it was, and the password is nowhere.
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let content = std::fs::read(file.unwrap().path()).unwrap_or_default();
        let found = content
            .windows(secret.len())
            .any(|part| part == secret.as_bytes());
        assert!(!found);
    }
    let server = kept(folder.path());
    assert_eq!(sign_in(&server, &client_id, &secret).status, 200);
    let journal = server.operator("GET", "/entrada/audit?kind=write", "").body;
    assert!(
        journal.contains(&key) && journal.contains("robot"),
        "{journal}"
    );

    changed(
        &server,
        "POST",
        &format!("applications/{id}/removePassword"),
        json!({ "keyId": key }),
        204,
    );
    assert_eq!(sign_in(&server, &client_id, &secret).status, 401);
    let principal = format!("servicePrincipals/{}", text(&principal, "id"));
    changed(&server, "DELETE", &principal, Value::Null, 204);
    changed(&server, "GET", &principal, Value::Null, 404);
    changed(
        &server,
        "DELETE",
        &format!("applications/{id}"),
        Value::Null,
        204,
    );
    changed(
        &server,
        "DELETE",
        &format!("applications/{id}"),
        Value::Null,
        404,
    );
}

#[test]
fn changes_of_the_configurations_groups_outlive_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let server = kept(folder.path());
    let members = format!("groups/{SQUAD}/members/$ref");
    changed(&server, "POST", &members, reference(NOBODY), 204);
    drop(server);
    let server = kept(folder.path());
    assert_eq!(chat(&server, "nobody"), 200);
    assert_eq!(chat(&server, "group-member"), 200);
}

/// Who is in which group decides as much as who has which role.
#[test]
fn only_who_may_give_any_role_anywhere_changes_the_directory() {
    let server = TestServer::start();
    let changes = [
        ("POST", "groups".to_owned()),
        ("DELETE", format!("groups/{SQUAD}")),
        ("POST", format!("groups/{SQUAD}/members/$ref")),
        ("DELETE", format!("groups/{SQUAD}/members/{NOBODY}/$ref")),
        ("POST", "applications".to_owned()),
        ("PATCH", format!("applications/{NOBODY}")),
        ("DELETE", format!("applications/{NOBODY}")),
        ("POST", format!("applications/{NOBODY}/addPassword")),
        ("POST", format!("applications/{NOBODY}/removePassword")),
        ("POST", "servicePrincipals".to_owned()),
        ("DELETE", format!("servicePrincipals/{NOBODY}")),
    ];
    // Owner of one resource group, Contributor of the subscription, and nobody at all.
    for who in ["owner", "contributor", "nobody"] {
        for (method, path) in &changes {
            let answer = graph(&server, who, method, path, &reference(NOBODY));
            assert_eq!(answer.status, 403, "{who} {method} {path}: {}", answer.body);
            let code = answer.json()["error"]["code"].clone();
            assert_eq!(code, "Authorization_RequestDenied");
        }
    }
    let explained = server
        .operator("GET", "/entrada/requests?limit=1", "")
        .json();
    assert_eq!(
        explained["requests"][0]["cause"], "role-missing",
        "{explained}"
    );
    // A token for something else opens nothing.
    let token = format!(
        "Bearer {}",
        server.token("admin", "https://management.azure.com")
    );
    let answer = server.send(
        "POST",
        "/graph/v1.0/groups",
        &[("Authorization", &token)],
        "{}",
    );
    assert_eq!(answer.status, 401);
}

#[test]
fn whoever_may_give_roles_under_a_condition_only_does_not_change_the_directory() {
    let config = format!(
        "{}\n[[assignment]]\nprincipal = 'nobody'\nrole = 'Role Based Access Control Administrator'\n\
         scope = 'subscription:Contoso Production'\n\
         condition = \"@Request[Microsoft.Authorization/roleAssignments:PrincipalType] StringEqualsIgnoreCase 'User'\"\n",
        config::SAMPLE
    );
    let server = TestServer::with_config(&config);
    let members = format!("groups/{SQUAD}/members/$ref");
    let answer = graph(&server, "nobody", "POST", &members, &reference(NOBODY));
    assert_eq!(answer.status, 403, "{}", answer.body);
}

#[test]
fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let server = TestServer::start();
    let developer = "c0a70500-7e4a-4c0d-9e1d-ca0000000001";
    let listed = changed(
        &server,
        "GET",
        &format!("applications?$filter=appId%20eq%20'{developer}'"),
        Value::Null,
        200,
    );
    let declared = listed.json()["value"][0]["id"].as_str().unwrap().to_owned();
    let principal = "c0a70500-7e4a-4c0d-9e1d-0b0000000001";
    let group = json!({ "displayName": "x", "mailNickname": "x", "securityEnabled": true });
    let with = |member: &str, value: Value| {
        let mut group = group.clone();
        group[member] = value;
        group
    };
    for (method, path, body, status) in [
        ("POST", "groups".to_owned(), json!({}), 400),
        (
            "POST",
            "groups".to_owned(),
            with("mailEnabled", true.into()),
            400,
        ),
        (
            "POST",
            "groups".to_owned(),
            with("securityEnabled", false.into()),
            400,
        ),
        (
            "POST",
            "groups".to_owned(),
            with("displayName", "".into()),
            400,
        ),
        (
            "POST",
            "groups".to_owned(),
            with("displayName", "a\u{7}b".into()),
            400,
        ),
        (
            "POST",
            "groups".to_owned(),
            with("displayName", "x".repeat(257).into()),
            400,
        ),
        (
            "POST",
            format!("groups/{NOBODY}/members/$ref"),
            reference(NOBODY),
            404,
        ),
        (
            "POST",
            format!("groups/{SQUAD}/members/$ref"),
            reference(SQUAD),
            404,
        ),
        (
            "POST",
            format!("groups/{SQUAD}/members/$ref"),
            reference("no-such-id"),
            404,
        ),
        ("POST", "applications".to_owned(), json!({}), 400),
        (
            "POST",
            "applications".to_owned(),
            json!({ "displayName": "x", "keyCredentials": [{}] }),
            400,
        ),
        (
            "POST",
            format!("applications/{declared}/addPassword"),
            json!({}),
            403,
        ),
        (
            "DELETE",
            format!("applications/{declared}"),
            Value::Null,
            403,
        ),
        (
            "DELETE",
            format!("servicePrincipals/{principal}"),
            Value::Null,
            403,
        ),
        (
            "POST",
            "servicePrincipals".to_owned(),
            json!({ "appId": developer }),
            409,
        ),
        (
            "POST",
            "servicePrincipals".to_owned(),
            json!({ "appId": "no-such-app" }),
            400,
        ),
        ("PUT", "groups".to_owned(), group.clone(), 404),
    ] {
        changed(&server, method, &path, body, status);
    }
    let made = changed(
        &server,
        "POST",
        "applications",
        json!({ "displayName": "x" }),
        201,
    );
    let path = format!("applications/{}/addPassword", text(&made, "id"));
    for asked in [
        json!({ "endDateTime": "2001-01-01T00:00:00Z" }),
        json!({ "endDateTime": "tomorrow" }),
        json!({ "startDateTime": "2030-01-01T00:00:00Z", "endDateTime": "2029-01-01T00:00:00Z" }),
    ] {
        changed(
            &server,
            "POST",
            &path,
            json!({ "passwordCredential": asked }),
            400,
        );
    }
    changed(
        &server,
        "PATCH",
        &format!("applications/{}", text(&made, "id")),
        json!({ "displayName": "y" }),
        204,
    );
    let listed = changed(
        &server,
        "GET",
        "applications?$filter=startswith(displayName,'y')",
        Value::Null,
        200,
    );
    assert_eq!(listed.json()["value"][0]["displayName"], "y");
}

#[test]
fn a_denial_of_the_configuration_is_not_undone_by_the_members_of_a_group() {
    let config = format!(
        "{}\n[[deny]]\nname = 'only the squad'\nprincipals = ['*']\n\
         exclude = ['ai-developers']\nscope = 'contoso'\n\
         data_actions = ['Microsoft.CognitiveServices/*']\n",
        config::SAMPLE
    );
    let server = TestServer::with_config(&config);
    // The squad is in the group that is named.
    let members = format!("groups/{SQUAD}/members");
    let refused = changed(
        &server,
        "POST",
        &format!("{members}/$ref"),
        reference(NOBODY),
        403,
    );
    assert!(
        refused
            .body
            .contains("A deny assignment of the configuration"),
        "{}",
        refused.body
    );
    changed(
        &server,
        "DELETE",
        &format!("groups/{SQUAD}"),
        Value::Null,
        403,
    );
}
