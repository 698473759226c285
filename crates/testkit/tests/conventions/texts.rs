//! What no text of the project may contain, and what its documents must not promise.

use crate::expect_none;
use crate::project::{files, root};

const TEXTS: [&str; 20] = [
    ".rs", ".md", ".toml", ".json", ".jsonl", ".txt", ".sql", ".yml", ".yaml", ".py", ".js",
    ".mjs", ".ts", ".html", ".css", ".sh", "/run", "justfile", ".cfg", ".ini",
];

/// Domains that belong to nobody, or to Microsoft's fictitious companies.
const FICTITIOUS: [&str; 10] = [
    "example",
    "example.com",
    "example.net",
    "example.org",
    "test",
    "invalid",
    "localhost",
    "contoso.com",
    "contoso.onmicrosoft.com",
    "fabrikam.com",
];

/// Folders of people's own reports, kept as they were published.
const REPORTS: [&str; 2] = ["/cases/", "/fixtures/"];

/// Names of home folders that say nothing about anybody.
const NOBODY: [&str; 9] = [
    "user", "you", "me", "app", "appuser", "vscode", "runner", "ana", "site",
];

#[test]
fn no_text_names_the_machine_it_was_written_on() {
    each_line(|path, line, faults| {
        for mark in [
            concat!("/wo", "rk/"),
            concat!("/ro", "ot/"),
            "/tmp/bash_jobs",
        ] {
            // At the start of a path: in a URL it follows a host's name.
            for (at, _) in line.match_indices(mark) {
                let before = line[..at].chars().next_back();
                if !before.is_some_and(|c| c.is_alphanumeric() || "._-}*".contains(c)) {
                    faults.push(format!("{path}: `{mark}`"));
                }
            }
        }
        for home in ["/home/", "/Users/", "\\Users\\"] {
            for (at, _) in line.match_indices(home) {
                let name: String = line[at + home.len()..]
                    .chars()
                    .take_while(char::is_ascii_alphanumeric)
                    .collect();
                if !name.is_empty() && !NOBODY.contains(&name.as_str()) {
                    faults.push(format!("{path}: `{home}{name}`"));
                }
            }
        }
    });
}

#[test]
fn no_text_names_a_persons_address() {
    each_line(|path, line, faults| {
        for (at, _) in line.match_indices('@') {
            let local = line[..at]
                .chars()
                .next_back()
                .is_some_and(|c| c.is_ascii_alphanumeric() || "._%+-".contains(c));
            let rest = &line[at + 1..];
            let end = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || ".-".contains(c)))
                .unwrap_or(rest.len());
            let domain = rest[..end].trim_end_matches('.');
            if local && is_domain(domain) && !is_fictitious(domain) {
                faults.push(format!("{path}: `…@{domain}`"));
            }
        }
    });
}

#[test]
fn documents_link_only_to_files_that_are_there() {
    let mut faults = Vec::new();
    for (path, text) in files(&[".md"]) {
        let folder = root().join(&path).parent().unwrap().to_owned();
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split([')', ' ', '\n']).next().unwrap();
            let file = target.split('#').next().unwrap();
            let outside = file.contains(':') || file.starts_with('/') || file.is_empty();
            if !outside && !folder.join(file).exists() {
                faults.push(format!("{path}: `{target}`"));
            }
        }
    }
    expect_none(&faults, "mend or drop the link");
}

/// Shows every line of every text but people's reports and locks, and expects no fault.
fn each_line(mut look: impl FnMut(&str, &str, &mut Vec<String>)) {
    let mut faults = Vec::new();
    for (path, text) in files(&TEXTS) {
        let report = REPORTS.iter().any(|folder| path.contains(folder));
        if report || path.ends_with("conventions/texts.rs") {
            continue;
        }
        for (number, line) in (1..).zip(text.lines()) {
            look(&format!("{path}:{number}"), line, &mut faults);
        }
    }
    expect_none(&faults, "say it without, or with a fictitious name");
}

/// Whether a text is a host's name with a top-level domain of letters: `4.1.0` is a version.
fn is_domain(text: &str) -> bool {
    text.rsplit_once('.').is_some_and(|(rest, top)| {
        !rest.is_empty() && top.len() > 1 && top.chars().all(|c| c.is_ascii_alphabetic())
    })
}

fn is_fictitious(domain: &str) -> bool {
    let domain = domain.to_ascii_lowercase();
    FICTITIOUS
        .iter()
        .any(|name| domain == *name || domain.ends_with(&format!(".{name}")))
}

#[test]
fn versions_and_fictitious_companies_are_no_addresses() {
    assert!(is_domain("mail.entrada.dev"));
    assert!(!is_domain("4.1.0"));
    assert!(!is_domain("identity"));
    assert!(is_fictitious("Contoso.com") && is_fictitious("mail.example.com"));
    assert!(!is_fictitious("notcontoso.com"));
}
