//! A report as SARIF 2.1.0, for code scanning.

use serde_json::{Value, json};

use super::report::list;

/// Where the schema is that readers know.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// Where the pages of the rules are.
const PAGES: &str = "https://github.com/entrada-dev/entrada/blob/main/";

/// One run: the rules that have findings, and a result for each finding.
pub(super) fn sarif(report: &Value) -> Value {
    let findings = list(&report["findings"]);
    let mut rules: Vec<Value> = Vec::new();
    for finding in findings {
        if rules.iter().all(|rule| rule["id"] != finding["code"]) {
            rules.push(rule(finding));
        }
    }
    let results: Vec<Value> = findings.iter().map(|one| result(one, &rules)).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "entrada",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": "https://github.com/entrada-dev/entrada",
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(finding: &Value) -> Value {
    let page = finding["docs"].as_str().unwrap_or_default();
    json!({
        "id": finding["code"],
        "name": finding["rule"],
        "shortDescription": { "text": finding["title"] },
        "helpUri": format!("{PAGES}{page}"),
    })
}

fn result(finding: &Value, rules: &[Value]) -> Value {
    let index = rules.iter().position(|rule| rule["id"] == finding["code"]);
    let locations: Vec<Value> = list(&finding["evidence"])
        .iter()
        .filter_map(location)
        .collect();
    json!({
        "ruleId": finding["code"],
        "ruleIndex": index,
        "level": level(finding),
        "message": { "text": message(finding) },
        "locations": locations,
        "partialFingerprints": { "entrada/v1": fingerprint(finding) },
        "properties": {
            "certainty": finding["certainty"],
            "fix": finding["fix"],
            "advisories": list(&finding["advisories"]),
        },
    })
}

/// An error is what is sure to be wrong; a bug of a package that only makes a message worse is a note.
fn level(finding: &Value) -> &'static str {
    let bugs = list(&finding["advisories"]);
    if !bugs.is_empty() && bugs.iter().all(|bug| bug["impact"] == "message") {
        return "note";
    }
    match finding["certainty"].as_str() {
        Some("proven") if bugs.is_empty() => "error",
        Some("proven" | "likely") => "warning",
        _ => "note",
    }
}

fn message(finding: &Value) -> String {
    let mut text = finding["cause"].as_str().unwrap_or_default().to_owned();
    for bug in list(&finding["advisories"]) {
        let field = |name: &str| bug[name].as_str().unwrap_or_default();
        text.push_str(&format!(
            "\n{}: {}, fixed in {}.",
            field("id"),
            field("summary"),
            field("fixed")
        ));
    }
    if let Some(command) = finding["fix"][0]["command"].as_str() {
        text.push_str("\nFix: ");
        text.push_str(command);
    }
    text
}

fn location(evidence: &Value) -> Option<Value> {
    let origin = &evidence["origin"];
    let path = origin["path"].as_str()?;
    // A path that is written as one of a URI.
    let uri: String = path
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect();
    let mut place = json!({ "artifactLocation": { "uri": uri, "uriBaseId": "%SRCROOT%" } });
    if let Some(line) = origin["line"].as_u64().filter(|line| *line > 0) {
        place["region"] = json!({ "startLine": line });
    }
    Some(json!({ "physicalLocation": place }))
}

/// The same for the same package in the same file, whatever the line.
fn fingerprint(finding: &Value) -> String {
    let path = finding["evidence"][0]["origin"]["path"].as_str();
    let subject = finding["cause"].as_str().unwrap_or_default();
    let subject = subject.split(" has ").next().unwrap_or_default();
    format!(
        "{}:{}:{subject}",
        finding["code"].as_str().unwrap_or_default(),
        path.unwrap_or_default()
    )
}
