//! Failures on demand: from a scripted reply, or from a header in local mode.

use std::time::Duration;

use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::json;
use wire::anthropic::ErrorBody;
use wire::openai::content_filter::{Category, PromptFilter, Severity};
use wire::refusals::Refusal;

use super::config::ErrorConfig;
use super::reply::{Answer, Reply};
use super::rule::MAX_DELAY;
use crate::backend::Dialect;

/// A failure that a client asks for with `x-entrada-fault`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    /// An error with this status: `429`, `503;retry-after=2`.
    Status(ErrorConfig),
    /// No answer for ten minutes: `timeout`.
    Timeout,
    /// The connection closes without an answer: `disconnect`.
    Disconnect,
    /// The connection breaks in the middle of the answer: `cut`.
    Cut,
    /// The answer is no JSON: `malformed`.
    Malformed,
    /// The content filter refuses the prompt: `content-filter`.
    ContentFilter,
}

impl Fault {
    /// Reads the header's value.
    pub(super) fn parse(value: &str) -> Option<Self> {
        let (kind, option) = value.split_once(';').unwrap_or((value, ""));
        let retry_after = match option.trim() {
            "" => None,
            option => Some(option.strip_prefix("retry-after=")?.trim().parse().ok()?),
        };
        Some(match kind.trim() {
            "timeout" => Self::Timeout,
            "disconnect" => Self::Disconnect,
            "cut" => Self::Cut,
            "malformed" => Self::Malformed,
            "content-filter" => Self::ContentFilter,
            status => {
                let status = status
                    .parse()
                    .ok()
                    .filter(|status| (400..600).contains(status))?;
                Self::Status(ErrorConfig {
                    status,
                    code: None,
                    message: None,
                    retry_after,
                })
            }
        })
    }

    /// The reply in place of the model's, where there is one.
    pub(super) fn reply(&self, dialect: Dialect) -> Option<Reply> {
        match self {
            Self::Status(error) => Some(fail(error, dialect)),
            Self::Timeout => Some(Reply::HangUp { delay: MAX_DELAY }),
            Self::Disconnect => Some(Reply::HangUp {
                delay: Duration::ZERO,
            }),
            Self::ContentFilter => Some(Reply::filtered(
                PromptFilter::filtered(Category::Violence, Severity::High),
                dialect,
            )),
            Self::Cut | Self::Malformed => None,
        }
    }

    /// The model's reply, damaged as asked.
    pub(super) fn damage(&self, mut reply: Reply) -> Reply {
        let Reply::Answer(answer) = &mut reply else {
            return reply;
        };
        match self {
            Self::Cut => {
                let half = answer.frames.len() / 2;
                if half > 0 {
                    answer.frames.truncate(half);
                } else if let Some(frame) = answer.frames.first_mut() {
                    frame.bytes.truncate(frame.bytes.len() / 2);
                }
                answer.broken = true;
                reply
            }
            Self::Malformed => Reply::Answer(Answer::whole(
                answer.status,
                "application/json",
                "{\"choices\": [{\"mess".into(),
            )),
            _ => reply,
        }
    }
}

/// The error that `error` describes, worded as the service does where it is
/// known to.
pub(super) fn fail(error: &ErrorConfig, dialect: Dialect) -> Reply {
    if error.status == 429
        && error.code.is_none()
        && error.message.is_none()
        && dialect != Dialect::Anthropic
    {
        return Reply::refused(Refusal::RequestRateLimit {
            seconds: error.retry_after.unwrap_or(1),
        });
    }
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let (code, message) = usual(error.status);
    let code = error.code.as_deref().unwrap_or(code);
    let message = error.message.as_deref().unwrap_or(message);
    let mut reply = if dialect == Dialect::Anthropic {
        Reply::json(status, &ErrorBody::new(error.status, message.to_owned()))
    } else {
        Reply::json(
            status,
            &json!({ "error": { "code": code, "message": message } }),
        )
    };
    if let (Reply::Answer(answer), Some(seconds)) = (&mut reply, error.retry_after) {
        answer
            .headers
            .push((header::RETRY_AFTER, HeaderValue::from(seconds)));
        let milliseconds = HeaderValue::from(u64::from(seconds) * 1000);
        answer
            .headers
            .push((HeaderName::from_static("retry-after-ms"), milliseconds));
    }
    reply
}

/// Code and message for statuses that a model server sends.
fn usual(status: u16) -> (&'static str, &'static str) {
    match status {
        400 => ("BadRequest", "The request is invalid."),
        404 => ("404", "Resource not found"),
        408 => ("Timeout", "The operation was timeout."),
        413 => ("RequestTooLarge", "The request is too large."),
        429 => ("429", "Rate limit is exceeded. Try again in 1 seconds."),
        500 => (
            "InternalServerError",
            "The server had an error while processing your request. Sorry about that!",
        ),
        502 => ("BadGateway", "The model server gave no usable answer."),
        503 => (
            "ServiceUnavailable",
            "The server is currently overloaded with other requests. Please retry later.",
        ),
        504 => ("GatewayTimeout", "The model server did not answer in time."),
        _ => ("SimulatedError", "A simulated error."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_read_from_their_header() {
        let status = |status, retry_after| {
            Some(Fault::Status(ErrorConfig {
                status,
                code: None,
                message: None,
                retry_after,
            }))
        };
        for (value, expected) in [
            ("429", status(429, None)),
            ("503; retry-after=2", status(503, Some(2))),
            (" timeout ", Some(Fault::Timeout)),
            ("disconnect", Some(Fault::Disconnect)),
            ("cut", Some(Fault::Cut)),
            ("malformed", Some(Fault::Malformed)),
            ("content-filter", Some(Fault::ContentFilter)),
            ("200", None),
            ("600", None),
            ("429;retry-after=soon", None),
            ("429;x", None),
            ("", None),
        ] {
            assert_eq!(Fault::parse(value), expected, "{value}");
        }
    }
}
