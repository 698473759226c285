//! Managed identities of accounts.

use super::directory::{graph, kept};
use super::*;

const TENANT: &str = "c0a70500-7e4a-4c0d-9e1d-000000000000";

fn identity(server: &TestServer, method: &str, kind: &str) -> Answer {
    let body = json!({ "location": "swedencentral", "identity": { "type": kind } });
    call(server, "admin", method, ACCOUNT, &body.to_string())
}

fn shown(server: &TestServer) -> Value {
    get(server, "admin", ACCOUNT).json()["identity"].clone()
}

/// The object id of the account's new identity.
fn assigned(server: &TestServer) -> String {
    let answer = identity(server, "PATCH", "SystemAssigned");
    assert_eq!(answer.status, 200, "{}", answer.body);
    let id = &answer.json()["identity"]["principalId"];
    id.as_str().unwrap().to_owned()
}

fn in_graph(server: &TestServer, path: &str) -> Answer {
    graph(server, "admin", "GET", path, &Value::Null)
}

fn kind_of_grant(server: &TestServer) -> Value {
    let grant = get(server, "admin", &assignment_path(ACCOUNT, NAME));
    assert_eq!(grant.status, 200, "{}", grant.body);
    grant.json()["properties"]["principalType"].clone()
}

#[test]
fn an_accounts_identity_is_a_service_principal_of_the_directory() {
    let server = TestServer::start();
    assert_eq!(shown(&server), Value::Null);
    let id = assigned(&server);
    let expected = json!({ "type": "SystemAssigned", "principalId": id, "tenantId": TENANT });
    assert_eq!(shown(&server), expected);

    let object = in_graph(&server, &format!("servicePrincipals/{id}")).json();
    assert_eq!(object["servicePrincipalType"], "ManagedIdentity");
    assert_eq!(object["displayName"], "contoso");
    assert_eq!(
        object["alternativeNames"],
        json!(["isExplicit=False", ACCOUNT])
    );
    let app_id = object["appId"].as_str().unwrap();
    let listed = in_graph(
        &server,
        &format!("servicePrincipals?$filter=appId%20eq%20'{app_id}'"),
    );
    assert_eq!(listed.json()["value"][0]["id"], *id);
    let ids = json!({ "ids": [id] });
    let found = graph(&server, "admin", "POST", "directoryObjects/getByIds", &ids);
    assert_eq!(found.json()["value"][0]["displayName"], "contoso");

    let granted = put(&server, "admin", ACCOUNT, &assignment(USER_ROLE, &id));
    assert_eq!(granted.status, 201, "{}", granted.body);
    assert_eq!(
        granted.json()["properties"]["principalType"],
        "ServicePrincipal"
    );
}

#[test]
fn an_identity_stays_until_it_is_removed_and_the_next_is_another() {
    let server = TestServer::start();
    let id = assigned(&server);
    put(&server, "admin", ACCOUNT, &assignment(USER_ROLE, &id));
    let tags = r#"{"location":"swedencentral","tags":{"team":"one"}}"#;
    for (method, body) in [
        ("PATCH", tags),
        ("PUT", tags),
        ("PATCH", r#"{"identity":null}"#),
        ("PATCH", r#"{"identity":{"type":"systemassigned"}}"#),
    ] {
        let answer = call(&server, "admin", method, ACCOUNT, body);
        assert_eq!(
            answer.json()["identity"]["principalId"],
            *id,
            "{method} {body}"
        );
    }

    let removed = identity(&server, "PATCH", "None");
    assert_eq!(removed.status, 200, "{}", removed.body);
    assert_eq!(removed.json()["identity"], Value::Null);
    let path = format!("servicePrincipals/{id}");
    assert_eq!(in_graph(&server, &path).status, 404);
    // What it was assigned is left over, and nobody new gets anything under its id.
    assert_eq!(kind_of_grant(&server), "ServicePrincipal");
    let other = assignment_path(ACCOUNT, OTHER_NAME);
    let again = call(
        &server,
        "admin",
        "PUT",
        &other,
        &assignment(FOUNDRY_USER, &id),
    );
    assert_eq!(
        (again.status, code(&again)),
        (400, "PrincipalNotFound".to_owned())
    );
    assert_ne!(assigned(&server), id);
}

#[test]
fn an_identity_goes_with_its_account_and_does_not_come_back_with_it() {
    let server = TestServer::start();
    let id = assigned(&server);
    put(&server, "admin", GROUP, &assignment(USER_ROLE, &id));
    assert_eq!(call(&server, "admin", "DELETE", ACCOUNT, "").status, 200);
    let path = format!("servicePrincipals/{id}");
    assert_eq!(in_graph(&server, &path).status, 404);
    let grant = get(&server, "admin", &assignment_path(GROUP, NAME));
    assert_eq!(grant.json()["properties"]["principalId"], *id);
    let restore = r#"{"location":"swedencentral","properties":{"restore":true}}"#;
    let restored = call(&server, "admin", "PUT", ACCOUNT, restore);
    assert_eq!(restored.status, 201, "{}", restored.body);
    assert_eq!(shown(&server), Value::Null);
}

#[test]
fn an_identity_outlives_the_server_and_so_does_its_removal() {
    let folder = tempfile::tempdir().unwrap();
    let server = kept(folder.path());
    let id = assigned(&server);
    put(&server, "admin", ACCOUNT, &assignment(USER_ROLE, &id));
    drop(server);
    let server = kept(folder.path());
    assert_eq!(shown(&server)["principalId"], *id);
    let path = format!("servicePrincipals/{id}");
    assert_eq!(in_graph(&server, &path).status, 200);
    assert_eq!(identity(&server, "PUT", "None").status, 200);
    drop(server);
    let server = kept(folder.path());
    assert_eq!(shown(&server), Value::Null);
    assert_eq!(in_graph(&server, &path).status, 404);
    assert_eq!(kind_of_grant(&server), "ServicePrincipal");
}

#[test]
fn other_kinds_of_identities_are_refused_and_change_nothing() {
    let server = TestServer::start();
    for kind in ["UserAssigned", "SystemAssigned, UserAssigned", "", "Mine"] {
        let answer = identity(&server, "PATCH", kind);
        assert_eq!(answer.status, 400, "{kind}: {}", answer.body);
        assert!(answer.body.contains("SystemAssigned"), "{}", answer.body);
    }
    assert_eq!(shown(&server), Value::Null);
    let body = json!({ "identity": { "type": "SystemAssigned" } }).to_string();
    let reader = call(&server, "developer", "PATCH", ACCOUNT, &body);
    assert_eq!(code(&reader), "AuthorizationFailed");
}

#[test]
fn nobody_here_signs_in_as_an_accounts_identity() {
    let server = TestServer::start();
    let id = assigned(&server);
    let environment = format!("/entrada/environment?principal={id}");
    let refused = server.operator("GET", &environment, "");
    assert_eq!(refused.status, 400, "{}", refused.body);
    let asked = json!({ "principal": id, "scope": ARM }).to_string();
    let refused = server.operator("POST", "/entrada/token", &asked);
    assert_eq!(refused.status, 400, "{}", refused.body);
    let msi = "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://management.azure.com";
    let path = format!("{msi}&object_id={id}");
    let refused = server.send("GET", &path, &[("Metadata", "true")], "");
    assert_eq!(refused.status, 400, "{}", refused.body);
}

#[test]
fn a_group_is_deleted_with_the_accounts_that_have_identities() {
    let server = TestServer::start();
    let group = format!("{SUBSCRIPTION}/resourceGroups/sandbox");
    let here = r#"{"location":"eastus2"}"#;
    assert_eq!(call(&server, "admin", "PUT", &group, here).status, 201);
    let account = format!("{group}/providers/Microsoft.CognitiveServices/accounts/fresh");
    let body = r#"{"location":"eastus2","kind":"AIServices","identity":{"type":"SystemAssigned"}}"#;
    let made = call(&server, "admin", "PUT", &account, body);
    assert_eq!(made.status, 201, "{}", made.body);
    let id = made.json()["identity"]["principalId"].clone();
    let gone = call(&server, "admin", "DELETE", &group, "");
    assert_eq!(gone.status, 200, "{}", gone.body);
    let path = format!("servicePrincipals/{}", id.as_str().unwrap());
    assert_eq!(in_graph(&server, &path).status, 404);
}
