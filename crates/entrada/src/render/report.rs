//! A report for people: readable at 80 columns, without colour.

use std::fmt::Write;

use serde_json::Value;

use super::{ADVICE, BAD, FAINT, HEADING};

/// Width of the text.
const WIDTH: usize = 80;

/// Renders a report of schema `entrada.report/v1`.
pub(crate) fn report(report: &Value) -> String {
    let mut text = String::new();
    let findings = report["findings"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    if findings.is_empty() {
        text.push_str("No known cause is recognised in this.\n");
    }
    for (number, finding) in findings.iter().enumerate() {
        if is_of_a_project(finding) {
            render_package(&mut text, finding);
            continue;
        }
        // Steps see several faults side by side; causes of one refusal exclude each other.
        let beside = report["steps"].is_array() && finding["certainty"] != "possible";
        if number == 1 {
            let heading = if beside {
                "Also wrong"
            } else {
                "It may also be"
            };
            let _ = writeln!(text, "{HEADING}{heading}{HEADING:#}");
        }
        render_finding(&mut text, number, finding);
        if number > 0 && beside {
            render_first_fix(&mut text, finding);
        }
    }
    let checks = report["next_checks"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    if !checks.is_empty() {
        let _ = writeln!(text, "{HEADING}What would tell more{HEADING:#}");
        for check in checks {
            let title = check["question"].as_str().unwrap_or_default();
            wrap(&mut text, "  - ", "    ", title);
            if let Some(command) = check["command"].as_str() {
                let _ = writeln!(text, "    {ADVICE}{command}{ADVICE:#}");
            }
        }
    }
    text
}

/// Whether a finding is about a package of a project: these stand beside each other, while the causes
/// of a failure exclude each other.
pub(super) fn is_of_a_project(finding: &Value) -> bool {
    finding["evidence"][0]["origin"]["kind"] == "file" && !list(&finding["advisories"]).is_empty()
}

/// The members of a list; none where there is no list.
pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Where a fact stands: `path:line`, or nothing.
pub(super) fn place(evidence: &Value) -> Option<String> {
    let origin = &evidence["origin"];
    let line = origin["line"].as_u64();
    match (origin["path"].as_str(), line) {
        (Some(path), Some(line)) if line > 0 => Some(format!("{path}:{line}")),
        (Some(path), _) => Some(path.to_owned()),
        (None, Some(line)) => Some(format!("line {line}")),
        (None, None) => origin["name"].as_str().map(str::to_owned),
    }
}

/// Where a fact stands, if it is of one of several files.
fn file(evidence: &Value) -> String {
    let name = evidence["origin"]["name"].as_str().unwrap_or_default();
    let told = evidence["origin"]["kind"] == "file" || name.contains(": ");
    let at = place(evidence).filter(|_| told);
    at.map_or_else(String::new, |at| format!(" ({at})"))
}

/// How to mend it: what people are shown first, and the same in declarations and other languages.
pub(super) fn fixes(finding: &Value) -> (Vec<&Value>, Vec<&Value>) {
    let all = list(&finding["fix"]);
    let first = all.iter().find(|fix| fix["kind"] == "code");
    all.iter().partition(|fix| match fix["kind"].as_str() {
        Some("bicep" | "terraform") => false,
        Some("code") => first.is_some_and(|first| first["language"] == fix["language"]),
        _ => true,
    })
}

/// `In Bicep, JavaScript, Go`
pub(super) fn names(fixes: &[&Value]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for fix in fixes {
        let name = match fix["kind"].as_str() {
            Some("bicep") => "Bicep",
            Some("terraform") => "Terraform",
            _ => fix["language"].as_str().unwrap_or_default(),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    format!("In {}", names.join(", "))
}

fn render_package(text: &mut String, finding: &Value) {
    let field = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let _ = writeln!(text, "{BAD}{}{BAD:#}", field(finding, "cause"));
    for place in list(&finding["evidence"]).iter().filter_map(place) {
        let _ = writeln!(text, "  {FAINT}{place}{FAINT:#}");
    }
    for bug in list(&finding["advisories"]) {
        let words = format!(
            "{} (until {}; {}, {})",
            field(bug, "summary"),
            field(bug, "fixed"),
            field(bug, "impact"),
            field(bug, "id"),
        );
        wrap(text, "  - ", "    ", &words);
    }
    for fix in list(&finding["fix"]) {
        for line in field(fix, "command").lines() {
            let _ = writeln!(text, "  {ADVICE}{line}{ADVICE:#}");
        }
    }
    text.push('\n');
}

fn render_finding(text: &mut String, number: usize, finding: &Value) {
    let field = |name: &str| finding[name].as_str().unwrap_or_default();
    let (code, rule, certainty) = (field("code"), field("rule"), field("certainty"));
    let title = field("title");
    let length = [code, title, rule, certainty]
        .iter()
        .map(|one| one.chars().count())
        .sum::<usize>();
    // Four blanks and marks between them.
    let between = if length + 6 > WIDTH { "\n  " } else { " " };
    let _ = writeln!(
        text,
        "{BAD}{code}{BAD:#} {HEADING}{title}{HEADING:#}{between}{FAINT}({rule}, {certainty}){FAINT:#}"
    );
    wrap(text, "  ", "  ", field("cause"));
    if number > 0 {
        // What else it may be: one sentence each. `--output json` tells everything of all.
        return;
    }
    let evidence = finding["evidence"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    if !evidence.is_empty() {
        let _ = writeln!(text, "\n  {HEADING}Evidence{HEADING:#}");
        for fact in evidence {
            let words = fact["fact"].as_str().unwrap_or_default();
            wrap(text, "  - ", "    ", &format!("{words}{}", file(fact)));
        }
    }
    let (fixes, others) = fixes(finding);
    if !fixes.is_empty() {
        let _ = writeln!(text, "\n  {HEADING}Fix{HEADING:#}");
    }
    for fix in fixes {
        let field = |name: &str| fix[name].as_str().unwrap_or_default();
        wrap(text, "  - ", "    ", field("title"));
        for line in field("command").lines() {
            let _ = writeln!(text, "      {ADVICE}{line}{ADVICE:#}");
        }
    }
    if !others.is_empty() {
        let told = format!("{}: see --output markdown", names(&others));
        wrap(text, "  - ", "    ", &told);
    }
    if let Some(docs) = finding["docs"].as_str() {
        let _ = writeln!(text, "\n  {FAINT}{docs}{FAINT:#}");
    }
    text.push('\n');
}

/// The best fix alone, for what is wrong besides.
fn render_first_fix(text: &mut String, finding: &Value) {
    if let Some(fix) = list(&finding["fix"]).first() {
        let title = fix["title"].as_str().unwrap_or_default();
        wrap(text, "  - ", "    ", title);
        for line in fix["command"].as_str().unwrap_or_default().lines() {
            let _ = writeln!(text, "      {ADVICE}{line}{ADVICE:#}");
        }
    }
}

/// Wraps words; commands and ids longer than a line stay whole, so that they can be copied.
pub(super) fn wrap(text: &mut String, first: &str, next: &str, words: &str) {
    let mut line = first.to_owned();
    let mut empty = true;
    for word in words.split_whitespace() {
        if !empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            let _ = writeln!(text, "{line}");
            line = next.to_owned();
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    let _ = writeln!(text, "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_within_eighty_columns() {
        let mut text = String::new();
        wrap(&mut text, "  - ", "    ", &"word ".repeat(60));
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH));
        assert!(text.lines().nth(1).unwrap().starts_with("    word"));
    }
}
