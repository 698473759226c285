//! The calls of a running server, as people and programs read them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "support/running.rs"]
mod running;

use running::{Server, code, entrada, text};

#[test]
fn calls_are_listed_counted_and_lead_to_their_explanation() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let server = Server::start(data);
    for principal in ["developer", "developer", "owner"] {
        let token = text(&entrada(data, &["token", "get", "--as", principal]));
        server.call(token.trim());
    }
    let listed = entrada(data, &["calls"]);
    assert_eq!(code(&listed), 0);
    let listed = text(&listed);
    let lines: Vec<&str> = listed.lines().collect();
    assert_eq!(lines.len(), 4, "{listed}");
    for (line, told) in lines
        .iter()
        .zip(["200", "200", "401", "entrada explain --request "])
    {
        assert!(line.contains(told), "{told}: {line}");
    }
    assert!(lines[2].contains(" owner ") && lines[2].contains("-> role-control-plane-only"));
    let id = lines[3].rsplit(' ').next().unwrap();
    let explained = text(&entrada(data, &["explain", "--request", id]));
    assert!(explained.contains("role-control-plane-only"), "{explained}");

    let own = entrada(data, &["calls", "--as", "developer", "--output", "json"]);
    let own: serde_json::Value = serde_json::from_slice(&own.stdout).unwrap();
    assert_eq!(own["calls"].as_array().unwrap().len(), 2);
    let tally = entrada(data, &["calls", "--tally", "--output", "json"]);
    let tally: serde_json::Value = serde_json::from_slice(&tally.stdout).unwrap();
    assert_eq!(tally["counts"][0]["permitted"], 2);
    assert_eq!(tally["counts"][1]["refused"], 1);
}

#[test]
fn without_a_server_the_command_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let failed = entrada(folder.path(), &["calls"]);
    assert_eq!(code(&failed), 2);
    assert!(text(&failed).contains("entrada serve"), "{}", text(&failed));
}
