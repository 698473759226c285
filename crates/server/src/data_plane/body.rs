//! What a call sends: read within bounds where somebody must read it, passed on unread where nobody must.

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;

use super::denied::Denied;
use crate::backend::upstream::Payload;
use crate::backend::{BodyFault, Members, scan};
use crate::budget::{Budget, Exhausted};
use crate::listen::{Bounded, BoundedError, Limits};

/// The body of a permitted call.
pub(super) enum Content {
    /// It was read.
    Read {
        /// All of it.
        body: Bytes,
        /// What a scan of it found, on routes whose body names the deployment.
        members: Option<Members>,
    },
    /// It passes through.
    Unread(Bounded),
}

impl Default for Content {
    fn default() -> Self {
        Self::Read {
            body: Bytes::new(),
            members: None,
        }
    }
}

impl Content {
    /// The bytes, as far as they were read.
    pub(super) fn into_bytes(self) -> Bytes {
        match self {
            Self::Read { body, .. } => body,
            Self::Unread(_) => Bytes::new(),
        }
    }
}

/// A body that nobody has read yet.
///
/// # Errors
/// [`Denied::BodyTooLarge`] if its announced length says so.
pub(super) fn unread(incoming: Incoming, limits: Limits) -> Result<Bounded, Denied> {
    Ok(Bounded::new(incoming, limits)?)
}

/// Reads the whole body.
///
/// # Errors
/// [`Denied::BodyTooLarge`] as soon as it is known, [`Denied::BodyIncomplete`] when the client stalls,
/// [`Denied::Busy`] when the budget is spent.
pub(super) async fn read(
    incoming: Incoming,
    limits: Limits,
    budget: &Budget,
) -> Result<Bytes, Denied> {
    let mut bounded = unread(incoming, limits)?;
    let mut share = budget.share();
    let mut whole = Bytes::new();
    let mut joined = BytesMut::new();
    while let Some(frame) = bounded.frame().await {
        let Ok(data) = frame?.into_data() else {
            continue;
        };
        share.grow(data.len()).map_err(|Exhausted| Denied::Busy)?;
        if whole.is_empty() && joined.is_empty() {
            // Most bodies are one frame, which needs no copy.
            whole = data;
        } else {
            joined.extend_from_slice(&std::mem::take(&mut whole));
            joined.extend_from_slice(&data);
        }
    }
    Ok(share.hold(if joined.is_empty() {
        whole
    } else {
        joined.freeze()
    }))
}

/// The top-level `model` of a JSON object, `None` when it is absent or null; and what else a scan found.
///
/// # Errors
/// [`Denied::BodyMalformed`] for anything but a JSON object, for a `model` that is no string and for
/// a second `model`: a backend might read the other one.
pub(super) fn model(body: &[u8]) -> Result<(Option<String>, Members), Denied> {
    let members = scan(body)?;
    Ok((members.model(body)?, members))
}

impl From<Content> for Payload {
    fn from(content: Content) -> Self {
        match content {
            Content::Read { body, members } => Self::Whole(body, members),
            Content::Unread(body) => Self::Unread(body),
        }
    }
}

impl From<BoundedError> for Denied {
    fn from(error: BoundedError) -> Self {
        match error {
            BoundedError::TooLarge(limit) => Self::BodyTooLarge(limit),
            BoundedError::Incomplete => Self::BodyIncomplete,
        }
    }
}

impl From<BodyFault> for Denied {
    fn from(fault: BodyFault) -> Self {
        Self::BodyMalformed(fault.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_level_model_is_found() {
        let check = |body: &str, expected: Option<&str>| {
            assert_eq!(
                model(body.as_bytes()).unwrap().0.as_deref(),
                expected,
                "{body}"
            );
        };
        check(
            r#"{"messages":[{"model":"inner"}],"model":"gpt-4o"}"#,
            Some("gpt-4o"),
        );
        check(r#"{"model":null}"#, None);
        check("{}", None);
        check(r#"{"mod\u0065l":"gpt-4o"}"#, Some("gpt-4o"));
    }

    #[test]
    fn bodies_that_two_readers_could_read_differently_are_refused() {
        for body in [
            r#"{"model":"a","model":"b"}"#,
            r#"{"model":"a","mod\u0065l":"b"}"#,
            r#"{"model":1}"#,
            "[]",
            "",
            r#"{"model":"a"} {"model":"b"}"#,
            "{\"model\":\"\u{0}\"}",
        ] {
            assert!(
                matches!(model(body.as_bytes()), Err(Denied::BodyMalformed(_))),
                "{body}"
            );
        }
        assert!(matches!(
            model(b"{\"model\":\"\xff\"}"),
            Err(Denied::BodyMalformed(_))
        ));
    }

    #[test]
    fn deep_nesting_is_refused_and_costs_no_stack() {
        let body = format!(
            "{{\"a\":{}1{},\"model\":\"gpt-4o\"}}",
            "[".repeat(1_000_000),
            "]".repeat(1_000_000)
        );
        assert!(matches!(
            model(body.as_bytes()),
            Err(Denied::BodyMalformed(_))
        ));
    }
}
