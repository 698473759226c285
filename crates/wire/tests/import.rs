//! A subscription as `az` prints it, imported; and what was not printed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use access::principal::{PrincipalId, PrincipalKind};
use serde_json::{Value, json};
use wire::arm::{EstateView, ImportError, Importer, read_estate};

const SUBSCRIPTION: &str = "/subscriptions/00000000-0000-4000-8000-00000000000a";

fn account() -> String {
    format!(
        "{SUBSCRIPTION}/resourceGroups/ai/providers/Microsoft.CognitiveServices/accounts/contoso"
    )
}

fn printed() -> Vec<(&'static str, Value)> {
    let role = |guid: &str| {
        format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{guid}")
    };
    let id = |kind: &str, name: &str| {
        format!(
            "{}/providers/Microsoft.Authorization/{kind}/{name}",
            account()
        )
    };
    vec![
        (
            "a.json",
            json!([
                {
                    "condition": null, "conditionVersion": null, "createdBy": "x", "createdOn": "2026-01-02T03:04:05.678901+00:00",
                    "delegatedManagedIdentityResourceId": null, "description": null, "id": id("roleAssignments", "1"), "name": "1",
                    "principalId": "developers", "principalName": "Developers", "principalType": "Group",
                    "roleDefinitionId": role("a97b65f3-24c7-4388-baec-2e87135dc908"),
                    "roleDefinitionName": "Cognitive Services User", "scope": account(),
                    "type": "Microsoft.Authorization/roleAssignments"
                },
                {
                    "id": id("roleAssignments", "2"), "principalId": "robot", "principalType": "ServicePrincipal",
                    "roleDefinitionId": role("11111111-1111-4111-8111-111111111111"),
                    "roleDefinitionName": "Mine", "scope": SUBSCRIPTION
                }
            ]),
        ),
        (
            "b.json",
            json!([
                {
                    "assignableScopes": ["/"], "id": role("8e3af657-a8ff-443c-a75c-2fe8c4bcb635"), "roleName": "Owner",
                    "name": "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "roleType": "BuiltInRole",
                    "permissions": [{ "actions": ["*"], "notActions": [], "dataActions": [], "notDataActions": [] }]
                },
                {
                    "assignableScopes": [SUBSCRIPTION], "id": role("22222222-2222-4222-8222-222222222222"), "roleName": "Other",
                    "name": "22222222-2222-4222-8222-222222222222", "roleType": "CustomRole",
                    "permissions": [{ "actions": ["*/read"], "notActions": [], "dataActions": [], "notDataActions": [] }]
                }
            ]),
        ),
        ("deny-assignments.json", json!([])),
        (
            "c.json",
            json!([{ "id": account(), "kind": "AIServices", "location": "westeurope", "name": "contoso",
            "properties": { "endpoint": "https://contoso.example" } }]),
        ),
        (
            "d.json",
            json!([{ "id": format!("{}/deployments/phi", account()), "name": "phi",
            "properties": { "model": { "format": "Microsoft", "name": "Phi-4", "version": "7" } } }]),
        ),
        (
            "e.json",
            json!([{ "id": SUBSCRIPTION.rsplit('/').next().unwrap(), "name": "Production", "isDefault": true,
            "tenantId": "t", "state": "Enabled", "user": {} }]),
        ),
        (
            "f.json",
            json!([{ "id": "developers", "displayName": "Developers", "securityEnabled": true }]),
        ),
        (
            "g.json",
            json!([{ "id": "robot", "appId": "app", "displayName": "Robot", "servicePrincipalType": "Application" }]),
        ),
    ]
}

fn importer() -> Importer {
    let mut importer = Importer::default();
    for (file, value) in printed() {
        importer.add(file, value.to_string().as_bytes()).unwrap();
    }
    importer
}

#[test]
fn what_az_prints_is_recognised_and_what_it_did_not_print_is_said() {
    let imported = importer().finish().unwrap();
    let estate = &imported.estate;
    assert_eq!(imported.notes, [""; 0]);
    assert_eq!(estate.policy.assignments.len(), 2);
    // Owner is nobody's; the custom role is kept.
    let roles: Vec<&str> = estate.policy.roles.iter().map(|role| &*role.name).collect();
    assert_eq!(roles, ["Other"]);
    assert_eq!(
        (
            estate.accounts.len(),
            estate.deployments.len(),
            estate.subscriptions.len()
        ),
        (1, 1, 1)
    );
    assert_eq!(estate.principals[0].kind, PrincipalKind::ServicePrincipal);
    assert_eq!(estate.unread_groups, [PrincipalId::new("developers")]);
    let said = estate.not_read.join("; ");
    for part in [
        "the group Developers",
        "11111111-1111",
        "eligible",
        "above the subscription",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("deny"), "the empty list was given: {said}");
}

#[test]
fn listed_members_are_known() {
    let mut importer = importer();
    let members = json!([{ "@odata.type": "#microsoft.graph.user", "id": "alice", "displayName": "Alice",
        "userPrincipalName": "alice@contoso.com" }]);
    importer
        .add_members("developers", "m.json", members.to_string().as_bytes())
        .unwrap();
    let estate = importer.finish().unwrap().estate;
    assert_eq!(estate.unread_groups, []);
    assert_eq!(estate.policy.groups[0].members, [PrincipalId::new("alice")]);
    assert!(estate.principals.iter().any(|known| known.name == "Alice"));
}

#[test]
fn an_exported_file_is_imported_as_it_is() {
    let estate = importer().finish().unwrap().estate;
    let written = serde_json::to_vec(&EstateView::from(&estate)).unwrap();
    let mut again = Importer::default();
    again.add("policy.json", &written).unwrap();
    assert_eq!(again.finish().unwrap().estate, estate);
    assert_eq!(read_estate(&written).unwrap(), estate);
}

#[test]
fn what_is_none_of_it_is_said_or_refused() {
    let mut importer = Importer::default();
    importer.add("x.json", br#"[{"weather": "fine"}]"#).unwrap();
    assert!(matches!(importer.finish(), Err(ImportError::Nothing)));
    assert!(matches!(
        Importer::default().add("x", b"{"),
        Err(ImportError::Json(..))
    ));
    let mut importer = self::importer();
    importer.add("x.json", br#"[{"weather": "fine"}]"#).unwrap();
    assert!(importer.finish().unwrap().notes[0].contains("1 entries"));
}
