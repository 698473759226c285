//! Numbers that are versions or dates.

use super::{DATE, Term, VERSION};

/// Whether a number such as `4.1` belongs to a name before it, as in `gpt-4.1`.
pub(super) fn names_model(before: &str, number: &str) -> bool {
    let two_parts = number.bytes().filter(|b| *b == b'.').count() == 1;
    let mut last = before.chars().rev();
    two_parts && last.next() == Some('-') && last.next().is_some_and(char::is_alphabetic)
}

/// A version or a date that begins here, and its length.
pub(super) fn form(rest: &str) -> Option<(Term, usize)> {
    let bytes = rest.as_bytes();
    let digits = |from: usize| {
        bytes[from..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let lead = usize::from(matches!(bytes.first(), Some(b'v' | b'V')));
    let first = digits(lead);
    if first == 0 {
        return None;
    }
    if lead == 0 && first == 4 && crate::evidence::version::dated(rest) {
        let preview = if rest[10..].starts_with("-preview") {
            8
        } else {
            0
        };
        return Some((DATE, 10 + preview));
    }
    let mut end = lead + first;
    let mut parts = 1;
    while bytes.get(end) == Some(&b'.') && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
        parts += 1;
    }
    if parts < 2 {
        return None;
    }
    let tail = bytes[end..]
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
        .count();
    let tail = if bytes.get(end) == Some(&b'-') {
        rest[end..end + tail].trim_end_matches(['.', '-']).len()
    } else {
        tail.min(4)
    };
    let word = rest[end..end + tail].trim_end_matches('.').len();
    Some((VERSION, end + word))
}
