//! The journal: who changed what, and what was refused.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Rows of the journal, in order.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditPage {
    /// The rows.
    pub rows: Vec<AuditRow>,
    /// Whether more follow.
    pub more: bool,
}

/// One row of the journal; as JSON lines, a whole journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditRow {
    /// Its place, from 1, without gaps.
    pub sequence: u64,
    /// Binds the entry to the row before it: HMAC-SHA256, hexadecimal.
    pub mac: String,
    /// What happened. Its JSON text without spaces is what the MAC is made of.
    pub entry: Value,
}
