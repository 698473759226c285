//! Why there is no page.

use access::decision::Decision;
use http::StatusCode;

use crate::control_plane::{Denied, Fault, Unanswered};

/// Why somebody does not get what they asked the portal for.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The person has not the right, and this is the decision.
    Forbidden(Box<Decision>),
    /// The person's rights cannot be told, or anything else that a message says better.
    Refused(String),
    /// There is no such thing.
    Missing(String),
    /// The request makes no sense, or comes from elsewhere.
    Bad(StatusCode, String),
    /// Nobody signed in.
    SignIn(String),
    /// It is our fault.
    Internal(String),
}

impl Trouble {
    /// A sign-in that came to nothing.
    pub(super) fn sign_in(message: impl Into<String>) -> Self {
        Self::SignIn(message.into())
    }

    /// A request that makes no sense.
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::Bad(StatusCode::BAD_REQUEST, message.into())
    }

    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::Forbidden(_) | Self::Refused(_) => StatusCode::FORBIDDEN,
            Self::Missing(_) => StatusCode::NOT_FOUND,
            Self::Bad(status, _) => *status,
            Self::SignIn(_) => StatusCode::UNAUTHORIZED,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<askama::Error> for Trouble {
    fn from(error: askama::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<store::StoreError> for Trouble {
    fn from(error: store::StoreError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<Denied> for Trouble {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Action(decision) => Self::Forbidden(decision),
            Denied::Token(fault) => {
                Self::Refused(format!("What you may do cannot be told: {fault}."))
            }
            Denied::Credential(_) | Denied::ApiVersionMissing => {
                Self::Refused("What you may do cannot be told.".to_owned())
            }
        }
    }
}

impl From<Unanswered> for Trouble {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Denied(denied) => denied.into(),
            Unanswered::Fault(fault) => fault.into(),
        }
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        let (status, _, message) = fault.told();
        let message = match &fault {
            Fault::Known(refusal) => message_of(&refusal.render().body),
            _ => message,
        };
        match status {
            status if status.is_server_error() => Self::Internal(message),
            StatusCode::NOT_FOUND => Self::Missing(message),
            status => Self::Bad(status, message),
        }
    }
}

/// The message inside an error of ARM's.
fn message_of(body: &str) -> String {
    let body: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let message = body["error"]["message"].as_str();
    message.unwrap_or("The request was refused.").to_owned()
}
