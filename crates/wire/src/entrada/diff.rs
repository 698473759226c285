//! What a change of the policy would alter.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ChangeEntry;

/// What would these changes alter, made together?
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DiffQuestion {
    /// The changes, in order.
    pub changes: Vec<ProposedChange>,
}

/// A change that is not made yet. Principals, roles and scopes are named as in the other questions.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(
    tag = "change",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
pub enum ProposedChange {
    /// A role is assigned.
    Assign {
        /// To whom.
        principal: String,
        /// The role's name or GUID.
        role: String,
        /// Where.
        scope: String,
    },
    /// Every assignment of that role to that principal at that scope goes.
    Unassign {
        /// Of whom.
        principal: String,
        /// The role's name or GUID.
        role: String,
        /// Where.
        scope: String,
    },
    /// A principal becomes a direct member of a group.
    AddMember {
        /// The group.
        group: String,
        /// The member.
        member: String,
    },
    /// A principal is no longer a direct member of a group.
    RemoveMember {
        /// The group.
        group: String,
        /// The member.
        member: String,
    },
    /// A role definition is made, or replaced if one has its id or name.
    DefineRole {
        /// As `az role definition create` takes it, or as ARM shows it.
        definition: Value,
    },
    /// A role definition of the policy goes.
    RemoveRole {
        /// The role's name or GUID.
        role: String,
    },
}

/// Who gains and who loses what.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DiffAnswer {
    /// The changes that were compared; none, if two policies were.
    pub changes: Vec<ChangeEntry>,
    /// Those whose answers differ, by name.
    pub principals: Vec<DiffPrincipal>,
    /// How many there were before the list was cut.
    pub principals_total: usize,
    /// How many of them gain something.
    pub gaining: usize,
    /// How many of them lose something.
    pub losing: usize,
    /// Differences of all principals.
    pub differences_total: usize,
    /// Pairs of a principal and a place that were not compared because there are too many, so that there
    /// may be more differences.
    pub not_compared: usize,
    /// What is not known and may change the answer.
    pub not_known: Vec<String>,
}

/// Somebody whose answers differ.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DiffPrincipal {
    /// Name, or the object id when it has none.
    pub principal: String,
    /// Object id.
    pub id: String,
    /// What differs.
    pub differences: Vec<DiffEntry>,
    /// How many there were before the list was cut.
    pub differences_total: usize,
}

/// One question that is answered differently.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DiffEntry {
    /// The action, or a pattern of a role that stands for actions nobody lists.
    pub action: String,
    /// Whether it is a data action.
    pub data: bool,
    /// Where, and below as far as nothing nearer says otherwise.
    pub scope: String,
    /// The decision as it is.
    pub before: String,
    /// The decision as it would be.
    pub after: String,
    /// Whether more is permitted after than before.
    pub gain: bool,
}
