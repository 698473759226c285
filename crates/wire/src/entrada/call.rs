//! What was called, and how often.

use serde::{Deserialize, Serialize};

/// The newest calls, newest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CallList {
    /// The calls.
    pub calls: Vec<CallRecord>,
}

/// One call, answered or refused.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CallRecord {
    /// Its place among all calls since the start; `?after=` goes on behind it.
    pub sequence: u64,
    /// When it came (RFC 3339, UTC).
    pub time: String,
    /// Microseconds until the head of the answer was ready.
    pub microseconds: u64,
    /// HTTP status.
    pub status: u16,
    /// Who called: a name or id; nobody when that was not proven.
    pub principal: Option<String>,
    /// The caller's object id; none of who called with a key.
    pub principal_id: Option<String>,
    /// Method and path template, or the path as sent when no route has it.
    pub operation: String,
    /// The account or project, or the scope on the management plane.
    pub resource: Option<String>,
    /// The deployment's name.
    pub deployment: Option<String>,
    /// Why it was refused.
    pub refused: Option<CallRefused>,
}

/// Opens the explanation of a refusal.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CallRefused {
    /// `GET /entrada/requests/{id}`
    pub id: String,
    /// The root cause's label, such as `role-control-plane-only`.
    pub cause: String,
}

/// Who did what how often since the start.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CallTally {
    /// Kinds of calls, in the order of principal, resource and action.
    pub counts: Vec<CallCount>,
    /// Calls of further kinds, for which there was no room.
    pub uncounted: u64,
}

/// One kind of calls.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CallCount {
    /// Who called: a name or id.
    pub principal: String,
    /// The caller's object id; none of who called with a key.
    pub principal_id: Option<String>,
    /// `data` or `control`.
    pub plane: String,
    /// Method and path template of a call to a model.
    pub operation: Option<String>,
    /// The data action or action that a role must permit.
    pub action: String,
    /// The account or project, or the scope on the management plane.
    pub resource: String,
    /// The deployment's name.
    pub deployment: Option<String>,
    /// Calls that were permitted, whatever came of them.
    pub permitted: u64,
    /// Calls that were refused.
    pub refused: u64,
    /// The first of them (RFC 3339, UTC).
    pub first: String,
    /// The last of them (RFC 3339, UTC).
    pub last: String,
}
