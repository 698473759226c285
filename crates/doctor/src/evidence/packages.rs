//! Lock files: which packages in which versions, and the advisories that hit them.
//!
//! Only packages that an advisory is about become facts: what else a project uses is nobody's
//! business. A fact holds a name of the advisory database and a version, never the line it stood on:
//! lines of lock files carry URLs with credentials.

mod formats;

use crate::advisories::{self, Ecosystem, Version};
use crate::fact::{Facts, Kind, Origin};
use formats::Format;

/// How much of a lock file is read.
const LIMIT: usize = 16 * 1024 * 1024;
/// How many of its packages are looked up.
const PACKAGES: usize = 200;

/// A package that a lock file names.
#[derive(Debug, PartialEq, Eq)]
struct Entry<'t> {
    ecosystem: Ecosystem,
    name: &'t str,
    /// `None` where the file leaves it open.
    version: Option<&'t str>,
    /// Counted from 1.
    line: u32,
}

/// Learns the packages of a text that is a lock file or has a piece of one in it. Says whether the
/// text is nothing else, so that there is nothing more to read.
pub(super) fn read(facts: &mut Facts, text: &str) -> bool {
    let mut end = text.len().min(LIMIT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    let Some(format) = Format::of(text) else {
        return false;
    };
    let known = formats::entries(format, text)
        .filter(|entry| advisories::knows(entry.ecosystem, entry.name));
    for entry in known.take(PACKAGES) {
        learn(facts, &entry);
    }
    format.is_all_of(text)
}

fn learn(facts: &mut Facts, entry: &Entry<'_>) {
    let version = entry
        .version
        .filter(|version| Version::parse(entry.ecosystem, version).is_some());
    let shown = match version {
        Some(version) => format!("{} {version}", entry.name),
        None => entry.name.to_owned(),
    };
    let origin = Origin::text(entry.line, &shown);
    facts.learn(
        Kind::Package {
            ecosystem: entry.ecosystem.as_str().to_owned(),
            name: entry.name.to_owned(),
            version: version.map(str::to_owned),
        },
        origin.clone(),
    );
    let hits = version.map(|version| advisories::affecting(entry.ecosystem, entry.name, version));
    for hit in hits.into_iter().flatten() {
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

#[cfg(test)]
mod tests;
