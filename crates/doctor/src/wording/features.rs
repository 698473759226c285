//! What of a text the table looks at: its words, what the person told, addresses and beginnings of words.
//!
//! Each group is weighed for itself ([`super::norm`]), so that a long stack trace does not drown two
//! sentences. The first letter keeps the groups apart in one table: `-` before what was told, `/` before
//! a part of an address, `*` before the beginning of a word; words begin with none of them.

/// How many words of a text are looked at.
const WORDS: usize = 6_000;
/// How many letters of a word are its beginning, and how many it must have.
const BEGINNING: usize = 5;
const LONG: usize = 4;
/// The marks that begin what a person lists.
const BULLETS: [&str; 3] = ["- ", "* ", "\u{2022} "];
/// How an address begins.
const SCHEMES: [&str; 2] = ["https:", "http:"];
/// How one begins that leaves its host out: the paths that services for models have.
const PATHS: [&str; 6] = ["/openai", "/models", "/v1", "/deployments", "/chat", "/api"];

/// A kind of feature, weighed for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Every word, and every pair of neighbours.
    Words,
    /// The words and pairs of the points that a person lists beside an answer.
    Told,
    /// The parts of addresses, and pairs of them.
    Addresses,
    /// Beginnings of words, so that `deployed` and `deployment` are one.
    Beginnings,
}

/// What the table looks at in a text, with the place where it stands (of words only; 0 elsewhere).
/// What stands there several times is there several times.
pub fn features(text: &str) -> [(Group, Vec<(String, usize)>); 4] {
    [
        (Group::Words, words(text)),
        (Group::Told, told(text)),
        (Group::Addresses, addresses(text)),
        (Group::Beginnings, beginnings(text)),
    ]
}

/// The words of a text and the pairs of neighbours, in small letters, each with its place.
///
/// A word begins with a letter; a number counts where it has three digits, like a status.
fn words(text: &str) -> Vec<(String, usize)> {
    let mut singles: Vec<(String, usize)> = Vec::new();
    let inner = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let mut rest = text.char_indices().peekable();
    while let Some((start, c)) = rest.next() {
        if !(c.is_alphanumeric() || c == '_') {
            continue;
        }
        let mut end = start + c.len_utf8();
        while let Some((at, c)) = rest.next_if(|(_, c)| inner(*c)) {
            end = at + c.len_utf8();
        }
        let word = &text[start..end];
        let named = (c.is_alphabetic() || c == '_') && word.len() > 1;
        let number = word.len() == 3 && word.bytes().all(|b| b.is_ascii_digit());
        if named || number {
            singles.push((word.to_lowercase(), start));
        }
        if singles.len() >= WORDS {
            break;
        }
    }
    let pairs = singles
        .windows(2)
        .map(|two| (format!("{} {}", two[0].0, two[1].0), two[0].1));
    let pairs: Vec<_> = pairs.collect();
    singles.extend(pairs);
    singles
}

fn told(text: &str) -> Vec<(String, usize)> {
    let lines = text.lines().filter_map(|line| {
        let line = line.trim_start();
        BULLETS.iter().find_map(|mark| line.strip_prefix(mark))
    });
    let told: Vec<&str> = lines.collect();
    let words = words(&told.join("\n")).into_iter();
    words.map(|(word, _)| (format!("-{word}"), 0)).collect()
}

fn addresses(text: &str) -> Vec<(String, usize)> {
    let lower = text.to_lowercase();
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ')');
    let mut features = Vec::new();
    let mut from = 0;
    while let Some(slash) = lower[from..].find('/').map(|at| from + at) {
        let Some(start) = address_at(&lower, slash) else {
            from = slash + 1;
            continue;
        };
        let end = lower[slash..]
            .find(ends)
            .map_or(lower.len(), |at| slash + at);
        let parts = lower[start..end].split(['/', '?', '&']);
        let parts = parts.filter(|part| !part.is_empty()).map(unnamed);
        // One address can be as long as the whole text.
        let parts: Vec<&str> = parts.take(WORDS).collect();
        features.extend(parts.iter().map(|part| (format!("/{part}"), 0)));
        let pairs = parts
            .windows(2)
            .map(|two| format!("/{}/{}", two[0], two[1]));
        features.extend(pairs.map(|pair| (pair, 0)));
        if features.len() >= WORDS {
            break;
        }
        from = end;
    }
    features
}

/// Where the address begins whose first slash this is, if it is one.
fn address_at(text: &str, slash: usize) -> Option<usize> {
    let (before, after) = text.split_at(slash);
    let scheme = SCHEMES.iter().find(|scheme| before.ends_with(**scheme));
    match scheme {
        Some(scheme) if after.starts_with("//") => Some(slash - scheme.len()),
        _ => PATHS
            .iter()
            .any(|path| after.starts_with(path))
            .then_some(slash),
    }
}

/// A host without the name of the resource: which one it is says nothing, which service it is does.
fn unnamed(part: &str) -> &str {
    // `NAME.openai.azure.com` has four labels, `NAME.services.ai.azure.com` five.
    let dots: Vec<usize> = part.match_indices('.').map(|(at, _)| at).collect();
    match dots.len() {
        0..=2 => part,
        3 => &part[dots[0] + 1..],
        more => &part[dots[more - 4] + 1..],
    }
}

fn beginnings(text: &str) -> Vec<(String, usize)> {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_lowercase());
    words
        .filter(|word| word.len() >= LONG)
        .take(WORDS)
        .map(|word| (format!("*{}", &word[..word.len().min(BEGINNING)]), 0))
        .collect()
}

#[cfg(test)]
mod tests;
