//! Refused requests and their explanations.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The newest refusals, newest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RequestList {
    /// The refusals.
    pub requests: Vec<RequestRecord>,
    /// Refusals of callers who did not prove who they are that were only counted, because there were too
    /// many in their second.
    #[serde(default)]
    pub unrecorded: u64,
}

/// One refusal, or several of the same kind folded into one.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RequestRecord {
    /// The id that the client got in `apim-request-id`.
    pub id: String,
    /// When (RFC 3339, UTC); the last time for folded ones.
    pub time: String,
    /// How often this happened.
    pub count: u64,
    /// HTTP status.
    pub status: u16,
    /// Method and path template, or the path as sent when no route has it.
    pub operation: String,
    /// Account name.
    pub account: Option<String>,
    /// Who called: a name or id; `None` when nobody could be told.
    pub principal: Option<String>,
    /// The root cause's label, such as `role-control-plane-only`.
    pub cause: String,
    /// The explanation: a report of schema `entrada.report/v1`.
    pub report: Value,
}
