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
        Ecosystem::Maven => {
            let (group, artifact) = name.split_once(':').unwrap();
            format!(
                "<project>\n  <dependency>\n    <groupId>{group}</groupId>\n    <artifactId>{artifact}</artifactId>\n    <version>{version}</version>\n  </dependency>\n</project>\n"
            )
        }
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
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), files::ALL.len());
    for (number, advisory) in all().iter().enumerate() {
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
        let specific = &advisory.database_specific;
        assert_eq!(specific.read_on.len(), 10, "{}", advisory.id);
        for what in specific.read.split(", ") {
            assert!(
                ["changelog", "issue", "run"].contains(&what),
                "{}",
                advisory.id
            );
        }
        let mut causes = specific.causes.iter();
        assert!(
            causes.all(|label| RuleId::parse(label).is_some()),
            "{}",
            advisory.id
        );
        // A short text, or one of common words, would be found in anything.
        assert!(specific.recognised_by.iter().all(|sign| sign.len() >= 25));
    }
}

/// A version that comes just before another.
fn before(version: &str) -> String {
    let (head, last) = version.rsplit_once(|c: char| !c.is_ascii_digit()).unwrap();
    let separator = &version[head.len()..version.len() - last.len()];
    match last.parse::<u64>().unwrap() {
        0 if head.contains('.') && separator == "." => format!("{}.999", before(head)),
        0 => format!("{}.999", head.parse::<u64>().unwrap() - 1),
        last => format!("{head}{separator}{}", last - 1),
    }
}

#[test]
fn every_range_holds_its_first_and_last_version_and_neither_of_its_neighbours() {
    for advisory in all() {
        for affected in &advisory.affected {
            let Package { ecosystem, name } = &affected.package;
            let hit = |version: &str| hit_by(*ecosystem, name, version).contains(&advisory.id);
            let within = |version: &str| {
                affected.ranges.iter().any(|range| {
                    let version = Version::parse(*ecosystem, version).unwrap();
                    range.mends(*ecosystem, &version).is_some()
                })
            };
            for range in &affected.ranges {
                let [Event::Introduced(from), Event::Fixed(fixed)] = range.events.as_slice() else {
                    panic!("{}: not one introduction and one fix", advisory.id);
                };
                let id = &advisory.id;
                let first = if from == "0" { "0.0.1" } else { from };
                assert!(is_newer(*ecosystem, fixed, first), "{id}");
                assert!(hit(first), "{id}: {name} {first}");
                assert!(!hit(fixed), "{id}: {name} {fixed}");
                let last = before(fixed);
                assert!(is_newer(*ecosystem, fixed, &last), "{id}: {last} {fixed}");
                if !is_newer(*ecosystem, first, &last) {
                    assert!(hit(&last), "{id}: {name} {last}");
                }
                if from != "0" {
                    let earlier = before(from);
                    assert!(
                        is_newer(*ecosystem, from, &earlier),
                        "{id}: {earlier} {from}"
                    );
                    assert_eq!(hit(&earlier), within(&earlier), "{id}: {name} {earlier}");
                }
            }
            if let Some(to) = &affected.database_specific.upgrade_to {
                assert!(!hit(to), "{}: {name} {to}", advisory.id);
            }
        }
    }
}

#[test]
fn the_text_of_a_bug_names_it() {
    let check = |text: &str, cause: &str, command: &str| {
        let report = diagnose(&evidence::read(text));
        let finding = report
            .findings
            .iter()
            .find(|one| one.rule == RuleId::SdkVersionBug);
        let finding = finding.unwrap_or_else(|| panic!("{text}: {report:?}"));
        assert!(finding.cause.contains(cause), "{}", finding.cause);
        assert_eq!(finding.fix[0].command, command);
    };
    check(
        "azure-identity 1.17.0\nManagedIdentityCredential: Unexpected content type \"text/plain; charset=utf-8\"\n",
        "azure-identity 1.17.0 has a known bug",
        "pip install --upgrade 'azure-identity>=1.27.0'",
    );
    check(
        "Traceback (most recent call last):\nTypeError: get_token() got an unexpected keyword argument 'enable_cae'\nclient: azure-identity DefaultAzureCredential\n",
        "known bug of azure-core before 1.29.1",
        "pip install --upgrade 'azure-core>=1.29.1'",
    );
    // The version that is used does not have the bug: the text means something else.
    let text = "azure-identity 1.27.0\nManagedIdentityCredential: Unexpected content type \"text/plain; charset=utf-8\"\n";
    let report = diagnose(&evidence::read(text));
    let named = report
        .findings
        .iter()
        .any(|one| one.cause.contains("Unexpected content"));
    assert!(!named, "{report:?}");
}

#[test]
fn a_client_is_told_by_its_user_agent() {
    let check = |agent: &str, package: &str| {
        let facts = evidence::user_agent(agent);
        let told: Vec<String> = facts.iter().map(crate::Fact::statement).collect();
        assert_eq!(told, [format!("the project uses {package}")], "{agent}");
    };
    check("AzureOpenAI/Python 2.40.0", "openai 2.40.0");
    check("AsyncAzureOpenAI/Python 1.3.9", "openai 1.3.9");
    check("AzureOpenAI/JS 5.18.0", "openai 5.18.0");
    check(
        "azsdk-python-identity/1.15.0 Python/3.11.4 (Linux-6.1)",
        "azure-identity 1.15.0",
    );
    check(
        "azsdk-net-Identity/1.8.2 (.NET 6.0.16; Microsoft Windows 10.0.22000)",
        "Azure.Identity 1.8.2",
    );
    check("python/3.11 (Linux) AZURECLI/2.59.0", "azure-cli 2.59.0");
    assert!(evidence::user_agent("curl/8.5.0").is_empty());
    assert!(evidence::user_agent("MyOpenAI/Python x").is_empty());
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
        "pip install --upgrade 'azure-identity>=1.27.0'",
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
        "npm install @azure/identity@^4.12.0",
    );
    check(
        CratesIo,
        "azure_identity",
        "0.2.0",
        "cargo update -p azure_identity --precise 0.32.0",
    );
    check(
        NuGet,
        "Azure.Identity",
        "1.10.4",
        "dotnet add package Azure.Identity --version 1.18.0",
    );
    let module = "github.com/Azure/azure-sdk-for-go/sdk/azidentity";
    let identity = "com.azure:azure-identity";
    check(
        Ecosystem::Maven,
        identity,
        "1.15.4",
        "mvn versions:use-dep-version -Dincludes=com.azure:azure-identity -DdepVersion=1.16.3",
    );
    check(Go, module, "1.5.2", &format!("go get {module}@v1.6.0"));
}

#[test]
fn versions_outside_every_range_are_silent() {
    for (name, version) in [
        ("litellm", "1.83.9"),
        ("litellm", "1.84.0rc1"),
        ("litellm", "1.84.9"),
        ("azure-ai-projects", "2.1.0"),
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
