//! Secrets that give themselves away by their form.

/// What looks like a secret on its own.
pub(super) fn looks_secret(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let known = ["eyj", "sk-", "ghp_", "gho_", "glpat-", "xox", "akia"];
    if word.len() >= 20 && known.iter().any(|start| lower.starts_with(start)) {
        return true;
    }
    is_address(word) || (word.contains('~') && word.len() >= 30) || looks_random(word)
}

/// An e-mail address or a user principal name; a package with its version is none.
fn is_address(word: &str) -> bool {
    let Some((user, host)) = word.trim_end_matches(['.', '!']).split_once('@') else {
        return false;
    };
    let top = host
        .rsplit_once('.')
        .map(|(_, top)| top)
        .unwrap_or_default();
    let named = top.len() >= 2 && top.chars().all(|c| c.is_ascii_alphabetic());
    !user.is_empty() && !host.contains('/') && named
}

/// Whether a part of the text is a run of letters and digits that no person would choose.
pub(super) fn looks_random(text: &str) -> bool {
    text.split([
        '-', '_', '.', '/', ':', '=', '+', '@', '%', '&', '?', ',', '*',
    ])
    .any(random)
        || base64(text)
        || random(&without_escapes(text))
}

/// Base64 in a URL without its signs, which are escaped there; nothing where none are.
fn without_escapes(text: &str) -> String {
    let mut plain = String::new();
    let mut parts = text.split('%');
    plain.push_str(parts.next().unwrap_or_default());
    let mut escaped = false;
    for part in parts {
        let sign = part
            .get(..2)
            .is_some_and(|code| ["2b", "2f", "3d"].contains(&code.to_ascii_lowercase().as_str()));
        escaped |= sign;
        plain.push_str(if sign { &part[2..] } else { part });
    }
    if escaped { plain } else { String::new() }
}

fn random(run: &str) -> bool {
    let run = run.as_bytes();
    if run.len() < 20 || !run.iter().all(u8::is_ascii_alphanumeric) {
        return false;
    }
    let digits = run.iter().filter(|b| b.is_ascii_digit()).count();
    let both_cases =
        run.iter().any(u8::is_ascii_uppercase) && run.iter().any(u8::is_ascii_lowercase);
    (digits >= 3 && run.len() - digits >= 3)
        || (both_cases && changes_case_often(run) && !is_camel_case(run))
}

/// A name of short words, such as a service's error code: no digit, every capital alone and followed by
/// small letters, at least three to one.
fn is_camel_case(run: &[u8]) -> bool {
    let capitals = run.iter().filter(|b| b.is_ascii_uppercase()).count();
    let small = run.iter().filter(|b| b.is_ascii_lowercase()).count();
    let apart = run
        .windows(2)
        .all(|pair| !(pair[0].is_ascii_uppercase() && pair[1].is_ascii_uppercase()));
    capitals + small == run.len() && small >= 3 * capitals && apart
}

/// Base64 with its signs among the letters: an account's key. Paths have slashes too, but no plus,
/// and few digits between their words.
fn base64(text: &str) -> bool {
    let text = text.as_bytes();
    let letters = text
        .iter()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'));
    let some = |test: fn(&u8) -> bool| text.iter().filter(|b| test(b)).count();
    let mixed = some(u8::is_ascii_uppercase) >= 4 && some(u8::is_ascii_lowercase) >= 4;
    let plus = text.contains(&b'+');
    letters
        && text.len() >= 40
        && mixed
        && (plus || (some(u8::is_ascii_digit) >= 4 && changes_case_often(text)))
}

/// Names in camel case change their case at words, random text at every second letter.
fn changes_case_often(run: &[u8]) -> bool {
    let changes = run
        .windows(2)
        .filter(|pair| pair[0].is_ascii_alphabetic() && pair[1].is_ascii_alphabetic())
        .filter(|pair| pair[0].is_ascii_uppercase() != pair[1].is_ascii_uppercase())
        .count();
    changes * 3 >= run.len()
}
