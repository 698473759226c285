//! `cargo xtask fit`: which words go with which cause, for `doctor::wording`.
//!
//! A multinomial logistic regression over words and pairs of words, weighted by how rare they are,
//! with an L2 penalty. It learns from reports that [`corpus`] composes of what is said of each cause
//! and of how services say no, and from the cases. `cargo xtask score --folds N` fits without each
//! fold to say how far that generalises; the table in the crate is fitted on everything.

use std::error::Error;
use std::path::Path;

mod corpus;
mod model;

use corpus::Corpus;
pub(crate) use corpus::{Report, report};

/// The real cases that are learnt from. The fresh and the unseen ones are not.
const REAL: [&str; 3] = ["cases/dev.jsonl", "cases/learnt.jsonl", "cases/blind.jsonl"];
/// As how many composed reports a real one counts.
const TIMES: usize = 4;
/// Where the table lies.
const TABLE: &str = "crates/doctor/src/wording/table.txt";

/// Runs the command.
pub(crate) fn run(root: &Path) -> Result<(), Box<dyn Error>> {
    let mut reports = reports(root)?;
    for case in real(root)? {
        reports.extend(weighed(&case));
    }
    let table = table(&reports);
    std::fs::write(root.join(TABLE), &table)?;
    Ok(())
}

/// The real cases that are learnt from.
pub(crate) fn real(root: &Path) -> Result<Vec<serde_json::Value>, Box<dyn Error>> {
    let mut cases = Vec::new();
    for file in REAL {
        let text = std::fs::read_to_string(root.join(file))?;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            cases.push(serde_json::from_str(line)?);
        }
    }
    Ok(cases)
}

/// A real case, which counts as several composed reports.
pub(crate) fn weighed(case: &serde_json::Value) -> Option<Report> {
    let report = report(case)?;
    Some(Report {
        times: TIMES,
        ..report
    })
}

/// What is learnt from apart from the real cases.
pub(crate) fn reports(root: &Path) -> Result<Vec<Report>, Box<dyn Error>> {
    let mut reports = Corpus::read(root)?.compose();
    reports.extend(corpus::cases(&root.join("cases/constructed.jsonl"))?);
    Ok(reports)
}

/// Fits a table on these reports.
pub(crate) fn table(reports: &[Report]) -> String {
    model::Model::fit(reports).table()
}
