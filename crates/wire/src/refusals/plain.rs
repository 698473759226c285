//! Text as clients print it, made plain: one alphabet for escaped, quoted and wrapped forms.

use std::ops::Range;

/// A text without quotes, escapes, markup entities, colours and line breaks, which remembers where
/// each of its bytes came from.
///
/// `{"message":"The principal \u0060x\u0060"}`, `{'message': 'The principal `x`'}` and
/// `&quot;The principal&nbsp;x&quot;` all become `The principal x` with what stood around it.
/// [`Plain::lower`] has the same length as [`Plain::text`], so a place in one is a place in both.
#[derive(Debug, Clone)]
pub struct Plain {
    text: String,
    lower: String,
    origin: Vec<u32>,
    end: u32,
}

impl Plain {
    /// Reads a text in one pass; anything beyond 4 GiB is left out.
    pub fn new(source: &str) -> Self {
        let mut plain = Self {
            text: String::with_capacity(source.len()),
            lower: String::new(),
            origin: Vec::with_capacity(source.len()),
            end: u32::try_from(source.len()).unwrap_or(u32::MAX),
        };
        let mut at = 0;
        while let Some(c) = source[at..].chars().next() {
            let Ok(origin) = u32::try_from(at) else { break };
            let (meaning, length) = read(&source[at..], c);
            if let Some(meaning) = meaning {
                plain.push(meaning, origin);
            }
            at += length;
        }
        plain.lower = plain.text.to_ascii_lowercase();
        plain
    }

    /// The plain text in its own case.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The plain text with ASCII letters in lower case.
    pub fn lower(&self) -> &str {
        &self.lower
    }

    /// Where a range of the plain text stands in the source, in bytes.
    pub fn source_range(&self, range: Range<usize>) -> Range<usize> {
        let place = |at: usize| self.origin.get(at).copied().unwrap_or(self.end) as usize;
        let end = match range.end.checked_sub(1) {
            Some(last) if range.end > range.start => place(last) + 1,
            _ => place(range.start),
        };
        place(range.start)..end.min(self.end as usize)
    }

    fn push(&mut self, c: char, origin: u32) {
        if matches!(c, '"' | '\'' | '`' | '“' | '”' | '‘' | '’' | '«' | '»') {
            return;
        }
        if matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}') {
            return;
        }
        if c.is_whitespace() || c.is_control() {
            if !self.text.ends_with(' ') && !self.text.is_empty() {
                self.text.push(' ');
                self.origin.push(origin);
            }
            return;
        }
        self.text.push(c);
        self.origin
            .extend(std::iter::repeat_n(origin, c.len_utf8()));
    }
}

/// What the next characters mean, and how many bytes of the source they take.
fn read(rest: &str, first: char) -> (Option<char>, usize) {
    match first {
        '\\' => escape(rest),
        '&' => entity(rest),
        '\u{1b}' => (None, colour(rest)),
        c => (Some(c), c.len_utf8()),
    }
}

/// A run of backslashes escapes what follows it, however often the text was wrapped in strings.
fn escape(rest: &str) -> (Option<char>, usize) {
    let slashes = rest.bytes().take_while(|b| *b == b'\\').count();
    let after = &rest[slashes..];
    match after.as_bytes().first() {
        Some(b'n' | b'r' | b't') => (Some(' '), slashes + 1),
        Some(b'u') => {
            let code = after
                .get(1..5)
                .and_then(|hex| u32::from_str_radix(hex, 16).ok());
            match code.and_then(char::from_u32) {
                Some(c) => (Some(c), slashes + 5),
                None => (None, slashes),
            }
        }
        _ => (None, slashes),
    }
}

fn entity(rest: &str) -> (Option<char>, usize) {
    const NAMED: [(&str, char); 13] = [
        ("&quot;", '"'),
        ("&#34;", '"'),
        ("&#39;", '\''),
        ("&#x27;", '\''),
        ("&#x60;", '`'),
        ("&#96;", '`'),
        ("&apos;", '\''),
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&nbsp;", ' '),
        ("&#10;", ' '),
        ("&#13;", ' '),
    ];
    let known = NAMED.iter().find(|(name, _)| rest.starts_with(name));
    match known {
        Some((name, c)) => (Some(*c), name.len()),
        None => (Some('&'), 1),
    }
}

/// The length of a terminal colour sequence such as `ESC [ 3 1 m`.
fn colour(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    if bytes.get(1) != Some(&b'[') {
        return 1;
    }
    let parameters = bytes[2..]
        .iter()
        .take(16)
        .take_while(|b| b.is_ascii_digit() || **b == b';')
        .count();
    let end = 2 + parameters;
    let closes = bytes.get(end).is_some_and(u8::is_ascii_alphabetic);
    if closes { end + 1 } else { end }
}
