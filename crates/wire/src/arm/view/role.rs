//! Role definitions.

use access::action::ActionPattern;
use access::condition::Condition;
use access::role::{Permission, RoleDefinition, RoleId, RoleKind};
use access::scope::Scope;
use serde::Serialize;

use super::subscription_of;

/// A role definition.
#[derive(Clone, Debug, Serialize)]
pub struct RoleDefinitionView {
    properties: RoleDefinitionProperties,
    /// ARM id.
    pub id: String,
    r#type: &'static str,
    /// The GUID.
    pub name: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RoleDefinitionProperties {
    role_name: String,
    r#type: &'static str,
    description: String,
    assignable_scopes: Vec<String>,
    permissions: Vec<PermissionView>,
    // Nobody here knows when Azure changed its roles; clients want the fields all the same.
    created_on: Option<String>,
    updated_on: Option<String>,
    created_by: Option<String>,
    updated_by: Option<String>,
}

/// A permission block.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PermissionView {
    actions: Vec<String>,
    not_actions: Vec<String>,
    data_actions: Vec<String>,
    not_data_actions: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition_version: Option<&'static str>,
}

impl RoleDefinitionView {
    /// The role as it is shown to somebody who asked about `scope`.
    pub fn new(role: &RoleDefinition, scope: &Scope) -> Self {
        let assignable = match role.assignable_scopes.is_empty() {
            true => vec!["/".to_owned()],
            false => role.assignable_scopes.clone(),
        };
        Self {
            properties: RoleDefinitionProperties {
                role_name: role.name.clone(),
                r#type: match role.kind {
                    RoleKind::BuiltIn => "BuiltInRole",
                    RoleKind::Custom => "CustomRole",
                },
                description: role.description.clone(),
                assignable_scopes: assignable,
                permissions: permission_views(&role.permissions),
                created_on: None,
                updated_on: None,
                created_by: None,
                updated_by: None,
            },
            id: role_definition_id(&role.id, scope),
            r#type: "Microsoft.Authorization/roleDefinitions",
            name: role.id.to_string(),
        }
    }
}

/// Permission blocks as ARM shows them.
pub fn permission_views(permissions: &[Permission]) -> Vec<PermissionView> {
    let texts = |patterns: &[ActionPattern]| {
        let patterns = patterns.iter();
        patterns.map(|one| one.as_str().to_owned()).collect()
    };
    let view = |block: &Permission| PermissionView {
        actions: texts(&block.actions),
        not_actions: texts(&block.not_actions),
        data_actions: texts(&block.data_actions),
        not_data_actions: texts(&block.not_data_actions),
        condition: block.condition.as_ref().map(condition_text),
        condition_version: block.condition.as_ref().map(|_| CONDITION_VERSION),
    };
    permissions.iter().map(view).collect()
}

/// The version of the condition language that is spoken.
pub(super) const CONDITION_VERSION: &str = "2.0";

pub(super) fn condition_text(condition: &Condition) -> String {
    condition.as_str().to_owned()
}

/// A role definition's id, for somebody who asked about `scope`.
pub fn role_definition_id(role: &RoleId, scope: &Scope) -> String {
    let subscription = subscription_of(scope);
    let above = subscription.map_or_else(String::new, |id| format!("/subscriptions/{id}"));
    format!("{above}/providers/Microsoft.Authorization/roleDefinitions/{role}")
}
