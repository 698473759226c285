//! Known bugs of client libraries, as an advisory database in OSV format.
//!
//! One file per bug in `advisories/`, each written from a public changelog, advisory or issue that
//! its references name; `database_specific.read_on` says when it was read. The format is that of
//! <https://ossf.github.io/osv-schema/>, so other tools read the files too.

mod files;
mod sign;
mod version;

use std::sync::LazyLock;

use serde::Deserialize;

pub(crate) use sign::recognised_in;
pub(crate) use version::Version;
use version::same_name;

/// A package registry. Each has its own order of versions and its own way to upgrade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
pub enum Ecosystem {
    /// Python: PEP 440.
    PyPI,
    /// JavaScript: semantic versions.
    #[serde(rename = "npm")]
    Npm,
    /// Rust: semantic versions.
    #[serde(rename = "crates.io")]
    CratesIo,
    /// Go modules: semantic versions with a `v` in front.
    Go,
    /// .NET: semantic versions, with a fourth number where somebody wants one.
    NuGet,
    /// Java: `group:artifact`, with versions that are semantic in what we know of.
    Maven,
}

impl Ecosystem {
    /// Every registry.
    pub const ALL: [Self; 6] = [
        Self::PyPI,
        Self::Npm,
        Self::CratesIo,
        Self::Go,
        Self::NuGet,
        Self::Maven,
    ];

    /// The name that OSV has for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PyPI => "PyPI",
            Self::Npm => "npm",
            Self::CratesIo => "crates.io",
            Self::Go => "Go",
            Self::NuGet => "NuGet",
            Self::Maven => "Maven",
        }
    }

    /// The registry of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == name)
    }

    /// The command that upgrades packages to these versions or later ones.
    pub fn upgrade(self, packages: &[(&str, &str)]) -> String {
        let each = |write: fn(&str, &str) -> String, between: &str| {
            let written: Vec<String> = packages.iter().map(|(name, to)| write(name, to)).collect();
            written.join(between)
        };
        match self {
            Self::PyPI => {
                let wanted = each(|name, to| format!("'{name}>={to}'"), " ");
                format!("pip install --upgrade {wanted}")
            }
            Self::Npm => format!(
                "npm install {}",
                each(|name, to| format!("{name}@^{to}"), " ")
            ),
            Self::CratesIo => each(
                |name, to| format!("cargo update -p {name} --precise {to}"),
                "\n",
            ),
            Self::Go => each(
                |name, to| format!("go get {name}@v{}", to.trim_start_matches('v')),
                "\n",
            ),
            Self::NuGet => each(
                |name, to| format!("dotnet add package {name} --version {to}"),
                "\n",
            ),
            Self::Maven => each(
                |name, to| {
                    format!("mvn versions:use-dep-version -Dincludes={name} -DdepVersion={to}")
                },
                "\n",
            ),
        }
    }
}

/// A known bug.
#[derive(Debug, Deserialize)]
pub struct Advisory {
    /// `ENTRADA-<year>-<number>`, never reused.
    pub id: String,
    /// The same bug in other databases, such as a CVE. A bug with an alias is a security advisory.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What is wrong, in one line without a full stop.
    pub summary: String,
    /// What it looks like to who uses the package.
    pub details: String,
    /// The packages and versions that have it.
    pub affected: Vec<Affected>,
    /// Where this comes from.
    pub references: Vec<Reference>,
    /// What OSV has no member for.
    pub database_specific: Specific,
}

/// What OSV has no member for.
#[derive(Debug, Deserialize)]
pub struct Specific {
    /// The day on which the references were read.
    pub read_on: String,
    /// What was read: `changelog`, `issue`; `run` where the versions were run as well.
    pub read: String,
    /// What the bug does to its user.
    pub impact: Impact,
    /// Texts of errors that name this bug and no other.
    #[serde(default)]
    pub recognised_by: Vec<String>,
    /// The rules' labels as which an endpoint sees it.
    #[serde(default)]
    pub causes: Vec<String>,
}

/// What a bug does to its user, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Impact {
    /// A call or a sign-in fails.
    Failure,
    /// It runs as another identity, or for another tenant or audience, than was configured.
    Identity,
    /// A secret gets out, or a local user gets in.
    Secret,
    /// The error says something else than what happened.
    Message,
}

impl Impact {
    /// As in the advisory's file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::Identity => "identity",
            Self::Secret => "secret",
            Self::Message => "message",
        }
    }
}

/// A package that has the bug.
#[derive(Debug, Deserialize)]
pub struct Affected {
    /// Which.
    pub package: Package,
    /// In which versions: those of any range.
    pub ranges: Vec<Range>,
    /// What OSV has no member for.
    #[serde(default)]
    pub database_specific: Advice,
}

/// Advice for one package.
#[derive(Debug, Default, Deserialize)]
pub struct Advice {
    /// The release to upgrade to, where the first version with the fix is a preview and the
    /// registry's tool would install that.
    pub upgrade_to: Option<String>,
}

/// A package of a registry.
#[derive(Debug, Deserialize)]
pub struct Package {
    /// The registry.
    pub ecosystem: Ecosystem,
    /// The name there.
    pub name: String,
}

/// Versions in their order, as changes of state.
#[derive(Debug, Deserialize)]
pub struct Range {
    /// From the oldest to the newest.
    pub events: Vec<Event>,
}

/// A change of state.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Event {
    /// The first version with the bug; `0` for the first of all.
    Introduced(String),
    /// The first version without it.
    Fixed(String),
}

/// Where an advisory comes from.
#[derive(Debug, Deserialize)]
pub struct Reference {
    /// The page.
    pub url: String,
}

/// An advisory that hits a version, and the first version above it that is mended.
#[derive(Debug, Clone, Copy)]
pub struct Hit {
    /// The bug.
    pub advisory: &'static Advisory,
    /// The version to upgrade to.
    pub fixed: &'static str,
}

impl Hit {
    /// What comes first: what breaks calls before what does not.
    pub fn rank(&self) -> impl Ord + use<> {
        self.advisory.database_specific.impact
    }
}

static DATABASE: LazyLock<Vec<Advisory>> = LazyLock::new(|| {
    files::ALL
        .iter()
        .map(|file| serde_json::from_str(file).expect("a test parses every embedded advisory"))
        .collect()
});

/// Every advisory, by id.
pub fn all() -> &'static [Advisory] {
    &DATABASE
}

/// Whether any advisory is about this package, in whatever version.
pub fn knows(ecosystem: Ecosystem, name: &str) -> bool {
    all()
        .iter()
        .any(|advisory| advisory.is_about(ecosystem, name))
}

/// Names of packages that one registry alone has, so that the name alone tells the registry: not
/// `openai`, which is in most.
pub(crate) fn unmistakable() -> &'static [(Ecosystem, &'static str)] {
    static NAMES: LazyLock<Vec<(Ecosystem, &'static str)>> = LazyLock::new(|| {
        let mut names: Vec<(Ecosystem, &str)> = all()
            .iter()
            .flat_map(|advisory| &advisory.affected)
            .map(|affected| (affected.package.ecosystem, affected.package.name.as_str()))
            .filter(|(_, name)| name.contains(['-', '.', '_', '/']) || *name == "litellm")
            .collect();
        names.sort_by_key(|(_, name)| *name);
        names.dedup();
        names
    });
    &NAMES
}

/// The advisories that hit this version of a package, the worst first. A version that cannot be read
/// is hit by none.
pub fn affecting(ecosystem: Ecosystem, name: &str, version: &str) -> Vec<Hit> {
    let Some(version) = Version::parse(ecosystem, version) else {
        return Vec::new();
    };
    let mut hits: Vec<Hit> = all()
        .iter()
        .filter_map(|advisory| {
            let fixed = advisory
                .about(ecosystem, name)
                .find_map(|affected| affected.mends(ecosystem, &version))?;
            Some(Hit { advisory, fixed })
        })
        .collect();
    hits.sort_by_key(Hit::rank);
    hits
}

/// The first version from this one on that has none of the bugs we know: a fix can lead into the next
/// bug.
pub(crate) fn mended<'v>(ecosystem: Ecosystem, name: &str, version: &'v str) -> &'v str {
    let mut version = version;
    // Every step leads to a later version of a finite list.
    while let Some(hit) = affecting(ecosystem, name, version)
        .into_iter()
        .find(|hit| is_newer(ecosystem, hit.fixed, version))
    {
        version = hit.fixed;
    }
    version
}

/// Whether a version comes after another of the same registry.
pub(crate) fn is_newer(ecosystem: Ecosystem, version: &str, than: &str) -> bool {
    Version::parse(ecosystem, version) > Version::parse(ecosystem, than)
}

impl Advisory {
    /// Whether it is about this package, in whatever version.
    pub(crate) fn is_about(&self, ecosystem: Ecosystem, name: &str) -> bool {
        self.about(ecosystem, name).next().is_some()
    }

    fn about(&self, ecosystem: Ecosystem, name: &str) -> impl Iterator<Item = &Affected> {
        self.affected.iter().filter(move |affected| {
            affected.package.ecosystem == ecosystem
                && same_name(ecosystem, &affected.package.name, name)
        })
    }
}

impl Affected {
    /// The last version that mends something.
    pub(crate) fn fixed(&self) -> Option<&str> {
        let last = self.ranges.last()?.events.last()?;
        match last {
            Event::Fixed(fixed) => Some(
                self.database_specific
                    .upgrade_to
                    .as_deref()
                    .unwrap_or(fixed),
            ),
            Event::Introduced(_) => None,
        }
    }

    /// The version to upgrade this one to, if this one has the bug.
    fn mends(&self, ecosystem: Ecosystem, version: &Version) -> Option<&str> {
        let mut ranges = self.ranges.iter();
        let fixed = ranges.find_map(|range| range.mends(ecosystem, version))?;
        Some(
            self.database_specific
                .upgrade_to
                .as_deref()
                .unwrap_or(fixed),
        )
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for event in &self.events {
            match event {
                Event::Introduced(from) => write!(f, "{from}")?,
                Event::Fixed(fixed) => write!(f, " until {fixed}")?,
            }
        }
        Ok(())
    }
}

impl Range {
    /// The version that mends this one, if this one is in the range.
    fn mends(&self, ecosystem: Ecosystem, version: &Version) -> Option<&str> {
        let mut broken = false;
        for event in &self.events {
            match event {
                Event::Introduced(from) => {
                    broken = from == "0"
                        || Version::parse(ecosystem, from).is_some_and(|from| *version >= from);
                }
                Event::Fixed(fixed) => {
                    let before =
                        Version::parse(ecosystem, fixed).is_some_and(|fixed| *version < fixed);
                    if broken && before {
                        return Some(fixed);
                    }
                    broken = false;
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests;
