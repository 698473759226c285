//! Why a call did not reach its model server, or came back without an answer.

use std::time::Duration;

use azure::proxy::ProxyError;
use http::StatusCode;
use serde_json::json;
use wire::anthropic::ErrorBody;
use wire::refusals::Refusal;

use crate::backend::{BodyFault, Dialect};
use crate::listen::BoundedError;

/// A call without an answer. `Display` and `source` are for the operator;
/// clients get [`Fault::message`], which names neither host nor credential.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The body cannot be passed on.
    #[error("the body cannot be passed on")]
    Body(#[from] BodyFault),
    /// The server lacks the API: the catalogue has the words.
    #[error("the upstream does not speak this API")]
    Unsupported(Box<Refusal>),
    /// The body continues something kept, and this upstream's are not to be used.
    #[error("`stored_responses` is off for this upstream")]
    StoredResponses,
    /// The client did not send what it announced, or too much.
    #[error(transparent)]
    Request(#[from] BoundedError),
    /// No connection.
    #[error("the upstream cannot be reached")]
    Unreachable(#[source] ConnectError),
    /// No connection, because of the proxy on the way.
    #[error("the proxy does not connect to the upstream")]
    Proxy(#[source] Box<ProxyError>),
    /// The proxy on the way answered in the upstream's place.
    #[error("the proxy answered {0} instead of passing the call on to the upstream")]
    ProxyAnswered(StatusCode),
    /// The connection broke before an answer began.
    #[error("the upstream broke off before it answered")]
    BrokeOff(#[source] hyper::Error),
    /// No answer in time.
    #[error("the upstream did not begin to answer within {} s", .0.as_secs())]
    TimedOut(Duration),
    /// Entrada's own credential cannot be had.
    #[error("no credential for the upstream")]
    CredentialUnavailable(#[from] azure::credential::CredentialError),
    /// Entrada's own credential is refused.
    #[error("the upstream refused Entrada's own credential with {0}")]
    CredentialRefused(StatusCode),
    /// An answer that is none: a redirect, a switch of protocols, or a web page
    /// where the API should be.
    #[error(
        "the upstream answered {0} and not with its API: does the URL lead to where it begins?"
    )]
    NoAnswer(StatusCode),
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The name, the network or the server's certificate.
    #[error(transparent)]
    Failed(Box<dyn std::error::Error + Send + Sync>),
    /// Name, connection and handshake took too long.
    #[error("there was no connection within {} s{}", after.as_secs(), through(proxy.as_deref()))]
    TimedOut {
        /// How long it was waited for.
        after: Duration,
        /// The proxy on the way: its host and port.
        proxy: Option<String>,
    },
}

impl Fault {
    /// The refusal of the catalogue, where there is one: it goes before
    /// [`Fault::status`] and [`Fault::body`].
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Unsupported(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// The status for the client.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Body(_) | Self::StoredResponses | Self::Request(_) => StatusCode::BAD_REQUEST,
            Self::Unsupported(refusal) => {
                StatusCode::from_u16(refusal.render().status).unwrap_or(StatusCode::BAD_REQUEST)
            }
            Self::Unreachable(_)
            | Self::Proxy(_)
            | Self::ProxyAnswered(_)
            | Self::BrokeOff(_)
            | Self::CredentialUnavailable(_)
            | Self::CredentialRefused(_)
            | Self::NoAnswer(_) => StatusCode::BAD_GATEWAY,
            Self::TimedOut(_) => StatusCode::GATEWAY_TIMEOUT,
        }
    }

    /// The code for the client.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Body(_) | Self::Request(_) => "InvalidRequestBody",
            Self::Unsupported(_) => "OperationNotSupported",
            Self::StoredResponses => "StoredResponsesNotSupported",
            Self::Unreachable(_) => "UpstreamUnreachable",
            Self::Proxy(fault) if is_down(fault) => "UpstreamProxyUnreachable",
            Self::Proxy(_) | Self::ProxyAnswered(_) => "UpstreamProxyRefused",
            Self::BrokeOff(_) => "UpstreamBrokeOff",
            Self::TimedOut(_) => "UpstreamTimeout",
            Self::CredentialUnavailable(_) => "UpstreamCredentialUnavailable",
            Self::CredentialRefused(_) => "UpstreamCredentialRefused",
            Self::NoAnswer(_) => "UpstreamNoAnswer",
        }
    }

    /// The words for the operator: what went wrong, down to the system's own.
    pub fn detail(&self) -> String {
        let mut detail = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            detail.push_str(": ");
            detail.push_str(&cause.to_string());
            source = cause.source();
        }
        detail
    }

    /// The words for the client.
    pub fn message(&self) -> String {
        match self {
            Self::Body(fault) => fault.to_string(),
            Self::Request(fault) => fault.to_string(),
            Self::Unsupported(_) => "the model server behind this deployment does not have this operation".to_owned(),
            Self::StoredResponses => {
                "this deployment keeps no responses: send the whole conversation, without previous_response_id and \
                 conversation"
                    .to_owned()
            }
            Self::Unreachable(_) => "the model server behind this deployment cannot be reached".to_owned(),
            Self::Proxy(fault) if is_down(fault) => {
                "the proxy between the gateway and the model server behind this deployment cannot be reached".to_owned()
            }
            Self::Proxy(_) | Self::ProxyAnswered(_) => {
                "the proxy between the gateway and the model server behind this deployment refused to connect them; \
                 your request and your rights are not the problem"
                    .to_owned()
            }
            Self::BrokeOff(_) => "the model server behind this deployment closed the connection without an answer".to_owned(),
            Self::TimedOut(after) => {
                format!("the model server behind this deployment did not begin to answer within {} s", after.as_secs())
            }
            Self::CredentialUnavailable(_) => {
                "the gateway could not get its own credential for the model server behind this deployment; yours is \
                 not the problem"
                    .to_owned()
            }
            Self::CredentialRefused(_) => {
                "the model server behind this deployment refused the gateway's own credential; yours is not the problem"
                    .to_owned()
            }
            Self::NoAnswer(status) => {
                format!("the model server behind this deployment answered {}, which is no answer", status.as_u16())
            }
        }
    }

    /// The body for the client, as `dialect` words errors.
    pub fn body(&self, dialect: Dialect) -> String {
        let message = self.message();
        if dialect == Dialect::Anthropic {
            let body = ErrorBody::new(self.status().as_u16(), message);
            return serde_json::to_string(&body).unwrap_or_default();
        }
        json!({ "error": { "code": self.code(), "message": message } }).to_string()
    }
}

/// Whether the proxy did not even refuse.
fn is_down(fault: &ProxyError) -> bool {
    matches!(
        fault,
        ProxyError::Unreachable { .. } | ProxyError::BrokeOff { .. }
    )
}

fn through(proxy: Option<&str>) -> String {
    proxy.map_or_else(String::new, |proxy| format!(" through the proxy `{proxy}`"))
}
