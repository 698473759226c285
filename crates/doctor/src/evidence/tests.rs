//! What no reader lets in.

use testkit::secret::{documents, leaks};

use super::*;
use crate::triage::{Question, Triage};
use crate::{diagnose, project};

#[test]
fn no_reader_lets_a_secret_in() {
    let mut faults = Vec::new();
    for document in documents() {
        let facts = read(&document.text);
        let report = diagnose(&facts);
        let mut shown = vec![
            ("redacted", redact::redact(&document.text)),
            ("facts", format!("{facts:#?}")),
            ("report", format!("{report:#?}")),
        ];
        let name = document.path.rsplit('/').next().unwrap();
        if is_project_file(name) {
            let facts = project_file(name, &document.text);
            shown.push(("project's facts", format!("{facts:#?}")));
            shown.push((
                "project's report",
                format!("{:#?}", project::report(&[facts])),
            ));
        }
        let mut triage = Triage::new(Question::default());
        triage.file("log");
        triage.read(document.text.as_bytes(), true);
        shown.push(("triage", format!("{:#?}", triage.summary(1_000))));
        for (what, text) in shown {
            for (secret, part) in leaks(&text) {
                let line = text
                    .lines()
                    .find(|line| line.contains(&part))
                    .unwrap_or_default();
                faults.push(format!(
                    "{} {what}: {secret} as `{part}` in {line}",
                    document.path
                ));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{} leaks:\n{}",
        faults.len(),
        faults.join("\n")
    );
}
