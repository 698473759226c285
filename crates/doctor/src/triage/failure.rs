//! What one record tells of a failed call.

use std::borrow::Cow;

use access::Timestamp;
use serde_json::Value;

use super::frame::Form;
use super::table::Columns;
use super::{frame, moment, own, sign};
use crate::evidence::redact::redact;
use crate::evidence::{self, Piece};
use crate::fact::{Facts, Kind, Name};
use crate::relevance::concerns;
use crate::wording::Table;
use crate::{Certainty, RuleId, diagnose};

/// A longer name of a caller or an endpoint is none.
const NAME: usize = 160;
/// How many calls one record can hold, as batches of Azure Monitor do.
const CALLS: usize = 2_000;

/// A failed call.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Failure {
    pub(super) time: Option<Timestamp>,
    pub(super) verdict: Verdict,
    /// What the record says, for a report: secrets are in it still.
    pub(super) said: Vec<Piece>,
}

/// What the doctor makes of a failed call.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Verdict {
    /// Nothing ties the call to models on Azure.
    pub(super) unrelated: bool,
    /// The likeliest cause and how sure it is.
    pub(super) cause: Option<(RuleId, Certainty)>,
    pub(super) status: Option<u16>,
    /// Who called: an object id, or a name that the endpoint gave.
    pub(super) principal: Option<String>,
    /// Whom: a host, or the account's name.
    pub(super) endpoint: Option<String>,
}

/// Hands every failed call that a record tells of to `found`, with what `judge` says of it. `columns`: the names
/// of the record's values, where they stand elsewhere.
pub(super) fn read(
    record: &[u8],
    form: Form,
    columns: Option<&Columns>,
    judge: &mut dyn FnMut(&[Piece]) -> Option<Verdict>,
    found: &mut dyn FnMut(Failure),
) {
    let text = String::from_utf8_lossy(record);
    let value = match (form, columns) {
        (Form::Row, Some(columns)) => columns.record_of_json(&text),
        (Form::Fields, Some(columns)) => Some(columns.record_of_line(&text)),
        _ if frame::is_json(record) => serde_json::from_str::<Value>(&text).ok(),
        _ => None,
    };
    let Some(value) = value else {
        let said = vec![Piece::new("the record", without_time(&text))];
        let verdict = own::read(&text).or_else(|| judged(&said, judge));
        if let Some(verdict) = verdict {
            let time = moment::of_text(&text);
            found(Failure {
                time,
                verdict,
                said,
            });
        }
        return;
    };
    let items = evidence::list_in(&value).unwrap_or(std::slice::from_ref(&value));
    for item in items.iter().take(CALLS) {
        let said = evidence::record(item).unwrap_or_else(|| {
            let text = match items.len() {
                1 if form == Form::Whole => text.clone(),
                _ => Cow::Owned(item.to_string()),
            };
            vec![Piece::new("the record", text)]
        });
        if said.is_empty() {
            continue;
        }
        if let Some(verdict) = judged(&said, judge) {
            let time = evidence::time(item).and_then(moment::of_member);
            found(Failure {
                time,
                verdict,
                said,
            });
        }
    }
}

/// What is said is judged if it may tell of a failure: the record's sign can be one of something else.
fn judged(said: &[Piece], judge: &mut dyn FnMut(&[Piece]) -> Option<Verdict>) -> Option<Verdict> {
    let telling = |piece: &Piece| {
        sign::holds_word(&piece.text) || !evidence::statuses(&piece.text).is_empty()
    };
    said.iter().any(telling).then(|| judge(said)).flatten()
}

/// The doctor's judgement of what a record says; `None` where it is no failure.
pub(super) fn judge(said: &[Piece]) -> Option<Verdict> {
    let facts = evidence::read_pieces(Table::built_in(), said);
    let status = facts.iter().find_map(|fact| match fact.kind {
        Kind::Status(status) if status >= 400 => Some(status),
        _ => None,
    });
    let refused = |fact: &crate::Fact| matches!(fact.kind, Kind::Refused { .. });
    let told = status.is_some() || facts.iter().any(refused);
    let first = diagnose(&facts).findings.into_iter().next();
    let cause = first.map(|finding| (finding.rule, finding.certainty));
    // An error without a status is a failure of ours where the doctor is rather sure of it.
    let sure = cause.is_some_and(|(_, certainty)| certainty >= Certainty::Likely);
    (told || sure).then(|| Verdict {
        unrelated: cause.is_none() && !concerns(&facts),
        cause,
        status,
        principal: value(&facts, Name::Principal).map(|id| id.to_ascii_lowercase()),
        endpoint: endpoint(&facts),
    })
}

/// What a record says as a report shows it: without secrets, and not long.
pub(super) fn shown(said: &[Piece]) -> String {
    const LONGEST: usize = 600;
    let texts: Vec<&str> = said.iter().map(|piece| piece.text.trim()).collect();
    let text = redact(&texts.join("\n"));
    let lines = text
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty());
    let text = lines.collect::<Vec<_>>().join("\n");
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The time in front of a line is no evidence, and differs from line to line.
fn without_time(text: &str) -> &str {
    let rest = text.trim_start_matches('[');
    let stamped = moment::of_text(rest.get(..19).unwrap_or_default()).is_some();
    if !stamped {
        return text;
    }
    rest[19..].trim_start_matches(|c: char| c.is_ascii_digit() || ".,Z]+:".contains(c))
}

fn endpoint(facts: &Facts) -> Option<String> {
    let host = facts.iter().find_map(|fact| match &fact.kind {
        Kind::Endpoint(endpoint) => host(&endpoint.url),
        _ => None,
    });
    host.or_else(|| value(facts, Name::Account))
        .map(|name| name.to_ascii_lowercase())
}

fn host(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let fits = !host.is_empty() && host.len() <= NAME && !host.contains(['<', '@', ' ']);
    fits.then(|| host.to_owned())
}

fn value(facts: &Facts, name: Name) -> Option<String> {
    let found = facts.iter().find_map(|fact| match &fact.kind {
        Kind::Value(known, value) if *known == name => Some(value),
        _ => None,
    });
    found.filter(|value| value.len() <= NAME).cloned()
}
