//! HTTP statuses in text.

/// The statuses that a text names, the labelled ones first, each with the byte it stands at.
pub(crate) fn find(text: &str) -> Vec<(u16, usize)> {
    let mut found: Vec<(u16, usize, u8)> = Vec::new();
    let bytes = text.as_bytes();
    for at in 0..bytes.len().saturating_sub(2) {
        let Some(code) = number(bytes, at) else {
            continue;
        };
        if let Some(rank) = rank(text, at)
            && !found
                .iter()
                .any(|(known, _, better)| *known == code && *better <= rank)
        {
            found.retain(|(known, _, _)| *known != code);
            found.push((code, at, rank));
        }
        if found.len() >= 8 {
            break;
        }
    }
    found.sort_by_key(|(_, at, rank)| (*rank, *at));
    found.into_iter().map(|(code, at, _)| (code, at)).collect()
}

/// The status that stands here as a word of its own.
fn number(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 3)?;
    let word = digits.iter().all(u8::is_ascii_digit)
        && !at.checked_sub(1).is_some_and(|before| joins(bytes[before]))
        && !bytes.get(at + 3).is_some_and(|after| joins(*after));
    if !word || is_fraction(bytes, at) || is_line(bytes, at) {
        return None;
    }
    let code = digits
        .iter()
        .fold(0, |number, digit| number * 10 + u16::from(digit - b'0'));
    matches!(
        code,
        400 | 401
            | 403
            | 404
            | 405
            | 407
            | 408
            | 409
            | 410
            | 412
            | 415
            | 422
            | 424
            | 429
            | 431
            | 500
            | 502
            | 503
            | 504
    )
    .then_some(code)
}

fn joins(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'$' | b'%' | b'#')
}

/// Whether a number is the thousandths of a second: `10:00:00,401`.
fn is_fraction(bytes: &[u8], at: usize) -> bool {
    matches!(at.checked_sub(4).map(|from| &bytes[from..at]), Some([b':', a, b, b','])
        if a.is_ascii_digit() && b.is_ascii_digit())
}

/// Whether a number is a line of a source file, as stack traces name them.
pub(crate) fn is_line(bytes: &[u8], at: usize) -> bool {
    const FILES: [&[u8]; 9] = [
        b"line ", b".py:", b".js:", b".ts:", b".java:", b".cs:", b".go:", b".rs:", b".kt:",
    ];
    let before = &bytes[..at];
    let column = before.strip_suffix(b":").map(|rest| {
        let digits = rest.iter().rev().take_while(|b| b.is_ascii_digit()).count();
        &rest[..rest.len() - digits]
    });
    let named = |text: &[u8]| FILES.iter().any(|file| text.ends_with(file));
    named(before) || column.is_some_and(named)
}

/// Whether a status stands already between the name of the protocol and this number, which then is a
/// size or a time, as in lines of access logs.
fn is_behind_status(before: &str) -> bool {
    let Some((_, since)) = before.rsplit_once("http/") else {
        return false;
    };
    let mut words = since.split([' ', '"', ',', ':', ';']).skip(1);
    words.any(|word| word.len() == 3 && word.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether the number says how many of something there are.
pub(crate) fn counts_something(after: &str) -> bool {
    const UNITS: [&str; 8] = [
        "tokens",
        "ms",
        "bytes",
        "characters",
        "words",
        "records",
        "seconds",
        "items",
    ];
    let word = after.trim_start_matches(' ');
    let word = &word[..word
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(word.len())];
    UNITS.iter().any(|unit| unit.eq_ignore_ascii_case(word))
}

/// How surely the number is a status: 0 for a field of that name, then words about answers before
/// it, then a reason phrase after it.
fn rank(text: &str, at: usize) -> Option<u8> {
    let mut from = at.saturating_sub(40);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = text[from..at].to_ascii_lowercase();
    let before = before.rsplit('\n').next().unwrap_or_default();
    if is_behind_status(before) {
        return None;
    }
    if counts_something(&text[at + 3..]) {
        return None;
    }
    let words = before.trim_end_matches([' ', ':', '=', '"', '\'', '(', '-', '[', '<', '`', '>']);
    if words.ends_with("status")
        || words.ends_with("statuscode")
        || words.ends_with("status_code")
        || words.ends_with("status code")
    {
        return Some(0);
    }
    const WORDS: [&str; 16] = [
        "http",
        "error",
        "code",
        "response",
        "returned",
        "returns",
        "failed with",
        "got",
        "status",
        "answers",
        "answered",
        "gives",
        "refused with",
        "a",
        "an",
        "with",
    ];
    if WORDS.iter().any(|word| words.ends_with(word))
        || before.contains("http/1.1")
        || before.contains("http/2")
    {
        return Some(1);
    }
    let mut to = (at + 40).min(text.len());
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let after = text[at + 3..to].to_ascii_lowercase();
    let after = after.trim_start_matches([' ', ':', '(', ')', '-', ',', '"', '\'', '*']);
    const PHRASES: [&str; 18] = [
        "unauthorized",
        "forbidden",
        "not found",
        "bad request",
        "too many",
        "permissiondenied",
        "resource not found",
        "deploymentnotfound",
        "permission denied",
        "access denied",
        "internal server",
        "authentication",
        "{",
        "error",
        "the ",
        "response",
        "token",
        "client error",
    ];
    let starts_line = before
        .trim()
        .trim_matches(['-', '*', '`', '"', '['])
        .is_empty();
    if PHRASES.iter().any(|phrase| after.starts_with(phrase)) {
        return Some(2);
    }
    (starts_line || words.contains("http") || words.contains("error") || words.contains("fail"))
        .then_some(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_read_where_answers_are_spoken_of() {
        for (text, expected) in [
            ("status: 404\n", vec![404]),
            ("Error code: 401 - {'error'", vec![401]),
            ("HTTP/1.1 403 Forbidden", vec![403]),
            ("Status: 401 (PermissionDenied)", vec![401]),
            ("404 Resource not found", vec![404]),
            ("port 404/tcp and gpt-400", vec![]),
            ("we bought 429 apples", vec![]),
            ("File \"error.py\", line 404, in error", vec![]),
            ("at failed (error.js:404:500)", vec![]),
            ("answered with 502 tokens in 404 ms", vec![]),
            ("2026-11-23 10:00:00,401 ERROR it broke", vec![]),
            (
                "\"POST /openai/v1/responses HTTP/1.1\" 200 404 \"-\"",
                vec![],
            ),
            (
                "\"POST /openai/v1/responses HTTP/1.1\" 404 500 \"-\"",
                vec![404],
            ),
            ("HTTP 500 with body; status: 400", vec![400, 500]),
        ] {
            let codes: Vec<u16> = find(text).into_iter().map(|(code, _)| code).collect();
            assert_eq!(codes, expected, "{text}");
        }
    }
}
