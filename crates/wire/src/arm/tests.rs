use access::Timestamp;
use access::action::Plane;
use access::builtin;
use access::condition::{Attributes, Truth};
use access::policy::Policy;
use access::principal::{PrincipalId, PrincipalKind};
use access::role::{RoleId, RoleKind};
use access::scope::Scope;

use super::*;

fn read(json: &str) -> Policy {
    read_policy(json.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

fn error(json: &str) -> String {
    read_policy(json.as_bytes()).unwrap_err().to_string()
}

const ROLE: &str = "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/c0ffee00-0000-4000-8000-000000000001";

#[test]
fn nested_and_flattened_shapes_mean_the_same() {
    let fields = format!(
        r#""principalId": "p", "principalType": "ServicePrincipal", "roleDefinitionId": "{ROLE}",
           "scope": "/subscriptions/s", "condition": "ActionMatches{{'x'}}", "conditionVersion": "2.0",
           "createdOn": "2026-11-23T05:00:00.1234567Z", "startDateTime": "2026-11-23T06:00:00Z", "endDateTime": null"#
    );
    let nested = read(&format!(
        r#"{{"roleAssignments": [{{"properties": {{{fields}}}, "id": "1", "name": "n", "type": "t"}}]}}"#
    ));
    let flat = read(&format!(
        r#"{{"roleAssignments": {{"value": [{{"id": "1", {fields}, "roleDefinitionName": "Anything", "principalName": "x"}}], "nextLink": null}}}}"#
    ));
    let shouted = read(&format!(
        r#"{{"RoleAssignments": [{{"Id": "1", {}}}]}}"#,
        fields
            .replace("principalId", "PrincipalId")
            .replace("\"scope", "\"Scope")
    ));
    assert_eq!(nested, flat);
    assert_eq!(nested, shouted);
    let assignment = &nested.assignments[0];
    assert_eq!(&*assignment.id, "1");
    assert_eq!(assignment.principal, PrincipalId::new("P"));
    assert_eq!(assignment.principal_kind, PrincipalKind::ServicePrincipal);
    assert_eq!(assignment.role, RoleId::parse(ROLE));
    assert_eq!(
        assignment.starts,
        Some(Timestamp::parse("2026-11-23T06:00:00Z").unwrap())
    );
    assert_eq!(assignment.ends, None);
    assert_eq!(
        assignment.condition.as_ref().unwrap().as_str(),
        "ActionMatches{'x'}"
    );
}

#[test]
fn role_definitions_of_arm_of_az_and_of_role_files() {
    let block = r#""actions": ["*/read"], "notActions": null, "dataActions": ["A/*"], "notDataActions": ["A/b"]"#;
    let list = [
        format!(
            r#"{{"id": "{ROLE}", "name": "c0ffee00-0000-4000-8000-000000000001", "properties": {{"roleName": "Mine", "type": "CustomRole", "permissions": [{{{block}}}]}}}}"#
        ),
        format!(
            r#"{{"id": "{ROLE}", "name": "c0ffee00-0000-4000-8000-000000000001", "roleName": "Mine", "roleType": "CustomRole", "permissions": [{{{block}, "condition": null}}]}}"#
        ),
        format!(r#"{{"Id": "C0FFEE00-0000-4000-8000-000000000001", "Name": "Mine", {block}}}"#),
    ];
    for entry in list {
        let policy = read(&format!(r#"{{"roleDefinitions": [{entry}]}}"#));
        let role = &policy.roles[0];
        assert_eq!(
            (&role.id, &*role.name),
            (&RoleId::parse(ROLE), "Mine"),
            "{entry}"
        );
        assert_eq!(role.kind, RoleKind::Custom);
        let permits = |action, plane| role.permits(action, plane, Attributes::none());
        assert_eq!(permits("A/x", Plane::Data), Truth::True);
        assert_eq!(permits("A/b", Plane::Data), Truth::False);
        assert_eq!(permits("Z/read", Plane::Control), Truth::True);
    }
}

#[test]
fn conditions_inside_role_permissions_are_kept() {
    let policy = read(
        r#"{"roleDefinitions": [{"name": "r", "permissions": [
            {"actions": ["*"], "condition": "Exists @Request[x]", "conditionVersion": "2.0"},
            {"actions": ["a/b"], "condition": ""}]}]}"#,
    );
    let permits = |action| policy.roles[0].permits(action, Plane::Control, Attributes::none());
    assert_eq!(permits("a/c"), Truth::Unknown);
    assert_eq!(permits("a/b"), Truth::True);
}

#[test]
fn a_role_by_name_is_the_policys_own_or_a_built_in_one() {
    let policy = read(
        r#"{"roleDefinitions": [{"name": "own", "roleName": "Model caller"}],
            "roleAssignments": [
                {"principalId": "p", "roleDefinitionName": "MODEL CALLER", "scope": "/"},
                {"principalId": "p", "roleDefinitionName": "azure ai user", "scope": "/"},
                {"principalId": "p", "roleDefinitionName": "Key Vault Reader", "scope": "/"}]}"#,
    );
    let roles: Vec<&RoleId> = policy.assignments.iter().map(|one| &one.role).collect();
    let foundry_user = &builtin::by_name("Foundry User").unwrap().id;
    assert_eq!(
        roles,
        [
            &RoleId::parse("own"),
            foundry_user,
            &RoleId::parse("Key Vault Reader")
        ]
    );
    assert!(policy.role(roles[2]).is_none());
}

#[test]
fn deny_assignments_are_read_whole() {
    let policy = read(
        r#"{"denyAssignments": [{"id": "/x/providers/Microsoft.Authorization/denyAssignments/1", "properties": {
            "denyAssignmentName": "No keys", "scope": "/subscriptions/s", "doNotApplyToChildScopes": true,
            "permissions": [{"actions": ["*/listKeys/action"], "notActions": [], "dataActions": [], "notDataActions": []}],
            "principals": [{"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined", "displayName": "All"}],
            "excludePrincipals": [{"id": "g", "type": "Group"}, "u"], "isSystemProtected": true}}]}"#,
    );
    let deny = &policy.denies[0];
    assert_eq!(deny.name, "No keys");
    assert!(deny.not_to_children && deny.principals[0].is_everyone());
    assert_eq!(
        deny.exclude_principals,
        [PrincipalId::new("g"), PrincipalId::new("U")]
    );
    assert_eq!(deny.permissions.len(), 1);
}

#[test]
fn a_scope_may_be_told_by_the_id_alone() {
    let at = |id: &str| {
        let policy = read(&format!(
            r#"{{"roleAssignments": [{{"id": "{id}", "principalId": "p", "roleDefinitionId": "r"}}]}}"#
        ));
        policy.assignments[0].scope.clone()
    };
    let tail = "providers/Microsoft.Authorization/roleAssignments/1";
    assert_eq!(at(&format!("/{tail}")), Scope::root());
    assert_eq!(
        at(&format!("/subscriptions/s/{tail}")),
        Scope::parse("/subscriptions/s").unwrap()
    );
}

#[test]
fn groups_and_management_groups() {
    let policy = read(
        r#"{"groups": [{"id": "g", "displayName": "G", "members": ["a", {"id": "b", "displayName": "B"}]}, {"id": "empty"}],
            "managementGroups": [
                {"id": "/providers/Microsoft.Management/managementGroups/root", "children": ["/subscriptions/s", "leaf"]},
                {"name": "tree", "properties": {"children": [
                    {"id": "/subscriptions/t", "type": "/subscriptions", "name": "t"},
                    {"name": "inner", "children": [{"id": "/subscriptions/u"}]}]}}]}"#,
    );
    assert_eq!(policy.groups[0].members.len(), 2);
    let trees: Vec<(&str, usize)> = policy
        .management_groups
        .iter()
        .map(|group| (&*group.id, group.children.len()))
        .collect();
    let root = "/providers/Microsoft.Management/managementGroups/root";
    assert_eq!(trees, [(root, 2), ("inner", 1), ("tree", 2)]);
}

#[test]
fn eligible_assignments_are_marked() {
    let policy = read(
        r#"{"roleEligibilityScheduleInstances": [{"properties": {"principalId": "p", "roleDefinitionId": "r", "scope": "/"}}]}"#,
    );
    assert!(policy.assignments[0].eligible);
}

#[test]
fn empty_and_unknown_lists_are_fine() {
    for json in [
        "{}",
        r#"{"groups": null, "roleAssignments": [], "somethingElse": [1, {"a": 2}]}"#,
    ] {
        assert_eq!(read(json), Policy::default());
    }
    assert_eq!(read("\u{feff}{}"), Policy::default());
}

#[test]
fn a_bad_entry_is_named() {
    let good = r#"{"principalId": "p", "roleDefinitionId": "r", "scope": "/"}"#;
    let check = |list: &str, entry: &str, expected: &str| {
        let good = match list {
            "roleAssignments" => format!("{good}, "),
            _ => String::new(),
        };
        let message = error(&format!(r#"{{"{list}": [{good}{entry}]}}"#));
        assert!(message.contains(expected), "{message}");
    };
    check(
        "roleAssignments",
        r#"{"roleDefinitionId": "r", "scope": "/"}"#,
        "roleAssignments[1]: `principalId` is missing",
    );
    check(
        "roleAssignments",
        r#"{"principalId": "p", "scope": "/"}"#,
        "roleAssignments[1]: `roleDefinitionId` is missing",
    );
    check(
        "roleAssignments",
        r#"{"principalId": "p", "roleDefinitionId": "r"}"#,
        "roleAssignments[1]: `scope` is missing",
    );
    check(
        "roleAssignments",
        r#"{"principalId": "p", "roleDefinitionId": "r", "scope": "s"}"#,
        "roleAssignments[1]: scope `s` does not start with `/`",
    );
    check(
        "roleAssignments",
        r#"{"principalId": 7}"#,
        "roleAssignments[1]: principalId: invalid type: integer `7`, expected a string",
    );
    check(
        "roleAssignments",
        r#""text""#,
        "roleAssignments[1]: invalid type: string \"text\", expected a role assignment",
    );
    check(
        "roleAssignments",
        r#"{"principalId": "p", "roleDefinitionId": "r", "scope": "/", "endDateTime": "tomorrow"}"#,
        "`tomorrow` is not an RFC 3339 time",
    );
    check(
        "denyAssignments",
        r#"{"id": "d", "scope": "/"}"#,
        "denyAssignments[0]: `principals` is missing",
    );
    check(
        "roleDefinitions",
        r#"{"roleName": "x"}"#,
        "roleDefinitions[0]: `id` is missing",
    );
    check(
        "roleDefinitions",
        r#"{"name": "r", "permissions": [{}, {"dataActions": "*"}]}"#,
        "roleDefinitions[0]: permissions[1]: dataActions: invalid type: string \"*\"",
    );
    check("groups", r#"{"members": []}"#, "groups[0]: `id` is missing");
    assert!(error("[").contains("the policy cannot be read"));
    assert!(
        error("{\"groups\": 7}").contains("groups: invalid type: integer `7`, expected a list")
    );
}
