//! Azure Resource Manager as those see it who would like more than they have.

use super::*;
use crate::route::table::{Guard, management_rows};

#[test]
fn every_route_refuses_whoever_has_no_role() {
    let server = TestServer::start();
    for row in management_rows() {
        let path = row
            .path
            .replace("{tenant}", "")
            .replace("{scope}", ACCOUNT)
            .replace("{subscription}", SUBSCRIPTION)
            .replace("{group}", GROUP)
            .replace("{name}", "ai")
            .replace("{account}", "contoso")
            .replace("{deployment}", "gpt-4o")
            .replace("{project}", "p")
            .replace("{location}", "swedencentral");
        let path = format!("{path}?api-version=2022-04-01");
        let stranger = server.send(row.method, &path, &[], "");
        if let Guard::Public(..) = row.guard {
            assert_eq!(stranger.status, 200, "{row:?}");
            continue;
        }
        assert_eq!(stranger.status, 401, "{row:?}: {}", stranger.body);
        if row.method != "HEAD" {
            assert_eq!(code(&stranger), "AuthenticationFailed", "{row:?}");
        }
        let challenge = stranger.header("www-authenticate").unwrap();
        assert!(
            challenge.starts_with("Bearer authorization_uri=\"http"),
            "{challenge}"
        );
        let body =
            r#"{"Subject":{"Attributes":{"ObjectId":"x"}},"Actions":[],"Resource":{"Id":"/"}}"#;
        let nobody = call(&server, "nobody", row.method, &path, body);
        let (Guard::Action(_, action) | Guard::OwnOrAction(_, action)) = row.guard else {
            // Whoever has signed in may ask; what changes something, asks for more than this.
            let expected = if row.method == "GET" { 200 } else { 400 };
            assert_eq!(nobody.status, expected, "{row:?}: {}", nobody.body);
            continue;
        };
        assert_eq!(nobody.status, 403, "{row:?}: {}", nobody.body);
        if row.method != "HEAD" {
            assert_eq!(code(&nobody), "AuthorizationFailed", "{row:?}");
            assert!(
                nobody.body.contains(&format!("perform action '{action}'")),
                "{row:?}"
            );
        }
    }
}

#[test]
fn tokens_that_are_not_for_arm_open_nothing() {
    let server = TestServer::start();
    let path = format!("{SUBSCRIPTION}?api-version=2022-04-01");
    let send = |token: &str| {
        let bearer = format!("Bearer {token}");
        server.send("GET", &path, &[("Authorization", &bearer)], "")
    };
    for audience in [
        "https://cognitiveservices.azure.com",
        "https://graph.microsoft.com",
    ] {
        let refused = send(&server.token("admin", audience));
        assert_eq!(refused.status, 401);
        assert_eq!(code(&refused), "InvalidAuthenticationTokenAudience");
        assert_eq!(
            explained(&server, &refused)["cause"],
            "token-wrong-audience"
        );
    }
    for audience in [
        ARM,
        "https://management.core.windows.net/",
        "https://localhost",
    ] {
        assert_eq!(
            send(&server.token("admin", audience)).status,
            200,
            "{audience}"
        );
    }
    for token in ["eyJ.e30.c2ln", "contoso-local-key-1", ""] {
        assert_eq!(send(token).status, 401, "{token}");
    }
    // A key is nobody here, alone or beside something else.
    let keyed = server.send("GET", &path, &[("api-key", "contoso-local-key-1")], "");
    assert_eq!(
        (keyed.status, code(&keyed)),
        (401, "AuthenticationFailed".to_owned())
    );
    // And a token for ARM opens no model.
    let bearer = format!("Bearer {}", server.token("developer", ARM));
    let models = server.send(
        "GET",
        "/openai/v1/models",
        &[("Authorization", &bearer)],
        "",
    );
    assert_eq!(models.status, 401);
}

#[test]
fn whoever_may_write_below_may_not_write_above() {
    let server = TestServer::start();
    let body = assignment(OWNER_ROLE, NOBODY);
    let before = count(&server);
    let lab = format!("{SUBSCRIPTION}/resourceGroups/lab");
    for scope in ["", SUBSCRIPTION, &lab] {
        let refused = put(&server, "owner", scope, &body);
        assert_eq!(
            (refused.status, code(&refused)),
            (403, "AuthorizationFailed".to_owned())
        );
    }
    // Contributor writes everything but this; Reader and User nothing.
    for who in ["contributor", "developer", "nobody", "alice"] {
        for scope in [SUBSCRIPTION, GROUP, ACCOUNT] {
            assert_eq!(
                put(&server, who, scope, &body).status,
                403,
                "{who} at {scope}"
            );
        }
    }
    assert_eq!(count(&server), before);
}

/// Each of these paths would be decided at the group, where `owner` may write, if one reader took it for
/// something else than the next. None of them may write anywhere else.
#[test]
fn paths_in_disguise_write_nothing() {
    let server = TestServer::start();
    let before = count(&server);
    let body = assignment(OWNER_ROLE, NOBODY);
    let tail = format!("providers/Microsoft.Authorization/roleAssignments/{NAME}");
    for path in [
        format!("{GROUP}/../lab/{tail}"),
        format!("{GROUP}/%2e%2e/lab/{tail}"),
        format!("{GROUP}/..%2f..%2f/{tail}"),
        format!("{GROUP}%2f..%2flab/{tail}"),
        format!("{GROUP}%252f/{tail}"),
        format!("{GROUP}//{tail}"),
        format!("{GROUP}/{tail}/"),
        format!("{GROUP}/{tail}%00"),
        format!("{GROUP}/./{tail}"),
        format!("{GROUP}\\..\\lab/{tail}"),
        format!("{GROUP}%3f/{tail}"),
        format!("{GROUP}%23/{tail}"),
        format!("{SUBSCRIPTION}/resourceGroups/{tail}"),
        format!("{SUBSCRIPTION}/resourceGroups/ai%20/{tail}"),
        format!("{GROUP}/providers/Microsoft.Authorization/roleAssignments/{tail}"),
        format!("{SUBSCRIPTION}/{tail}"),
        format!("/{tail}"),
        format!("//{tail}"),
        format!("/providers/Microsoft.Management/managementGroups/x/{tail}"),
    ] {
        let refused = call(&server, "owner", "PUT", &path, &body);
        assert!(
            (400..=404).contains(&refused.status),
            "{path}: {}",
            refused.status
        );
        assert_eq!(count(&server), before, "{path}");
    }
    // Case and the slashes that SDKs put in front are no disguise.
    let shouted = format!("//{}/{}", &GROUP[1..].to_uppercase(), tail.to_uppercase());
    let made = call(
        &server,
        "owner",
        "PUT",
        &shouted,
        &assignment(USER_ROLE, NOBODY),
    );
    assert_eq!(made.status, 201, "{}", made.body);
    let made = made.json();
    let scope = made["properties"]["scope"].as_str().unwrap();
    assert!(scope.starts_with("/subscriptions/"), "{scope}");
    assert!(scope.eq_ignore_ascii_case(GROUP), "{scope}");
}

#[test]
fn a_deny_assignment_beats_an_owner() {
    let server = with(
        r#"
[[deny]]
name = "nobody hands out roles"
scope = "resource-group:ai"
principals = ["*"]
exclude = ["admin"]
actions = ["Microsoft.Authorization/roleAssignments/write"]
"#,
    );
    let body = assignment(USER_ROLE, NOBODY);
    let refused = put(&server, "owner", ACCOUNT, &body);
    assert_eq!(refused.status, 403);
    assert_eq!(code(&refused), "DenyAssignmentAuthorizationFailed");
    assert!(
        refused.body.contains("nobody hands out roles"),
        "{}",
        refused.body
    );
    assert_eq!(explained(&server, &refused)["cause"], "deny-assignment");
    assert_eq!(put(&server, "admin", ACCOUNT, &body).status, 201);
    let path = format!("{ACCOUNT}/providers/Microsoft.Authorization/denyAssignments");
    let listed = get(&server, "admin", &path).json();
    let deny = &listed["value"][0];
    assert_eq!(
        deny["properties"]["denyAssignmentName"],
        "nobody hands out roles"
    );
    assert_eq!(deny["properties"]["principals"][0]["type"], "SystemDefined");
    let one = get(&server, "admin", deny["id"].as_str().unwrap());
    assert_eq!(one.json()["name"], deny["name"]);
}

#[test]
fn strangers_learn_nothing_from_their_bodies() {
    let server = TestServer::start();
    // Whoever may not write is refused before the body is looked at, or even sent.
    let refused = put(&server, "nobody", ACCOUNT, "{");
    assert_eq!(
        (refused.status, code(&refused)),
        (403, "AuthorizationFailed".to_owned())
    );
    let path = format!("{}?api-version=2022-04-01", assignment_path(ACCOUNT, NAME));
    let huge = [("Content-Length", "99999999999")];
    assert_eq!(server.send("PUT", &path, &huge, "").status, 401);
}

/// A Foundry Project Manager may grant Foundry User and nothing else.
#[test]
fn a_delegate_grants_what_its_condition_allows() {
    let server = with(
        r#"
[[assignment]]
principal = "alice"
role = "Foundry Project Manager"
scope = "contoso"
"#,
    );
    let made = put(&server, "alice", ACCOUNT, &assignment(FOUNDRY_USER, NOBODY));
    assert_eq!(made.status, 201, "{}", made.body);
    for role in [OWNER_ROLE, USER_ROLE] {
        let path = assignment_path(ACCOUNT, OTHER_NAME);
        let refused = call(&server, "alice", "PUT", &path, &assignment(role, ALICE));
        assert_eq!(refused.status, 403, "{}", refused.body);
        assert!(
            refused.body.contains("ABAC condition not fulfilled"),
            "{}",
            refused.body
        );
    }
    // Of what others have, only what she could have granted is hers to take away.
    let path = format!("{ACCOUNT}/providers/Microsoft.Authorization/roleAssignments");
    let listed = get(&server, "admin", &path).json();
    let of_developer = listed["value"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["properties"]["principalId"] == DEVELOPER)
        .unwrap();
    let id = of_developer["id"].as_str().unwrap();
    let refused = call(&server, "alice", "DELETE", id, "");
    assert_eq!(refused.status, 403, "{}", refused.body);
    let removed = call(
        &server,
        "alice",
        "DELETE",
        &assignment_path(ACCOUNT, NAME),
        "",
    );
    assert_eq!(removed.status, 200, "{}", removed.body);
}

#[test]
fn a_right_that_was_taken_away_is_not_used_a_moment_later() {
    let server = TestServer::start();
    let mine = "{\"principal\":\"owner\",\"role\":\"Owner\",\"scope\":\"resource-group:ai\"}";
    assert_eq!(
        put(&server, "owner", ACCOUNT, &assignment(USER_ROLE, NOBODY)).status,
        201
    );
    assert_eq!(server.operator("POST", "/entrada/revoke", mine).status, 200);
    let path = assignment_path(ACCOUNT, NAME);
    assert_eq!(call(&server, "owner", "DELETE", &path, "").status, 403);
}
