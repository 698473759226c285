//! Resource groups, accounts, deployments and projects that are made at run time.

use super::*;

const NEW_GROUP: &str =
    "/subscriptions/c0a70500-7e4a-4c0d-9e1d-5b0000000001/resourceGroups/sandbox";
const MADE: &str = "/subscriptions/c0a70500-7e4a-4c0d-9e1d-5b0000000001/resourceGroups/sandbox/providers/Microsoft.CognitiveServices/accounts/fresh";
const DELETED: &str = "/subscriptions/c0a70500-7e4a-4c0d-9e1d-5b0000000001/providers/Microsoft.CognitiveServices/locations/eastus2/resourceGroups/sandbox/deletedAccounts/fresh";

fn admin(server: &TestServer, method: &str, path: &str, body: &Value) -> Answer {
    call(server, "admin", method, path, &body.to_string())
}

fn make_group(server: &TestServer) {
    let made = admin(
        server,
        "PUT",
        NEW_GROUP,
        &json!({ "location": "East US 2" }),
    );
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.json()["location"], "eastus2");
}

fn make_account(server: &TestServer, properties: &Value) -> Answer {
    let body = json!({
        "kind": "AIServices", "sku": { "name": "S0" }, "location": "eastus2",
        "properties": properties,
    });
    admin(server, "PUT", MADE, &body)
}

fn deploy(server: &TestServer, name: &str, model: &str) -> Answer {
    let body = json!({
        "sku": { "name": "Standard", "capacity": 7 },
        "properties": { "model": { "format": "OpenAI", "name": model, "version": "2024-11-20" } },
    });
    admin(server, "PUT", &format!("{MADE}/deployments/{name}"), &body)
}

fn chat(server: &TestServer, headers: &[(&str, &str)]) -> u16 {
    let path = "/fresh/openai/deployments/mini/chat/completions?api-version=2024-10-21";
    let body = r#"{"messages":[{"role":"user","content":"hello"}]}"#;
    server.send("POST", path, headers, body).status
}

fn chat_as(server: &TestServer, who: &str) -> u16 {
    let token = server.token(who, "https://cognitiveservices.azure.com");
    chat(server, &[("Authorization", &format!("Bearer {token}"))])
}

/// A server with the account, one deployment and a role assignment on it.
fn with_account() -> TestServer {
    let server = TestServer::start();
    make_group(&server);
    let made = make_account(&server, &json!({ "customSubDomainName": "fresh" }));
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(deploy(&server, "mini", "gpt-4o-mini").status, 201);
    let granted = put(&server, "admin", MADE, &assignment(USER_ROLE, NOBODY));
    assert_eq!(granted.status, 201, "{}", granted.body);
    server
}

#[test]
fn a_model_of_a_new_account_is_called_by_whom_it_was_granted_to() {
    let server = with_account();
    assert_eq!(chat_as(&server, "nobody"), 200);
    assert_eq!(chat_as(&server, "developer"), 401);
    let shown = get(&server, "admin", MADE).json();
    assert_eq!(shown["properties"]["customSubDomainName"], "fresh");
    let deployment = get(&server, "admin", &format!("{MADE}/deployments/mini")).json();
    assert_eq!(
        deployment["sku"],
        json!({ "name": "Standard", "capacity": 7 })
    );
    assert_eq!(deployment["properties"]["model"]["version"], "2024-11-20");
    let gone = admin(
        &server,
        "DELETE",
        &format!("{MADE}/deployments/mini"),
        &json!({}),
    );
    assert_eq!((gone.status, chat_as(&server, "nobody")), (200, 404));
    let again = admin(
        &server,
        "DELETE",
        &format!("{MADE}/deployments/mini"),
        &json!({}),
    );
    assert_eq!(again.status, 204);
}

#[test]
fn an_account_without_a_custom_subdomain_takes_no_tokens() {
    let server = TestServer::start();
    make_group(&server);
    assert_eq!(make_account(&server, &json!({})).status, 201);
    assert_eq!(deploy(&server, "mini", "gpt-4o-mini").status, 201);
    put(&server, "admin", MADE, &assignment(USER_ROLE, NOBODY));
    assert_eq!(chat_as(&server, "nobody"), 400);
    let subdomain = json!({ "properties": { "customSubDomainName": "fresh" } });
    assert_eq!(admin(&server, "PATCH", MADE, &subdomain).status, 200);
    assert_eq!(chat_as(&server, "nobody"), 200);
    // Once given, it stays.
    assert_eq!(make_account(&server, &json!({})).status, 200);
    assert_eq!(chat_as(&server, "nobody"), 200);
}

#[test]
fn a_regenerated_key_takes_the_place_of_the_old_one() {
    let server = with_account();
    let list = || admin(&server, "POST", &format!("{MADE}/listKeys"), &json!({})).json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let before = list();
    let (key1, key2) = (text(&before["key1"]), text(&before["key2"]));
    assert_ne!(key1, key2);
    assert_eq!(chat(&server, &[("api-key", &key1)]), 200);
    let body = json!({ "keyName": "Key1" });
    let after = admin(&server, "POST", &format!("{MADE}/regenerateKey"), &body);
    assert_eq!(after.status, 200, "{}", after.body);
    assert_eq!(text(&after.json()["key2"]), key2);
    let new = text(&after.json()["key1"]);
    assert_eq!(chat(&server, &[("api-key", &key1)]), 401);
    assert_eq!(chat(&server, &[("api-key", &new)]), 200);
    let wrong = admin(
        &server,
        "POST",
        &format!("{MADE}/regenerateKey"),
        &json!({ "keyName": "Key3" }),
    );
    assert_eq!(wrong.status, 400);
    let keyless = json!({ "properties": { "disableLocalAuth": true } });
    assert_eq!(admin(&server, "PATCH", MADE, &keyless).status, 200);
    assert_ne!(chat(&server, &[("api-key", &new)]), 200);
    // A key of the configuration can be replaced as well.
    let configured = format!("{ACCOUNT}/regenerateKey");
    let replaced = admin(&server, "POST", &configured, &json!({ "keyName": "Key1" }));
    assert_ne!(replaced.json()["key1"], "contoso-local-key-1");
}

#[test]
fn a_deleted_account_can_be_restored_until_it_is_purged() {
    let server = with_account();
    assert_eq!(admin(&server, "DELETE", MADE, &json!({})).status, 200);
    assert_eq!(admin(&server, "DELETE", MADE, &json!({})).status, 204);
    assert_eq!(get(&server, "admin", MADE).status, 404);
    let list = format!("{SUBSCRIPTION}/providers/Microsoft.CognitiveServices/deletedAccounts");
    assert_eq!(
        get(&server, "admin", &list).json()["value"][0]["id"],
        DELETED
    );
    let refused = make_account(&server, &json!({}));
    assert_eq!(
        (refused.status, code(&refused)),
        (409, "FlagMustBeSetForRestore".to_owned())
    );
    let restored = make_account(&server, &json!({ "restore": true }));
    assert_eq!(restored.status, 201, "{}", restored.body);
    assert_eq!(
        restored.json()["properties"]["customSubDomainName"],
        "fresh"
    );
    assert_eq!(get(&server, "admin", DELETED).status, 404);
    // What was in it, and who could call it, does not come back.
    assert_eq!(chat_as(&server, "nobody"), 401);
    let deployments = get(&server, "admin", &format!("{MADE}/deployments"));
    assert_eq!(deployments.json()["value"], json!([]));

    assert_eq!(admin(&server, "DELETE", MADE, &json!({})).status, 200);
    assert_eq!(get(&server, "admin", DELETED).status, 200);
    assert_eq!(admin(&server, "DELETE", DELETED, &json!({})).status, 200);
    assert_eq!(admin(&server, "DELETE", DELETED, &json!({})).status, 204);
    let nothing = make_account(&server, &json!({ "restore": true }));
    assert_eq!(code(&nothing), "CanNotRestoreANonExistingResource");
    let anew = make_account(&server, &json!({ "customSubDomainName": "fresh" }));
    assert_eq!(anew.status, 201);
}

#[test]
fn a_resource_group_goes_with_everything_in_it() {
    let server = with_account();
    let tags = json!({ "tags": { "team": "blue" } });
    let etag = || get(&server, "admin", MADE).json()["etag"].clone();
    let before = etag();
    assert_eq!(before, etag());
    assert_eq!(admin(&server, "PATCH", MADE, &tags).status, 200);
    assert_ne!(before, etag());
    let tagged = admin(&server, "PATCH", NEW_GROUP, &tags);
    assert_eq!(tagged.json()["tags"]["team"], "blue");
    let moved = admin(&server, "PUT", NEW_GROUP, &json!({ "location": "westus3" }));
    assert_eq!(moved.status, 409);
    assert_eq!(admin(&server, "DELETE", NEW_GROUP, &json!({})).status, 200);
    assert_eq!(get(&server, "admin", NEW_GROUP).status, 404);
    assert_eq!(get(&server, "admin", MADE).status, 404);
    assert_eq!(chat_as(&server, "nobody"), 404);
    assert_eq!(get(&server, "admin", DELETED).status, 200);
}

#[test]
fn what_cannot_be_is_refused_and_changes_nothing() {
    let server = TestServer::start();
    make_group(&server);
    let refused = |path: &str, body: Value, status: u16, expected: &str| {
        let answer = admin(&server, "PUT", path, &body);
        let told = (answer.status, code(&answer));
        assert_eq!(told, (status, expected.to_owned()), "{}", answer.body);
    };
    let account = |properties: Value| json!({ "location": "eastus2", "properties": properties });
    let at =
        |name: &str| format!("{NEW_GROUP}/providers/Microsoft.CognitiveServices/accounts/{name}");
    refused(&at("fresh"), json!({}), 400, "BadRequest");
    refused(&at("openai"), account(json!({})), 400, "BadRequest");
    refused(&at("x"), account(json!({})), 400, "BadRequest");
    refused(&at("contoso"), account(json!({})), 409, "CustomDomainInUse");
    refused(
        &at("fresh"),
        account(json!({ "customSubDomainName": "other" })),
        400,
        "BadRequest",
    );
    refused(
        &at("fresh"),
        account(json!({ "publicNetworkAccess": "Maybe" })),
        400,
        "BadRequest",
    );
    refused(
        &MADE.replace("/sandbox/", "/nowhere/"),
        account(json!({})),
        404,
        "ResourceGroupNotFound",
    );
    let tags: serde_json::Map<String, Value> = (0..51)
        .map(|number| (number.to_string(), json!("x")))
        .collect();
    refused(
        NEW_GROUP,
        json!({ "location": "eastus2", "tags": tags }),
        400,
        "BadRequest",
    );
    refused(
        &format!("{MADE}/deployments/mini"),
        json!({}),
        404,
        "ResourceNotFound",
    );
    assert_eq!(make_account(&server, &json!({})).status, 201);
    refused(
        &format!("{MADE}/deployments/mini"),
        json!({}),
        400,
        "BadRequest",
    );
    refused(
        &format!("{MADE}/deployments/-mini"),
        json!({}),
        400,
        "BadRequest",
    );
    refused(&format!("{MADE}/projects/-p"), json!({}), 400, "BadRequest");
    let accounts = format!("{NEW_GROUP}/providers/Microsoft.CognitiveServices/accounts");
    let listed = get(&server, "admin", &accounts).json();
    assert_eq!(listed["value"].as_array().unwrap().len(), 1);
}

#[test]
fn what_was_made_outlives_a_restart_and_no_key_is_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let server = TestServer::kept_in(folder.path(), SAMPLE);
    make_group(&server);
    let properties = json!({ "customSubDomainName": "fresh" });
    assert_eq!(make_account(&server, &properties).status, 201);
    assert_eq!(deploy(&server, "mini", "gpt-4o-mini").status, 201);
    // Changed after its deployment: what was written last does not take the deployment away.
    let tags = json!({ "tags": { "team": "blue" } });
    assert_eq!(admin(&server, "PATCH", MADE, &tags).status, 200);
    let project = format!("{MADE}/projects/lab");
    assert_eq!(
        admin(&server, "PUT", &project, &json!({ "location": "eastus2" })).status,
        201
    );
    // One that the configuration declares, deleted and made anew.
    assert_eq!(admin(&server, "DELETE", ACCOUNT, &json!({})).status, 200);
    let anew = json!({ "location": "swedencentral", "properties": { "restore": true } });
    assert_eq!(admin(&server, "PUT", ACCOUNT, &anew).status, 201);
    let keys =
        |server: &TestServer| admin(server, "POST", &format!("{MADE}/listKeys"), &json!({})).json();
    let before = keys(&server);
    let shown = |server: &TestServer| {
        [
            MADE,
            &format!("{MADE}/deployments"),
            &project,
            NEW_GROUP,
            ACCOUNT,
            &format!("{ACCOUNT}/deployments"),
        ]
        .map(|path| {
            let answer = get(server, "admin", path);
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            // Addresses differ from start to start.
            answer
                .body
                .replace(&server.address().port().to_string(), "")
        })
    };
    let first = shown(&server);
    drop(server);
    let key = before["key1"].as_str().unwrap().as_bytes();
    let files = std::fs::read_dir(folder.path()).unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    for file in files.filter(|path| path.is_file()) {
        let bytes = std::fs::read(file).unwrap();
        assert!(!bytes.windows(key.len()).any(|window| window == key));
    }
    let server = TestServer::kept_in(folder.path(), SAMPLE);
    assert_eq!(keys(&server), before);
    assert_eq!(shown(&server), first);
    let empty = get(&server, "admin", &format!("{ACCOUNT}/deployments")).json();
    assert_eq!(empty["value"], json!([]));
}

#[test]
fn who_may_not_delete_an_account_does_not_delete_its_group_either() {
    let server = TestServer::with_config(&format!(
        "{SAMPLE}\n[[role]]\nid = \"99999999-2222-4333-8444-555555555555\"\nname = \"Group cleaner\"\n\
         actions = [\"Microsoft.Resources/subscriptions/resourceGroups/*\"]\n\
         [[assignment]]\nprincipal = \"nobody\"\nrole = \"Group cleaner\"\nscope = \"subscription:Contoso Production\"\n"
    ));
    make_group(&server);
    assert_eq!(make_account(&server, &json!({})).status, 201);
    let refused = call(&server, "nobody", "DELETE", NEW_GROUP, "");
    assert_eq!(
        (refused.status, code(&refused)),
        (409, "OperationNotAllowed".to_owned())
    );
    assert_eq!(get(&server, "admin", MADE).status, 200);
    assert_eq!(admin(&server, "DELETE", MADE, &json!({})).status, 200);
    assert_eq!(call(&server, "nobody", "DELETE", NEW_GROUP, "").status, 200);
}
