//! What the sentences are about and what they say of it, put together.

use crate::clues::{Clue, topic};
use crate::phrase::Hit;

/// What sentences say of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Says {
    /// It is spoken of.
    Mentioned,
    /// It was checked.
    Right,
    /// It is missing.
    Lacking,
    /// It is another than it should be.
    Wrong,
    /// With another one, or a change of it, the call works.
    Works,
}

/// A subject and what one sentence says of it, with the place of the sentence's word.
#[derive(Debug, Clone)]
pub(crate) struct About {
    pub(crate) subject: &'static Clue,
    pub(crate) says: Says,
    pub(crate) at: usize,
}

/// Whether a clue is a subject or a word about one, rather than a circumstance.
pub(crate) fn is_part(clue: &'static Clue) -> bool {
    subjects().any(|subject| subject == clue)
        || MODIFIERS.iter().any(|(modifier, _)| *modifier == clue)
}

/// Puts subjects and words about them together, sentence by sentence.
pub(crate) fn read(hits: &[Hit]) -> Vec<About> {
    let mut found = Vec::new();
    for hit in hits
        .iter()
        .filter(|hit| subjects().any(|subject| subject == hit.clue))
    {
        let mut push = |says| {
            found.push(About {
                subject: hit.clue,
                says,
                at: hit.at.start,
            });
        };
        push(Says::Mentioned);
        for (modifier, says) in MODIFIERS {
            let beside = hits
                .iter()
                .any(|other| other.clue == *modifier && other.sentence == hit.sentence);
            if beside {
                push(*says);
            }
        }
    }
    found
}

static MODIFIERS: &[(&Clue, Says)] = &[
    (&topic::RIGHT, Says::Right),
    (&topic::LACKS, Says::Lacking),
    (&topic::WRONG, Says::Wrong),
    (&topic::WORKS, Says::Works),
];

fn subjects() -> impl Iterator<Item = &'static Clue> {
    let words = [
        &topic::WORKS,
        &topic::FAILS,
        &topic::LACKS,
        &topic::WRONG,
        &topic::RIGHT,
    ];
    topic::ALL
        .iter()
        .copied()
        .filter(move |clue| !words.contains(clue))
}
