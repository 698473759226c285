//! Packages and their versions: lock files and lists of a project, and clients that a text names with
//! their version. The advisories that hit a locked version become facts as well.
//!
//! Only packages that an advisory is about become facts: what else a project uses is nobody's
//! business. A fact holds a name of the advisory database and a version, never the line it stood on:
//! lines of lock files carry URLs with credentials.

mod formats;
mod mention;

use crate::advisories::{self, Ecosystem, Version};
use crate::fact::{Facts, Kind, Origin};
use formats::Format;

/// How much of a lock file is read.
const LIMIT: usize = 16 * 1024 * 1024;
/// How many of its packages are looked up.
const PACKAGES: usize = 200;

/// A package that a text names.
#[derive(Debug, PartialEq, Eq)]
struct Entry<'t> {
    ecosystem: Ecosystem,
    name: &'t str,
    /// `None` where the file leaves it open.
    version: Option<&'t str>,
    /// Counted from 1.
    line: u32,
}

/// Whether a file of this name lists packages, so that [`project_file`] can read it. The name is
/// without folders.
pub fn is_project_file(name: &str) -> bool {
    Format::of_file(name).is_some()
}

/// Reads a file of a project: a lock file, a list of packages, a build file. `path` is what findings
/// show; its last part decides the format, and a file of another name is read by what is in it.
///
/// ```
/// use doctor::evidence::project_file;
///
/// let facts = project_file("api/yarn.lock", "\"@azure/identity@^4.0.0\":\n  version \"4.2.0\"\n");
/// let report = doctor::diagnose(&facts);
/// assert_eq!(report.findings[0].rule.as_str(), "sdk-version-bug");
/// ```
pub fn project_file(path: &str, text: &str) -> Facts {
    let mut facts = Facts::new();
    let text = beginning(text);
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let Some(format) = Format::of_file(name).or_else(|| Format::of(text)) else {
        return facts;
    };
    for entry in known(format, text) {
        let origin = Origin::File {
            path: path.to_owned(),
            line: entry.line,
            excerpt: String::new(),
        };
        learn(&mut facts, &entry, &origin);
    }
    facts
}

/// Reads the `User-Agent` that a client sent.
///
/// ```
/// let facts = doctor::evidence::user_agent("AzureOpenAI/Python 2.40.0");
/// assert_eq!(facts.iter().count(), 1);
/// ```
pub fn user_agent(value: &str) -> Facts {
    let mut facts = Facts::new();
    for entry in mention::user_agent(value) {
        learn_package(&mut facts, &entry, &Origin::field("header user-agent"));
    }
    facts
}

/// Learns the packages of a text that is a lock file or has a piece of one in it. Says whether the
/// text is nothing else, so that there is nothing more to read.
pub(super) fn read(facts: &mut Facts, text: &str) -> bool {
    let text = beginning(text);
    let Some(format) = Format::of(text) else {
        return false;
    };
    for entry in known(format, text) {
        learn(facts, &entry, &Origin::text(entry.line, &shown(&entry)));
    }
    format.is_all_of(text)
}

/// Learns the clients that a text names with their version, and the errors in it that are the text of
/// a known bug.
pub(super) fn read_mentions(facts: &mut Facts, text: &str) {
    for entry in mention::find(text) {
        let origin = Origin::text(entry.line, &shown(&entry));
        learn_package(facts, &entry, &origin);
    }
    for (at, advisory) in advisories::recognised_in(text) {
        let (start, end) = (
            text[..at].rfind('\n').map_or(0, |before| before + 1),
            text[at..].find('\n').map_or(text.len(), |after| at + after),
        );
        let before = text[..at].bytes().filter(|byte| *byte == b'\n').count();
        let line = u32::try_from(before + 1).unwrap_or(u32::MAX);
        facts.learn(
            Kind::BugText {
                id: &advisory.id,
                summary: &advisory.summary,
            },
            Origin::text(line, &text[start..end]),
        );
    }
}

fn beginning(text: &str) -> &str {
    let mut end = text.len().min(LIMIT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn known(format: Format, text: &str) -> impl Iterator<Item = Entry<'_>> {
    formats::entries(format, text)
        .filter(|entry| advisories::knows(entry.ecosystem, entry.name))
        .take(PACKAGES)
}

fn learn(facts: &mut Facts, entry: &Entry<'_>, origin: &Origin) {
    learn_package(facts, entry, origin);
    let Some(version) = entry.version else { return };
    for hit in advisories::affecting(entry.ecosystem, entry.name, version) {
        facts.learn(
            Kind::Advisory {
                id: &hit.advisory.id,
                summary: &hit.advisory.summary,
                fixed: Some(hit.fixed.to_owned()),
            },
            origin.clone(),
        );
    }
}

fn learn_package(facts: &mut Facts, entry: &Entry<'_>, origin: &Origin) {
    facts.learn(
        Kind::Package {
            ecosystem: entry.ecosystem.as_str().to_owned(),
            name: entry.name.to_owned(),
            version: valid(entry).map(str::to_owned),
        },
        origin.clone(),
    );
}

/// The package and its version: what may be shown of its line.
fn shown(entry: &Entry<'_>) -> String {
    match valid(entry) {
        Some(version) => format!("{} {version}", entry.name),
        None => entry.name.to_owned(),
    }
}

fn valid<'t>(entry: &Entry<'t>) -> Option<&'t str> {
    let version = entry.version?;
    Version::parse(entry.ecosystem, version).map(|_| version)
}

#[cfg(test)]
mod tests;
