//! Questions about access, as people ask them: the guide, word for word.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "live/server.rs"]
mod server;

use std::path::Path;
use std::process::{Command, Stdio};

use server::Server;

/// A command of the guide, and what it is said to print: lines, with `…` for any lines or any rest of one.
struct Example {
    command: String,
    output: Vec<String>,
}

/// The blocks of a guide: each ```bash with the ```text that follows it.
fn examples(guide: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut lines = guide.lines();
    while let Some(line) = lines.next() {
        let block = |lines: &mut std::str::Lines<'_>| -> Vec<String> {
            let lines = lines.take_while(|line| *line != "```");
            lines.map(str::to_owned).collect()
        };
        match line {
            "```bash" => examples.push(Example {
                command: block(&mut lines).join("\n"),
                output: Vec::new(),
            }),
            "```text" => examples.last_mut().unwrap().output = block(&mut lines),
            _ => {}
        }
    }
    examples
}

/// Whether the output is what the example says: line by line, blanks between words counting as one.
fn is_as_said(said: &[String], printed: &[String]) -> bool {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    match said {
        [] => printed.is_empty(),
        [line, rest @ ..] if line == "…" => {
            (0..=printed.len()).any(|from| is_as_said(rest, &printed[from..]))
        }
        [line, rest @ ..] => {
            let Some((first, printed)) = printed.split_first() else {
                return false;
            };
            let matches = match line.strip_suffix('…') {
                Some(start) => words(first).starts_with(&words(start)),
                None => words(first) == words(line),
            };
            matches && is_as_said(rest, printed)
        }
    }
}

#[test]
fn the_guide_is_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let guide = std::fs::read_to_string(root.join("docs/guides/questions.md")).unwrap();
    let server = Server::start(|sample| sample);
    let folder = tempfile::tempdir().unwrap();
    let binaries = Path::new(env!("CARGO_BIN_EXE_entrada")).parent().unwrap();
    let path = format!("{}:{}", binaries.display(), std::env::var("PATH").unwrap());
    let examples = examples(&guide);
    assert!(examples.len() > 4);
    for example in examples {
        let done = Command::new("bash")
            .args(["-c", &example.command])
            .current_dir(folder.path())
            .envs(server.variables())
            .env("PATH", &path)
            .env("ENDPOINT", &server.https)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let printed = String::from_utf8_lossy(&done.stdout);
        let lines: Vec<String> = printed.lines().map(str::to_owned).collect();
        assert!(
            is_as_said(&example.output, &lines),
            "{}\n--- printed\n{printed}{}--- the guide says\n{}",
            example.command,
            String::from_utf8_lossy(&done.stderr),
            example.output.join("\n")
        );
    }
}
