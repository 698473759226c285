//! The smallest roles for what somebody really does.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Which roles are enough for `principal`?
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LeastPrivilegeQuestion {
    /// Name, object id, client id or UPN.
    pub principal: String,
    /// What it does; without it, what the server has counted since its start.
    #[serde(default)]
    pub uses: Option<Vec<UseEntry>>,
    /// Whether what was refused counts, too, of what the server has counted.
    #[serde(default)]
    pub include_refused: bool,
}

/// Something that is done.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UseEntry {
    /// An operation or an action, as in [`super::CheckQuestion`].
    pub operation: String,
    /// Where: account or project, or an ARM id.
    pub resource: String,
    /// The deployment, which tells whose model it is.
    #[serde(default)]
    pub deployment: Option<String>,
}

/// What is enough, and what is more than enough.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LeastPrivilegeAnswer {
    /// The principal's name.
    pub principal: String,
    /// Its object id.
    pub id: String,
    /// How many kinds of use it is made for.
    pub uses: usize,
    /// The smallest roles, by place.
    pub places: Vec<PlaceEntry>,
    /// A role of exactly what is used, as `az role definition create` takes it; none, if nothing is used.
    pub custom_role: Option<Value>,
    /// What the principal holds now, and what of it is used.
    pub held: Vec<HeldEntry>,
    /// What no known role permits without a condition.
    pub uncovered: Vec<String>,
    /// What a deny assignment takes away, whatever role is assigned.
    pub denied: Vec<String>,
    /// How many known actions the principal may do at these places now.
    pub rights_now: usize,
    /// How many it could with the proposed roles alone.
    pub rights_then: usize,
    /// What is not known and may change the answer.
    pub not_known: Vec<String>,
}

/// The smallest roles for one place.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlaceEntry {
    /// Where to assign them.
    pub scope: String,
    /// The roles, all of them.
    pub roles: Vec<String>,
    /// The actions that they are needed for.
    pub actions: Vec<String>,
    /// Commands that assign them.
    pub commands: Vec<String>,
}

/// An assignment that is in force, and what of it is used.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HeldEntry {
    /// The assignment's id.
    pub id: String,
    /// The role's name, or its id.
    pub role: String,
    /// Where it is assigned.
    pub scope: String,
    /// The groups on the way from the principal to the assignment.
    pub through: Vec<String>,
    /// How many kinds of use it permits: with none, it is idle.
    pub used: usize,
    /// Patterns of the role that nothing used needed.
    pub unused: Vec<String>,
    /// How many there were before the list was cut.
    pub unused_total: usize,
}
