//! The tools that assistants call, beside a server that runs.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "support/running.rs"]
mod running;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use running::{Server, code, entrada, text};
use serde_json::{Value, json};

/// What the tools answer, one after the other, and whether as an error.
fn called(data: &Path, calls: &[(&str, Value)]) -> Vec<(Value, bool)> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_entrada"))
        .args(["mcp", "--data", data.to_str().unwrap()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut ask = |request: Value| {
        writeln!(stdin, "{request}").unwrap();
        if request["id"].is_null() {
            return Value::Null;
        }
        serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap()
    };
    ask(
        json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" },
        }}),
    );
    ask(json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
    let tools = ask(json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }));
    let listed: Vec<&str> = tools["result"]["tools"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|tool| tool["name"].as_str())
        .collect();
    let mut answers = Vec::new();
    for (name, arguments) in calls {
        assert!(listed.contains(name), "{name}: {listed:?}");
        let answer = ask(json!({
            "jsonrpc": "2.0", "id": 2, "method": "tools/call",
            "params": { "name": name, "arguments": arguments },
        }));
        let text = answer["result"]["content"][0]["text"].as_str().unwrap();
        let value = serde_json::from_str(text).unwrap_or_else(|_| text.into());
        answers.push((value, answer["result"]["isError"] == true));
    }
    drop(stdin);
    child.wait().unwrap();
    answers
}

#[test]
fn a_change_is_weighed_before_it_is_made_and_waited_for_after() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let role = "Cognitive Services OpenAI User";
    let assign =
        json!({ "change": "assign", "principal": "nobody", "role": role, "scope": "contoso" });
    let chat = |seconds: u64| json!({ "principal": "nobody", "operation": "chat", "resource": "contoso", "timeout_seconds": seconds });
    let answers = called(
        folder.path(),
        &[
            ("diff", json!({ "changes": [assign] })),
            ("wait", chat(0)),
            ("diff", json!({ "changes": [{ "change": "abolish" }] })),
            ("wait", json!({ "principal": "nobody" })),
        ],
    );
    let (weighed, _) = &answers[0];
    assert_eq!(weighed["principals_total"], 1, "{weighed}");
    assert_eq!(weighed["principals"][0]["principal"], "nobody", "{weighed}");
    assert_eq!(
        answers[1].0["outcome"], "timed-out",
        "a question changes nothing"
    );
    assert!(answers[2].1 && answers[3].1, "{answers:?}");

    let granted = entrada(
        folder.path(),
        &[
            "grant",
            "nobody",
            role,
            "contoso",
            "--description",
            "for the pilot",
        ],
    );
    assert_eq!(code(&granted), 0, "{}", text(&granted));
    let waited = called(folder.path(), &[("wait", chat(30))]);
    assert_eq!(waited[0].0["outcome"], "effective", "{waited:?}");
    let token = text(&entrada(folder.path(), &["token", "get", "--as", "nobody"]));
    let answer = server.call(token.trim());
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}
