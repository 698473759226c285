//! Calls that were recorded: HTTP archives (HAR), and JSON lines of gateways and services.

use serde_json::Value;

use super::{ITEMS, PIECES, Piece, text_of};
use crate::evidence::sent;
use crate::fact::Kind;

/// The failed calls of an archive, or all where none failed.
pub(super) fn archive(value: &Value) -> Vec<Piece> {
    let entries = value.pointer("/log/entries").and_then(Value::as_array);
    let calls = entries.into_iter().flatten().take(ITEMS).enumerate();
    let calls =
        calls.map(|(index, entry)| (format!("log.entries[{index}]"), Call::of_entry(entry)));
    failures(calls.collect())
}

/// What one line of a log says of a failed call. Lines of successes and of other things say nothing.
pub(super) fn log_line(value: &Value, place: &str) -> Vec<Piece> {
    let mut call = Call::default();
    call.gather(value, 0);
    // Gateways and services write the answer as text within the record.
    let failed = call.status.is_some_and(|status| status >= 400);
    if !failed && (call.body.is_empty() || call.url.is_none()) {
        return Vec::new();
    }
    vec![Piece::new(place, call.text())]
}

fn failures(calls: Vec<(String, Call)>) -> Vec<Piece> {
    let failed = |call: &Call| {
        call.status
            .is_none_or(|status| status == 0 || status >= 400)
    };
    let any = calls.iter().any(|(_, call)| failed(call));
    let chosen = calls.into_iter().filter(|(_, call)| !any || failed(call));
    let pieces = chosen.map(|(field, call)| {
        let headers = call
            .request
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let sent = sent::carried(headers, false);
        Piece {
            kinds: sent.map(Kind::Sent).into_iter().collect(),
            ..Piece::new(field, call.text())
        }
    });
    pieces.take(PIECES).collect()
}

/// One call as far as it was recorded.
#[derive(Debug, Default)]
struct Call {
    method: Option<String>,
    url: Option<String>,
    status: Option<u64>,
    reason: Option<String>,
    request: Vec<(String, String)>,
    answer: Vec<(String, String)>,
    body: Vec<String>,
}

/// Headers whose presence bears on a refusal; the others are left out.
const TELLING: [&str; 12] = [
    "authorization",
    "authentication",
    "api-key",
    "x-api-key",
    "ocp-apim-subscription-key",
    "host",
    "user-agent",
    "www-authenticate",
    "policy-id",
    "x-ms-error-code",
    "retry-after",
    "x-ms-client-request-id",
];

impl Call {
    fn of_entry(entry: &Value) -> Self {
        let text = |pointer: &str| entry.pointer(pointer).and_then(text_of);
        let error = text("/response/_error").or_else(|| text("/_error"));
        Self {
            method: text("/request/method"),
            url: text("/request/url"),
            status: entry.pointer("/response/status").and_then(Value::as_u64),
            reason: text("/response/statusText"),
            request: headers(entry.pointer("/request/headers")),
            answer: headers(entry.pointer("/response/headers")),
            body: text("/response/content/text")
                .into_iter()
                .chain(error)
                .collect(),
        }
    }

    /// Takes what members of a record say, by their names in the formats of API Management, Azure
    /// Monitor and common loggers; nested records are looked into.
    fn gather(&mut self, value: &Value, depth: usize) {
        const DEEPEST: usize = 4;
        let Value::Object(members) = value else {
            return;
        };
        for (name, value) in members {
            let plain = name.to_ascii_lowercase().replace(['_', '-', '.'], "");
            let text = text_of(value);
            match (plain.trim_end_matches('s'), text) {
                ("method" | "httpmethod" | "requestmethod" | "backendmethod", Some(text)) => {
                    self.method.get_or_insert(text);
                }
                (
                    "url" | "uri" | "requesturi" | "requesturl" | "backendurl" | "httpurl"
                    | "requesttarget" | "requestpath",
                    Some(text),
                ) => {
                    self.url.get_or_insert(text);
                }
                (
                    "responsecode"
                    | "backendresponsecode"
                    | "statu"
                    | "statuscode"
                    | "httpstatu"
                    | "httpstatuscode"
                    | "resultsignature"
                    | "responsestatu",
                    Some(text),
                ) => {
                    let code = text.parse().ok().filter(|code| (400..600).contains(code));
                    self.status = self.status.or(code);
                }
                (
                    "message"
                    | "msg"
                    | "error"
                    | "errormessage"
                    | "exception"
                    | "detail"
                    | "responsebody"
                    | "backendresponsebody"
                    | "body"
                    | "lasterrormessage"
                    | "lasterrorreason"
                    | "errorcode"
                    | "resultdescription"
                    | "stacktrace",
                    Some(text),
                ) => self.body.push(text),
                ("propertie" | "propertiesraw" | "payload", Some(text)) => {
                    if let Ok(inner) = serde_json::from_str::<Value>(&text) {
                        self.gather(&inner, depth + 1);
                    }
                }
                (_, None) if depth < DEEPEST => self.gather(value, depth + 1),
                _ => {}
            }
        }
    }

    /// The call as a person would see it on a wire.
    fn text(&self) -> String {
        let mut lines = Vec::new();
        if let Some(url) = &self.url {
            lines.push(format!(
                "{} {url}",
                self.method.as_deref().unwrap_or("POST")
            ));
        }
        lines.extend(
            self.request
                .iter()
                .map(|(name, value)| format!("{name}: {value}")),
        );
        if let Some(status) = self.status.filter(|status| *status != 0) {
            let reason = self.reason.as_deref().unwrap_or_default();
            lines.push(format!("HTTP/1.1 {status} {reason}"));
        }
        lines.extend(
            self.answer
                .iter()
                .map(|(name, value)| format!("{name}: {value}")),
        );
        lines.push(String::new());
        lines.extend(self.body.iter().cloned());
        lines.join("\n") + "\n"
    }
}

fn headers(value: Option<&Value>) -> Vec<(String, String)> {
    let list = value.and_then(Value::as_array).into_iter().flatten();
    let pairs = list.filter_map(|header| {
        let name = header["name"].as_str()?.to_ascii_lowercase();
        let value = header["value"].as_str()?.to_owned();
        TELLING.contains(&name.as_str()).then_some((name, value))
    });
    pairs.collect()
}
