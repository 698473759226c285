//! What callers send to ARM about access.

use access::principal::{PrincipalId, PrincipalKind};
use serde::Deserialize;

/// The body of a PUT of a role assignment: `{"properties": {…}}`. Old clients leave `properties` out.
#[derive(Clone, Debug)]
pub struct RoleAssignmentRequest {
    /// ARM id of the role definition.
    pub role_definition_id: String,
    /// Who is to hold the role.
    pub principal: PrincipalId,
    /// What the caller says the principal is.
    pub principal_kind: Option<PrincipalKind>,
    /// When it is to grant at all.
    pub condition: Option<String>,
    /// The version of the condition's language.
    pub condition_version: Option<String>,
    /// Why, in the caller's words.
    pub description: Option<String>,
}

/// The body of a `checkaccess` question.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CheckAccessRequest {
    /// Who.
    #[serde(alias = "subject")]
    pub subject: CheckSubject,
    /// What.
    #[serde(alias = "actions")]
    pub actions: Vec<CheckAction>,
    /// Where.
    #[serde(alias = "resource")]
    pub resource: CheckResource,
}

/// Who is asked about.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CheckSubject {
    /// The claims that matter.
    #[serde(alias = "attributes")]
    pub attributes: CheckAttributes,
}

/// The claims of a subject that matter.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CheckAttributes {
    /// Object id.
    #[serde(alias = "objectId")]
    pub object_id: String,
    /// Groups that its token would name.
    #[serde(default, alias = "groups")]
    pub groups: Vec<String>,
}

/// An action that is asked about.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CheckAction {
    /// The action.
    #[serde(alias = "id")]
    pub id: String,
    /// Whether it is a data action.
    #[serde(default, alias = "isDataAction")]
    pub is_data_action: bool,
}

/// The resource that is asked about.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CheckResource {
    /// ARM id.
    #[serde(alias = "id")]
    pub id: String,
}

impl<'de> Deserialize<'de> for RoleAssignmentRequest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Fields {
            role_definition_id: String,
            principal_id: String,
            principal_type: Option<String>,
            condition: Option<String>,
            condition_version: Option<String>,
            description: Option<String>,
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Body {
            Nested { properties: Fields },
            Flat(Fields),
        }
        let (Body::Nested { properties: fields } | Body::Flat(fields)) =
            Body::deserialize(deserializer)?;
        Ok(Self {
            role_definition_id: fields.role_definition_id,
            principal: PrincipalId::new(&fields.principal_id),
            principal_kind: fields
                .principal_type
                .filter(|kind| !kind.is_empty())
                .map(|kind| PrincipalKind::parse(&kind)),
            condition: fields.condition.filter(|text| !text.trim().is_empty()),
            condition_version: fields.condition_version,
            description: fields.description.filter(|text| !text.is_empty()),
        })
    }
}
