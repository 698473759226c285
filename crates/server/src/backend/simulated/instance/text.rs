//! Texts that follow `format`, `pattern`, `minLength` and `maxLength`.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::view::View;

/// Longest text written, whatever `minLength` says.
const MAX_LENGTH: usize = 4_096;
/// Longest pattern that is read.
const MAX_PATTERN: usize = 1_024;
/// Most steps through a pattern.
const MAX_STEPS: usize = 10_000;

/// A text for a property called `name`, of at most `most` bytes.
pub(super) fn write(view: &View<'_>, name: &str, most: usize) -> String {
    if let Some(text) = view.text("format").and_then(by_format) {
        return cut(text.to_owned(), most);
    }
    if let Some(text) = view.text("pattern").and_then(by_pattern) {
        return cut(text, most);
    }
    let length = |word: &str| view.find(word).and_then(serde_json::Value::as_u64);
    let length =
        |word: &str| length(word).map(|n| usize::try_from(n).unwrap_or(MAX_LENGTH).min(MAX_LENGTH));
    let missing = length("minLength")
        .unwrap_or(0)
        .saturating_sub(name.chars().count());
    let padded = name.chars().chain(std::iter::repeat_n('.', missing));
    cut(
        padded
            .take(length("maxLength").unwrap_or(MAX_LENGTH))
            .collect(),
        most,
    )
}

fn cut(mut text: String, most: usize) -> String {
    text.truncate(text.floor_char_boundary(most));
    text
}

fn by_format(format: &str) -> Option<&'static str> {
    Some(match format {
        "date-time" => "2026-01-01T00:00:00Z",
        "date" => "2026-01-01",
        "time" => "00:00:00Z",
        "duration" => "P1D",
        "email" | "idn-email" => "ada@example.com",
        "hostname" | "idn-hostname" => "example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "uri" | "url" | "iri" | "uri-reference" => "https://example.com/",
        "uuid" => "00000000-0000-4000-8000-000000000000",
        _ => return None,
    })
}

/// A short text that `pattern` matches, if the pattern is one we read.
fn by_pattern(pattern: &str) -> Option<String> {
    if pattern.len() > MAX_PATTERN {
        return None;
    }
    let hir = regex_syntax::ParserBuilder::new()
        .nest_limit(64)
        .build()
        .parse(pattern)
        .ok()?;
    let mut shortest = Shortest {
        text: Vec::new(),
        steps: 0,
    };
    shortest.add(&hir)?;
    String::from_utf8(shortest.text).ok()
}

struct Shortest {
    text: Vec<u8>,
    steps: usize,
}

impl Shortest {
    /// Adds the shortest match of `hir`, or gives up.
    fn add(&mut self, hir: &Hir) -> Option<()> {
        self.steps += 1;
        if self.steps > MAX_STEPS || self.text.len() > MAX_LENGTH {
            return None;
        }
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Some(()),
            HirKind::Literal(literal) => {
                self.text.extend_from_slice(&literal.0);
                Some(())
            }
            HirKind::Class(class) => {
                let shown = shown(class)?;
                self.text
                    .extend_from_slice(shown.encode_utf8(&mut [0; 4]).as_bytes());
                Some(())
            }
            HirKind::Repetition(repetition) => {
                (0..repetition.min).try_for_each(|_| self.add(&repetition.sub))
            }
            HirKind::Capture(capture) => self.add(&capture.sub),
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| self.add(part)),
            HirKind::Alternation(alternatives) => self.add(alternatives.first()?),
        }
    }
}

/// A letter or a digit of the class, or its first character.
fn shown(class: &Class) -> Option<char> {
    match class {
        Class::Unicode(class) => {
            let ranges = class.ranges();
            let fits = |wanted: char| {
                ranges
                    .iter()
                    .any(|range| range.start() <= wanted && wanted <= range.end())
            };
            let plain = ['a', 'A', '1'].into_iter().find(|wanted| fits(*wanted));
            plain.or(ranges
                .first()
                .map(regex_syntax::hir::ClassUnicodeRange::start))
        }
        Class::Bytes(class) => class
            .ranges()
            .first()
            .map(|range| char::from(range.start())),
    }
}
