//! A small pattern language over words, for what people write about a failure.
//!
//! A pattern is a row of elements that must stand in one sentence, in this order:
//!
//! | element | matches |
//! |---|---|
//! | `word` | that word, in any case |
//! | `word*` | any word that begins so |
//! | `a\|b_c\|d*` | one of these; `_` joins the words of one alternative |
//! | `@name` | one of a [set](sets::SETS) of alternatives |
//! | `?word` | that word or nothing |
//! | `#` | a number |
//! | `%v` | a version such as `1.85.1` or `v2.0-beta` |
//! | `%d` | a date such as `2024-10-21` |
//! | `..` | up to [`GAP`] other words |
//! | `!` in front | the match counts only if no negation stands shortly before it |
//!
//! Words are runs of letters and digits, so `api-version`, `api_version` and `api version` are the
//! same. Matching looks at each word once and at the few patterns that can begin with it; gaps and
//! lengths are bounded, so no text and no pattern makes it slow.

mod form;
mod sets;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use crate::clues::{self, Clue};
use form::{form, names_model};
use sets::set;

/// How many other words a `..` may span.
const GAP: usize = 7;
/// How many words before a match can negate it.
const NEGATION_REACH: usize = 3;
/// In how many sentences one clue is looked for.
const PLACES: usize = 12;
/// Longest word that is looked at; longer ones are data.
const WORD_LIMIT: usize = 40;

/// A pattern that matched.
#[derive(Debug, Clone)]
pub(crate) struct Hit {
    /// Which clue it stands for.
    pub(crate) clue: &'static Clue,
    /// Where, in bytes of the text.
    pub(crate) at: Range<usize>,
    /// The sentence it stands in.
    pub(crate) sentence: u32,
}

/// Finds all clues in a text: each clue once in a sentence, and in at most [`PLACES`] sentences.
pub(crate) fn find(text: &str) -> Vec<Hit> {
    let lexicon = &*LEXICON;
    let words = lexicon.words(text);
    let mut found: Vec<Vec<(u32, Range<usize>)>> = vec![Vec::new(); lexicon.clues.len()];
    for start in 0..words.len() {
        for &term in &words[start].terms {
            let Some(candidates) = lexicon.starts.get(&term) else {
                continue;
            };
            for &index in candidates {
                let phrase = &lexicon.phrases[index];
                let places = &mut found[phrase.clue];
                let sentence = words[start].sentence;
                if places.len() >= PLACES
                    || places.last().is_some_and(|(known, _)| *known == sentence)
                {
                    continue;
                }
                let Some(end) = phrase.matches(&words, start) else {
                    continue;
                };
                if phrase.positive && lexicon.negated(&words, start) {
                    continue;
                }
                places.push((sentence, words[start].at.start..words[end - 1].at.end));
            }
        }
    }
    let mut hits = Vec::new();
    for (clue, places) in lexicon.clues.iter().zip(found) {
        hits.extend(
            places
                .into_iter()
                .map(|(sentence, at)| Hit { clue, at, sentence }),
        );
    }
    hits
}

type Term = u16;

/// Terms that stand for any word of a form.
const NUMBER: Term = 0;
const VERSION: Term = 1;
const DATE: Term = 2;

struct Word {
    at: Range<usize>,
    sentence: u32,
    terms: Vec<Term>,
}

struct Lexicon {
    exact: HashMap<String, Term>,
    prefixes: HashMap<String, Term>,
    negations: Vec<Term>,
    clues: Vec<&'static Clue>,
    phrases: Vec<Phrase>,
    starts: HashMap<Term, Vec<usize>>,
}

struct Phrase {
    clue: usize,
    positive: bool,
    elements: Vec<Element>,
}

enum Element {
    /// One of several rows of words.
    Words {
        alternatives: Vec<Vec<Term>>,
        optional: bool,
    },
    Gap,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::compile);

impl Phrase {
    /// The index after the last word of the match.
    fn matches(&self, words: &[Word], start: usize) -> Option<usize> {
        step(&self.elements, words, start, words[start].sentence)
    }
}

fn step(elements: &[Element], words: &[Word], at: usize, sentence: u32) -> Option<usize> {
    let Some((first, rest)) = elements.split_first() else {
        return Some(at);
    };
    match first {
        Element::Gap => (0..=GAP).find_map(|skip| {
            let next = at + skip;
            let inside = next <= words.len() && (skip == 0 || words[next - 1].sentence == sentence);
            if inside {
                step(rest, words, next, sentence)
            } else {
                None
            }
        }),
        Element::Words {
            alternatives,
            optional,
        } => {
            for row in alternatives {
                let fits = row.iter().enumerate().all(|(offset, term)| {
                    words
                        .get(at + offset)
                        .is_some_and(|w| w.sentence == sentence && w.terms.contains(term))
                });
                if fits && let Some(end) = step(rest, words, at + row.len(), sentence) {
                    return Some(end);
                }
            }
            if *optional {
                step(rest, words, at, sentence)
            } else {
                None
            }
        }
    }
}

impl Lexicon {
    fn compile() -> Self {
        let mut lexicon = Self {
            exact: HashMap::new(),
            prefixes: HashMap::new(),
            negations: Vec::new(),
            clues: Vec::new(),
            phrases: Vec::new(),
            starts: HashMap::new(),
        };
        lexicon.negations = lexicon
            .alternatives(set("no"))
            .into_iter()
            .filter_map(|row| row.first().copied())
            .collect();
        for clue in clues::all() {
            for pattern in clue.patterns {
                lexicon.add(lexicon.clues.len(), pattern);
            }
            lexicon.clues.push(clue);
        }
        lexicon
    }

    fn add(&mut self, clue: usize, pattern: &str) {
        let (positive, pattern) = match pattern.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, pattern),
        };
        let elements: Vec<Element> = pattern
            .split_whitespace()
            .map(|element| self.element(element))
            .collect();
        if let Some(Element::Words { alternatives, .. }) = elements.first() {
            for row in alternatives {
                let candidates = self.starts.entry(row[0]).or_default();
                if candidates.last() != Some(&self.phrases.len()) {
                    candidates.push(self.phrases.len());
                }
            }
        }
        self.phrases.push(Phrase {
            clue,
            positive,
            elements,
        });
    }

    fn element(&mut self, element: &str) -> Element {
        if element == ".." {
            return Element::Gap;
        }
        let (optional, element) = match element.strip_prefix('?') {
            Some(rest) => (true, rest),
            None => (false, element),
        };
        let alternatives = element
            .split('|')
            .flat_map(|alternative| match alternative.strip_prefix('@') {
                Some(name) => self.alternatives(set(name)),
                None => self.alternatives(alternative),
            })
            .collect();
        Element::Words {
            alternatives,
            optional,
        }
    }

    fn alternatives(&mut self, text: &str) -> Vec<Vec<Term>> {
        let rows = text.split('|');
        rows.map(|row| row.split('_').map(|word| self.term(word)).collect())
            .collect()
    }

    fn term(&mut self, word: &str) -> Term {
        let next =
            Term::try_from(self.exact.len() + self.prefixes.len()).unwrap_or(Term::MAX) + DATE + 1;
        match word.strip_suffix('*') {
            _ if word == "#" => NUMBER,
            _ if word == "%v" => VERSION,
            _ if word == "%d" => DATE,
            Some(prefix) => *self.prefixes.entry(prefix.to_owned()).or_insert(next),
            None => *self.exact.entry(word.to_owned()).or_insert(next),
        }
    }

    fn words(&self, text: &str) -> Vec<Word> {
        let mut words = Vec::new();
        let mut sentence = 0;
        let mut start = None;
        let mut lowered = String::new();
        let mut characters = text.char_indices().peekable();
        while let Some((at, c)) = characters.next() {
            if start.is_none()
                && let Some((form, length)) = form(&text[at..])
                && !(form == VERSION && names_model(&text[..at], &text[at..at + length]))
            {
                words.push(Word {
                    at: at..at + length,
                    sentence,
                    terms: vec![form],
                });
                while characters
                    .peek()
                    .is_some_and(|(next, _)| *next < at + length)
                {
                    characters.next();
                }
                continue;
            }
            let apostrophe = matches!(c, '\'' | '’') && start.is_some();
            if c.is_alphanumeric() || apostrophe {
                start.get_or_insert(at);
                if !apostrophe && lowered.len() < WORD_LIMIT {
                    lowered.extend(c.to_lowercase());
                }
                continue;
            }
            self.finish(&mut words, &mut start, at, sentence, &mut lowered);
            let next = characters.peek().map(|(_, next)| *next);
            let ends = c == '\n'
                || (matches!(c, '.' | '!' | '?' | ';') && next.is_none_or(char::is_whitespace));
            sentence += u32::from(ends);
        }
        self.finish(&mut words, &mut start, text.len(), sentence, &mut lowered);
        words
    }

    fn finish(
        &self,
        words: &mut Vec<Word>,
        start: &mut Option<usize>,
        end: usize,
        sentence: u32,
        lowered: &mut String,
    ) {
        if let Some(from) = start.take() {
            let terms = self.terms(lowered);
            words.push(Word {
                at: from..end,
                sentence,
                terms,
            });
        }
        lowered.clear();
    }

    fn terms(&self, word: &str) -> Vec<Term> {
        let mut terms = Vec::new();
        terms.extend(self.exact.get(word));
        for (end, _) in word.char_indices().skip(2) {
            terms.extend(self.prefixes.get(&word[..end]));
        }
        terms.extend(self.prefixes.get(word));
        const NUMBERS: [&str; 12] = [
            "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "few",
            "several",
        ];
        let milestone = word
            .strip_prefix('m')
            .or_else(|| word.strip_prefix("rc"))
            .is_some_and(|digits| {
                !digits.is_empty() && digits.len() < 3 && digits.bytes().all(|b| b.is_ascii_digit())
            });
        if milestone {
            terms.push(VERSION);
        }
        if word.bytes().all(|b| b.is_ascii_digit()) || NUMBERS.contains(&word) {
            terms.push(NUMBER);
        }
        terms
    }

    fn negated(&self, words: &[Word], start: usize) -> bool {
        let from = start.saturating_sub(NEGATION_REACH);
        words[from..start].iter().any(|word| {
            word.sentence == words[start].sentence
                && word.terms.iter().any(|term| self.negations.contains(term))
        })
    }
}

#[cfg(test)]
mod tests;
