//! The doctor's report, for a page.

use serde_json::Value;

/// A report of schema `entrada.report/v1`.
pub(super) struct Report {
    pub(super) findings: Vec<Finding>,
    pub(super) checks: Vec<Check>,
    /// It was too large to be kept.
    pub(super) is_cut: bool,
}

/// A cause.
pub(super) struct Finding {
    pub(super) title: String,
    pub(super) rule: String,
    pub(super) code: String,
    pub(super) certainty: String,
    pub(super) cause: Vec<Piece>,
    pub(super) evidence: Vec<Evidence>,
    pub(super) fixes: Vec<Remedy>,
}

/// A fact, with where it comes from.
pub(super) struct Evidence {
    pub(super) fact: Vec<Piece>,
    pub(super) origin: String,
}

/// A part of a sentence: words, or something as machines write it.
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) is_code: bool,
}

/// A way to mend it.
pub(super) struct Remedy {
    pub(super) title: String,
    pub(super) language: String,
    pub(super) command: String,
}

/// A question whose answer would make it surer.
pub(super) struct Check {
    pub(super) question: String,
    pub(super) command: String,
}

impl Report {
    /// Reads a report; what is not there is empty.
    pub(super) fn read(report: &Value) -> Self {
        let list = |name: &str| report[name].as_array().into_iter().flatten();
        Self {
            findings: list("findings").map(finding).collect(),
            checks: list("next_checks")
                .map(|check| Check {
                    question: text(check, "question"),
                    command: text(check, "command"),
                })
                .collect(),
            is_cut: report["truncated"] == true,
        }
    }
}

fn finding(finding: &Value) -> Finding {
    let list = |name: &str| finding[name].as_array().into_iter().flatten();
    let cause = text(finding, "cause");
    Finding {
        title: text(finding, "title"),
        rule: text(finding, "rule"),
        code: text(finding, "code"),
        certainty: text(finding, "certainty"),
        cause: pieces(&cause),
        // What the cause says already is said once more only where nothing else is known.
        evidence: list("evidence")
            .filter(|fact| list("evidence").count() == 1 || fact["fact"] != *cause)
            .map(|fact| Evidence {
                fact: pieces(&text(fact, "fact")),
                origin: origin(&fact["origin"]),
            })
            .collect(),
        fixes: list("fix")
            .map(|fix| Remedy {
                title: text(fix, "title"),
                language: text(fix, "language"),
                command: text(fix, "command"),
            })
            .collect(),
    }
}

/// A sentence in which backticks mark what machines write.
fn pieces(sentence: &str) -> Vec<Piece> {
    let parts = sentence.split('`').enumerate();
    let parts = parts.filter(|(_, text)| !text.is_empty());
    parts
        .map(|(number, text)| Piece {
            text: text.to_owned(),
            is_code: number % 2 == 1,
        })
        .collect()
}

fn origin(origin: &Value) -> String {
    let line = origin["line"].as_u64().unwrap_or_default();
    match origin["kind"].as_str() {
        Some("text") => format!("line {line}: {}", text(origin, "excerpt")),
        Some("file") => format!(
            "{}, line {line}: {}",
            text(origin, "path"),
            text(origin, "excerpt")
        ),
        Some("field") => text(origin, "name"),
        Some("server") => "known to this server".to_owned(),
        _ => String::new(),
    }
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}
