//! Finds the catalogue's shapes in whatever a client printed.
//!
//! A shape is found by one of its signs, a phrase that stands in no other shape, and its values are
//! read from the words around it as far as the text still follows the template. Text that was cut
//! off, redacted or re-quoted loses values, not the shape. Work is linear in the text: every search
//! for a value is bounded by [`WINDOW`].

use std::ops::Range;
use std::sync::LazyLock;

use super::{Plain, Refusal, Shape};

/// How far from a sign its values may stand, in bytes.
const WINDOW: usize = 700;
/// How often one shape is looked for in one text.
const OCCURRENCES: usize = 12;

/// What gave a shape away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// Only its error code, which a client can print without the message.
    Code,
    /// A phrase of its message.
    Message,
}

/// A shape found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    /// Which one.
    pub shape: Shape,
    /// The values that could be read, by name, in the order of the message.
    pub values: Vec<(&'static str, String)>,
    /// What gave it away.
    pub sign: Sign,
    /// Whether the status that was given is the one of this shape; true when none was given.
    pub status_agrees: bool,
    /// Where it stands in the text, in bytes.
    pub at: Range<usize>,
}

impl Recognised {
    /// The shape's stable name.
    pub fn id(&self) -> &'static str {
        self.shape.id()
    }

    /// A value by name, unless it is missing or was redacted to nothing.
    pub fn value(&self, name: &str) -> Option<&str> {
        let found = self.values.iter().find(|(known, _)| *known == name);
        found.map(|(_, v)| v.as_str()).filter(|v| !v.is_empty())
    }

    /// Whether this is the refusal with these values, as far as its message tells them.
    pub fn is(&self, refusal: &Refusal) -> bool {
        let told = refusal.values();
        self.shape == refusal.shape()
            && self
                .values
                .iter()
                .all(|(name, value)| told.iter().any(|(n, v)| n == name && v == value))
    }
}

/// Finds every refusal of the catalogue in a text, in the order of their places.
pub fn recognise(status: Option<u16>, text: &str) -> Vec<Recognised> {
    recognise_in(status, &Plain::new(text))
}

/// The same for a text that was made plain already.
pub fn recognise_in(status: Option<u16>, plain: &Plain) -> Vec<Recognised> {
    let mut found: Vec<Match> = Vec::new();
    for pattern in PATTERNS.iter() {
        pattern.find_messages(plain, status, &mut found);
    }
    for pattern in PATTERNS.iter() {
        pattern.find_code(plain, &mut found);
    }
    found.sort_by_key(|one| one.at.start);
    found
        .into_iter()
        .map(|one| Recognised {
            shape: one.shape,
            values: one.values,
            sign: one.sign,
            status_agrees: status.is_none_or(|given| agrees(one.shape, given)),
            at: plain.source_range(one.at),
        })
        .collect()
}

fn agrees(shape: Shape, status: u16) -> bool {
    match shape {
        Shape::SignInRefused => matches!(status, 400 | 401 | 429),
        other => other.describe().status == status,
    }
}

struct Match {
    shape: Shape,
    values: Vec<(&'static str, String)>,
    sign: Sign,
    at: Range<usize>,
}

/// A template cut into what must stand there and what is captured.
struct Pattern {
    shape: Shape,
    pieces: Vec<Piece>,
    code: Option<String>,
}

enum Piece {
    Literal(String),
    Value(&'static str),
}

static PATTERNS: LazyLock<Vec<Pattern>> =
    LazyLock::new(|| Shape::ALL.iter().map(|shape| Pattern::of(*shape)).collect());

impl Pattern {
    fn of(shape: Shape) -> Self {
        let row = shape.describe();
        Self {
            shape,
            pieces: pieces(row.message),
            code: distinctive(row.code).then(|| row.code.to_ascii_lowercase()),
        }
    }

    fn find_messages(&self, plain: &Plain, status: Option<u16>, found: &mut Vec<Match>) {
        for sign in self.shape.describe().signs {
            let places = plain.lower().match_indices(sign).take(OCCURRENCES);
            for (start, _) in places {
                let mut at = start..start + sign.len();
                if found.iter().any(|one| overlaps(&one.at, &at))
                    || !self.belongs(plain, &at, status)
                {
                    continue;
                }
                let values = self.values(plain, sign, &mut at);
                if !plausible(self.shape, &values) {
                    continue;
                }
                let again = |one: &&mut Match| one.shape == self.shape && one.values == values;
                match found.iter_mut().find(again) {
                    Some(known) if known.at.start > at.start => known.at = at,
                    Some(_) => {}
                    None => found.push(Match {
                        shape: self.shape,
                        values,
                        sign: Sign::Message,
                        at,
                    }),
                }
            }
        }
    }

    fn find_code(&self, plain: &Plain, found: &mut Vec<Match>) {
        let Some(code) = &self.code else { return };
        let related = |one: &Match| {
            one.shape == self.shape || one.shape.describe().code == self.shape.describe().code
        };
        if found.iter().any(related) {
            return;
        }
        let text = plain.lower();
        let whole = |at: usize| {
            let before = text[..at].chars().next_back();
            let after = text[at + code.len()..].chars().next();
            let in_word = |c: char| c.is_alphanumeric() || c == '_';
            !before.is_some_and(in_word) && !after.is_some_and(in_word)
        };
        let place = text
            .match_indices(code.as_str())
            .map(|(at, _)| at)
            .find(|at| whole(*at));
        if let Some(start) = place {
            found.push(Match {
                shape: self.shape,
                values: Vec::new(),
                sign: Sign::Code,
                at: start..start + code.len(),
            });
        }
    }

    /// What sets apart the shapes whose phrase is not theirs alone.
    fn belongs(&self, plain: &Plain, at: &Range<usize>, status: Option<u16>) -> bool {
        match self.shape {
            Shape::PrincipalLacksProjectDataAction => {
                around(plain.lower(), at, 0, WINDOW).contains("foundrypermissions")
            }
            Shape::DeploymentNotFoundV1 => {
                around(plain.lower(), at, 120, 300).contains("invalid_request_error")
            }
            Shape::RouteNotFound => {
                status == Some(404) || around(plain.lower(), at, 60, 40).contains("404")
            }
            Shape::RequestRateLimit => {
                status == Some(429) || around(plain.lower(), at, 60, 60).contains("429")
            }
            _ => true,
        }
    }

    /// The values before and after the sign, as far as the text follows the template.
    fn values(
        &self,
        plain: &Plain,
        sign: &str,
        at: &mut Range<usize>,
    ) -> Vec<(&'static str, String)> {
        let holder = self.pieces.iter().position(|piece| match piece {
            Piece::Literal(text) => text.contains(sign),
            Piece::Value(_) => false,
        });
        let Some(holder) = holder else {
            return Vec::new();
        };
        let Piece::Literal(literal) = &self.pieces[holder] else {
            return Vec::new();
        };
        let offset = literal.find(sign).unwrap_or(0);
        let (before, after) = (&literal[..offset], &literal[offset + sign.len()..]);
        let mut values = Vec::new();
        if plain.lower()[..at.start].ends_with(before.trim_start()) {
            at.start -= before.trim_start().len();
            self.values_before(plain, holder, at, &mut values);
        }
        values.reverse();
        if plain.lower()[at.end..].starts_with(after.trim_end()) {
            at.end += after.trim_end().len();
            self.values_after(plain, holder, at, &mut values);
        }
        values
    }

    fn values_before(
        &self,
        plain: &Plain,
        holder: usize,
        at: &mut Range<usize>,
        values: &mut Vec<(&'static str, String)>,
    ) {
        let mut index = holder;
        while index >= 1 {
            let Piece::Value(name) = &self.pieces[index - 1] else {
                return;
            };
            let Some(Piece::Literal(literal)) = index.checked_sub(2).map(|i| &self.pieces[i])
            else {
                let start = word_start(plain.lower(), at.start);
                values.push((*name, plain.text()[start..at.start].trim().to_owned()));
                at.start = start;
                return;
            };
            let from = floor(plain.lower(), at.start.saturating_sub(WINDOW));
            let literal = needle(literal);
            let Some(found) = plain.lower()[from..at.start].rfind(literal) else {
                return;
            };
            let value = from + found + literal.len()..at.start;
            values.push((*name, plain.text()[value].trim().to_owned()));
            at.start = from + found;
            index -= 2;
        }
    }

    fn values_after(
        &self,
        plain: &Plain,
        holder: usize,
        at: &mut Range<usize>,
        values: &mut Vec<(&'static str, String)>,
    ) {
        let mut index = holder + 1;
        while let Some(Piece::Value(name)) = self.pieces.get(index) {
            let to = floor(plain.lower(), (at.end + WINDOW).min(plain.lower().len()));
            let window = &plain.lower()[at.end..to];
            let literal = match self.pieces.get(index + 1) {
                Some(Piece::Literal(literal)) => Some(needle(literal)),
                _ => None,
            };
            // A value starts after the space that separates it.
            let lead = window.len() - window.trim_start().len();
            let end =
                literal.and_then(|l| find(&window[lead..], l).map(|(p, len)| (lead + p, len)));
            let (end, skip) = end.unwrap_or_else(|| (word_end(window, lead, name), 0));
            let value = plain.text()[at.end..at.end + end].trim();
            values.push((*name, value.to_owned()));
            at.end += end + skip;
            if skip == 0 {
                return;
            }
            index += 2;
        }
    }
}

/// Cuts a message into literals and values. Only names of the shape's values are values.
fn pieces(message: &'static str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = message;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}') else {
            break;
        };
        push_literal(&mut pieces, &rest[..open]);
        pieces.push(Piece::Value(&rest[open + 1..open + close]));
        rest = &rest[open + close + 1..];
    }
    push_literal(&mut pieces, rest);
    pieces
}

fn push_literal(pieces: &mut Vec<Piece>, literal: &str) {
    // The marker keeps a leading space, which a plain text of its own would not have.
    let plain = Plain::new(&format!("|{literal}"));
    let text = &plain.lower()[1..];
    if !text.is_empty() {
        pieces.push(Piece::Literal(text.to_owned()));
    }
}

/// What to look for: the literal without outer spaces, unless a space is all it is.
fn needle(literal: &str) -> &str {
    let trimmed = literal.trim();
    if trimmed.is_empty() { literal } else { trimmed }
}

/// Where the next literal stands and how much of it: its last words may have been cut off.
///
/// A lone full stop ends a value only where a sentence ends, for names hold full stops as well.
fn find(window: &str, literal: &str) -> Option<(usize, usize)> {
    if literal == "." {
        let ends = |at: usize| {
            let next = window[at + 1..].chars().next();
            next.is_none_or(|c| matches!(c, ' ' | ',' | '}' | ')' | ']' | '<'))
        };
        let place = window
            .match_indices('.')
            .map(|(at, _)| at)
            .find(|at| ends(*at));
        return place.map(|at| (at, 1));
    }
    let head = &literal[..floor(literal, literal.len().min(16))];
    let at = window.find(head)?;
    let whole = window[at..].starts_with(literal);
    Some((at, if whole { literal.len() } else { head.len() }))
}

/// Where the word that ends here begins.
fn word_start(text: &str, end: usize) -> usize {
    let from = floor(text, end.saturating_sub(WINDOW));
    let word = text[from..end].trim_end();
    let start = word
        .rfind([' ', ',', '{', '(', ':', '['])
        .map_or(0, |at| at + 1);
    from + start
}

/// Where a value ends when the text no longer follows the template.
fn word_end(window: &str, lead: usize, name: &str) -> usize {
    let spaced = matches!(name, "timestamp" | "detail");
    let end = window[lead..]
        .find(|c: char| matches!(c, ',' | '}' | '{' | '<' | ')') || (c == ' ' && !spaced));
    let end = end.map_or(window.len(), |end| lead + end);
    lead + window[lead..end].trim_end_matches(['.', ':', ';']).len()
}

fn plausible(shape: Shape, values: &[(&'static str, String)]) -> bool {
    match shape {
        Shape::SignInRefused => values.iter().any(|(name, value)| {
            *name == "code" && !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit())
        }),
        _ => true,
    }
}

/// Codes that no other service uses for something else.
fn distinctive(code: &str) -> bool {
    let common = [
        "BadRequest",
        "PermissionDenied",
        "AuthenticationFailed",
        "InvalidRoleDefinition",
    ];
    code.len() >= 10 && !code.contains([' ', '{']) && !common.contains(&code)
}

fn overlaps(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

fn around<'t>(text: &'t str, at: &Range<usize>, before: usize, after: usize) -> &'t str {
    let from = floor(text, at.start.saturating_sub(before));
    let to = floor(text, (at.end + after).min(text.len()));
    &text[from..to]
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
