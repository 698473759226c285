//! The regression.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use doctor::RuleId;
use doctor::evidence::redact::redact;
use doctor::wording::{Table, features, norm, within_reason};

use super::Report;

/// In how many reports a feature or sign must stand.
const REPORTS: u32 = 2;
/// How often the whole is looked at.
const ROUNDS: i32 = 160;
/// How far a weight moves at most in one round, at the beginning.
const STEP: f64 = 0.12;
/// The penalty on the square of a weight, beside the likelihood of all cases.
const PENALTY: f64 = 0.15;
/// Weights below this are left out of the table.
const LEAST: f64 = 0.06;
/// What the weights of the rules count beside words and signs, and that they name their cause: as
/// fitted on cases that no rule had been mended by. On cases that rules have seen, more than they
/// deserve would come out.
const RULES: [f64; 2] = [0.95, 0.8];

/// What is learnt from one report.
#[derive(Clone)]
pub(crate) struct Sample {
    /// The features of the text in groups, and the signs of its facts.
    groups: Vec<Vec<String>>,
    /// What each rule weighs, and whether it names its cause.
    rules: Vec<(f64, f64)>,
    cause: usize,
    counts: f64,
}

impl Sample {
    /// A report as the doctor sees it.
    pub(crate) fn of(report: &Report) -> Self {
        // The words are read apart from the facts: no table is needed here.
        let facts = doctor::evidence::read_with(&Table::parse(""), &report.text);
        let learnable = doctor::learnable(&facts);
        let rules = learnable.rules.iter();
        let mut groups: Vec<Vec<String>> = features(&redact(&report.text))
            .into_iter()
            .map(|(_, features)| once_each(features))
            .collect();
        groups.push(learnable.signs);
        Self {
            groups,
            rules: rules
                .map(|(_, weight, names)| (within_reason(*weight), f64::from(u8::from(*names))))
                .collect(),
            cause: report.cause,
            counts: report.counts,
        }
    }

    /// All of these.
    pub(crate) fn all(reports: &[Report]) -> Vec<Self> {
        reports.iter().map(Self::of).collect()
    }
}

/// Features and signs, how telling they are, and what they weigh for each cause.
pub(super) struct Model {
    vocabulary: BTreeMap<String, usize>,
    telling: Vec<f64>,
    /// A row of causes for each.
    weights: Vec<f64>,
    bias: Vec<f64>,
}

/// The features and signs of one report with their shares, and the rest of its sample.
struct Row<'s> {
    shares: Vec<(usize, f64)>,
    sample: &'s Sample,
}

impl Model {
    /// Fits on these samples. The same samples give the same model.
    pub(super) fn fit(samples: &[Sample]) -> Self {
        let mut counts: HashMap<&str, u32> = HashMap::new();
        for sample in samples {
            for word in sample.groups.iter().flatten() {
                *counts.entry(word).or_default() += 1;
            }
        }
        let known = counts.iter().filter(|(_, count)| **count >= REPORTS);
        let known: BTreeMap<String, u32> =
            known.map(|(word, n)| ((*word).to_owned(), *n)).collect();
        let all = f64::from(u32::try_from(samples.len()).unwrap_or(u32::MAX));
        let telling = known
            .values()
            .map(|n| ((1.0 + all) / (1.0 + f64::from(*n))).ln() + 1.0);
        let causes = RuleId::ALL.len();
        let mut model = Self {
            telling: telling.collect(),
            weights: vec![0.0; known.len() * causes],
            bias: vec![0.0; causes],
            vocabulary: known
                .into_keys()
                .enumerate()
                .map(|(at, word)| (word, at))
                .collect(),
        };
        let rows = samples.iter().map(|sample| Row {
            shares: sample
                .groups
                .iter()
                .flat_map(|group| model.shares(group))
                .collect(),
            sample,
        });
        let rows: Vec<Row<'_>> = rows.collect();
        model.learn(&rows);
        model
    }

    /// How much each of these counts among them.
    fn shares(&self, group: &[String]) -> Vec<(usize, f64)> {
        let known = group.iter().filter_map(|word| self.vocabulary.get(word));
        let known: Vec<usize> = known.copied().collect();
        let norm = norm(known.iter().map(|at| self.telling[*at]));
        let shares = known.into_iter().map(|at| (at, self.telling[at] / norm));
        shares.collect()
    }

    /// The likeliest weights under the penalty, by Adam over all rows at once.
    fn learn(&mut self, rows: &[Row<'_>]) {
        let causes = self.bias.len();
        let (mut weights, mut bias) = (Adam::new(self.weights.len()), Adam::new(causes));
        for round in 1..=ROUNDS {
            let mut slopes: Vec<f64> = self.weights.iter().map(|w| w * PENALTY).collect();
            let mut bias_slopes: Vec<f64> = self.bias.iter().map(|b| b * PENALTY).collect();
            for row in rows {
                let mut off = self.likelihoods(row);
                off[row.sample.cause] -= 1.0;
                off.iter_mut().for_each(|off| *off *= row.sample.counts);
                for (at, share) in &row.shares {
                    let slopes = &mut slopes[at * causes..][..causes];
                    for (slope, off) in slopes.iter_mut().zip(&off) {
                        *slope += off * share;
                    }
                }
                for (slope, off) in bias_slopes.iter_mut().zip(&off) {
                    *slope += off;
                }
            }
            weights.step(round, &mut self.weights, &slopes);
            bias.step(round, &mut self.bias, &bias_slopes);
        }
    }

    fn likelihoods(&self, row: &Row<'_>) -> Vec<f64> {
        let causes = self.bias.len();
        let rules = row.sample.rules.iter();
        let mut scores: Vec<f64> = rules
            .zip(&self.bias)
            .map(|(rule, bias)| bias + RULES[0] * rule.0 + RULES[1] * rule.1)
            .collect();
        for (at, share) in &row.shares {
            let weights = &self.weights[at * causes..][..causes];
            for (score, weight) in scores.iter_mut().zip(weights) {
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
        let causes = self.bias.len();
        let most = self
            .weights
            .iter()
            .fold(0.0_f64, |most, w| most.max(w.abs()));
        let step = most / LEVEL;
        let unit = self.telling.iter().copied().fold(0.0, f64::max) / 93.0;
        let mut table = String::from(
            "# Which features and signs go with which cause: made by `cargo xtask fit`; doctor::wording says how to read it.\n",
        );
        let labels: Vec<&str> = RuleId::ALL.iter().map(|id| id.as_str()).collect();
        let bias: Vec<String> = self.bias.iter().map(|bias| format!("{bias:.3}")).collect();
        _ = writeln!(table, "causes {}", labels.join(" "));
        _ = writeln!(table, "bias {}", bias.join(" "));
        _ = writeln!(table, "rules {:.3} {:.3}", RULES[0], RULES[1]);
        _ = writeln!(table, "step {step:.6} {unit:.6}");
        for (word, at) in &self.vocabulary {
            table.push_str(word);
            table.push('\t');
            table.push(letter(self.telling[*at] / unit));
            let weights = &self.weights[at * causes..][..causes];
            for (cause, weight) in weights.iter().enumerate() {
                if weight.abs() >= LEAST.max(step / 2.0) {
                    table.push(letter(f64::from(u32::try_from(cause).unwrap_or(0))));
                    table.push(letter(LEVEL + weight / step));
                }
            }
            table.push('\n');
        }
        table
    }
}

/// What Adam remembers of the slopes so far (Kingma and Ba, 2015, algorithm 1).
struct Adam {
    mean: Vec<f64>,
    square: Vec<f64>,
}

impl Adam {
    fn new(count: usize) -> Self {
        Self {
            mean: vec![0.0; count],
            square: vec![0.0; count],
        }
    }

    fn step(&mut self, round: i32, values: &mut [f64], slopes: &[f64]) {
        const KEPT: f64 = 0.9;
        const KEPT_SQUARES: f64 = 0.99;
        let step = STEP * (1.0 - f64::from(round - 1) / f64::from(ROUNDS));
        let (shy, shy_squares) = (1.0 - KEPT.powi(round), 1.0 - KEPT_SQUARES.powi(round));
        let memory = self.mean.iter_mut().zip(&mut self.square);
        for ((value, slope), (mean, square)) in values.iter_mut().zip(slopes).zip(memory) {
            *mean = KEPT * *mean + (1.0 - KEPT) * slope;
            *square = KEPT_SQUARES * *square + (1.0 - KEPT_SQUARES) * slope * slope;
            *value -= step * (*mean / shy) / ((*square / shy_squares).sqrt() + 1e-9);
        }
    }
}

fn once_each(features: Vec<(String, usize)>) -> Vec<String> {
    let mut names: Vec<String> = features.into_iter().map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    names
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
