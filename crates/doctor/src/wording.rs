//! What the words of a report make likely.
//!
//! Rules know mechanisms; people describe them in words that no list of phrases holds. This is the
//! other half: a linear model over single words and pairs of them, fitted by `cargo xtask fit` on what
//! is said of each cause (`cases/sayings.txt`) and on cases. It says how likely each cause is by the
//! words alone; [`crate::diagnose()`] adds that to what the rules weigh. It never proves anything.
//!
//! # The table
//!
//! Text that a person can read in a diff: the causes, one bias each, then a line per word or pair in
//! the order of their bytes, so that looking one up needs no parsing:
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

/// How many words of a text are looked at.
const WORDS: usize = 6_000;
/// The least likely that words alone can make a cause, in natural logarithms.
pub(crate) const FLOOR: f64 = -7.0;
/// The first letter of a level, and how many levels there are.
const FIRST: u8 = b'!';
const LEVELS: u8 = 94;
/// The level of nothing.
const ZERO: f64 = 46.0;

/// What the words of one text make likely: causes with the natural logarithm of their probability,
/// the likeliest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Wording {
    /// The causes.
    pub likely: Vec<(RuleId, f64)>,
}

impl Wording {
    /// How likely the words make this cause, in natural logarithms.
    pub fn of(&self, cause: RuleId) -> f64 {
        let known = self.likely.iter().find(|(known, _)| *known == cause);
        known.map_or(FLOOR, |(_, log)| log.max(FLOOR))
    }
}

/// Which words go with which cause.
#[derive(Debug, Clone)]
pub struct Table {
    causes: Vec<RuleId>,
    bias: Vec<f64>,
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
                Some("step") => {
                    let mut steps = words.filter_map(|word| word.parse().ok());
                    table.step = steps.next().unwrap_or_default();
                    table.telling = steps.next().unwrap_or_default();
                }
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

    /// What a text makes likely, and where the word stands that speaks most for the likeliest
    /// cause. Nothing where too few of its words are known.
    pub fn weigh(&self, text: &str) -> Option<(Wording, usize)> {
        let mut seen: HashSet<String> = HashSet::new();
        let mut rows: Vec<(usize, &str, f64)> = Vec::new();
        for (word, at) in words(text) {
            if let Some((row, telling)) = self.row(&word)
                && seen.insert(word)
            {
                rows.push((at, row, telling));
            }
        }
        const FEWEST: usize = 4;
        if rows.len() < FEWEST {
            return None;
        }
        let norm = rows
            .iter()
            .map(|(.., telling)| telling * telling)
            .sum::<f64>()
            .sqrt();
        let mut scores = self.bias.clone();
        for (_, row, telling) in &rows {
            for (cause, weight) in self.weights(row) {
                scores[cause] += weight * telling / norm;
            }
        }
        let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total = scores
            .iter()
            .map(|score| (score - highest).exp())
            .sum::<f64>();
        let mut likely: Vec<(usize, f64)> = scores
            .iter()
            .map(|score| score - highest - total.ln())
            .enumerate()
            .collect();
        likely.sort_by(|a, b| b.1.total_cmp(&a.1));
        let first = likely.first().map(|(cause, _)| *cause)?;
        let speaks = |row: &str, telling: f64| {
            let own = self.weights(row).find(|(cause, _)| *cause == first);
            own.map_or(0.0, |(_, weight)| weight * telling)
        };
        let at = rows
            .iter()
            .max_by(|a, b| speaks(a.1, a.2).total_cmp(&speaks(b.1, b.2)))
            .map_or(0, |(at, ..)| *at);
        let likely = likely
            .into_iter()
            .map(|(cause, log)| (self.causes[cause], log));
        Some((
            Wording {
                likely: likely.collect(),
            },
            at,
        ))
    }

    /// Whether the table has this word.
    pub(crate) fn holds(&self, word: &str) -> bool {
        self.row(word).is_some()
    }

    /// The row of a word, and how telling the word is.
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

fn level(letter: u8) -> Option<f64> {
    let level = letter.checked_sub(FIRST)?;
    (level < LEVELS).then_some(f64::from(level))
}

/// The words of a text and the pairs of neighbours, in small letters, each with its place.
///
/// A word begins with a letter; a number counts where it has three digits, like a status.
pub fn words(text: &str) -> Vec<(String, usize)> {
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

#[cfg(test)]
mod tests;
