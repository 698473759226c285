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
    /// Where the first star is in the folded text. Most patterns fail before it.
    star: Option<usize>,
}

impl ActionPattern {
    /// Any text is a pattern; one without `*` matches itself only.
    pub fn new(pattern: &str) -> Self {
        let text: Arc<str> = Arc::from(pattern);
        let folded = match fold(pattern) {
            Cow::Borrowed(_) => Arc::clone(&text),
            Cow::Owned(folded) => Arc::from(folded),
        };
        let star = folded.find('*');
        Self { text, folded, star }
    }

    /// The pattern as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the pattern names this action. The time is linear in the two lengths.
    pub fn matches(&self, action: &str) -> bool {
        self.matches_folded(&fold(action))
    }

    /// Whether this pattern names every action that the other one names, as far as the texts tell: what a
    /// star of the other stands for must fall to a star of this one.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        self.matches_folded(&other.folded)
    }

    /// The form that is compared.
    pub(crate) fn folded(&self) -> &str {
        &self.folded
    }

    /// [`matches`](Self::matches) for an action that was folded before, once for many patterns.
    pub(crate) fn matches_folded(&self, action: &str) -> bool {
        let Some(star) = self.star else {
            return *self.folded == *action;
        };
        let (literal, rest) = self.folded.split_at(star);
        action
            .strip_prefix(literal)
            .is_some_and(|action| glob_after_star(&rest[1..], action))
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

/// Whether a pattern matches a text, both from just after the pattern's first star.
///
/// The last piece must end the text; those before it are found leftmost, in order. Leftmost is
/// enough (it leaves most room for the rest), so nothing is tried twice, and `str::find` is linear:
/// a hostile pattern costs no more than its length.
fn glob_after_star(pattern: &str, mut text: &str) -> bool {
    let Some((middle, last)) = pattern.rsplit_once('*') else {
        return text.ends_with(pattern);
    };
    for piece in middle.split('*').filter(|piece| !piece.is_empty()) {
        match text.find(piece) {
            Some(at) => text = &text[at + piece.len()..],
            None => return false,
        }
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests;
