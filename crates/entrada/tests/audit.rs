//! The journal as its readers use it: what happened is told, also after a restart, and no edit goes unnoticed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "support/running.rs"]
mod running;

use std::time::{Duration, Instant};

use running::{Server, code, entrada, text};

#[test]
fn what_happened_is_told_after_a_restart_and_an_edit_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let server = Server::start(data);
    let token = text(&entrada(data, &["token", "get", "--as", "owner"]));
    let refused = server.call(token.trim());
    assert!(refused.starts_with("HTTP/1.1 401"), "{refused}");
    let id = refused
        .lines()
        .find_map(|line| line.strip_prefix("apim-request-id: "))
        .unwrap();
    let grant = ["grant", "owner", "Cognitive Services User", "contoso"];
    assert_eq!(code(&entrada(data, &grant)), 0);
    let written = Instant::now();
    while !text(&entrada(data, &["audit", "list"])).contains("refusal") {
        assert!(
            written.elapsed() < Duration::from_secs(30),
            "no refusal is written"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
    let head = entrada(data, &["audit", "head"]);
    let saved = data.join("head.json");
    std::fs::write(&saved, &head.stdout).unwrap();
    drop(server); // killed

    let server = Server::start(data);
    let explained = entrada(data, &["explain", "--request", id]);
    assert!(
        text(&explained).contains("role-control-plane-only"),
        "{}",
        text(&explained)
    );
    let listed = text(&entrada(data, &["audit", "list"]));
    for told in [
        "401 owner on contoso: POST",
        "-> role-control-plane-only\n",
        "owner is Cognitive Services User at /subscriptions/",
        ", by the operator from 127.0.0.1",
        "start",
    ] {
        assert!(listed.contains(told), "{told}: {listed}");
    }
    assert!(!listed.contains(token.trim()));
    let grants = text(&entrada(
        data,
        &["audit", "list", "--kind", "grant", "--limit", "1"],
    ));
    assert!(
        grants.lines().count() == 1 && grants.contains("grant"),
        "{grants}"
    );
    let whole = entrada(
        data,
        &["audit", "verify", "--head", saved.to_str().unwrap()],
    );
    assert_eq!(code(&whole), 0, "{}", text(&whole));
    assert!(text(&whole).contains("all as they were written"));

    let exported = text(&entrada(data, &["audit", "export"]));
    drop(server);
    let verify = |content: &str, more: &[&str]| {
        let file = data.join("journal.jsonl");
        std::fs::write(&file, content).unwrap();
        let mut arguments = vec!["audit", "verify", file.to_str().unwrap()];
        arguments.extend(more);
        let output = entrada(data, &arguments);
        (code(&output), text(&output))
    };
    assert_eq!(verify(&exported, &[]).0, 0);
    let edited = verify(&exported.replace("operator", "somebody"), &[]);
    assert!(
        edited.0 == 1 && edited.1.contains("was changed"),
        "{edited:?}"
    );
    let first = exported.lines().next().unwrap();
    let cut = verify(first, &["--head", saved.to_str().unwrap()]);
    assert!(
        cut.0 == 1 && cut.1.contains("the journal ends with row 1"),
        "{cut:?}"
    );
    assert_eq!(verify("nonsense\n", &[]).0, 2);
    let elsewhere = verify(&exported, &["--key", "no/such/key"]);
    assert!(
        elsewhere.0 == 2 && elsewhere.1.contains("--key"),
        "{elsewhere:?}"
    );
}
