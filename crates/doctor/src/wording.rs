//! What is learnt from cases: which words of a report, and which facts, go with which cause.
//!
//! Rules know mechanisms; people describe them in words that no list of phrases holds, and facts go
//! together in ways that no author thought of. This is the other half: a linear model over what a text
//! says ([`features()`]) and the facts as signs ([`crate::signs`]), fitted by `cargo xtask fit` together
//! with what the rules weigh, on cases and on what is said of each cause (`cases/`).
//! [`crate::diagnose()`] adds up rules, words and signs. The table never proves anything.
//!
//! # The table
//!
//! Text that a person can read in a diff: the causes, one bias each, what the rules' weights count
//! beside it, then a line per feature or sign in the order of their bytes, so that looking one up
//! needs no parsing:
//!
//! ```text
//! audience is<TAB>{how telling}{cause}{weight}{cause}{weight}…
//! ```
//!
//! Each brace is one printable letter: a level between `!` and `~`.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use crate::RuleId;

mod features;

pub use features::{Group, features};

/// Between which values a rule's weight counts: far below and far above, it says no more.
const RULE: (f64, f64) = (-4.0, 8.0);
/// The first letter of a level, and how many levels there are.
const FIRST: u8 = b'!';
const LEVELS: u8 = 94;
/// The level of nothing.
const ZERO: f64 = 46.0;

/// What the words of one text, or the signs of a case, add to each cause: natural logarithms of odds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Wording {
    points: Vec<(RuleId, f64)>,
}

impl Wording {
    /// What they add to this cause.
    pub fn of(&self, cause: RuleId) -> f64 {
        let known = self.points.iter().find(|(known, _)| *known == cause);
        known.map_or(0.0, |(_, points)| *points)
    }
}

/// Which words and signs go with which cause.
#[derive(Debug, Clone)]
pub struct Table {
    causes: Vec<RuleId>,
    bias: Vec<f64>,
    /// What a rule's weight counts, and that it names its cause at all.
    rules: [f64; 2],
    /// What one level of a weight is worth, and one of how telling a word is.
    step: f64,
    telling: f64,
    rows: Cow<'static, str>,
}

static BUILT_IN: LazyLock<Table> =
    LazyLock::new(|| Table::read(Cow::Borrowed(include_str!("wording/table.txt"))));

impl Table {
    /// The table that this crate brings along.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// Reads a table. What is not in the form above is left out.
    pub fn parse(text: &str) -> Self {
        Self::read(Cow::Owned(text.to_owned()))
    }

    fn read(text: Cow<'static, str>) -> Self {
        let mut table = Self {
            causes: Vec::new(),
            bias: Vec::new(),
            rules: [1.0, 0.0],
            step: 0.0,
            telling: 0.0,
            rows: Cow::Borrowed(""),
        };
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let mut words = line.split_whitespace();
            match words.next() {
                Some("#") => {}
                Some("causes") => table.causes = words.filter_map(RuleId::parse).collect(),
                Some("bias") => table.bias = words.filter_map(|word| word.parse().ok()).collect(),
                Some("rules") => table.rules = two(words),
                Some("step") => [table.step, table.telling] = two(words),
                _ => break,
            }
            start += line.len();
        }
        table.bias.resize(table.causes.len(), 0.0);
        table.rows = match text {
            Cow::Borrowed(text) => Cow::Borrowed(&text[start..]),
            Cow::Owned(text) => Cow::Owned(text[start..].to_owned()),
        };
        table
    }

    /// What a text adds, and where the word stands that speaks most for the likeliest cause. Nothing
    /// where too few of its words are known.
    pub fn weigh(&self, text: &str) -> Option<(Wording, usize)> {
        const FEWEST: usize = 4;
        let mut points = vec![0.0; self.causes.len()];
        let mut words = Vec::new();
        for (group, features) in features(text) {
            let rows = self.rows_of(features);
            self.add(&rows, &mut points);
            if group == Group::Words {
                words = rows;
            }
        }
        if words.len() < FEWEST {
            return None;
        }
        let first = (0..points.len()).max_by(|a, b| points[*a].total_cmp(&points[*b]))?;
        let speaks = |row: &Row<'_>| {
            let own = self.weights(row.row).find(|(cause, _)| *cause == first);
            own.map_or(0.0, |(_, weight)| weight * row.telling)
        };
        let at = words
            .iter()
            .max_by(|a, b| speaks(a).total_cmp(&speaks(b)))
            .map_or(0, |row| row.at);
        Some((self.wording(points), at))
    }

    /// The rows of these features, each once.
    fn rows_of(&self, features: Vec<(String, usize)>) -> Vec<Row<'_>> {
        let mut seen: HashSet<String> = HashSet::new();
        let mut rows = Vec::new();
        for (feature, at) in features {
            if seen.contains(&feature) {
                continue;
            }
            if let Some((row, telling)) = self.row(&feature) {
                rows.push(Row { at, row, telling });
            }
            seen.insert(feature);
        }
        rows
    }

    /// What the signs of a case add.
    pub(crate) fn signs(&self, signs: &[String]) -> Wording {
        let rows = signs.iter().filter_map(|sign| {
            let (row, telling) = self.row(sign)?;
            Some(Row {
                at: 0,
                row,
                telling,
            })
        });
        let rows: Vec<Row<'_>> = rows.collect();
        let mut points = vec![0.0; self.causes.len()];
        self.add(&rows, &mut points);
        self.wording(points)
    }

    /// What a cause starts from, and what its rule's weight counts for; `names` says whether the rule
    /// names its cause by that weight.
    pub(crate) fn rule(&self, cause: RuleId, weight: f64, names: bool) -> f64 {
        let known = self.causes.iter().position(|known| *known == cause);
        let bias = known.map_or(0.0, |at| self.bias[at]);
        let named = if names { self.rules[1] } else { 0.0 };
        bias + self.rules[0] * within_reason(weight) + named
    }

    /// Adds the weights of these rows, each by how telling it is among them.
    fn add(&self, rows: &[Row<'_>], points: &mut [f64]) {
        let norm = norm(rows.iter().map(|row| row.telling));
        for row in rows {
            for (cause, weight) in self.weights(row.row) {
                points[cause] += weight * row.telling / norm;
            }
        }
    }

    fn wording(&self, points: Vec<f64>) -> Wording {
        let points = self.causes.iter().copied().zip(points);
        Wording {
            points: points.collect(),
        }
    }

    /// Whether the table has this word or sign.
    pub(crate) fn holds(&self, word: &str) -> bool {
        self.row(word).is_some()
    }

    /// The row of a feature or sign, and how telling it is.
    fn row(&self, word: &str) -> Option<(&str, f64)> {
        let rows = self.rows.as_bytes();
        let (mut low, mut high) = (0, rows.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let start = rows[..middle]
                .iter()
                .rposition(|b| *b == b'\n')
                .map_or(0, |at| at + 1);
            let end = rows[middle..]
                .iter()
                .position(|b| *b == b'\n')
                .map_or(rows.len(), |at| middle + at);
            let (known, row) = self.rows[start..end].split_once('\t')?;
            match known.cmp(word) {
                std::cmp::Ordering::Equal => {
                    let level = row.bytes().next().and_then(level)?;
                    return Some((&self.rows[start..end], level * self.telling));
                }
                std::cmp::Ordering::Less => low = end + 1,
                std::cmp::Ordering::Greater => high = start,
            }
        }
        None
    }

    /// The causes that a row speaks for or against.
    fn weights<'r>(&self, row: &'r str) -> impl Iterator<Item = (usize, f64)> + use<'r> {
        let (causes, step) = (self.causes.len(), self.step);
        let values = row.split_once('\t').map_or("", |(_, values)| values);
        let pairs = values
            .as_bytes()
            .get(1..)
            .unwrap_or_default()
            .chunks_exact(2);
        pairs.filter_map(move |pair| {
            let cause = usize::from(pair[0].checked_sub(FIRST)?);
            let weight = (level(pair[1])? - ZERO) * step;
            (cause < causes).then_some((cause, weight))
        })
    }
}

/// A feature or sign of the table that was seen.
struct Row<'t> {
    /// Where it stands in the text, if it is a word.
    at: usize,
    row: &'t str,
    telling: f64,
}

/// What the telling of each feature of a group is divided by: their length together, and a little more, so
/// that a few of them do not speak as loudly as many.
pub fn norm(telling: impl Iterator<Item = f64>) -> f64 {
    const DAMPING: f64 = 150.0;
    (telling.map(|one| one * one).sum::<f64>() + DAMPING).sqrt()
}

/// A rule's weight as far as it says anything.
pub fn within_reason(weight: f64) -> f64 {
    weight.clamp(RULE.0, RULE.1)
}

fn two<'w>(words: impl Iterator<Item = &'w str>) -> [f64; 2] {
    let mut numbers = words.filter_map(|word| word.parse().ok());
    [
        numbers.next().unwrap_or_default(),
        numbers.next().unwrap_or_default(),
    ]
}

fn level(letter: u8) -> Option<f64> {
    let level = letter.checked_sub(FIRST)?;
    (level < LEVELS).then_some(f64::from(level))
}

#[cfg(test)]
mod tests;
