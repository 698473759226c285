//! The fuzz targets' functions, over the inputs that were written for them or found by them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what fails here fails the test"
)]

#[expect(unreachable_pub, reason = "the fuzz targets reach them from outside")]
#[path = "../../../fuzz/src/checks.rs"]
mod checks;

use std::path::Path;

type Check = fn(&[u8]);

const TARGETS: &[(&str, Check)] = &[
    ("body", checks::body),
    ("condition", checks::condition),
    ("events", checks::events),
    ("evidence", checks::evidence),
    ("lock_file", checks::lock_file),
    ("refusal", checks::refusal),
    ("route", checks::route),
    ("scope", checks::scope),
    ("token", checks::token),
    ("triage", checks::triage),
];

#[test]
fn every_input_of_the_corpus_passes() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for (name, check) in TARGETS {
        let inputs = std::fs::read_dir(corpus.join(name)).unwrap();
        let inputs: Vec<_> = inputs.map(|input| input.unwrap().path()).collect();
        assert!(inputs.len() >= 3, "{name} has no corpus");
        for path in inputs {
            let input = std::fs::read(&path).unwrap();
            println!("{}", path.display());
            check(&input);
            // Broken off anywhere, and with a bit turned over, it must hold too.
            for at in (0..input.len()).step_by(1 + input.len() / 64) {
                check(&input[..at]);
                let mut turned = input.clone();
                turned[at] ^= 0x20;
                check(&turned);
            }
        }
    }
}

#[test]
fn every_target_is_replayed() {
    let targets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/targets");
    let mut names: Vec<String> = std::fs::read_dir(targets)
        .unwrap()
        .map(|file| {
            file.unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    let replayed: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, replayed);
}
