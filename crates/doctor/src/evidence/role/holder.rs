//! Whom a text gives a role to: a person, or a program's identity.
//!
//! A role says nothing of a call that another principal makes: the app's identity has the role, and the
//! developer calls.

use std::ops::Range;

/// A kind of principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    /// Somebody who signs in.
    Person,
    /// A managed identity or service principal.
    Program,
}

/// The words for each, as they begin.
const WORDS: [(&str, Holder); 22] = [
    ("user account", Holder::Person),
    ("my account", Holder::Person),
    ("my user", Holder::Person),
    ("the user", Holder::Person),
    ("user has", Holder::Person),
    ("signed-in user", Holder::Person),
    ("developer has", Holder::Person),
    ("developer's", Holder::Person),
    ("developers have", Holder::Person),
    ("i have", Holder::Person),
    ("i am", Holder::Person),
    ("i'm", Holder::Person),
    ("my own", Holder::Person),
    ("managed identity", Holder::Program),
    ("identity of the", Holder::Program),
    ("app's identity", Holder::Program),
    ("app identity", Holder::Program),
    ("system-assigned", Holder::Program),
    ("user-assigned", Holder::Program),
    ("system assigned", Holder::Program),
    ("user assigned", Holder::Program),
    ("service principal", Holder::Program),
];

/// Whom the sentence around a role gives it to, if it names one kind only.
pub(super) fn of(lower: &str, at: &Range<usize>) -> Option<Holder> {
    let ends = ['.', ';', '\n'];
    let from = lower[..at.start].rfind(ends).map_or(0, |end| end + 1);
    let to = lower[at.end..]
        .find(ends)
        .map_or(lower.len(), |end| at.end + end);
    let sentence = [&lower[from..at.start], &lower[at.end..to]];
    let named = |holder| {
        let words = WORDS.iter().filter(|(_, known)| *known == holder);
        words
            .into_iter()
            .any(|(word, _)| sentence.iter().any(|part| part.contains(word)))
    };
    match (named(Holder::Person), named(Holder::Program)) {
        (true, false) => Some(Holder::Person),
        (false, true) => Some(Holder::Program),
        _ => None,
    }
}
