//! Troubleshoot: evidence in, causes out, and on with the answers to the next checks. Nothing is kept: what was
//! said goes along in the page.

use askama::Template;
use doctor::Facts;

use super::page::{self, Frame, Section};
use super::report::Report;
use super::trouble::Trouble;
use super::visit::{Answer, Visit};

/// Bytes of evidence, answers included: more is for the command line.
pub(super) const EVIDENCE_BYTES: usize = 512 * 1024;

/// How many answers one conversation takes.
const ANSWERS: usize = 12;

#[derive(Template)]
#[template(path = "portal/troubleshoot.html")]
struct TroubleshootPage {
    frame: Frame,
    evidence: String,
    /// Questions that were answered, with what was said.
    answers: Vec<(String, String)>,
    report: Option<Report>,
}

/// `GET /portal/troubleshoot`
pub(super) fn show(visit: &Visit<'_>) -> Answer {
    page::page(&TroubleshootPage {
        frame: visit.frame(Section::Troubleshoot),
        evidence: String::new(),
        answers: Vec::new(),
        report: None,
    })
}

/// `POST /portal/troubleshoot`
pub(super) async fn diagnose(visit: &Visit<'_>) -> Answer {
    let evidence = visit.form.value("evidence").unwrap_or_default();
    let said = |name| visit.form.values(name).map(str::to_owned);
    let answers = said("question").zip(said("answer"));
    let answers = answers.filter(|(_, answer)| !answer.trim().is_empty());
    let answers: Vec<(String, String)> = answers.take(ANSWERS).collect();
    if evidence.trim().is_empty() {
        return show(visit);
    }
    let all = answers
        .iter()
        .map(|(_, answer)| answer.len())
        .sum::<usize>()
        + evidence.len();
    if all > EVIDENCE_BYTES {
        let message =
            "This is more than the portal reads. For long logs there is `entrada triage`.";
        return Err(Trouble::bad(message));
    }
    let read = (evidence.to_owned(), answers.clone());
    // Reading may take a while, and others wait for this thread.
    let report = tokio::task::spawn_blocking(move || report_of(&read.0, &read.1)).await;
    let report = report.map_err(|error| Trouble::Internal(error.to_string()))?;
    page::page(&TroubleshootPage {
        frame: visit.frame(Section::Troubleshoot),
        evidence: evidence.to_owned(),
        report: Some(unanswered(&report, &answers)),
        answers,
    })
}

/// As `entrada explain` does it.
fn report_of(evidence: &str, answers: &[(String, String)]) -> serde_json::Value {
    let mut facts = Facts::new();
    facts.extend(doctor::evidence::read(evidence));
    for (number, (_, answer)) in answers.iter().enumerate() {
        let place = format!("answer {}", number + 1);
        facts.extend(doctor::evidence::read(answer).of_file(&place));
    }
    doctor::diagnose(&facts).to_json()
}

/// The report without the checks that were answered.
fn unanswered(report: &serde_json::Value, answers: &[(String, String)]) -> Report {
    let mut report = Report::read(report);
    report.checks.retain(|check| {
        !answers
            .iter()
            .any(|(question, _)| *question == check.question)
    });
    report
}
