//! Actions and the patterns that name many of them.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::text::fold;

/// The two planes of Azure. A permission in one never satisfies a question in the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Plane {
    /// Managing resources through ARM: `actions` and `notActions`.
    Control,
    /// Using a resource: `dataActions` and `notDataActions`.
    Data,
}

/// A pattern such as `Microsoft.CognitiveServices/*/read`.
///
/// `*` stands for any characters, none included, and crosses `/`. Everything else is literal and
/// compared ignoring case, as everywhere in Azure.
///
/// ```
/// use access::action::ActionPattern;
/// let reads = ActionPattern::new("Microsoft.CognitiveServices/accounts/OpenAI/*/read");
/// assert!(reads.matches("microsoft.cognitiveservices/accounts/openai/models/READ"));
/// assert!(!reads.matches("Microsoft.CognitiveServices/accounts/OpenAI/read"));
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ActionPattern {
    text: Arc<str>,
    folded: Arc<str>,
}

impl ActionPattern {
    /// Any text is a pattern; one without `*` matches itself only.
    pub fn new(pattern: &str) -> Self {
        let text: Arc<str> = Arc::from(pattern);
        let folded = match fold(pattern) {
            Cow::Borrowed(_) => Arc::clone(&text),
            Cow::Owned(folded) => Arc::from(folded),
        };
        Self { text, folded }
    }

    /// The pattern as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the pattern names this action. The time is linear in the two lengths.
    pub fn matches(&self, action: &str) -> bool {
        self.matches_folded(&fold(action))
    }

    /// [`matches`](Self::matches) for an action that was folded before, once for many patterns.
    pub(crate) fn matches_folded(&self, action: &str) -> bool {
        glob(&self.folded, action)
    }
}

impl fmt::Display for ActionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for ActionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

/// The first piece must start the text and the last must end it; those between are found leftmost,
/// in order. Leftmost is enough (it leaves most room for the rest), so nothing is tried twice, and
/// `str::find` is linear: a hostile pattern costs no more than its length.
fn glob(pattern: &str, text: &str) -> bool {
    let Some((first, pattern)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(first) else {
        return false;
    };
    let (middle, last) = pattern.rsplit_once('*').unwrap_or(("", pattern));
    for piece in middle.split('*').filter(|piece| !piece.is_empty()) {
        match text.find(piece) {
            Some(at) => text = &text[at + piece.len()..],
            None => return false,
        }
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, action: &str, expected: bool) {
        let found = ActionPattern::new(pattern).matches(action);
        assert_eq!(found, expected, "`{pattern}` on `{action}`");
    }

    #[test]
    fn a_star_stands_for_any_characters_also_slashes() {
        check("*", "", true);
        check("*", "Microsoft.A/b/c", true);
        check("*/read", "Microsoft.A/b/c/read", true);
        check("*/read", "Microsoft.A/b/c/write", false);
        check("*/read", "/read", true);
        check("*/read", "read", false);
        check("M/*/read", "M/a/b/read", true);
        check("M/*/read", "M/read", false);
        check("M/*/*/action", "M/a/action", false);
        check("M/*/*/action", "M/a/b/action", true);
        check("M/v/*/action", "M/v/action", false);
        check("a*b*c", "aXbYbZc", true);
        check("a**c", "ac", true);
        check("ab*ba", "aba", false);
        check("*a*", "bbb", false);
        check(
            "Micro*Cog*",
            "Microsoft.CognitiveServices/accounts/read",
            true,
        );
    }

    #[test]
    fn case_is_ignored_and_other_characters_are_literal() {
        check("A/LISTKEYS/Action", "a/listKeys/action", true);
        check("a.c", "abc", false);
        check("a?c", "abc", false);
        check("[ab]", "a", false);
        check("", "", true);
        check("", "a", false);
    }

    /// The definition of a glob, word for word.
    fn reference(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern, text) {
            ([], []) => true,
            ([b'*', rest @ ..], []) => reference(rest, text),
            ([b'*', rest @ ..], [_, tail @ ..]) => {
                reference(rest, text) || reference(pattern, tail)
            }
            ([p, rest @ ..], [t, tail @ ..]) => p == t && reference(rest, tail),
            _ => false,
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(4000))]

        #[test]
        fn a_pattern_matches_as_its_definition_says(pattern in "[ab/*]{0,8}", text in "[ab/]{0,10}") {
            let expected = reference(pattern.as_bytes(), text.as_bytes());
            proptest::prop_assert_eq!(ActionPattern::new(&pattern).matches(&text), expected);
        }
    }

    #[test]
    fn a_star_in_the_question_is_a_plain_character() {
        check("a/b/*", "a/*", false);
        check("a/*", "a/*", true);
    }

    #[test]
    fn a_hostile_pattern_takes_linear_time() {
        check(&"a*".repeat(20_000), &"a".repeat(19_999), false);
        check(&"a*".repeat(20_000), &"a".repeat(30_000), true);
        check(
            &format!("*{}b", "a".repeat(20_000)),
            &"a".repeat(40_000),
            false,
        );
    }
}
