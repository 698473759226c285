//! The regression.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use doctor::RuleId;
use doctor::evidence::redact::redact;
use doctor::wording::words;

use super::Report;
use super::corpus::Dice;

/// In how many reports a word must stand.
const REPORTS: u32 = 2;
/// How often every report is looked at.
const ROUNDS: usize = 12;
/// The first step of a weight; later ones shrink with the steps that were made (Adagrad).
const STEP: f64 = 0.6;
/// The penalty on a weight, each time its word occurs.
const PENALTY: f64 = 1e-3;
/// Weights below this are left out of the table.
const LEAST: f64 = 0.35;

/// Words, how telling they are, and what they weigh for each cause.
pub(super) struct Model {
    vocabulary: BTreeMap<String, usize>,
    telling: Vec<f64>,
    weights: Vec<Vec<f64>>,
    bias: Vec<f64>,
}

/// The words of one report with their shares, and its cause.
#[derive(Clone)]
struct Row {
    words: Vec<(usize, f64)>,
    cause: usize,
}

impl Model {
    /// Fits on these reports. The same reports give the same model.
    pub(super) fn fit(reports: &[Report]) -> Self {
        let bags: Vec<Vec<String>> = reports.iter().map(|report| bag(&report.text)).collect();
        let mut counts: HashMap<&str, u32> = HashMap::new();
        for word in bags.iter().flatten() {
            *counts.entry(word).or_default() += 1;
        }
        let known = counts.iter().filter(|(_, count)| **count >= REPORTS);
        let words: BTreeMap<String, u32> =
            known.map(|(word, n)| ((*word).to_owned(), *n)).collect();
        let all = f64::from(u32::try_from(reports.len()).unwrap_or(u32::MAX));
        let telling = words
            .values()
            .map(|n| ((1.0 + all) / (1.0 + f64::from(*n))).ln() + 1.0);
        let causes = RuleId::ALL.len();
        let mut model = Self {
            telling: telling.collect(),
            weights: vec![vec![0.0; causes]; words.len()],
            bias: vec![0.0; causes],
            vocabulary: words
                .into_keys()
                .enumerate()
                .map(|(at, word)| (word, at))
                .collect(),
        };
        let rows = bags.iter().zip(reports).flat_map(|(bag, report)| {
            let row = model.row(bag, report.cause);
            std::iter::repeat_n(row, report.times)
        });
        let rows: Vec<Row> = rows.collect();
        model.learn(&rows);
        model
    }

    fn row(&self, bag: &[String], cause: usize) -> Row {
        let known: Vec<usize> = bag
            .iter()
            .filter_map(|word| self.vocabulary.get(word).copied())
            .collect();
        let norm = known
            .iter()
            .map(|at| self.telling[*at].powi(2))
            .sum::<f64>()
            .sqrt();
        let words = known.into_iter().map(|at| (at, self.telling[at] / norm));
        Row {
            words: words.collect(),
            cause,
        }
    }

    fn learn(&mut self, rows: &[Row]) {
        let causes = self.bias.len();
        let mut travelled = vec![vec![1e-3; causes]; self.weights.len()];
        let mut travelled_bias = vec![1e-3; causes];
        let mut order: Vec<usize> = (0..rows.len()).collect();
        let mut dice = Dice(0x0dd5);
        for _ in 0..ROUNDS {
            dice.shuffle(&mut order);
            for row in order.iter().map(|at| &rows[*at]) {
                let mut slope = self.likelihoods(row);
                slope[row.cause] -= 1.0;
                for (at, share) in &row.words {
                    let weights = self.weights[*at].iter_mut().zip(&mut travelled[*at]);
                    for ((weight, travelled), slope) in weights.zip(&slope) {
                        let slope = slope * share + PENALTY * *weight;
                        *travelled += slope * slope;
                        *weight -= STEP * slope / travelled.sqrt();
                    }
                }
                let bias = self.bias.iter_mut().zip(&mut travelled_bias);
                for ((bias, travelled), slope) in bias.zip(&slope) {
                    *travelled += slope * slope;
                    *bias -= 0.1 * STEP * slope / travelled.sqrt();
                }
            }
        }
    }

    fn likelihoods(&self, row: &Row) -> Vec<f64> {
        let mut scores = self.bias.clone();
        for (at, share) in &row.words {
            for (score, weight) in scores.iter_mut().zip(&self.weights[*at]) {
                *score += weight * share;
            }
        }
        let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        scores
            .iter_mut()
            .for_each(|score| *score = (*score - highest).exp());
        let total: f64 = scores.iter().sum();
        scores.iter_mut().for_each(|score| *score /= total);
        scores
    }

    /// The table, in the form that `doctor::wording` reads.
    pub(super) fn table(&self) -> String {
        const LEVEL: f64 = 46.0;
        let step = self
            .weights
            .iter()
            .flatten()
            .fold(0.0_f64, |most, w| most.max(w.abs()))
            / LEVEL;
        let unit = self.telling.iter().copied().fold(0.0, f64::max) / 93.0;
        let mut table = String::from(
            "# Which words go with which cause: made by `cargo xtask fit`; doctor::wording says how to read it.\n",
        );
        let labels: Vec<&str> = RuleId::ALL.iter().map(|id| id.as_str()).collect();
        let bias: Vec<String> = self.bias.iter().map(|bias| format!("{bias:.3}")).collect();
        _ = writeln!(table, "causes {}", labels.join(" "));
        _ = writeln!(table, "bias {}", bias.join(" "));
        _ = writeln!(table, "step {step:.6} {unit:.6}");
        for (word, at) in &self.vocabulary {
            table.push_str(word);
            table.push('\t');
            table.push(letter(self.telling[*at] / unit));
            for (cause, weight) in self.weights[*at].iter().enumerate() {
                if weight.abs() >= LEAST {
                    table.push(letter(f64::from(u32::try_from(cause).unwrap_or(0))));
                    table.push(letter(LEVEL + weight / step));
                }
            }
            table.push('\n');
        }
        table
    }
}

/// The words of a report as the doctor sees it, each once.
fn bag(text: &str) -> Vec<String> {
    let mut bag: Vec<String> = words(&redact(text))
        .into_iter()
        .map(|(word, _)| word)
        .collect();
    bag.sort();
    bag.dedup();
    bag
}

/// A level as a printable letter.
fn letter(level: f64) -> char {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0..=93"
    )]
    let level = level.round().clamp(0.0, 93.0) as u8;
    char::from(b'!' + level)
}
