//! Readers: from what people have to facts.
//!
//! [`read`] takes text as people paste it, in any mixture: an error message, a stack trace, lines
//! such as `endpoint: …`, prose, code, environment variables, raw HTTP, a lock file, an HTTP archive, JSON
//! lines of a log, what `az` prints. It is tolerant: what cannot
//! be read is left out, nothing is an error. Secrets are dropped before anything else looks at the
//! text, and every fact knows the line it came from.

pub mod audience;
pub mod client;
pub mod endpoint;
mod line;
pub mod names;
mod packages;
pub mod redact;
pub mod role;
pub mod sent;
mod sign_in;
mod status;
mod structured;
pub mod token;
pub mod topic;
pub mod variable;
pub mod version;

pub use packages::{is_project_file, project_file, user_agent};
pub(crate) use status::{counts_something, find as statuses, is_line};
pub(crate) use structured::{Piece, is_status_name, is_time_name, list_in, record, time};

use wire::refusals::{Plain, recognise_in};

use crate::fact::{Fact, Facts, Kind, Name, Origin};
use crate::phrase;
use crate::wording::Table;

/// How much of a text is read: the beginning, where people explain, and the end, where it failed.
const HEAD: usize = 64 * 1024;
const TAIL: usize = 64 * 1024;
/// How many lines of the beginning, and as many of the end, are read word by word.
const LINES: usize = 2_000;
/// Shorter lines say nothing.
const SHORTEST: usize = 3;

/// Reads pasted text.
///
/// ```
/// let facts = doctor::evidence::read("status: 404\n{'error': {'code': 'DeploymentNotFound'}}\n");
/// let report = doctor::diagnose(&facts);
/// assert_eq!(report.findings[0].rule.as_str(), "deployment-not-found");
/// ```
pub fn read(text: &str) -> Facts {
    read_with(Table::built_in(), text)
}

/// Reads pasted text with another table of words, to measure one that was fitted apart.
pub fn read_with(table: &Table, text: &str) -> Facts {
    match structured::read(text) {
        Some(pieces) => read_pieces(table, &pieces),
        None => read_text(table, text),
    }
}

/// Reads what structured evidence says, piece by piece, and its words together.
pub(crate) fn read_pieces(table: &Table, pieces: &[Piece]) -> Facts {
    let mut facts = Facts::new();
    for piece in pieces {
        let read = read_apart_from_words(&piece.text);
        facts.extend(located(&read, &piece.field));
        for kind in &piece.kinds {
            facts.learn(kind.clone(), Origin::field(&*piece.field));
        }
    }
    let words: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
    if let Some((wording, _)) = table.weigh(&redact::redact(&words.join("\n"))) {
        let field = pieces.first().map_or("", |piece| &piece.field);
        facts.learn(Kind::Wording(wording), Origin::field(field));
    }
    facts
}

fn read_text(table: &Table, text: &str) -> Facts {
    let mut facts = read_apart_from_words(text);
    let list = facts
        .iter()
        .any(|fact| matches!(fact.kind, Kind::Package { .. }));
    if list || facts.is_empty() {
        return facts;
    }
    let text = redact::redact(&excerpt(text));
    if let Some((wording, at)) = table.weigh(&text) {
        facts.learn(Kind::Wording(wording), Lines::new(&text).origin(at));
    }
    facts
}

fn read_apart_from_words(text: &str) -> Facts {
    let mut facts = Facts::new();
    if packages::read(&mut facts, text) {
        return facts;
    }
    let text = excerpt(text);
    for (at, claims) in token::find(&text) {
        let origin = Origin::text(line_of(&text, at), "a token; only its claims were kept");
        facts.learn(Kind::Claims(Box::new(claims)), origin);
    }
    if let Some((sent, line)) = sent::transcript(&text) {
        facts.learn(
            Kind::Sent(sent),
            Origin::text(line, "the request as it went out"),
        );
    }
    let text = redact::redact(&text);
    packages::read_mentions(&mut facts, &text);
    let lines = Lines::new(&text);
    let status = status::find(&text);
    for (code, at) in &status {
        facts.learn(Kind::Status(*code), lines.origin(*at));
    }
    for one in recognise_in(status.first().map(|(code, _)| *code), &Plain::new(&text)) {
        let origin = lines.origin(one.at.start);
        values(&mut facts, &one.values, &origin);
        facts.learn(
            Kind::Refused {
                shape: one.shape,
                values: one.values,
                sign: one.sign,
            },
            origin,
        );
    }
    let hits = phrase::find(&commentary(&text));
    for hit in hits.iter().filter(|hit| !topic::is_part(hit.clue)) {
        facts.learn(Kind::Clue(hit.clue), lines.origin(hit.at.start));
    }
    for about in topic::read(&hits) {
        facts.learn(
            Kind::About(about.subject, about.says),
            lines.origin(about.at),
        );
    }
    let count = text.lines().count();
    for (index, content) in text.lines().enumerate() {
        let skipped = index >= LINES && index + LINES < count;
        if !skipped && content.len() >= SHORTEST {
            let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
            line::read(&mut facts, number, content);
            sign_in::read(&mut facts, number, content);
        }
    }
    facts
}

/// Reads an HTTP answer that was seen whole: its status, headers and body. The request's URL and
/// the headers it carried can be read with [`read`] beside it.
pub fn read_response(status: u16, headers: &[(&str, &str)], body: &str) -> Facts {
    let mut facts = Facts::new();
    facts.learn(Kind::Status(status), Origin::field("status"));
    for (name, value) in headers {
        let value = redact::redact(value);
        if name.eq_ignore_ascii_case("policy-id") && value.contains("TrafficDenied") {
            facts.extend(located(&read_apart_from_words(&value), "header policy-id"));
        }
        if name.eq_ignore_ascii_case("www-authenticate")
            || name.eq_ignore_ascii_case("x-ms-error-code")
        {
            facts.extend(located(
                &read_apart_from_words(&value),
                &format!("header {}", name.to_ascii_lowercase()),
            ));
        }
    }
    facts.extend(located(&read(body), "body"));
    facts
}

/// What people say of the failure: the text without what the service says of itself, which is no
/// circumstance, and without URLs, whose parts are read on their own.
fn commentary(text: &str) -> String {
    /// The same answer can stand in a log more than once.
    const TIMES: usize = 4;
    let mut commentary = text.to_owned();
    for _ in 0..TIMES {
        let found = recognise_in(None, &Plain::new(&commentary));
        for one in &found {
            let end = sentence_end(text, one.at.end);
            blank(&mut commentary, one.at.start..end);
        }
        if found.is_empty() {
            break;
        }
    }
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        for place in endpoint::places(line) {
            blank(&mut commentary, start + place.start..start + place.end);
        }
        start += line.len();
    }
    commentary
}

/// Where the sentence that holds this place ends: what the service's text lost of its end is still
/// the service's.
fn sentence_end(text: &str, from: usize) -> usize {
    const FURTHER: usize = 160;
    let rest = &text.as_bytes()[from..];
    let end = rest
        .iter()
        .enumerate()
        .take(FURTHER)
        .find(|(at, byte)| match byte {
            b'\n' | b'"' | b'\'' | b';' => true,
            b'.' => rest.get(at + 1).is_none_or(u8::is_ascii_whitespace),
            _ => false,
        });
    // Only a whole sentence is taken: a place in the middle of a character cannot end one.
    end.map_or(from, |(at, _)| from + at)
}

/// Replaces a range by blanks, byte for byte, so that places stay what they were.
fn blank(text: &mut String, range: std::ops::Range<usize>) {
    if text.get(range.clone()).is_some() {
        let blanks: String = text[range.clone()]
            .bytes()
            .map(|b| if b == b'\n' { '\n' } else { ' ' })
            .collect();
        text.replace_range(range, &blanks);
    }
}

fn located(facts: &Facts, field: &str) -> Facts {
    let mut moved = Facts::new();
    for Fact { kind, .. } in facts.iter() {
        moved.learn(kind.clone(), Origin::field(field));
    }
    moved
}

/// The values of a recognised refusal that commands can use.
fn values(facts: &mut Facts, values: &[(&'static str, String)], origin: &Origin) {
    for (name, value) in values {
        let usable = !value.is_empty()
            && value.len() <= 300
            && !value.contains(['<', '>', '{', '*', ' ', '…'])
            && !value.to_ascii_lowercase().contains("redacted");
        let name = match *name {
            "principal" | "object_id" => Name::Principal,
            "data_action" => Name::DataAction,
            "action" => Name::Action,
            "scope" => Name::Scope,
            "model" => Name::Model,
            "token_tenant" => Name::TokenTenant,
            "code" => Name::SignInCode,
            "seconds" => Name::RetryAfter,
            _ => continue,
        };
        if usable {
            facts.learn(Kind::Value(name, value.clone()), origin.clone());
        }
    }
}

/// The whole text, or its beginning and its end.
fn excerpt(text: &str) -> String {
    if text.len() <= HEAD + TAIL {
        return text.to_owned();
    }
    let mut head = HEAD;
    while !text.is_char_boundary(head) {
        head -= 1;
    }
    let mut tail = text.len() - TAIL;
    while !text.is_char_boundary(tail) {
        tail += 1;
    }
    format!("{}\n{}", &text[..head], &text[tail..])
}

/// Where lines begin, to say where a fact stands.
struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            text,
            starts: std::iter::once(0).chain(ends).collect(),
        }
    }

    fn origin(&self, at: usize) -> Origin {
        let index = self
            .starts
            .partition_point(|start| *start <= at)
            .saturating_sub(1);
        let start = self.starts[index];
        let end = self
            .starts
            .get(index + 1)
            .map_or(self.text.len(), |next| next - 1);
        Origin::text(
            u32::try_from(index + 1).unwrap_or(u32::MAX),
            &self.text[start..end.max(start)],
        )
    }
}

fn line_of(text: &str, at: usize) -> u32 {
    let before = text[..at].bytes().filter(|b| *b == b'\n').count();
    u32::try_from(before + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
