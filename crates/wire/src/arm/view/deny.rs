//! Deny assignments.

use access::assignment::DenyAssignment;
use access::principal::PrincipalId;
use serde::Serialize;

use super::role::{CONDITION_VERSION, PermissionView, condition_text, permission_views};
use super::{authorization_id, name_of};

/// A deny assignment.
#[derive(Clone, Debug, Serialize)]
pub struct DenyAssignmentView {
    properties: DenyAssignmentProperties,
    /// ARM id.
    pub id: String,
    r#type: &'static str,
    /// The GUID.
    pub name: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DenyAssignmentProperties {
    deny_assignment_name: String,
    description: Option<String>,
    permissions: Vec<PermissionView>,
    scope: String,
    do_not_apply_to_child_scopes: bool,
    principals: Vec<PrincipalView>,
    exclude_principals: Vec<PrincipalView>,
    is_system_protected: bool,
    condition: Option<String>,
    condition_version: Option<&'static str>,
}

#[derive(Clone, Debug, Serialize)]
struct PrincipalView {
    id: String,
    r#type: &'static str,
}

impl DenyAssignmentView {
    /// The deny assignment; `kind` says what a principal is.
    pub fn new(deny: &DenyAssignment, kind: impl Fn(&PrincipalId) -> &'static str) -> Self {
        let name = name_of(&deny.id).to_owned();
        let views = |list: &[PrincipalId]| {
            let view = |id: &PrincipalId| PrincipalView {
                id: id.to_string(),
                r#type: match id.is_everyone() {
                    true => "SystemDefined",
                    false => kind(id),
                },
            };
            list.iter().map(view).collect()
        };
        Self {
            id: authorization_id(&deny.scope, "denyAssignments", &name),
            name,
            r#type: "Microsoft.Authorization/denyAssignments",
            properties: DenyAssignmentProperties {
                deny_assignment_name: deny.name.clone(),
                description: None,
                permissions: permission_views(&deny.permissions),
                scope: deny.scope.to_string(),
                do_not_apply_to_child_scopes: deny.not_to_children,
                principals: views(&deny.principals),
                exclude_principals: views(&deny.exclude_principals),
                is_system_protected: deny.system_protected,
                condition: deny.condition.as_ref().map(condition_text),
                condition_version: deny.condition.as_ref().map(|_| CONDITION_VERSION),
            },
        }
    }
}
