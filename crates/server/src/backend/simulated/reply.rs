//! What a backend answers, before it is played to the client.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::json;
use wire::anthropic::ErrorBody;
use wire::openai::content_filter::{PromptFilter, PromptFiltered};
use wire::refusals::Refusal;

use crate::backend::Dialect;

/// A reply of the simulated model.
pub enum Reply {
    /// An answer, or an error that the model makes.
    Answer(Answer),
    /// A refusal of the catalogue, to be rendered where all refusals are.
    Refused {
        /// The refusal.
        refusal: Refusal,
        /// How long to wait first.
        delay: Duration,
    },
    /// No answer: the connection is closed after a while.
    HangUp {
        /// How long to wait first.
        delay: Duration,
    },
}

/// An answer with its pace.
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// Headers, without those about length.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// How long to wait before the head.
    pub delay: Duration,
    /// The body, in pieces.
    pub frames: Vec<Frame>,
    /// Whether the connection breaks after the last piece, as it does when a
    /// model server dies.
    pub broken: bool,
}

/// A piece of a body.
pub struct Frame {
    /// How long to wait before it.
    pub after: Duration,
    /// The piece.
    pub bytes: Bytes,
}

/// A request that the API does not allow.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Invalid {
    param: Option<&'static str>,
    message: String,
    code: Option<&'static str>,
    status: u16,
}

impl Invalid {
    /// `param` is not as it should be.
    pub(super) fn new(param: &'static str, message: impl Into<String>) -> Self {
        Self {
            param: Some(param),
            message: message.into(),
            code: None,
            status: 400,
        }
    }

    /// The body is not JSON of the right shape. The fault names places and
    /// types, and quotes at most a little of the body back to its sender.
    pub(super) fn body(fault: &serde_json::Error) -> Self {
        let message: String = fault.to_string().chars().take(300).collect();
        Self {
            param: None,
            message: format!("the body is not a valid request: {message}"),
            code: None,
            status: 400,
        }
    }

    /// The response to continue is not kept.
    pub(super) fn previous_response(id: &str) -> Self {
        Self {
            param: Some("previous_response_id"),
            message: format!("Previous response with id '{}' not found.", shorten(id)),
            code: Some("previous_response_not_found"),
            status: 400,
        }
    }

    /// The response is not kept.
    pub(super) fn response(id: &str) -> Self {
        Self {
            param: None,
            message: format!("Response with id '{}' not found.", shorten(id)),
            code: None,
            status: 404,
        }
    }

    /// The error as the dialect words it.
    pub(super) fn reply(self, dialect: Dialect) -> Reply {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        if dialect == Dialect::Anthropic {
            let message = match self.param {
                Some(param) => format!("{param}: {}", self.message),
                None => self.message,
            };
            return Reply::json(status, &ErrorBody::new(self.status, message));
        }
        let message = match self.param {
            Some(param) if self.code.is_none() => {
                format!("Invalid value for '{param}': {}", self.message)
            }
            _ => self.message,
        };
        let error = json!({
            "message": message, "type": "invalid_request_error", "param": self.param, "code": self.code,
        });
        Reply::json(status, &json!({ "error": error }))
    }
}

impl Reply {
    /// A whole JSON body.
    pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Self {
        // Plain data with text keys: writing it cannot fail.
        let bytes = serde_json::to_vec(body).unwrap_or_default();
        Self::Answer(Answer::whole(status, "application/json", bytes.into()))
    }

    /// A refusal of the catalogue, at once.
    pub(super) fn refused(refusal: Refusal) -> Self {
        Self::Refused {
            refusal,
            delay: Duration::ZERO,
        }
    }

    /// The refusal of a prompt in which the content filter found something.
    pub(super) fn filtered(filter: PromptFilter, dialect: Dialect) -> Self {
        if dialect == Dialect::Anthropic {
            let message = "Output blocked by content filtering policy".to_owned();
            return Self::json(StatusCode::BAD_REQUEST, &ErrorBody::new(400, message));
        }
        Self::json(StatusCode::BAD_REQUEST, &PromptFiltered::new(filter))
    }

    /// The same reply, `more` later.
    #[must_use]
    pub(super) fn later(mut self, more: Duration) -> Self {
        match &mut self {
            Self::Answer(Answer { delay, .. })
            | Self::Refused { delay, .. }
            | Self::HangUp { delay } => {
                *delay = delay.saturating_add(more);
            }
        }
        self
    }

    /// The status that goes out; 0 where the connection is just closed.
    pub fn status(&self) -> u16 {
        match self {
            Self::Answer(answer) => answer.status.as_u16(),
            Self::Refused { refusal, .. } => refusal.render().status,
            Self::HangUp { .. } => 0,
        }
    }
}

impl Answer {
    /// A body in one piece.
    pub(super) fn whole(status: StatusCode, media_type: &'static str, body: Bytes) -> Self {
        Self {
            status,
            headers: vec![(header::CONTENT_TYPE, HeaderValue::from_static(media_type))],
            delay: Duration::ZERO,
            frames: vec![Frame {
                after: Duration::ZERO,
                bytes: body,
            }],
            broken: false,
        }
    }

    /// A stream of events.
    pub(super) fn events(frames: Vec<Frame>) -> Self {
        Self {
            status: StatusCode::OK,
            headers: vec![
                (
                    header::CONTENT_TYPE,
                    HeaderValue::from_static(wire::sse::CONTENT_TYPE),
                ),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
            ],
            delay: Duration::ZERO,
            frames,
            broken: false,
        }
    }
}

fn shorten(id: &str) -> String {
    id.chars().take(100).collect()
}
