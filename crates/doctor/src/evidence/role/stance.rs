//! How a text speaks of a role: whether the caller has it.

use std::ops::Range;

use super::Stance;

/// How the sentence around a role speaks of it.
pub(super) fn of(lower: &str, at: &Range<usize>) -> Stance {
    let from = lower[..at.start]
        .rfind(['.', ';', '\n'])
        .map_or(0, |end| end + 1);
    let to = lower[at.end..]
        .find(['.', ';', '\n'])
        .map_or(lower.len(), |end| at.end + end);
    let (before, after) = (&lower[from..at.start], &lower[at.end..to]);
    let near: Vec<&str> = before
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|w| !w.is_empty())
        .collect();
    let near = &near[near.len().saturating_sub(8)..];
    let negations = [
        "no", "not", "without", "lacks", "lack", "lacking", "missing", "never", "neither", "n't",
        "doesn't", "don't", "didn't", "isn't", "cannot",
    ];
    let negated_before = near.iter().rev().take(6).any(|w| negations.contains(w));
    let next: Vec<&str> = after.split_whitespace().take(6).collect();
    let next = next.join(" ");
    let negated_after = [
        "is not",
        "isn't",
        "not assigned",
        "not listed",
        "is missing",
        "was not",
        "missing",
        "was removed",
        "not granted",
        "does not appear",
        "not present",
    ]
    .iter()
    .any(|phrase| next.contains(phrase));
    if negated_before || negated_after {
        return Stance::Absent;
    }
    let advice = [
        "need",
        "needs",
        "requires",
        "require",
        "should",
        "must",
        "recommend",
        "recommends",
        "suggests",
        "says",
        "asks",
        "assign",
        "add",
        "grant",
        "give",
        "please",
        "such",
        "like",
        "try",
        "ensure",
        "sure",
    ];
    let holding = [
        "has", "have", "had", "holds", "held", "holding", "is", "are", "am", "was", "were", "with",
        "got", "given", "granted", "assigned", "gave", "added", "received", "as", "carries",
        "only", "through", "added", "being", "own", "owns", "via", "under", "using",
    ];
    let held_before = near.iter().any(|w| holding.contains(w));
    let held_after = [
        "is assigned",
        "was assigned",
        "assigned",
        "was granted",
        "is granted",
        "is given",
        "was given",
        "is in place",
        "is set",
        "was added",
        "role assigned",
        "role is",
        "rights",
        "at the",
        "on the",
        "role on",
        "at ",
    ]
    .iter()
    .any(|phrase| next.starts_with(phrase) || next.contains(&format!(" {phrase}")));
    let done = [
        "which was",
        "which is",
        "was assigned",
        "was granted",
        "was given",
        "was added",
    ]
    .iter()
    .any(|phrase| next.trim_start_matches([',', ' ']).starts_with(phrase));
    let advised = near.iter().any(|w| advice.contains(w));
    match (held_before || held_after, advised) {
        (true, false) => Stance::Held,
        (true, true) if done => Stance::Held,
        (true, true) if near.iter().any(|w| ["ensure", "sure"].contains(w)) => Stance::Mentioned,
        (true, true)
            if near
                .iter()
                .any(|w| ["has", "have", "given", "assigned", "granted"].contains(w)) =>
        {
            Stance::Held
        }
        (false, false) if listed(before, after) => Stance::Held,
        _ => Stance::Mentioned,
    }
}

/// Whether the role stands where a list of what is there has it: alone, behind a colon, or followed
/// by its place.
fn listed(before: &str, after: &str) -> bool {
    let before = before.trim_end();
    let after = after.trim_start();
    before.ends_with([':', '=', ',', '-', '|'])
        || after.starts_with(['(', ':', ','])
        || ["on ", "at ", "is what", "shows", "appears", "stands"]
            .iter()
            .any(|place| after.starts_with(place))
}
