//! What a principal may do at all.

use serde::{Deserialize, Serialize};

/// What may `principal` do, at `scope` or wherever it holds something?
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EffectiveQuestion {
    /// Name, object id, client id or UPN.
    pub principal: String,
    /// Account name, its short forms, or an ARM id; without it, every place where the principal holds
    /// something, and the accounts there.
    #[serde(default)]
    pub scope: Option<String>,
}

/// The principal's permissions and denials, place by place.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EffectiveAnswer {
    /// The principal's name.
    pub principal: String,
    /// Its object id.
    pub id: String,
    /// The places, from the root downwards.
    pub scopes: Vec<EffectiveAt>,
    /// How many places there were before the list was cut.
    pub scopes_total: usize,
    /// What is not known and may change the answer.
    pub not_known: Vec<String>,
}

/// What holds at one place, inherited or assigned there.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EffectiveAt {
    /// The ARM id.
    pub scope: String,
    /// The role assignments at or above it, in force or not.
    pub assignments: Vec<HoldingEntry>,
    /// How many there were before the list was cut.
    pub assignments_total: usize,
    /// What those in force permit, merged where that is exact.
    pub permissions: Vec<PermissionEntry>,
    /// How many there were before the list was cut.
    pub permissions_total: usize,
    /// The deny assignments that mean the principal: they win over every permission.
    pub denies: Vec<DenialEntry>,
    /// How many there were before the list was cut.
    pub denies_total: usize,
    /// The operations of the inference endpoint that come of it.
    pub operations: Vec<OperationEntry>,
}

/// A role assignment of the principal or of one of its groups.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HoldingEntry {
    /// The assignment's id.
    pub id: String,
    /// The role's name, or its id if its definition is not known.
    pub role: String,
    /// Whether the role's definition is known.
    pub role_known: bool,
    /// Where the role is assigned.
    pub scope: String,
    /// The groups on the way from the principal to the assignment.
    pub through: Vec<String>,
    /// `active`, `propagating`, `starts-later`, `expired` or `eligible` (not activated).
    pub state: String,
    /// When it begins, or if it is active or over, when it ends; RFC 3339.
    pub when: Option<String>,
    /// The assignment's condition.
    pub condition: Option<String>,
}

/// What is permitted or denied in one plane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PermissionEntry {
    /// Whether these are data actions.
    pub data: bool,
    /// The actions; `*` stands for anything.
    pub actions: Vec<String>,
    /// What is left out of them. Another entry may name it all the same.
    pub except: Vec<String>,
    /// Conditions that must all hold.
    pub conditions: Vec<String>,
    /// The assignments that it comes from.
    pub from: Vec<String>,
}

/// A deny assignment that means the principal.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DenialEntry {
    /// The deny assignment's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it is assigned.
    pub scope: String,
    /// The groups on the way from the principal to the one that is denied.
    pub through: Vec<String>,
    /// What is denied.
    pub denied: Vec<PermissionEntry>,
}

/// A data action that operations of the endpoint check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OperationEntry {
    /// The data action.
    pub action: String,
    /// `allowed`, `conditional`, `unknown`; or `denied`, if a deny assignment takes away what a role permits.
    pub decision: String,
    /// What checks it: METHOD and path, and of which models if not of all.
    pub operations: Vec<String>,
}
