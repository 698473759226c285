//! Which records are worth reading: most lines of a log are no failures.
//!
//! One pass over the bytes, before anything is parsed. A record is looked at if it holds a *sign*:
//!
//! * a status of 400 to 599 as a number of its own. In JSON, the number of a member that is no status
//!   (`"durationMs":503`) is none, nor is one of tokens or bytes (`503 ms`);
//! * one of a few words that errors are made of. A test holds them against the catalogue of refusals and
//!   the real cases, so that nothing which the doctor recognises is passed over.

use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::evidence::{counts_something, is_status_name};

/// What the texts of failures have in common, in small letters.
pub(super) const WORDS: [&str; 25] = [
    "error",
    "exception",
    "fail",
    "denied",
    "refused",
    "unauthor",
    "forbidden",
    "aadsts",
    "invalid",
    "expired",
    "not found",
    "notfound",
    "not support",
    "lacks",
    "does not",
    "unavailable",
    "timed out",
    "disabled",
    "required",
    "could not",
    "is not",
    "rejected",
    "blocked",
    "badly",
    "no attribute",
];

static SIGNS: LazyLock<Regex> = LazyLock::new(|| {
    let words = WORDS.map(regex::escape).join("|");
    // What stands behind is not taken: it stands before the next number.
    let status = r"(?:\A|[^0-9A-Za-z_\-./$%#])[45][0-9]{2}";
    Regex::new(&format!("(?i-u:{words})|(?-u:{status})")).expect("a test compiles it")
});

/// Whether a record may tell of a failure.
pub(super) fn is_signed(record: &[u8]) -> bool {
    SIGNS.find_iter(record).any(|found| {
        let text = found.as_bytes();
        // The words have no digits.
        match text.iter().position(u8::is_ascii_digit) {
            Some(digit) => {
                let (before, behind) = record.split_at(found.start() + digit);
                let behind = &behind[3..];
                ends(behind) && !is_other_member(before) && !is_count(behind)
            }
            None => true,
        }
    })
}

/// Whether a text holds one of the words.
pub(super) fn holds_word(text: &str) -> bool {
    WORDED.is_match(text.as_bytes())
}

static WORDED: LazyLock<Regex> = LazyLock::new(|| {
    let words = WORDS.map(regex::escape).join("|");
    Regex::new(&format!("(?i-u:{words})")).expect("a test compiles it")
});

/// Whether a number ends before this.
fn ends(behind: &[u8]) -> bool {
    match behind {
        [b'.'] => true,
        [b'.', next, ..] => !next.is_ascii_digit(),
        [next, ..] => !joins(*next),
        [] => true,
    }
}

fn joins(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-./$%#".contains(&byte)
}

/// Whether what stands behind a number says that it is one of tokens, bytes and the like.
fn is_count(behind: &[u8]) -> bool {
    const UNIT: usize = 12;
    let near = &behind[..behind.len().min(UNIT)];
    let text = near.iter().take_while(|b| b.is_ascii()).count();
    std::str::from_utf8(&near[..text]).is_ok_and(counts_something)
}

/// Whether the number that follows is the value of a JSON member that is no status.
fn is_other_member(before: &[u8]) -> bool {
    let before = before.strip_suffix(b"\"").unwrap_or(before);
    let before = before.trim_ascii_end();
    let Some(name) = before.strip_suffix(b"\":") else {
        return false;
    };
    // JSON in a text of JSON: its quotes are escaped.
    let escapes = name.iter().rev().take_while(|b| **b == b'\\').count();
    let name = &name[..name.len() - escapes];
    let start = memchr::memrchr(b'"', name).map_or(0, |at| at + 1);
    !std::str::from_utf8(&name[start..]).is_ok_and(is_status_name)
}

/// The same, one sign after the other.
pub(super) fn is_signed_slowly(record: &[u8]) -> bool {
    let lower = record.to_ascii_lowercase();
    let holds = |word: &&str| {
        lower
            .windows(word.len())
            .any(|part| part == word.as_bytes())
    };
    if WORDS.iter().any(holds) {
        return true;
    }
    (0..record.len().saturating_sub(2)).any(|at| {
        let digits = &record[at..at + 3];
        let status = matches!(digits[0], b'4' | b'5') && digits.iter().all(u8::is_ascii_digit);
        let (before, after) = (&record[..at], &record[at + 3..]);
        status
            && ends(after)
            && !before.last().is_some_and(|b| joins(*b))
            && !is_other_member(before)
            && !is_count(after)
    })
}
