//! `cargo xtask score`: how often the doctor names the confirmed cause of real reported failures.
//!
//! Each case is given to the doctor as a person would paste it: client, endpoint, status, the error
//! text and what else was known. `fix` and `evidence` of a case are the answer and are never read.
//!
//! * top1: the first finding is the confirmed cause;
//! * lenient: or one that the report names as contributing;
//! * top3: the confirmed cause is among the first three.
//!
//! Figures are over the `strict` cases; the rest is printed as `all`. Rules were written with one
//! half of the cases in view; the other half is in `cases/aside.txt` (SHA-256 of the id is even).
//! `--folds N` judges each case by a table of words that was fitted without it and its fold;
//! `--cases FILE` may be given several times.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use doctor::wording::Table;
use doctor::{Certainty, RuleId};
use serde_json::Value;

use crate::fit;

/// Runs the command.
pub(crate) fn run(root: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    let options = Options::read(root, &arguments)?;
    let aside = std::fs::read_to_string(root.join("cases/aside.txt")).unwrap_or_default();
    let aside: HashSet<&str> = aside.lines().collect();
    let folds = match options.folds {
        0 => None,
        count => Some(Folds::fit(root, count)?),
    };
    for file in &options.cases {
        score(file, &options, &aside, folds.as_ref())?;
    }
    Ok(())
}

/// Scores the cases of one file.
fn score(
    file: &Path,
    options: &Options,
    aside: &HashSet<&str>,
    folds: Option<&Folds>,
) -> Result<(), Box<dyn std::error::Error>> {
    let text =
        std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    print(&file.display().to_string());
    let mut groups: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut labels: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let case = Case::read(line)?;
        let half = if aside.contains(case.id.as_str()) {
            Half::Aside
        } else {
            Half::Open
        };
        if options.half.is_some_and(|wanted| wanted != half) {
            continue;
        }
        let table = match folds {
            Some(folds) => folds.without(&case.id),
            None => Table::built_in(),
        };
        let outcome = case.diagnose(table);
        if options.trace.as_deref() == Some(case.id.as_str()) {
            print(&case.trace());
        }
        for group in case.groups(half) {
            groups.entry(group).or_default().add(&outcome);
        }
        if case.strict {
            let (good, all) = labels.entry(case.truth.clone()).or_default();
            *good += usize::from(outcome.top1);
            *all += 1;
        }
        if options.misses && !outcome.top1 && (case.strict || options.all_misses) {
            print(&format!(
                "{}  wanted {}  also {:?}  got {:?}",
                case.id, case.truth, case.also, outcome.found
            ));
        }
    }
    if options.by_label {
        for (label, (good, all)) in &labels {
            print(&format!("{label:40} {good}/{all}"));
        }
    }
    for (group, tally) in &groups {
        print(&format!("{group}: {tally}"));
    }
    Ok(())
}

/// Which half of the cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    /// In view while rules were written.
    Open,
    /// Kept aside.
    Aside,
}

struct Options {
    cases: Vec<PathBuf>,
    half: Option<Half>,
    misses: bool,
    all_misses: bool,
    by_label: bool,
    trace: Option<String>,
    folds: usize,
}

impl Options {
    fn read(root: &Path, arguments: &[String]) -> Result<Self, String> {
        let mut options = Self {
            cases: Vec::new(),
            half: None,
            misses: false,
            all_misses: false,
            by_label: false,
            trace: None,
            folds: 0,
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut value = || {
                rest.next()
                    .cloned()
                    .ok_or(format!("`{argument}` needs a value"))
            };
            match argument.as_str() {
                "--cases" => options.cases.push(value()?.into()),
                "--half" => {
                    options.half = match value()?.as_str() {
                        "open" => Some(Half::Open),
                        "aside" => Some(Half::Aside),
                        other => return Err(format!("`{other}` is neither `open` nor `aside`")),
                    }
                }
                "--show-misses" => options.misses = true,
                "--all" => options.all_misses = true,
                "--by-label" => options.by_label = true,
                "--folds" => {
                    options.folds = value()?.parse().map_err(|_| "`--folds` needs a number")?;
                }
                "--trace" => options.trace = Some(value()?),
                other => return Err(format!("unknown argument `{other}`")),
            }
        }
        if options.cases.is_empty() {
            options.cases.push(root.join("cases/dev.jsonl"));
        }
        Ok(options)
    }
}

/// Tables that were fitted without a part of the cases each.
struct Folds(Vec<Table>);

impl Folds {
    fn fit(root: &Path, count: usize) -> Result<Self, Box<dyn std::error::Error>> {
        let mut tables = Vec::new();
        let common = fit::Sample::all(&fit::reports(root)?);
        let real = fit::real(root)?;
        let real: Vec<(usize, fit::Sample)> = real
            .iter()
            .filter_map(|case| {
                let fold = fold_of(case["id"].as_str().unwrap_or_default(), count);
                Some((fold, fit::Sample::of(&fit::weighed(case)?)))
            })
            .collect();
        for fold in 0..count {
            let others = real.iter().filter(|(own, _)| *own != fold);
            let mut samples = common.clone();
            samples.extend(others.map(|(_, sample)| sample.clone()));
            tables.push(Table::parse(&fit::table(&samples)));
        }
        Ok(Self(tables))
    }

    /// The table that has not seen this case.
    fn without(&self, id: &str) -> &Table {
        &self.0[fold_of(id, self.0.len())]
    }
}

/// In which part a case is: the sum of its id's letters, so that neighbours part.
fn fold_of(id: &str, count: usize) -> usize {
    id.bytes().map(usize::from).sum::<usize>() % count
}

struct Case {
    id: String,
    truth: String,
    also: Vec<String>,
    strict: bool,
    paste: String,
}

impl Case {
    fn read(line: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let list = |name: &str| -> Vec<String> {
            let items = value[name].as_array().into_iter().flatten();
            items
                .filter_map(|item| item.as_str().map(str::to_owned))
                .collect()
        };
        Ok(Self {
            id: text("id"),
            truth: text("root_cause"),
            also: list("also"),
            strict: value["strict"].as_bool().unwrap_or(false),
            paste: paste_of(&value),
        })
    }

    fn groups(&self, half: Half) -> Vec<&'static str> {
        let mut groups = vec!["all"];
        if self.strict {
            groups.push("strict");
            groups.push(match half {
                Half::Open => "strict, in view",
                Half::Aside => "strict, kept aside",
            });
        }
        groups
    }

    fn diagnose(&self, table: &Table) -> Outcome {
        let report = doctor::diagnose_with(table, &doctor::evidence::read_with(table, &self.paste));
        let found: Vec<&'static str> = report
            .findings
            .iter()
            .map(|finding| finding.rule.as_str())
            .collect();
        let first = found.first().copied();
        let top1 = first == Some(self.truth.as_str());
        let proven = report
            .findings
            .first()
            .is_some_and(|f| f.certainty == Certainty::Proven);
        let likely = report
            .findings
            .first()
            .is_some_and(|f| f.certainty >= Certainty::Likely);
        Outcome {
            top1,
            lenient: top1 || first.is_some_and(|first| self.also.iter().any(|also| also == first)),
            top3: found.iter().take(3).any(|label| *label == self.truth),
            silent: found.is_empty(),
            proven,
            likely,
            found: found.into_iter().take(3).collect(),
        }
    }

    /// The paste, its facts and how likely each cause is, to see why.
    fn trace(&self) -> String {
        let facts = doctor::evidence::read(&self.paste);
        let mut text = self.paste.clone();
        for fact in facts.iter() {
            let debug = format!("{:?}", fact.kind);
            text += &format!(
                "  fact {} | {}\n",
                fact.statement(),
                &debug.chars().take(160).collect::<String>()
            );
        }
        for (rule, score) in doctor::scores(&facts) {
            let rule: RuleId = rule;
            text += &format!("  {score:5.3} {rule}\n");
        }
        text
    }
}

/// What a person would paste.
pub(crate) fn paste_of(case: &Value) -> String {
    let facts = case["facts"].as_array().into_iter().flatten();
    let facts = facts.filter_map(Value::as_str);
    let mut lines = Vec::new();
    for (label, name) in [("client", "client"), ("endpoint", "endpoint_shape")] {
        let value = case[name].as_str().unwrap_or_default();
        if !value.is_empty() && value != "unknown" {
            lines.push(format!("{label}: {value}"));
        }
    }
    if let Some(status) = case["status"].as_u64().filter(|status| *status != 0) {
        lines.push(format!("status: {status}"));
    }
    lines.push(String::new());
    lines.push(case["error_text"].as_str().unwrap_or_default().to_owned());
    lines.push(String::new());
    lines.extend(facts.map(|fact| format!("- {fact}")));
    lines.join("\n") + "\n"
}

struct Outcome {
    top1: bool,
    lenient: bool,
    top3: bool,
    silent: bool,
    proven: bool,
    likely: bool,
    found: Vec<&'static str>,
}

#[derive(Default)]
struct Tally {
    cases: usize,
    top1: usize,
    lenient: usize,
    top3: usize,
    silent: usize,
    proven: usize,
    proven_wrong: usize,
    likely: usize,
    likely_wrong: usize,
}

impl Tally {
    fn add(&mut self, outcome: &Outcome) {
        self.cases += 1;
        self.top1 += usize::from(outcome.top1);
        self.lenient += usize::from(outcome.lenient);
        self.top3 += usize::from(outcome.top3);
        self.silent += usize::from(outcome.silent);
        self.proven += usize::from(outcome.proven);
        self.proven_wrong += usize::from(outcome.proven && !outcome.lenient);
        self.likely += usize::from(outcome.likely);
        self.likely_wrong += usize::from(outcome.likely && !outcome.lenient);
    }
}

impl std::fmt::Display for Tally {
    #[allow(clippy::cast_precision_loss, reason = "a few hundred cases")]
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rate = |count: usize| count as f64 / self.cases.max(1) as f64;
        write!(
            f,
            "{} cases  top1 {:.3}  lenient {:.3}  top3 {:.3}  silent {}  (proven {}, wrong {}; likely {}, wrong {})",
            self.cases,
            rate(self.top1),
            rate(self.lenient),
            rate(self.top3),
            self.silent,
            self.proven,
            self.proven_wrong,
            self.likely,
            self.likely_wrong,
        )
    }
}

#[allow(clippy::print_stdout, reason = "figures are this command's data")]
fn print(text: &str) {
    println!("{text}");
}

#[cfg(test)]
mod tests;
