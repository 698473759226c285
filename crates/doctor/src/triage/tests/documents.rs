//! Documents and tables: the same records in other wrappings.

use serde_json::{Value, json};

use super::*;

/// The records of a log; text is a record's message.
fn records(log: &str) -> Vec<Value> {
    let record =
        |line: &str| serde_json::from_str(line).unwrap_or_else(|_| json!({ "message": line }));
    log.lines().map(record).collect()
}

/// As `az` prints a list.
pub(super) fn pretty(log: &str) -> String {
    serde_json::to_string_pretty(&records(log)).unwrap() + "\n"
}

/// The names of all members, and each record's values in their order.
fn rows(log: &str) -> (Vec<String>, Vec<Vec<Value>>) {
    let mut names: Vec<String> = vec!["time".into()];
    let records = records(log);
    for name in records
        .iter()
        .filter_map(Value::as_object)
        .flat_map(|record| record.keys())
    {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let values = |record: &Value| {
        let value = |name: &String| match &record[name.as_str()] {
            // Log Analytics has no objects in its rows.
            object @ Value::Object(_) => Value::String(object.to_string()),
            value => value.clone(),
        };
        names.iter().map(value).collect()
    };
    let rows = records.iter().map(values).collect();
    (names, rows)
}

/// As Log Analytics answers.
pub(super) fn tables(log: &str) -> String {
    let (names, rows) = rows(log);
    let columns: Vec<Value> = names
        .iter()
        .map(|name| json!({ "name": name, "type": "dynamic" }))
        .collect();
    let table = json!({ "name": "PrimaryResult", "columns": columns, "rows": rows });
    json!({ "tables": [table] }).to_string() + "\n"
}

/// As the portal exports.
pub(super) fn fields(log: &str) -> String {
    let (names, rows) = rows(log);
    let mut text = names.join(",") + "\r\n";
    for row in rows {
        let fields = row.iter().map(|value| match value {
            Value::Null => String::new(),
            Value::String(text) => format!("\"{}\"", text.replace('"', "\"\"")),
            value => value.to_string(),
        });
        text += &(fields.collect::<Vec<_>>().join(",") + "\r\n");
    }
    text
}

/// What of a summary does not depend on the wrapping.
fn essence(summary: &Summary) -> impl PartialEq + std::fmt::Debug + use<> {
    let group = |group: &Grouped| {
        (
            group.cause,
            group.principal.clone(),
            group.endpoint.clone(),
            group.count,
            group.range,
        )
    };
    let groups: Vec<_> = summary.groups.iter().map(group).collect();
    (
        summary.failures,
        summary.undated,
        summary.causes.clone(),
        summary.counts.clone(),
        groups,
    )
}

#[test]
fn records_are_the_same_in_every_wrapping() {
    for shape in [Shape::Diagnostic, Shape::Gateway, Shape::Application] {
        let (log, failures) = Log::new(shape, 11, 300).records(60);
        let lines = both_ways(log.as_bytes(), 1_000);
        assert_eq!(lines.failures, failures);
        let list = records(&log);
        let wrapped = [
            pretty(&log),
            Value::from(list.clone()).to_string(),
            json!({ "value": list }).to_string(),
            serde_json::to_string_pretty(
                &json!({ "count": 60, "nextLink": null, "value": list, "x": [{}] }),
            )
            .unwrap(),
            serde_json::to_string_pretty(&json!({ "records": list })).unwrap(),
            list.iter()
                .map(|record| serde_json::to_string_pretty(record).unwrap() + "\n")
                .collect(),
            format!("[\n{}\n]", log.lines().collect::<Vec<_>>().join(",\n")),
            format!("\u{feff}{}", tables(&log)),
            serde_json::to_string_pretty(&serde_json::from_str::<Value>(&tables(&log)).unwrap())
                .unwrap(),
            format!("\u{feff}{}", fields(&log)),
        ];
        for (number, log) in wrapped.iter().enumerate() {
            let summary = both_ways(log.as_bytes(), 1_001);
            assert_eq!(
                essence(&summary),
                essence(&lines),
                "{shape:?} {number}: {summary:#?}"
            );
            assert_eq!(summary.amount.records, 60, "{shape:?} {number}");
            assert_eq!(summary.amount.bytes, log.len() as u64);
        }
    }
}

#[test]
fn examples_name_the_line_where_their_record_begins() {
    let failed = "\"status\": 404, \"url\": \"https://contoso.openai.azure.com/openai/v1/models\", \"message\": \"DeploymentNotFound\"";
    for (log, line) in [
        (format!("[\n  {{ \"status\": 200 }},\n  {{\n    {failed}\n  }}\n]\n"), 3),
        (format!("{{\n  \"value\": [\n    {{ {failed} }}\n  ]\n}}\n"), 3),
        (format!("{{\n  \"status\": 200\n}}\n{{\n  {failed}\n}}\n"), 4),
        ("status,time,url,message\n200,,,\"a\nb\"\n404,,https://contoso.openai.azure.com/,DeploymentNotFound\n".into(), 4),
        ("{\"status\":200}\n{\"tables\":[{\"columns\":[{\"name\":\"status\"},{\"name\":\"message\"}],\n\"rows\":[\n[200,\"\"],\n[404,\"https://contoso.openai.azure.com/ DeploymentNotFound\"]]}]}".into(), 5),
    ] {
        let summary = summary(&log);
        assert_eq!(summary.failures, 1, "{log}");
        assert_eq!(summary.groups[0].example.line, line, "{log}");
    }
}

/// What only begins like a document takes nothing of what stands behind.
#[test]
fn broken_documents_hide_no_lines() {
    let line = "{\"status\":404,\"url\":\"https://contoso.openai.azure.com/openai/v1/models\",\"message\":\"DeploymentNotFound\"}\n";
    for broken in [
        "{\"message\":\"cut o\n",
        "{\"message\":\"cut\",\"n\":{\"a\":1\n",
        "{\n",
        "[{\n",
        "[\n",
        "[{\"a\":1} x\n",
        "{\"value\":[{\"a\":\n",
        "{\"tables\":[{\"columns\":[1,2],\"rows\":[[\n",
        "{\"tables\":7}\n",
        "[]\n",
        "{\"a\":1},\n",
        "{\"a\":1} {\"b\":2}\n",
        "{\n  status: 200\n}\n",
    ] {
        let log = format!("{broken}{line}{line}");
        assert_eq!(summary(&log).failures, 2, "{log}");
    }
}

#[test]
fn a_document_of_any_size_takes_no_more_memory_than_an_item() {
    let mut triage = Triage::new(Question::default());
    triage.file("list.json");
    let item = "{\"status\":404,\"url\":\"https://contoso.openai.azure.com/\",\"message\":\"DeploymentNotFound\"}";
    let long = format!(
        "{{\"message\":\"{}\"}}",
        "x".repeat(2 * frame::RECORD_BYTES)
    );
    let rest = format!("{}{long},{item}]}}\n", format!("{item},\n").repeat(20_000));
    let mut buffer = b"{\"value\":[".to_vec();
    for piece in rest.as_bytes().chunks(10_000) {
        buffer.extend_from_slice(piece);
        let used = triage.read(&buffer, false);
        buffer.drain(..used);
        assert!(buffer.len() < Triage::BUFFER, "{}", buffer.len());
    }
    assert_eq!(triage.read(&buffer, true), buffer.len());
    let amount = triage.amount();
    assert_eq!(
        (triage.failures(), amount.records, amount.cut),
        (20_001, 20_002, 1)
    );
}
