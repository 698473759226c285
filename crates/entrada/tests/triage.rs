//! `entrada triage` as people and scripts use it: logs in, counts and exit status out.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use serde_json::Value;
use testkit::log::{Log, Shape};

fn triage(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_entrada"))
        .arg("triage")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // A program that ends early reads no more.
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn json(output: &Output) -> Value {
    let summary = serde_json::from_slice(&output.stdout).unwrap();
    let schema: Value =
        serde_json::from_str(include_str!("../../../docs/triage.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(&summary)
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:#?}\n{summary:#}");
    summary
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

#[test]
fn what_a_file_is_its_content_tells() {
    let folder = tempfile::tempdir().unwrap();
    let (log, failures) = Log::new(Shape::Gateway, 1, 100).records(200);
    let (first, second) = log.as_bytes().split_at(log.len() / 2);
    // Members and frames one after the other, as tools that append write them; and one to pass over.
    let skipped = [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"abc"].concat();
    let files = [
        ("plain.txt", log.as_bytes().to_vec()),
        ("a.log", gzip(log.as_bytes())),
        ("b.log", [gzip(first), gzip(second)].concat()),
        ("c.log", zstd(log.as_bytes())),
        ("d.log", [zstd(first), skipped, zstd(second)].concat()),
    ];
    let mut seen: Option<Value> = None;
    for (name, bytes) in &files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        for (name, input) in [(*name, &[][..]), ("-", bytes)] {
            let output = triage(folder.path(), &[name, "--output", "json"], input);
            assert_eq!(
                output.status.code(),
                Some(1),
                "{name}: {}",
                text(&output.stderr)
            );
            let mut summary = json(&output);
            assert_eq!(summary["failures"], failures, "{name}");
            assert_eq!(summary["read"]["bytes"], log.len() as u64);
            for group in summary["groups"].as_array_mut().unwrap() {
                group["example"]["file"] = "".into();
            }
            assert_eq!(*seen.get_or_insert(summary.clone()), summary, "{name}");
        }
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    let all = triage(
        folder.path(),
        &[names.as_slice(), &["--output", "json"]].concat(),
        &[],
    );
    assert_eq!(json(&all)["failures"], failures * files.len() as u64);
}

#[test]
fn exit_codes_tell_none_from_some_and_from_unreadable() {
    let folder = tempfile::tempdir().unwrap();
    let (good, _) = Log::new(Shape::Application, 2, 0).records(50);
    let (bad, failures) = Log::new(Shape::Application, 2, 500).records(50);
    let code =
        |arguments: &[&str], input: &[u8]| triage(folder.path(), arguments, input).status.code();
    assert_eq!(code(&["-"], good.as_bytes()), Some(0));
    assert_eq!(code(&["-"], b""), Some(0));
    assert_eq!(code(&["-"], bad.as_bytes()), Some(1));
    assert_eq!(code(&["-", "--since", "tomorrow"], bad.as_bytes()), Some(2));
    assert_eq!(code(&["."], b""), Some(2));
    // What can be read is counted, whatever else cannot.
    let packed = gzip(bad.as_bytes());
    for (arguments, input, least) in [
        (
            &["missing.log", "-", "--output", "json"][..],
            bad.as_bytes(),
            failures,
        ),
        (&["-", "--output", "json"], &packed[..packed.len() / 2], 1),
    ] {
        let output = triage(folder.path(), arguments, input);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            json(&output)["failures"].as_u64().unwrap() >= least,
            "{arguments:?}"
        );
        assert!(
            text(&output.stderr).contains("cannot read `"),
            "{}",
            text(&output.stderr)
        );
    }
}

#[test]
fn people_read_it_without_colour_at_eighty_columns() {
    let folder = tempfile::tempdir().unwrap();
    let (log, failures) = Log::new(Shape::Text, 3, 300).records(200);
    let shown = text(&triage(folder.path(), &["-", "--top", "3"], log.as_bytes()).stdout);
    assert!(
        shown.contains(&format!("\n{failures} failed calls of ")),
        "{shown}"
    );
    assert!(
        shown.contains("other groups; --top shows more of them."),
        "{shown}"
    );
    // Commands are left whole, so that they can be copied.
    let is_command = |line: &&str| line.starts_with(&" ".repeat(13)) && !line.ends_with('…');
    let wide = shown
        .lines()
        .filter(|line| !is_command(line))
        .find(|line| line.chars().count() > 80);
    assert_eq!(wide, None, "{shown}");
    assert!(!shown.contains('\u{1b}'));
    let ticket = text(
        &triage(
            folder.path(),
            &["-", "--output", "markdown", "--by", "cause"],
            log.as_bytes(),
        )
        .stdout,
    );
    assert!(
        ticket.starts_with(&format!("### {failures} failed calls of ")),
        "{ticket}"
    );
    assert!(ticket.contains("| failures | cause |"), "{ticket}");
}

#[test]
fn failures_are_grouped_and_cut_in_time_as_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let (log, failures) = Log::new(Shape::Own, 4, 700).records(1_000);
    let ask = |arguments: &[&str]| {
        json(&triage(
            folder.path(),
            &[&["-", "--output", "json"], arguments].concat(),
            log.as_bytes(),
        ))
    };
    let all = ask(&[]);
    assert_eq!(all["failures"], failures);
    let groups = |summary: &Value| summary["groups"].as_array().unwrap().len();
    assert_eq!(groups(&ask(&["--by", "cause", "--top", "100"])), 4);
    assert_eq!(groups(&ask(&["--by", "principal", "--top", "100"])), 12);
    assert_eq!(
        groups(&ask(&["--by", "principal,endpoint", "--top", "100"])),
        48
    );
    let middle = all["groups"][0]["first"].as_str().unwrap();
    let halves = ask(&["--since", middle])["failures"].as_u64().unwrap()
        + ask(&["--until", middle])["failures"].as_u64().unwrap();
    assert_eq!(halves, failures);
    assert_eq!(ask(&["--since", "2999-01-01"])["failures"], 0);
    assert_eq!(ask(&["--since", "5000w"])["failures"], failures);
}
