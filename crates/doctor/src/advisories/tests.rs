use std::collections::HashSet;

use super::*;
use crate::{RuleId, diagnose, evidence};

/// A lock file with one package, as its registry's tool writes it.
fn lock(ecosystem: Ecosystem, name: &str, version: &str) -> String {
    match ecosystem {
        Ecosystem::PyPI => format!("{name}=={version}\n"),
        Ecosystem::Npm => format!(
            "{{\n  \"lockfileVersion\": 3,\n  \"packages\": {{\n    \"node_modules/{name}\": {{\n      \"version\": \"{version}\"\n    }}\n  }}\n}}\n"
        ),
        Ecosystem::CratesIo => format!(
            "version = 4\n\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n"
        ),
        Ecosystem::Go => format!("module x\n\ngo 1.22\n\nrequire {name} v{version}\n"),
        Ecosystem::NuGet => format!(
            "<Project>\n  <ItemGroup>\n    <PackageReference Include=\"{name}\" Version=\"{version}\" />\n  </ItemGroup>\n</Project>\n"
        ),
    }
}

fn hit_by(ecosystem: Ecosystem, name: &str, version: &str) -> HashSet<String> {
    let facts = evidence::read(&lock(ecosystem, name, version));
    facts
        .iter()
        .filter_map(|fact| match &fact.kind {
            crate::Kind::Advisory { id, .. } => Some((*id).to_owned()),
            _ => None,
        })
        .collect()
}

#[test]
fn every_file_is_embedded_and_complete() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/advisories");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), FILES.len());
    for (number, (file, advisory)) in FILES.iter().zip(all()).enumerate() {
        assert_eq!(advisory.id, format!("ENTRADA-2026-{:04}", number + 1));
        assert!(!advisory.summary.is_empty() && !advisory.summary.ends_with('.'));
        assert!(advisory.details.ends_with('.'), "{}", advisory.id);
        assert!(!advisory.affected.is_empty() && !advisory.references.is_empty());
        assert!(
            advisory
                .references
                .iter()
                .all(|one| one.url.starts_with("https://"))
        );
        let value: serde_json::Value = serde_json::from_str(file).unwrap();
        let read_on = value["database_specific"]["read_on"].as_str().unwrap();
        assert_eq!(read_on.len(), 10, "{}", advisory.id);
    }
}

#[test]
fn every_advisory_hits_the_version_before_the_fix_and_not_the_fix() {
    for advisory in all() {
        for affected in &advisory.affected {
            let Package { ecosystem, name } = &affected.package;
            for range in &affected.ranges {
                let [Event::Introduced(from), Event::Fixed(fixed)] = range.events.as_slice() else {
                    panic!("{}: not one introduction and one fix", advisory.id);
                };
                let first = if from == "0" { "0.0.1" } else { from };
                assert!(is_newer(*ecosystem, fixed, first), "{}", advisory.id);
                assert!(
                    hit_by(*ecosystem, name, first).contains(&advisory.id),
                    "{name} {first}"
                );
                assert!(
                    !hit_by(*ecosystem, name, fixed).contains(&advisory.id),
                    "{name} {fixed}"
                );
            }
        }
    }
}

#[test]
fn a_bug_is_found_with_the_command_that_mends_it() {
    let check = |ecosystem, name: &str, version: &str, command: &str| {
        let report = diagnose(&evidence::read(&lock(ecosystem, name, version)));
        let finding = report.findings.first().expect(name);
        assert_eq!(finding.rule, RuleId::SdkVersionBug, "{name}");
        assert!(finding.cause.starts_with(name), "{}", finding.cause);
        assert!(finding.cause.contains(version), "{}", finding.cause);
        assert_eq!(finding.fix[0].command, command);
    };
    use Ecosystem::{CratesIo, Go, Npm, NuGet, PyPI};
    check(
        PyPI,
        "azure-ai-inference",
        "1.0.0b4",
        "pip install --upgrade 'azure-ai-inference>=1.0.0b5'",
    );
    // Several bugs of one package: the newest fix is the one to install.
    check(
        PyPI,
        "azure-identity",
        "1.15.0",
        "pip install --upgrade 'azure-identity>=1.16.1'",
    );
    check(
        PyPI,
        "litellm",
        "1.85.1",
        "pip install --upgrade 'litellm>=1.85.4'",
    );
    check(
        Npm,
        "@azure/identity",
        "4.2.0",
        "npm install @azure/identity@^4.2.1",
    );
    check(
        CratesIo,
        "azure_identity",
        "0.2.0",
        "cargo update -p azure_identity --precise 0.3.0",
    );
    check(
        NuGet,
        "Azure.Identity",
        "1.10.4",
        "dotnet add package Azure.Identity --version 1.11.4",
    );
    let module = "github.com/Azure/azure-sdk-for-go/sdk/azidentity";
    check(Go, module, "1.5.2", &format!("go get {module}@v1.6.0"));
}

#[test]
fn versions_outside_every_range_are_silent() {
    for (name, version) in [
        ("litellm", "1.83.9"),
        ("litellm", "1.84.0rc1"),
        ("litellm", "1.84.9"),
        ("azure-ai-projects", "1.0.0"),
        ("azure-identity", "1.27.0"),
        ("requests", "0.1"),
    ] {
        assert!(
            hit_by(Ecosystem::PyPI, name, version).is_empty(),
            "{name} {version}"
        );
    }
    assert!(affecting(Ecosystem::PyPI, "azure-identity", "not-a-version").is_empty());
}
