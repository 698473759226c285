//! Azure Resource Manager as its clients see it.

mod accounts;
mod activation;
mod attacks;
mod custom;
mod descriptions;
mod directory;
mod identities;
mod lists;
mod people;
mod provisioning;

use serde_json::{Value, json};

use super::{Answer, TestServer};
use crate::config::SAMPLE;

const ARM: &str = "https://management.azure.com";
const SUBSCRIPTION: &str = "/subscriptions/c0a70500-7e4a-4c0d-9e1d-5b0000000001";
const GROUP: &str = "/subscriptions/c0a70500-7e4a-4c0d-9e1d-5b0000000001/resourceGroups/ai";
const ACCOUNT: &str = "/subscriptions/c0a70500-7e4a-4c0d-9e1d-5b0000000001/resourceGroups/ai/providers/Microsoft.CognitiveServices/accounts/contoso";
const NOBODY: &str = "c0a70500-7e4a-4c0d-9e1d-0b0000000005";
const DEVELOPER: &str = "c0a70500-7e4a-4c0d-9e1d-0b0000000001";
const ALICE: &str = "c0a70500-7e4a-4c0d-9e1d-0b00000000a1";
const NAME: &str = "11111111-2222-4333-8444-555555555555";
const OTHER_NAME: &str = "11111111-2222-4333-8444-666666666666";
const USER_ROLE: &str = "a97b65f3-24c7-4388-baec-2e87135dc908";
const OWNER_ROLE: &str = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
const FOUNDRY_USER: &str = "53ca6127-db72-4b80-b1b0-d745d6d5456d";

fn call(server: &TestServer, who: &str, method: &str, path: &str, body: &str) -> Answer {
    let bearer = format!("Bearer {}", server.token(who, ARM));
    let path = match path.contains('?') {
        true => path.to_owned(),
        false => format!("{path}?api-version=2022-04-01"),
    };
    let json = ("Content-Type", "application/json");
    server.send(method, &path, &[("Authorization", &bearer), json], body)
}

fn get(server: &TestServer, who: &str, path: &str) -> Answer {
    call(server, who, "GET", path, "")
}

fn code(answer: &Answer) -> String {
    let json = answer.json();
    let code = &json["error"]["code"];
    code.as_str().unwrap_or_default().to_owned()
}

fn assignment_path(scope: &str, name: &str) -> String {
    format!("{scope}/providers/Microsoft.Authorization/roleAssignments/{name}")
}

fn assignment(role: &str, principal: &str) -> String {
    let id = format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}");
    json!({ "properties": { "roleDefinitionId": id, "principalId": principal } }).to_string()
}

fn put(server: &TestServer, who: &str, scope: &str, body: &str) -> Answer {
    call(server, who, "PUT", &assignment_path(scope, NAME), body)
}

/// How many role assignments there are in all.
fn count(server: &TestServer) -> usize {
    let path = format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments");
    let listed = get(server, "admin", &path);
    assert_eq!(listed.status, 200, "{}", listed.body);
    listed.json()["value"].as_array().unwrap().len()
}

/// The sample with further assignments, denials or people.
fn with(more: &str) -> TestServer {
    TestServer::with_config(&format!("{SAMPLE}\n{more}"))
}

fn explained(server: &TestServer, answer: &Answer) -> Value {
    let id = answer.header("x-ms-request-id").unwrap();
    let record = server.operator("GET", &format!("/entrada/requests/{id}"), "");
    assert_eq!(record.status, 200, "{}", record.body);
    record.json()
}

#[test]
fn an_owner_assigns_and_removes_a_role_and_the_model_can_be_called_meanwhile() {
    let server = TestServer::start();
    let chat = || {
        let token = server.token("nobody", "https://cognitiveservices.azure.com");
        let body = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}]}"#;
        let bearer = format!("Bearer {token}");
        let headers = [("Authorization", bearer.as_str())];
        let path = "/openai/v1/chat/completions";
        server.send("POST", path, &headers, body).status
    };
    assert_eq!(chat(), 401);
    let body = assignment(USER_ROLE, NOBODY);
    let made = put(&server, "owner", ACCOUNT, &body);
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.json()["id"], assignment_path(ACCOUNT, NAME));
    assert_eq!(
        made.json()["properties"]["principalType"],
        "ServicePrincipal"
    );
    assert!(made.header("x-ms-correlation-request-id").is_some());
    assert_eq!(chat(), 200);
    // The same again is no change; another name for the same is refused.
    assert_eq!(put(&server, "owner", ACCOUNT, &body).status, 200);
    let twin = call(
        &server,
        "owner",
        "PUT",
        &assignment_path(ACCOUNT, OTHER_NAME),
        &body,
    );
    assert_eq!(
        (twin.status, code(&twin)),
        (409, "RoleAssignmentExists".to_owned())
    );
    assert!(twin.body.contains(&NAME.replace('-', "")), "{}", twin.body);
    let moved = put(&server, "owner", GROUP, &body);
    assert_eq!(code(&moved), "RoleAssignmentUpdateNotPermitted");
    // `entrada` and ARM see the same assignments.
    let check = r#"{"principal":"nobody","operation":"chat","resource":"contoso"}"#;
    let checked = server.operator("POST", "/entrada/check", check).json();
    assert_eq!(checked["decision"], "allowed");
    let removed = call(
        &server,
        "owner",
        "DELETE",
        &assignment_path(ACCOUNT, NAME),
        "",
    );
    assert_eq!(removed.status, 200);
    assert_eq!(removed.json()["name"], NAME);
    let gone = call(
        &server,
        "owner",
        "DELETE",
        &assignment_path(ACCOUNT, NAME),
        "",
    );
    assert_eq!((gone.status, gone.body.as_str()), (204, ""));
    assert_eq!(chat(), 401);
}

#[test]
fn a_refusal_is_told_as_arm_tells_it_and_explained_to_the_operator() {
    let server = TestServer::start();
    let refused = put(
        &server,
        "developer",
        ACCOUNT,
        &assignment(OWNER_ROLE, DEVELOPER),
    );
    assert_eq!(refused.status, 403);
    assert_eq!(
        refused.json()["error"]["message"],
        format!(
            "The client 'c0a70500-7e4a-4c0d-9e1d-ca0000000001' with object id '{DEVELOPER}' does not have \
             authorization to perform action 'Microsoft.Authorization/roleAssignments/write' over scope \
             '{ACCOUNT}/providers/Microsoft.Authorization/roleAssignments/{NAME}' or the scope is invalid. If \
             access was recently granted, please refresh your credentials."
        )
    );
    let record = explained(&server, &refused);
    assert_eq!(record["cause"], "role-assignment-write-missing");
    assert_eq!(record["principal"], "developer");
    assert_eq!(record["account"], "contoso");
    let fix = record["report"]["findings"][0]["fix"][0]["command"]
        .as_str()
        .unwrap();
    assert!(fix.starts_with("entrada grant developer "), "{fix}");
    assert!(fix.ends_with(" contoso"), "{fix}");
}

#[test]
fn a_role_assignment_names_a_role_and_a_principal_that_there_are() {
    let server = TestServer::start();
    let before = count(&server);
    let definition = |prefix: &str, role: &str| {
        format!("{prefix}/providers/Microsoft.Authorization/roleDefinitions/{role}")
    };
    let body = |role: &str, principal: &str, more: Value| {
        let mut properties = json!({ "roleDefinitionId": role, "principalId": principal });
        for (name, value) in more.as_object().unwrap() {
            properties[name] = value.clone();
        }
        json!({ "properties": properties }).to_string()
    };
    let here = definition(SUBSCRIPTION, USER_ROLE);
    let foreign = definition(
        "/subscriptions/c0a70500-7e4a-4c0d-9e1d-5b0000000002",
        USER_ROLE,
    );
    let unknown = definition(SUBSCRIPTION, NAME);
    let nobody = "c0a70500-7e4a-4c0d-9e1d-0b00000000ff";
    let app_id = "c0a70500-7e4a-4c0d-9e1d-ca0000000005";
    let condition =
        |text: &str, version: &str| json!({ "condition": text, "conditionVersion": version });
    for (body, status, expected) in [
        (
            body(&foreign, NOBODY, json!({})),
            404,
            "RoleDefinitionDoesNotExist",
        ),
        (
            body(&unknown, NOBODY, json!({})),
            404,
            "RoleDefinitionDoesNotExist",
        ),
        (
            body(USER_ROLE, NOBODY, json!({})),
            404,
            "RoleDefinitionDoesNotExist",
        ),
        (body(&here, nobody, json!({})), 400, "PrincipalNotFound"),
        (body(&here, app_id, json!({})), 400, "PrincipalNotFound"),
        (body(&here, "", json!({})), 400, "InvalidPrincipalId"),
        (
            body(&here, "00000000-0000-0000-0000-000000000000", json!({})),
            400,
            "InvalidPrincipalId",
        ),
        (
            body(&here, NOBODY, json!({ "principalType": "User" })),
            400,
            "UnmatchedPrincipalType",
        ),
        (
            body(&here, NOBODY, condition("this is none", "2.0")),
            400,
            "InvalidCondition",
        ),
        (
            body(&here, NOBODY, condition("ActionMatches{'*'}", "1.0")),
            400,
            "InvalidConditionVersion",
        ),
        ("{".to_owned(), 400, "InvalidRequestContent"),
        ("[]".to_owned(), 400, "InvalidRequestContent"),
        ("".to_owned(), 400, "InvalidRequestContent"),
        (
            r#"{"properties":{}}"#.to_owned(),
            400,
            "InvalidRequestContent",
        ),
        ("[".repeat(100_000), 400, "InvalidRequestContent"),
        (" ".repeat(300_000), 413, "RequestContentTooLarge"),
    ] {
        let refused = put(&server, "owner", ACCOUNT, &body);
        let shown: String = body.chars().take(300).collect();
        assert_eq!(
            (refused.status, code(&refused).as_str()),
            (status, expected),
            "{shown}"
        );
    }
    let unnamed = call(
        &server,
        "owner",
        "PUT",
        &assignment_path(ACCOUNT, "not-a-guid"),
        &assignment(USER_ROLE, NOBODY),
    );
    assert_eq!(code(&unnamed), "InvalidRoleAssignmentId");
    let nowhere = format!("{GROUP}/providers/Microsoft.CognitiveServices/accounts/missing");
    let nowhere = put(&server, "owner", &nowhere, &assignment(USER_ROLE, NOBODY));
    assert_eq!(
        (nowhere.status, code(&nowhere)),
        (404, "ResourceNotFound".to_owned())
    );
    assert_eq!(count(&server), before);
}

#[test]
fn every_call_names_its_version() {
    let server = TestServer::start();
    let refused = server.send("GET", SUBSCRIPTION, &[], "");
    assert_eq!(
        (refused.status, code(&refused)),
        (400, "MissingApiVersionParameter".to_owned())
    );
    assert_eq!(explained(&server, &refused)["cause"], "api-version-missing");
    let object = server
        .send("GET", "/metadata/endpoints?api-version=2022-09-01", &[], "")
        .json();
    assert_eq!(
        object["authentication"]["audiences"][0],
        "https://management.core.windows.net/"
    );
    let list = server
        .send("GET", "/metadata/endpoints?api-version=2019-05-01", &[], "")
        .json();
    assert_eq!(list[0]["name"], object["name"]);
}
