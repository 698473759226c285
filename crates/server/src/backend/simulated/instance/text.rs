//! Texts that follow `format`, `pattern`, `minLength` and `maxLength`.

use regex_syntax::hir::{Hir, HirKind};
use serde_json::{Map, Value};

/// Longest text written, whatever `minLength` says.
const MAX_LENGTH: usize = 4_096;

/// A text for a property called `name`.
pub(super) fn write(members: &Map<String, Value>, name: &str) -> String {
    let word = |word: &str| members.get(word).and_then(Value::as_str);
    if let Some(text) = word("format").and_then(by_format) {
        return text.to_owned();
    }
    if let Some(text) = word("pattern").and_then(by_pattern) {
        return text;
    }
    let length = |word: &str| {
        members
            .get(word)
            .and_then(Value::as_u64)
            .map(|n| usize::try_from(n).unwrap_or(MAX_LENGTH).min(MAX_LENGTH))
    };
    let mut text = name.to_owned();
    while text.chars().count() < length("minLength").unwrap_or(0) {
        text.push('.');
    }
    text.chars()
        .take(length("maxLength").unwrap_or(MAX_LENGTH))
        .collect()
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
    let hir = regex_syntax::ParserBuilder::new()
        .nest_limit(64)
        .build()
        .parse(pattern)
        .ok()?;
    let mut text = Vec::new();
    match_shortest(&hir, &mut text)?;
    String::from_utf8(text).ok()
}

/// Appends the shortest match of `hir`, or gives up.
fn match_shortest(hir: &Hir, text: &mut Vec<u8>) -> Option<()> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(()),
        HirKind::Literal(literal) => {
            text.extend_from_slice(&literal.0);
            Some(())
        }
        HirKind::Class(class) => {
            let shown = match class {
                regex_syntax::hir::Class::Unicode(class) => {
                    let ranges = class.ranges();
                    let fits = |wanted: char| {
                        ranges
                            .iter()
                            .any(|range| range.start() <= wanted && wanted <= range.end())
                    };
                    ['a', 'A', '1']
                        .into_iter()
                        .find(|wanted| fits(*wanted))
                        .or(ranges
                            .first()
                            .map(regex_syntax::hir::ClassUnicodeRange::start))?
                }
                regex_syntax::hir::Class::Bytes(class) => {
                    char::from(class.ranges().first()?.start())
                }
            };
            text.extend_from_slice(shown.encode_utf8(&mut [0; 4]).as_bytes());
            Some(())
        }
        HirKind::Repetition(repetition) => {
            for _ in 0..repetition.min {
                match_shortest(&repetition.sub, text)?;
            }
            Some(())
        }
        HirKind::Capture(capture) => match_shortest(&capture.sub, text),
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| match_shortest(part, text)),
        HirKind::Alternation(alternatives) => match_shortest(alternatives.first()?, text),
    }
}
