//! Questions about access, and changes to it.

use serde::{Deserialize, Serialize};

/// May `principal` do `operation` on `resource`?
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CheckQuestion {
    /// Name, object id, client id or UPN.
    pub principal: String,
    /// An operation template (`POST /models/chat/completions`), its short name (`chat`), or an action.
    pub operation: String,
    /// Account name, its short forms, or an ARM id.
    pub resource: String,
}

/// The answer, with every step.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CheckAnswer {
    /// `allowed`, `denied`, `unknown` or `conditional`.
    pub decision: String,
    /// The principal asked about.
    pub principal: String,
    /// The action that the operation needs.
    pub action: String,
    /// Whether it is a data action.
    pub data: bool,
    /// The ARM id asked about.
    pub scope: String,
    /// One sentence: the verdict and what decided.
    pub summary: String,
    /// What was considered, in order.
    pub steps: Vec<String>,
    /// What almost applied.
    pub near_misses: Vec<String>,
    /// How many there were before the list was cut.
    pub near_misses_total: usize,
    /// The least-privileged built-in role that would allow it.
    pub least_privileged_role: Option<String>,
    /// A command that grants it, when it is not allowed.
    pub fix: Option<String>,
}

/// Who may do `operation` on `resource`?
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WhoCanQuestion {
    /// As in [`CheckQuestion`].
    pub operation: String,
    /// As in [`CheckQuestion`].
    pub resource: String,
    /// Whether those are wanted too who could by activating an eligible role assignment.
    #[serde(default)]
    pub eligible: bool,
}

/// Everyone who may.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WhoCanAnswer {
    /// The action that the operation needs.
    pub action: String,
    /// The ARM id asked about.
    pub scope: String,
    /// Who may, by name.
    pub principals: Vec<WhoCanEntry>,
    /// Who may not now, and could by activating an eligible role assignment; if that was asked for.
    #[serde(default)]
    pub eligible: Vec<WhoCanEntry>,
    /// What is not known and may change the answer.
    #[serde(default)]
    pub not_known: Vec<String>,
}

/// One who may.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WhoCanEntry {
    /// Name, or the object id when it has none.
    pub principal: String,
    /// Object id.
    pub id: String,
    /// `allowed`, `conditional` or `unknown`.
    pub decision: String,
    /// The role that gives it.
    pub role: String,
    /// Where the role is assigned.
    pub scope: String,
    /// The groups on the way from the principal to the assignment.
    pub through: Vec<String>,
}

/// Assigns a role.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GrantRequest {
    /// Name, object id, client id or UPN.
    pub principal: String,
    /// Role name or GUID.
    pub role: String,
    /// Account name, its short forms, or an ARM id.
    pub scope: String,
    /// Of a new assignment, why it is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// The assignment that is there now.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GrantAnswer {
    /// Role assignment id.
    pub id: String,
    /// The principal's name.
    pub principal: String,
    /// Role name.
    pub role: String,
    /// ARM id.
    pub scope: String,
    /// False when it was there before.
    pub created: bool,
    /// Seconds until it takes effect.
    pub effective_in_seconds: u32,
}

/// What was removed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RevokeAnswer {
    /// Ids of the removed role assignments.
    pub removed: Vec<String>,
}
