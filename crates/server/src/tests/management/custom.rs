//! Custom roles and deny assignments that users make.

use super::*;

const ROLE: &str = "22222222-2222-4333-8444-555555555555";
const ADMIN: &str = "c0a70500-7e4a-4c0d-9e1d-0b00000000a2";
const OWNER: &str = "c0a70500-7e4a-4c0d-9e1d-0b0000000003";
const CHAT: &str =
    "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action";

fn role_path(scope: &str, id: &str) -> String {
    format!("{scope}/providers/Microsoft.Authorization/roleDefinitions/{id}")
}

fn deny_path(scope: &str) -> String {
    format!("{scope}/providers/Microsoft.Authorization/denyAssignments/{NAME}")
}

/// The body of a custom role.
fn role(name: &str, actions: &[&str], data_actions: &[&str], scopes: &[&str]) -> String {
    let permissions = json!([{ "actions": actions, "dataActions": data_actions }]);
    json!({ "properties": {
        "roleName": name, "type": "CustomRole", "description": "for a test",
        "permissions": permissions, "assignableScopes": scopes,
    } })
    .to_string()
}

/// The sample, with somebody who is Owner of both resource groups and nothing more.
fn server() -> TestServer {
    with("[[assignment]]\nprincipal = 'alice'\nrole = 'Owner'\nscope = 'resource-group:lab'")
}

fn lab() -> String {
    format!("{SUBSCRIPTION}/resourceGroups/lab")
}

#[test]
fn a_custom_role_is_made_assigned_changed_and_removed() {
    let server = server();
    let may_chat = || {
        let check = r#"{"principal":"nobody","operation":"chat","resource":"contoso"}"#;
        let checked = server.operator("POST", "/entrada/check", check).json();
        checked["decision"] == "allowed"
    };
    let path = role_path(GROUP, ROLE);
    let body = role("Chatter", &[], &[CHAT], &[GROUP]);
    let made = call(&server, "owner", "PUT", &path, &body);
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.json()["properties"]["type"], "CustomRole");
    assert_eq!(call(&server, "owner", "PUT", &path, &body).status, 201);
    let granted = put(&server, "owner", ACCOUNT, &assignment(ROLE, NOBODY));
    assert_eq!(granted.status, 201, "{}", granted.body);
    assert!(may_chat());
    let in_use = call(&server, "owner", "DELETE", &path, "");
    assert_eq!(
        (in_use.status, code(&in_use)),
        (400, "RoleDefinitionHasAssignments".to_owned())
    );
    // What it permits counts at once for everybody who has it.
    let less = role(
        "Chatter",
        &["Microsoft.CognitiveServices/*/read"],
        &[],
        &[GROUP],
    );
    assert_eq!(call(&server, "owner", "PUT", &path, &less).status, 201);
    assert!(!may_chat());
    assert_eq!(
        call(
            &server,
            "owner",
            "DELETE",
            &assignment_path(ACCOUNT, NAME),
            ""
        )
        .status,
        200
    );
    let removed = call(&server, "owner", "DELETE", &path, "");
    assert_eq!(
        (removed.status, removed.json()["name"].as_str()),
        (200, Some(ROLE))
    );
    assert_eq!(call(&server, "owner", "DELETE", &path, "").status, 204);
}

/// Whoever may define roles here shall not thereby have more anywhere else.
#[test]
fn a_custom_role_reaches_no_further_than_who_makes_it() {
    let server = server();
    let all = role("Mighty", &["*"], &[], &[SUBSCRIPTION]);
    let lab = lab();
    for (path, body) in [
        (role_path(GROUP, ROLE), all.clone()),
        (role_path(SUBSCRIPTION, ROLE), all),
        (
            role_path(GROUP, ROLE),
            role("Mighty", &["*"], &[], &[GROUP, &lab]),
        ),
        (role_path(GROUP, ROLE), role("Mighty", &["*"], &[], &[&lab])),
    ] {
        let refused = call(&server, "owner", "PUT", &path, &body);
        assert_eq!(
            (refused.status, code(&refused)),
            (403, "AuthorizationFailed".to_owned()),
            "{path}"
        );
    }
    // A role that others made, and that holds elsewhere too, is not theirs to change.
    let wide = role(
        "Wide",
        &["Microsoft.CognitiveServices/*/read"],
        &[],
        &[GROUP, &lab],
    );
    let made = call(
        &server,
        "admin",
        "PUT",
        &role_path(SUBSCRIPTION, ROLE),
        &wide,
    );
    assert_eq!(made.status, 201, "{}", made.body);
    let widened = role("Wide", &["*"], &[], &[GROUP]);
    let refused = call(&server, "owner", "PUT", &role_path(GROUP, ROLE), &widened);
    assert_eq!(refused.status, 403, "{}", refused.body);
    assert_eq!(
        call(&server, "owner", "DELETE", &role_path(GROUP, ROLE), "").status,
        403
    );
    for who in ["contributor", "developer", "nobody"] {
        let refused = call(&server, who, "PUT", &role_path(GROUP, ROLE), &widened);
        assert_eq!(refused.status, 403, "{who}");
    }
}

/// A role means the same wherever it is assigned: a definition does not leave a place where it is.
#[test]
fn a_definition_covers_every_place_where_it_is_assigned() {
    let policy = format!(
        "{SAMPLE}\n[[role]]\nname = 'Ghost'\nid = '{ROLE}'\nactions = ['A.B/c/read']\n\n[[assignment]]\nprincipal = \
         'owner'\nrole = 'Ghost'\nscope = 'subscription:Contoso Production'\n"
    );
    let server = TestServer::with_config(&policy);
    let mighty = role("Ghost", &["*"], &[], &[GROUP]);
    // It does not say where it can be assigned: only who may do everything everywhere changes it.
    for who in ["owner", "admin"] {
        let refused = call(&server, who, "PUT", &role_path(GROUP, ROLE), &mighty);
        assert_eq!(refused.status, 403, "{who}: {}", refused.body);
    }
    let server = server_with_a_role_at_the_subscription();
    let refused = call(&server, "owner", "PUT", &role_path(GROUP, ROLE), &mighty);
    assert_eq!(
        (refused.status, code(&refused)),
        (400, "RoleDefinitionHasAssignments".to_owned())
    );
}

/// `owner` has a custom role at the subscription, and may change roles there, too.
fn server_with_a_role_at_the_subscription() -> TestServer {
    let server = server();
    let wide = role("Wide", &["A.B/c/read"], &[], &[SUBSCRIPTION, GROUP]);
    let path = role_path(SUBSCRIPTION, ROLE);
    assert_eq!(call(&server, "admin", "PUT", &path, &wide).status, 201);
    let made = put(&server, "admin", SUBSCRIPTION, &assignment(ROLE, OWNER));
    assert_eq!(made.status, 201, "{}", made.body);
    let granted =
        r#"{"principal":"owner","role":"Owner","scope":"subscription:Contoso Production"}"#;
    assert_eq!(
        server.operator("POST", "/entrada/grant", granted).status,
        200
    );
    server
}

#[test]
fn a_custom_role_is_well_formed() {
    let server = server();
    let missing = format!("{SUBSCRIPTION}/resourceGroups/missing");
    for (body, status, expected) in [
        (
            role("", &["*"], &[], &[GROUP]),
            400,
            "InvalidRoleDefinition",
        ),
        (
            role(NAME, &["*"], &[], &[GROUP]),
            400,
            "InvalidRoleDefinition",
        ),
        (
            role("Reader", &["*"], &[], &[GROUP]),
            409,
            "RoleDefinitionWithSameNameExists",
        ),
        (
            role("azure ai user", &["*"], &[], &[GROUP]),
            409,
            "RoleDefinitionWithSameNameExists",
        ),
        (role("X", &["*"], &[], &[]), 400, "InvalidRoleDefinition"),
        (role("X", &["*"], &[], &["/"]), 400, "InvalidRoleDefinition"),
        (
            role("X", &["*"], &[], &[ACCOUNT]),
            400,
            "InvalidRoleDefinition",
        ),
        (
            role("X", &["*"], &[], &["/subscriptions/../x"]),
            400,
            "InvalidRequestUri",
        ),
        (
            role("X", &["*"], &[], &[&missing]),
            404,
            "ResourceGroupNotFound",
        ),
        (
            role("X", &["chat"], &[], &[GROUP]),
            400,
            "InvalidDataActionOrNotDataAction",
        ),
        (
            role("X", &["a/b c"], &[], &[GROUP]),
            400,
            "InvalidDataActionOrNotDataAction",
        ),
        ("{".to_owned(), 400, "InvalidRequestContent"),
        (
            r#"{"properties":{"roleName":"X","assignableScopes":["/x"]}}"#.to_owned(),
            400,
            "InvalidRoleDefinition",
        ),
    ] {
        let refused = call(&server, "admin", "PUT", &role_path(GROUP, ROLE), &body);
        assert_eq!(
            (refused.status, code(&refused).as_str()),
            (status, expected),
            "{body}"
        );
    }
    let owner = role("My Owner", &["*"], &[], &[GROUP]);
    let built_in = call(
        &server,
        "admin",
        "PUT",
        &role_path(GROUP, OWNER_ROLE),
        &owner,
    );
    assert_eq!(code(&built_in), "BuiltInRoleDefinitionUpdateNotPermitted");
    let built_in = call(
        &server,
        "admin",
        "DELETE",
        &role_path(GROUP, OWNER_ROLE),
        "",
    );
    assert_eq!(code(&built_in), "BuiltInRoleDefinitionUpdateNotPermitted");
    let unnamed = call(&server, "admin", "PUT", &role_path(GROUP, "mine"), &owner);
    assert_eq!(code(&unnamed), "InvalidRoleDefinitionId");
}

#[test]
fn a_custom_role_is_assigned_where_it_may_be() {
    let server = server();
    let body = role("Local", &["A.B/c/read"], &[], &[GROUP]);
    assert_eq!(
        call(&server, "admin", "PUT", &role_path(GROUP, ROLE), &body).status,
        201
    );
    let refused = put(&server, "admin", SUBSCRIPTION, &assignment(ROLE, NOBODY));
    assert_eq!(
        code(&refused),
        "RoleAssignmentScopeNotAssignableToRoleDefinition"
    );
    assert_eq!(
        put(&server, "admin", ACCOUNT, &assignment(ROLE, NOBODY)).status,
        201
    );
    let listed = |scope: &str, filter: &str| {
        let path = format!(
            "{scope}/providers/Microsoft.Authorization/roleDefinitions?api-version=2022-04-01&$filter={filter}"
        );
        get(&server, "admin", &path).json()["value"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(listed(ACCOUNT, "type%20eq%20'CustomRole'"), 1);
    assert_eq!(listed(SUBSCRIPTION, "type%20eq%20'CustomRole'"), 0);
    assert_eq!(
        listed(
            SUBSCRIPTION,
            "type%20eq%20'CustomRole'%20and%20atScopeAndBelow()"
        ),
        1
    );
}

/// The body of a deny assignment.
fn deny(actions: &[&str], principals: &Value, excluded: &Value, more: &Value) -> String {
    let mut properties = json!({
        "denyAssignmentName": "no keys", "permissions": [{ "actions": actions }],
        "principals": principals, "excludePrincipals": excluded,
    });
    for (name, value) in more.as_object().unwrap() {
        properties[name] = value.clone();
    }
    json!({ "properties": properties }).to_string()
}

#[test]
fn a_user_denies_what_users_may_deny() {
    let server = server();
    let write = "Microsoft.Authorization/roleAssignments/write";
    let everyone =
        json!([{ "id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined" }]);
    let admin = json!([{ "id": ADMIN, "type": "User" }]);
    let path = deny_path(ACCOUNT);
    let body = deny(&[write], &everyone, &admin, &json!({}));
    assert_eq!(
        call(&server, "contributor", "PUT", &path, &body).status,
        403
    );
    let made = call(&server, "admin", "PUT", &path, &body);
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.json()["properties"]["isSystemProtected"], false);
    let refused = put(&server, "owner", ACCOUNT, &assignment(USER_ROLE, NOBODY));
    assert_eq!(code(&refused), "DenyAssignmentAuthorizationFailed");
    assert_eq!(call(&server, "admin", "DELETE", &path, "").status, 200);
    assert_eq!(call(&server, "admin", "DELETE", &path, "").status, 204);
    assert_eq!(
        put(&server, "owner", ACCOUNT, &assignment(USER_ROLE, NOBODY)).status,
        201
    );

    let group = json!([{ "id": "c0a70500-7e4a-4c0d-9e1d-60000000000a", "type": "User" }]);
    let none = json!([]);
    for body in [
        deny(&[write], &everyone, &none, &json!({})),
        deny(&[write], &none, &none, &json!({})),
        deny(&[write], &group, &none, &json!({})),
        deny(
            &["Microsoft.Authorization/*/Read"],
            &admin,
            &none,
            &json!({}),
        ),
        deny(&[], &admin, &none, &json!({})),
        deny(
            &[write],
            &admin,
            &none,
            &json!({ "doNotApplyToChildScopes": true }),
        ),
        deny(
            &[write],
            &admin,
            &none,
            &json!({ "denyAssignmentName": "" }),
        ),
        deny(
            &[write],
            &admin,
            &none,
            &json!({ "permissions": [{ "actions": [write], "dataActions": ["*"] }] }),
        ),
    ] {
        let refused = call(&server, "admin", "PUT", &path, &body);
        assert_eq!(
            (refused.status, code(&refused)),
            (400, "InvalidDenyAssignment".to_owned()),
            "{body}"
        );
    }
    let stranger = json!([{ "id": NAME }]);
    let refused = call(
        &server,
        "admin",
        "PUT",
        &path,
        &deny(&[write], &stranger, &admin, &json!({})),
    );
    assert_eq!(code(&refused), "PrincipalNotFound");
}

#[test]
fn what_the_configuration_denies_no_owner_lifts() {
    let server = with(
        "[[deny]]\nname = 'hands off'\nscope = 'resource-group:ai'\nprincipals = ['nobody']\nactions = ['A.B/c/write']",
    );
    let path = format!("{GROUP}/providers/Microsoft.Authorization/denyAssignments");
    let listed = get(&server, "admin", &path).json();
    assert_eq!(listed["value"][0]["properties"]["isSystemProtected"], true);
    let id = listed["value"][0]["id"].as_str().unwrap();
    let refused = call(&server, "admin", "DELETE", id, "");
    assert_eq!(code(&refused), "SystemProtectedDenyAssignment");
    let admin = json!([{ "id": ADMIN }]);
    let body = deny(&["A.B/c/write"], &admin, &json!([]), &json!({}));
    assert_eq!(
        code(&call(&server, "admin", "PUT", id, &body)),
        "SystemProtectedDenyAssignment"
    );
}

#[test]
fn roles_and_denials_outlive_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_owned();
    let start = || {
        TestServer::with_options(SAMPLE, |options| {
            options.data = data.clone();
            options.ephemeral = false;
        })
        .unwrap()
    };
    let server = start();
    let body = role("Local", &["A.B/c/read"], &[], &[GROUP]);
    assert_eq!(
        call(&server, "admin", "PUT", &role_path(GROUP, ROLE), &body).status,
        201
    );
    let admin = json!([{ "id": ADMIN }]);
    let denied = deny(&["A.B/c/write"], &admin, &json!([]), &json!({}));
    assert_eq!(
        call(&server, "admin", "PUT", &deny_path(GROUP), &denied).status,
        201
    );
    let before = (
        get(&server, "admin", &role_path(GROUP, ROLE)).body,
        get(&server, "admin", &deny_path(GROUP)).body,
    );
    drop(server);
    let server = start();
    let after = (
        get(&server, "admin", &role_path(GROUP, ROLE)).body,
        get(&server, "admin", &deny_path(GROUP)).body,
    );
    assert_eq!(before, after);
    assert!(
        before.0.contains("Local") && before.1.contains("no keys"),
        "{before:?}"
    );
}
