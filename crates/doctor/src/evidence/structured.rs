//! Evidence that programs wrote: HTTP archives, log lines in JSON, and what `az` prints.
//!
//! Each is told by its shape, not by a file's name, and put into the words that the other readers
//! know: a HAR entry becomes the request and the answer that it recorded, an account's
//! `disableLocalAuth` the sentence that says so. So there is one way from words to facts, one place
//! where secrets are dropped, and every fact still names the member that it came from.

use serde_json::Value;

use crate::fact::{Kind, Name};

mod azure;
mod http;

/// How much of a file is read as JSON.
const LIMIT: usize = 16 * 1024 * 1024;
/// How many lines of a log, entries of an archive or items of a list are looked at.
const ITEMS: usize = 2_000;
/// How many of them become evidence: the failures, the first ones.
const PIECES: usize = 40;

/// One thing that structured evidence says.
#[derive(Debug, PartialEq)]
pub(super) struct Piece {
    /// The member that says it, such as `log.entries[3]`.
    pub(super) field: String,
    /// In words.
    pub(super) text: String,
    /// What needs no words.
    pub(super) kinds: Vec<Kind>,
}

impl Piece {
    fn new(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            text: text.into(),
            kinds: Vec::new(),
        }
    }

    /// A value that commands and rules use as it stands.
    fn value(field: impl Into<String>, name: Name, value: &str) -> Option<Self> {
        is_plain(value).then(|| Self {
            kinds: vec![Kind::Value(name, value.to_owned())],
            ..Self::new(field, "")
        })
    }
}

/// Whether a value is a name or an id and nothing else: it will stand in commands and reports.
fn is_plain(value: &str) -> bool {
    const LONGEST: usize = 300;
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
    !value.is_empty()
        && value.len() <= LONGEST
        && value.chars().all(plain)
        && super::redact::redact(value) == value
}

/// What a text says if it is JSON of a known shape, as a whole or line by line.
pub(super) fn read(text: &str) -> Option<Vec<Piece>> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.len() > LIMIT || !text.starts_with(['{', '[']) {
        return None;
    }
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        return whole(&value);
    }
    let mut pieces = Vec::new();
    for (index, line) in text.lines().enumerate().take(ITEMS) {
        if let Ok(value) = serde_json::from_str::<Value>(line) {
            let number = index + 1;
            pieces.extend(http::log_line(&value, &format!("line {number}")));
        }
        if pieces.len() >= PIECES {
            break;
        }
    }
    (!pieces.is_empty()).then_some(pieces)
}

fn whole(value: &Value) -> Option<Vec<Piece>> {
    let pieces = match value {
        Value::Object(_) if value.pointer("/log/entries").is_some() => http::archive(value),
        Value::Object(_) => azure::object(value).or_else(|| {
            // A page of a list, as REST gives it; or one line of a log.
            let list = value.get("value").or(value.get("records"));
            match list.and_then(Value::as_array) {
                Some(items) => list_of(items),
                // An answer's body by itself is text.
                None if value.get("error").is_some() => None,
                None => Some(http::log_line(value, "the record")),
            }
        })?,
        Value::Array(items) => list_of(items)?,
        _ => return None,
    };
    (!pieces.is_empty()).then_some(pieces)
}

fn list_of(items: &[Value]) -> Option<Vec<Piece>> {
    let items = &items[..items.len().min(ITEMS)];
    azure::list(items).or_else(|| {
        let mut pieces = Vec::new();
        for (index, item) in items.iter().enumerate() {
            pieces.extend(http::log_line(item, &format!("[{index}]")));
            if pieces.len() >= PIECES {
                break;
            }
        }
        (!pieces.is_empty()).then_some(pieces)
    })
}

/// A member's text: what is there as text, number or truth.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
