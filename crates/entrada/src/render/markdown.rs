//! A report as Markdown, for pasting into a ticket. Nothing secret is in a report, so nothing is here.

use std::fmt::Write;

use serde_json::Value;

use super::report::{fixes, is_of_a_project, list, names, place};

pub(super) fn markdown(report: &Value) -> String {
    let findings = list(&report["findings"]);
    let mut text = String::new();
    if findings.is_empty() {
        text.push_str("No known cause is recognised in this.\n");
    }
    for (number, finding) in findings.iter().enumerate() {
        if number > 0 {
            text.push('\n');
        }
        render(&mut text, number, finding);
    }
    let checks = list(&report["next_checks"]);
    if !checks.is_empty() {
        text.push_str("\n### What would tell more\n");
        for check in checks {
            let _ = write!(text, "\n{}\n", prose(check, "question"));
            block(&mut text, check["command"].as_str().unwrap_or_default());
        }
    }
    text.push_str("\n<sub>entrada ");
    text.push_str(env!("CARGO_PKG_VERSION"));
    text.push_str("</sub>\n");
    text
}

fn render(text: &mut String, number: usize, finding: &Value) {
    let heading = match number {
        _ if is_of_a_project(finding) => prose(finding, "cause"),
        0 => prose(finding, "title"),
        _ => format!("It may also be: {}", prose(finding, "title")),
    };
    let _ = writeln!(text, "### {heading}\n");
    let field = |name: &str| finding[name].as_str().unwrap_or_default();
    let _ = writeln!(
        text,
        "`{}` `{}`, {}",
        field("code"),
        field("rule"),
        field("certainty")
    );
    if !is_of_a_project(finding) {
        let _ = writeln!(text, "\n{}", prose(finding, "cause"));
    }
    let evidence = list(&finding["evidence"]);
    if !evidence.is_empty() {
        text.push_str("\n**Evidence**\n\n");
        for fact in evidence {
            let at = place(fact).map(|at| format!(" ({at})")).unwrap_or_default();
            let _ = writeln!(text, "- {}{}", prose(fact, "fact"), escaped(&at));
        }
    }
    let bugs = list(&finding["advisories"]);
    if !bugs.is_empty() {
        text.push_str("\n| bug | fixed in | impact | what it is |\n|---|---|---|---|\n");
        for bug in bugs {
            let field = |name: &str| escaped(bug[name].as_str().unwrap_or_default());
            let _ = writeln!(
                text,
                "| [{}]({}) | {} | {} | {} |",
                field("id"),
                bug["source"].as_str().unwrap_or_default(),
                field("fixed"),
                field("impact"),
                field("summary"),
            );
        }
    }
    let (fixes, others) = fixes(finding);
    if !fixes.is_empty() {
        text.push_str("\n**Fix**\n");
    }
    for fix in fixes {
        let _ = writeln!(text, "\n{}", prose(fix, "title"));
        block(text, fix["command"].as_str().unwrap_or_default());
    }
    if !others.is_empty() {
        let _ = write!(text, "\n<details><summary>{}</summary>\n", names(&others));
        for fix in others {
            let language = fix["language"].as_str();
            let language = language.map_or_else(String::new, |name| format!(" ({name})"));
            let _ = writeln!(text, "\n{}{language}", prose(fix, "title"));
            block(text, fix["command"].as_str().unwrap_or_default());
        }
        text.push_str("\n</details>\n");
    }
}

/// Something to run, in a fence that its own text cannot end.
pub(super) fn block(text: &mut String, command: &str) {
    let mut fence = "```".to_owned();
    while command.contains(&fence) {
        fence.push('`');
    }
    let _ = writeln!(text, "\n{fence}\n{command}\n{fence}");
}

fn prose(value: &Value, name: &str) -> String {
    escaped(value[name].as_str().unwrap_or_default())
}

/// Text that stays text: code in backticks is left, the rest cannot become markup.
pub(super) fn escaped(text: &str) -> String {
    // A backtick without its other half opens nothing.
    let paired = text.matches('`').count().is_multiple_of(2);
    let mut escaped = String::with_capacity(text.len());
    let mut code = false;
    for c in text.chars() {
        match c {
            '`' if paired => {
                code = !code;
                escaped.push(c);
            }
            '\n' => escaped.push(' '),
            '|' => escaped.push_str("\\|"),
            '<' | '>' | '[' | ']' | '*' | '`' | '\\' if !code => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}
