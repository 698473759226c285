//! Role assignments.

use access::assignment::RoleAssignment;
use access::scope::Scope;
use serde::Serialize;

use super::role::{CONDITION_VERSION, condition_text};
use super::{authorization_id, name_of, role_definition_id};

/// A role assignment.
#[derive(Clone, Debug, Serialize)]
pub struct RoleAssignmentView {
    properties: RoleAssignmentProperties,
    /// ARM id.
    pub id: String,
    r#type: &'static str,
    /// The GUID.
    pub name: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RoleAssignmentProperties {
    role_definition_id: String,
    principal_id: String,
    principal_type: &'static str,
    scope: String,
    condition: Option<String>,
    condition_version: Option<&'static str>,
    created_on: Option<String>,
    updated_on: Option<String>,
    created_by: Option<String>,
    updated_by: Option<String>,
    delegated_managed_identity_resource_id: Option<String>,
    description: Option<String>,
}

impl RoleAssignmentView {
    /// The assignment as it is shown to somebody who asked about `asked`.
    pub fn new(assignment: &RoleAssignment, asked: &Scope) -> Self {
        let name = name_of(&assignment.id).to_owned();
        let created = assignment.created.map(|time| time.to_string());
        let condition = assignment.condition.as_ref();
        Self {
            id: authorization_id(&assignment.scope, "roleAssignments", &name),
            name,
            r#type: "Microsoft.Authorization/roleAssignments",
            properties: RoleAssignmentProperties {
                role_definition_id: role_definition_id(&assignment.role, asked),
                principal_id: assignment.principal.to_string(),
                principal_type: assignment.principal_kind.as_str(),
                scope: assignment.scope.to_string(),
                condition: condition.map(condition_text),
                condition_version: condition.map(|_| CONDITION_VERSION),
                updated_on: created.clone(),
                created_on: created,
                created_by: None,
                updated_by: None,
                delegated_managed_identity_resource_id: None,
                description: assignment.description.as_deref().map(str::to_owned),
            },
        }
    }
}
