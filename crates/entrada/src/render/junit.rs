//! A report as JUnit XML, for CI: a case for each finding, which failed; one that passed where there is
//! none.

use std::fmt::Write;

use serde_json::Value;

use super::report::{fixes, list, place};

pub(super) fn junit(report: &Value) -> String {
    let findings = list(&report["findings"]);
    let (tests, failures) = (findings.len().max(1), findings.len());
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"entrada\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">\n  <testsuite name=\"entrada\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">\n"
    );
    for finding in findings {
        case(&mut text, finding);
    }
    if findings.is_empty() {
        text.push_str("    <testcase classname=\"entrada\" name=\"no known cause\"/>\n");
    }
    text.push_str("  </testsuite>\n</testsuites>\n");
    text
}

fn case(text: &mut String, finding: &Value) {
    let field = |name: &str| finding[name].as_str().unwrap_or_default();
    let places: Vec<String> = list(&finding["evidence"])
        .iter()
        .filter_map(place)
        .collect();
    let mut body = field("cause").to_owned();
    for (fact, place) in list(&finding["evidence"]).iter().zip(&places) {
        let _ = write!(
            body,
            "\n{place}: {}",
            fact["fact"].as_str().unwrap_or_default()
        );
    }
    for bug in list(&finding["advisories"]) {
        let field = |name: &str| bug[name].as_str().unwrap_or_default();
        let _ = write!(
            body,
            "\n{}: {}, fixed in {}",
            field("id"),
            field("summary"),
            field("fixed")
        );
    }
    for fix in fixes(finding).0 {
        let field = |name: &str| fix[name].as_str().unwrap_or_default();
        let _ = write!(body, "\n{}:\n{}", field("title"), field("command"));
    }
    let _ = writeln!(
        text,
        "    <testcase classname=\"entrada.{}\" name=\"{}\">\n      <failure type=\"{}\" message=\"{}\">{}</failure>\n    </testcase>",
        escaped(field("rule")),
        escaped(&format!("{} {}", field("code"), field("cause"))),
        escaped(field("certainty")),
        escaped(field("title")),
        escaped(&body),
    );
}

/// Text of an element or attribute. What XML cannot hold is left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => escaped.push(c),
        }
    }
    escaped
}
