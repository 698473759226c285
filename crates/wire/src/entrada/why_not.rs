//! Why not, and what would permit it.

use serde::{Deserialize, Serialize};

/// Why may `principal` not do `operation` on `resource`?
pub type WhyNotQuestion = super::CheckQuestion;

/// The reason, and every smallest change that would permit it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WhyNotAnswer {
    /// `allowed`, `denied`, `unknown` or `conditional`.
    pub decision: String,
    /// If denied, the cause: the doctor's rule of that name where there is one.
    pub cause: Option<String>,
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
    /// What decided: the deny assignment, the assignment that grants, or what almost did.
    pub because: Vec<String>,
    /// Unless it is allowed: what would permit it, least privilege first. Each was tried.
    pub remedies: Vec<RemedyEntry>,
    /// How many there were before the list was cut.
    pub remedies_total: usize,
    /// Whether some combinations of changes were not tried because there are too many.
    pub cut_short: bool,
    /// What is not known and may change the answer.
    pub not_known: Vec<String>,
}

/// Changes that together permit it; none of them is superfluous.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RemedyEntry {
    /// What to change; nothing, if waiting is enough.
    pub changes: Vec<ChangeEntry>,
    /// When it is permitted, if not at once; RFC 3339.
    pub not_before: Option<String>,
    /// How many further actions the principal gains there, of those that built-in roles tell apart.
    pub gains: usize,
    /// Whether the principal could then change the resource or hand out roles, and cannot now.
    pub manages: bool,
    /// Whether other principals gain as well.
    pub affects_others: bool,
}

/// A change of a policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangeEntry {
    /// `assign`, `unassign`, `activate`, `lift-condition`, `add-member`, `remove-member`, `define-role`,
    /// `remove-role`, `deny`, `remove-deny` or `spare`.
    pub kind: String,
    /// The change in a sentence.
    pub summary: String,
    /// Commands that make it, each alone: `entrada`'s first, then Azure's.
    pub commands: Vec<String>,
}
