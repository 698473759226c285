//! Known bugs of the client libraries that a case names.

use crate::RuleId;
use crate::advisories::{self, Advisory, Affected, Ecosystem, Hit};
use crate::case::Case;
use crate::evidence::client::Language;
use crate::fact::{Fact, Kind};
use crate::fix::{self, Fix};
use crate::report::KnownBug;

/// A package in a version that has a bug.
pub(crate) struct Bug<'f> {
    pub(crate) ecosystem: Ecosystem,
    pub(crate) name: &'f str,
    pub(crate) version: &'f str,
    pub(crate) hit: Hit,
}

impl Bug<'_> {
    /// As a finding reports it.
    pub(crate) fn known(&self) -> KnownBug {
        let advisory = self.hit.advisory;
        KnownBug {
            package: self.name.to_owned(),
            version: self.version.to_owned(),
            fixed: self.hit.fixed,
            advisory: &advisory.id,
            summary: &advisory.summary,
            impact: advisory.database_specific.impact.as_str(),
            source: advisory
                .references
                .first()
                .map_or("", |reference| &reference.url),
        }
    }

    /// What is wrong, and in which version no longer.
    pub(crate) fn statement(&self) -> String {
        let advisory = self.hit.advisory;
        format!(
            "{} {} has a known bug. {}. {} Fixed in {} ({}{}).",
            self.name,
            self.version,
            advisory.summary,
            advisory.details,
            self.hit.fixed,
            advisory.id,
            source(advisory),
        )
    }
}

/// Where an advisory comes from, as the end of a list.
pub(crate) fn source(advisory: &Advisory) -> String {
    let first = advisory.references.first();
    first.map_or_else(String::new, |reference| format!(", {}", reference.url))
}

/// What the text of an error says about a bug.
pub(crate) enum Told<'f> {
    /// The text is the bug's, and the version has it.
    Affected(&'f Fact, Bug<'f>),
    /// The text is the bug's; which version is used is not known.
    Unversioned(&'f Fact, &'static Advisory),
}

impl<'f> Case<'f> {
    /// The bugs whose error stands in the text, unless the version that is used is known not to have
    /// them.
    pub(crate) fn told_bugs(&self) -> Vec<Told<'f>> {
        let mut told = Vec::new();
        for fact in self.facts().iter() {
            let Kind::BugText { id, .. } = &fact.kind else {
                continue;
            };
            let Some(advisory) = advisories::all().iter().find(|one| one.id == **id) else {
                continue;
            };
            let mut bugs = self.bugs(|_| true).into_iter();
            if let Some(bug) = bugs.find(|bug| std::ptr::eq(bug.hit.advisory, advisory)) {
                told.push(Told::Affected(fact, bug));
            } else if !self
                .versions()
                .any(|(ecosystem, name, _)| advisory.is_about(ecosystem, name))
            {
                told.push(Told::Unversioned(fact, advisory));
            }
        }
        told
    }

    /// The bugs of packages that a lock file names, the worst first.
    pub(crate) fn locked_bugs(&self) -> Vec<Bug<'f>> {
        let locked: Vec<&str> = self
            .facts()
            .iter()
            .filter_map(|fact| match &fact.kind {
                Kind::Advisory { id, .. } => Some(*id),
                _ => None,
            })
            .collect();
        self.bugs(|hit| locked.contains(&hit.advisory.id.as_str()))
    }

    /// The bugs that a finding tells: those whose error stands in the text, then those of the lock
    /// file.
    pub(crate) fn bugs_to_report(&self) -> Vec<KnownBug> {
        let told = self.told_bugs().into_iter().filter_map(|told| match told {
            Told::Affected(_, bug) => Some(bug.known()),
            Told::Unversioned(..) => None,
        });
        let mut bugs: Vec<KnownBug> = told.collect();
        for bug in self.locked_bugs().iter().map(Bug::known) {
            if !bugs.contains(&bug) {
                bugs.push(bug);
            }
        }
        bugs
    }

    /// The bugs of packages that are named at all, the worst first.
    pub(crate) fn named_bugs(&self) -> Vec<Bug<'f>> {
        self.bugs(|_| true)
    }

    /// A bug of a named client that an endpoint sees as this cause, and the fact that names the client.
    pub(crate) fn bug_behind(&self, cause: RuleId) -> Option<(&'f Fact, Bug<'f>)> {
        let bugs = self.named_bugs();
        let bug = bugs.into_iter().find(|bug| {
            let causes = &bug.hit.advisory.database_specific.causes;
            causes.iter().any(|label| label == cause.as_str())
        })?;
        let fact = self
            .facts()
            .iter()
            .find(|fact| matches!(&fact.kind, Kind::Package { name, .. } if name == bug.name))?;
        Some((fact, bug))
    }

    fn bugs(&self, wanted: impl Fn(&Hit) -> bool) -> Vec<Bug<'f>> {
        let mut bugs: Vec<Bug<'f>> = Vec::new();
        for (ecosystem, name, version) in self.versions() {
            let hits = advisories::affecting(ecosystem, name, version);
            bugs.extend(hits.into_iter().filter(&wanted).map(|hit| Bug {
                ecosystem,
                name,
                version,
                hit,
            }));
        }
        bugs.sort_by_key(|bug| bug.hit.rank());
        bugs
    }

    /// The packages whose version is known.
    fn versions(&self) -> impl Iterator<Item = (Ecosystem, &'f str, &'f str)> {
        self.facts().iter().filter_map(|fact| match &fact.kind {
            Kind::Package {
                ecosystem,
                name,
                version: Some(version),
            } => Some((
                Ecosystem::parse(ecosystem)?,
                name.as_str(),
                version.as_str(),
            )),
            _ => None,
        })
    }

    /// The package of an advisory that the case is most likely about.
    pub(crate) fn package_of(&self, advisory: &'static Advisory) -> Option<&'static Affected> {
        let wanted = self.language().map(|language| match language {
            Language::Python | Language::Shell => Ecosystem::PyPI,
            Language::JavaScript => Ecosystem::Npm,
            Language::DotNet => Ecosystem::NuGet,
            Language::Java => Ecosystem::Maven,
            Language::Go => Ecosystem::Go,
            Language::Rust => Ecosystem::CratesIo,
        });
        let own = |affected: &&Affected| Some(affected.package.ecosystem) == wanted;
        let mut all = advisory.affected.iter();
        all.find(own).or_else(|| advisory.affected.first())
    }
}

/// The commands that upgrade these packages, one for each registry.
pub(crate) fn upgrades<'n>(
    wanted: impl IntoIterator<Item = (Ecosystem, &'n str, &'n str)>,
) -> Vec<Fix> {
    let mut registries: Vec<(Ecosystem, Vec<(&str, &str)>)> = Vec::new();
    for (ecosystem, name, to) in wanted {
        let at = registries.iter().position(|(known, _)| *known == ecosystem);
        let at = at.unwrap_or_else(|| {
            registries.push((ecosystem, Vec::new()));
            registries.len() - 1
        });
        let packages = &mut registries[at].1;
        let to = advisories::mended(ecosystem, name, to);
        match packages.iter_mut().find(|(known, _)| *known == name) {
            // The newest version that any of the bugs needs mends them all.
            Some((_, version)) if advisories::is_newer(ecosystem, to, version) => *version = to,
            Some(_) => {}
            None => packages.push((name, to)),
        }
    }
    registries
        .into_iter()
        .map(|(ecosystem, packages)| {
            fix::run(
                "Upgrade to the versions with the fix",
                ecosystem.upgrade(&packages),
            )
        })
        .collect()
}
