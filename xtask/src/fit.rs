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

/// Where the table lies.
const TABLE: &str = "crates/doctor/src/wording/table.txt";

/// Runs the command.
pub(crate) fn run(root: &Path) -> Result<(), Box<dyn Error>> {
    let mut reports = reports(root)?;
    reports.extend(corpus::cases(&root.join("cases/dev.jsonl"))?);
    let table = table(&reports);
    std::fs::write(root.join(TABLE), &table)?;
    Ok(())
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
