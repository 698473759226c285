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

pub(crate) use http::{is_status_name, is_time_name};

/// One thing that structured evidence says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Piece {
    /// The member that says it, such as `log.entries[3]`.
    pub(crate) field: String,
    /// In words.
    pub(crate) text: String,
    /// What needs no words.
    pub(crate) kinds: Vec<Kind>,
}

impl Piece {
    pub(crate) fn new(field: impl Into<String>, text: impl Into<String>) -> Self {
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
            let said = http::log_line(&value, &format!("line {number}"));
            pieces.extend(said.into_iter().flatten());
        }
        if pieces.len() >= PIECES {
            break;
        }
    }
    (!pieces.is_empty()).then_some(pieces)
}

/// What one record of a log says. Nothing where it tells of a call that succeeded; `None` where it is
/// no record that is known.
pub(crate) fn record(value: &Value) -> Option<Vec<Piece>> {
    const PLACE: &str = "the record";
    whole(value).or_else(|| http::messages(value, PLACE).map(|piece| vec![piece]))
}

/// When a record was written, as it says itself.
pub(crate) fn time(record: &Value) -> Option<&Value> {
    http::time(record)
}

fn whole(value: &Value) -> Option<Vec<Piece>> {
    let pieces = match value {
        Value::Object(_) if value.pointer("/log/entries").is_some() => http::archive(value),
        Value::Object(members) => match azure::object(value) {
            Some(pieces) => pieces,
            // A page of a list, as REST gives it; or one line of a log.
            None => match list_in(value) {
                Some(items) => list_of(items)?,
                // An answer's body by itself is text.
                None if members.contains_key("error") && members.len() <= 2 => return None,
                None => return http::log_line(value, "the record"),
            },
        },
        Value::Array(items) => list_of(items)?,
        _ => return None,
    };
    (!pieces.is_empty()).then_some(pieces)
}

/// The items of a page of a list, or the records that Azure Monitor hands over together.
pub(crate) fn list_in(value: &Value) -> Option<&[Value]> {
    let list = value.get("value").or(value.get("records"))?;
    list.as_array().map(Vec::as_slice)
}

fn list_of(items: &[Value]) -> Option<Vec<Piece>> {
    let items = &items[..items.len().min(ITEMS)];
    azure::list(items).or_else(|| {
        let mut pieces = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let said = http::log_line(item, &format!("[{index}]"));
            pieces.extend(said.into_iter().flatten());
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
