//! Known bugs of client libraries, as an advisory database in OSV format.
//!
//! One file per bug in `advisories/`, each written from a public changelog, advisory or issue that
//! its references name; `database_specific.read_on` says when it was read. The format is that of
//! <https://ossf.github.io/osv-schema/>, so other tools read the files too.

mod version;

use std::sync::LazyLock;

use serde::Deserialize;

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
}

impl Ecosystem {
    /// The name that OSV has for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PyPI => "PyPI",
            Self::Npm => "npm",
            Self::CratesIo => "crates.io",
            Self::Go => "Go",
            Self::NuGet => "NuGet",
        }
    }

    /// The registry of this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::PyPI, Self::Npm, Self::CratesIo, Self::Go, Self::NuGet]
            .into_iter()
            .find(|known| known.as_str() == name)
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
}

/// A package that has the bug.
#[derive(Debug, Deserialize)]
pub struct Affected {
    /// Which.
    pub package: Package,
    /// In which versions: those of any range.
    pub ranges: Vec<Range>,
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

/// Embeds the files of `advisories/` by number.
macro_rules! files {
    ($($number:literal)+) => {
        &[$(include_str!(concat!("../advisories/ENTRADA-", $number, ".json"))),+]
    };
}

const FILES: &[&str] = files!(
    "2026-0001" "2026-0002" "2026-0003" "2026-0004" "2026-0005" "2026-0006" "2026-0007"
    "2026-0008" "2026-0009" "2026-0010" "2026-0011" "2026-0012" "2026-0013" "2026-0014"
);

static DATABASE: LazyLock<Vec<Advisory>> = LazyLock::new(|| {
    FILES
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
        .any(|advisory| advisory.about(ecosystem, name).next().is_some())
}

/// The advisories that hit this version of a package: bugs first, then security advisories. A
/// version that cannot be read is hit by none.
pub fn affecting(ecosystem: Ecosystem, name: &str, version: &str) -> Vec<Hit> {
    let Some(version) = Version::parse(ecosystem, version) else {
        return Vec::new();
    };
    let mut hits: Vec<Hit> = all()
        .iter()
        .filter_map(|advisory| {
            let ranges = advisory
                .about(ecosystem, name)
                .flat_map(|affected| &affected.ranges);
            let fixed = ranges
                .filter_map(|range| range.mends(ecosystem, &version))
                .next()?;
            Some(Hit { advisory, fixed })
        })
        .collect();
    hits.sort_by_key(|hit| !hit.advisory.aliases.is_empty());
    hits
}

/// Whether a version comes after another of the same registry.
pub(crate) fn is_newer(ecosystem: Ecosystem, version: &str, than: &str) -> bool {
    Version::parse(ecosystem, version) > Version::parse(ecosystem, than)
}

impl Advisory {
    fn about(&self, ecosystem: Ecosystem, name: &str) -> impl Iterator<Item = &Affected> {
        self.affected.iter().filter(move |affected| {
            affected.package.ecosystem == ecosystem
                && same_name(ecosystem, &affected.package.name, name)
        })
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
