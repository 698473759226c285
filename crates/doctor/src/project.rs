//! What the files of a project say: which of its packages have known bugs, where they are named, and
//! the command that upgrades them.
//!
//! ```
//! let file = doctor::evidence::project_file("api/requirements.txt", "openai==2.40.0\n");
//! let report = doctor::project::report(&[file]);
//! assert_eq!(report.findings[0].bugs[0].fixed, "3.4.0");
//! ```

use crate::advisories::{self, Ecosystem};
use crate::bugs::{self, Bug};
use crate::fact::{Fact, Facts, Kind};
use crate::report::{Certainty, Finding, Report};
use crate::{KnownBug, RuleId};

/// How many places of one package a finding shows.
const PLACES: usize = 20;

/// One finding for each package in a version with known bugs, the worst first. `files` are what
/// [`crate::evidence::project_file`] read, one for each file.
///
/// That the version has the bugs is sure; whether they are met depends on what the program does.
pub fn report(files: &[Facts]) -> Report {
    let mut packages: Vec<Package<'_>> = Vec::new();
    for fact in files.iter().flat_map(Facts::iter) {
        let Kind::Package {
            ecosystem,
            name,
            version: Some(version),
        } = &fact.kind
        else {
            continue;
        };
        let Some(ecosystem) = Ecosystem::parse(ecosystem) else {
            continue;
        };
        let known = packages.iter_mut().find(|known| {
            (known.ecosystem, known.name, known.version) == (ecosystem, name, version)
        });
        match known {
            Some(known) => known.places.push(fact),
            None => packages.push(Package {
                ecosystem,
                name,
                version,
                places: vec![fact],
            }),
        }
    }
    let mut affected: Vec<(Package<'_>, Vec<Bug<'_>>)> = packages
        .into_iter()
        .map(|package| {
            let bugs = package.bugs();
            (package, bugs)
        })
        .filter(|(_, bugs)| !bugs.is_empty())
        .collect();
    affected.sort_by_key(|(package, bugs)| {
        (bugs[0].hit.advisory.database_specific.impact, package.name)
    });
    Report {
        findings: affected
            .iter()
            .map(|(package, bugs)| package.finding(bugs))
            .collect(),
        next_checks: Vec::new(),
    }
}

struct Package<'f> {
    ecosystem: Ecosystem,
    name: &'f str,
    version: &'f str,
    places: Vec<&'f Fact>,
}

impl<'f> Package<'f> {
    fn bugs(&self) -> Vec<Bug<'f>> {
        advisories::affecting(self.ecosystem, self.name, self.version)
            .into_iter()
            .map(|hit| Bug {
                ecosystem: self.ecosystem,
                name: self.name,
                version: self.version,
                hit,
            })
            .collect()
    }

    fn finding(&self, bugs: &[Bug<'_>]) -> Finding {
        let known: Vec<KnownBug> = bugs.iter().map(Bug::known).collect();
        let wanted = bugs
            .iter()
            .map(|bug| (bug.ecosystem, bug.name, bug.hit.fixed));
        let count = match known.len() {
            1 => "a known bug".to_owned(),
            count => format!("{count} known bugs"),
        };
        Finding {
            rule: RuleId::SdkVersionBug,
            certainty: Certainty::Proven,
            cause: format!("{} {} has {count}.", self.name, self.version),
            evidence: self.places.iter().take(PLACES).copied().cloned().collect(),
            fix: bugs::upgrades(wanted),
            bugs: known,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::project_file;

    #[test]
    fn a_package_in_two_files_is_one_finding_with_two_places() {
        let report = report(&[
            project_file("a/requirements.txt", "openai==2.40.0\nrequests==2.0\n"),
            project_file(
                "b/requirements.txt",
                "\nopenai==2.40.0\nazure-identity==1.27.0\n",
            ),
            project_file("README.md", "openai==1.0.0 is old"),
        ]);
        assert_eq!(report.findings.len(), 1, "{report:?}");
        let both = &report.findings[0];
        assert_eq!(both.evidence.len(), 2);
        assert_eq!(both.fix[0].command, "pip install --upgrade 'openai>=3.4.0'");
    }

    #[test]
    fn a_project_without_known_bugs_gives_no_finding() {
        assert!(
            report(&[project_file("Cargo.lock", "version = 4\n")])
                .findings
                .is_empty()
        );
        assert!(report(&[]).findings.is_empty());
    }
}
