//! `cargo xtask fit`: which words and facts go with which cause, for `doctor::wording`.
//!
//! A multinomial logistic regression over features of the text and signs of facts, each weighted by how
//! rare it is, beside what the doctor's rules weigh, with an L2 penalty. It learns from real cases, from
//! constructed ones and from reports that [`corpus`] composes of what is said of each cause and of how
//! services say no. `cargo xtask score --folds N` fits without each fold to say how far that
//! generalises; the table in the crate is fitted on everything.

use std::error::Error;
use std::path::Path;

use serde_json::Value;

mod corpus;
mod model;

use corpus::Corpus;
pub(crate) use corpus::Report;

/// The real cases. How far a table generalises is said by those that it was fitted without.
const REAL: [&str; 8] = [
    "cases/dev.jsonl",
    "cases/learnt.jsonl",
    "cases/blind.jsonl",
    "cases/gathered.jsonl",
    "cases/fresh.jsonl",
    "cases/unseen.jsonl",
    "cases/gathered-unseen.jsonl",
    "cases/collected.jsonl",
];
/// Cases that were written for this project, and as how much of a real one each counts.
const CONSTRUCTED: [(&str, f64); 3] = [
    ("cases/bare.jsonl", 5.0),
    ("cases/constructed.jsonl", 0.3),
    ("cases/written.jsonl", 0.5),
];
/// Where the table lies.
const TABLE: &str = "crates/doctor/src/wording/table.txt";

/// Runs the command.
pub(crate) fn run(root: &Path) -> Result<(), Box<dyn Error>> {
    let mut reports = reports(root)?;
    reports.extend(real(root)?.iter().filter_map(weighed));
    std::fs::write(root.join(TABLE), table(&Sample::all(&reports)))?;
    Ok(())
}

/// The real cases that are learnt from.
pub(crate) fn real(root: &Path) -> Result<Vec<Value>, Box<dyn Error>> {
    let mut cases = Vec::new();
    for file in REAL {
        cases.extend(corpus::cases(&root.join(file))?);
    }
    Ok(cases)
}

/// A real case.
pub(crate) fn weighed(case: &Value) -> Option<Report> {
    corpus::report(case, 1.0)
}

/// What is learnt from apart from the real cases.
pub(crate) fn reports(root: &Path) -> Result<Vec<Report>, Box<dyn Error>> {
    let mut reports = Corpus::read(root)?.compose();
    for (file, counts) in CONSTRUCTED {
        let cases = corpus::cases(&root.join(file))?;
        reports.extend(cases.iter().filter_map(|case| corpus::report(case, counts)));
    }
    reports.extend(corpus::examples());
    Ok(reports)
}

pub(crate) use model::Sample;

/// Fits a table on these samples.
pub(crate) fn table(samples: &[Sample]) -> String {
    model::Model::fit(samples).table()
}
