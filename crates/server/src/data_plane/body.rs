//! Reading a request's body within bounds, and the one thing that routing needs from it.

use std::fmt;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use serde::de::{self, Deserializer as _, IgnoredAny, MapAccess, Visitor};

use super::denied::Denied;
use crate::listen::Limits;

/// Reads the whole body.
///
/// # Errors
/// [`Denied::BodyTooLarge`] as soon as it is known, [`Denied::BodyIncomplete`] when the client stalls.
pub(super) async fn read(incoming: Incoming, limits: Limits) -> Result<Bytes, Denied> {
    let whole = tokio::time::timeout(limits.body, read_frames(incoming, limits)).await;
    whole.unwrap_or(Err(Denied::BodyIncomplete))
}

async fn read_frames(mut incoming: Incoming, limits: Limits) -> Result<Bytes, Denied> {
    let too_large = || Denied::BodyTooLarge(limits.body_bytes);
    if incoming.size_hint().lower() > limits.body_bytes as u64 {
        return Err(too_large());
    }
    let mut whole = Bytes::new();
    let mut joined = BytesMut::new();
    loop {
        let frame = match tokio::time::timeout(limits.body_idle, incoming.frame()).await {
            Ok(Some(Ok(frame))) => frame,
            Ok(None) => break,
            Ok(Some(Err(_))) | Err(_) => return Err(Denied::BodyIncomplete),
        };
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if whole.len() + joined.len() + data.len() > limits.body_bytes {
            return Err(too_large());
        }
        if whole.is_empty() && joined.is_empty() {
            // Most bodies are one frame, which needs no copy.
            whole = data;
        } else {
            joined.extend_from_slice(&std::mem::take(&mut whole));
            joined.extend_from_slice(&data);
        }
    }
    Ok(if joined.is_empty() {
        whole
    } else {
        joined.freeze()
    })
}

/// The top-level `model` of a JSON object; `None` when it is absent or null.
///
/// # Errors
/// [`Denied::BodyMalformed`] for anything but a JSON object, for a `model` that is no string and for
/// a second `model`: a backend might read the other one.
pub(super) fn model(body: &[u8]) -> Result<Option<String>, Denied> {
    let malformed = |error: serde_json::Error| Denied::BodyMalformed(error.to_string());
    let mut reader = serde_json::Deserializer::from_slice(body);
    let model = reader.deserialize_map(ModelVisitor).map_err(malformed)?;
    reader.end().map_err(malformed)?;
    Ok(model)
}

struct ModelVisitor;

impl<'body> Visitor<'body> for ModelVisitor {
    type Value = Option<String>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'body>>(self, mut members: A) -> Result<Option<String>, A::Error> {
        let mut seen = false;
        let mut model = None;
        while let Some(name) = members.next_key::<std::borrow::Cow<'_, str>>()? {
            if name != "model" {
                members.next_value::<IgnoredAny>()?;
            } else if std::mem::replace(&mut seen, true) {
                return Err(de::Error::custom("the member `model` stands twice"));
            } else {
                model = members.next_value::<Option<String>>()?;
            }
        }
        Ok(model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_level_model_is_found() {
        let check = |body: &str, expected: Option<&str>| {
            assert_eq!(
                model(body.as_bytes()).unwrap().as_deref(),
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
    fn deep_nesting_costs_no_stack() {
        let body = format!(
            "{{\"a\":{}1{},\"model\":\"gpt-4o\"}}",
            "[".repeat(1_000_000),
            "]".repeat(1_000_000)
        );
        assert_eq!(model(body.as_bytes()).unwrap().as_deref(), Some("gpt-4o"));
    }
}
