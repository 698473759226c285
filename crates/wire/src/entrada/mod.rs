//! Entrada's own API: what the command line asks a running server as its operator.

mod access;
mod audit;
mod call;
mod diff;
mod effective;
mod environment;
mod keys;
mod least_privilege;
mod request;
mod why_not;

pub use access::{
    CheckAnswer, CheckQuestion, GrantAnswer, GrantRequest, RevokeAnswer, WhoCanAnswer, WhoCanEntry,
    WhoCanQuestion,
};
pub use audit::{AuditPage, AuditRow};
pub use call::{CallCount, CallList, CallRecord, CallRefused, CallTally};
pub use diff::{DiffAnswer, DiffEntry, DiffPrincipal, DiffQuestion, ProposedChange};
pub use effective::{
    DenialEntry, EffectiveAnswer, EffectiveAt, EffectiveQuestion, HoldingEntry, OperationEntry,
    PermissionEntry,
};
pub use environment::{EnvironmentAnswer, SubscriptionEntry, TokenAnswer, TokenRequest};
pub use keys::{KeyEntry, KeyList, RotateKeysRequest};
pub use least_privilege::{
    HeldEntry, LeastPrivilegeAnswer, LeastPrivilegeQuestion, PlaceEntry, UseEntry,
};
pub use request::{RequestList, RequestRecord};
pub use why_not::{ChangeEntry, RemedyEntry, WhyNotAnswer, WhyNotQuestion};

use serde::{Deserialize, Serialize};

/// The error body of Entrada's own routes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// What is wrong.
    pub error: ProblemDetail,
}

/// The inside of a [`Problem`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProblemDetail {
    /// A short stable word, such as `unknown_principal`.
    pub code: String,
    /// A sentence for people, without a full stop.
    pub message: String,
}

impl Problem {
    /// A problem with this code and message.
    #[must_use]
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            error: ProblemDetail {
                code: code.to_owned(),
                message: message.into(),
            },
        }
    }
}
