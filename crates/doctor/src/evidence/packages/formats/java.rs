//! What Maven and Gradle read and write. A name is `group:artifact`, and only what an advisory is
//! about can be told, so the names come from the advisories.

use std::collections::HashMap;

use super::{Line, numbered};
use crate::advisories::{self, Ecosystem};
use crate::evidence::packages::Entry;

/// The `<dependency>` elements of `pom.xml`, with the properties of the same file put in.
pub(super) fn pom(text: &str) -> impl Iterator<Item = Entry<'_>> {
    let mut properties = HashMap::new();
    for (_, content) in numbered(text) {
        if let Some((name, value)) = element(content) {
            properties.entry(name).or_insert(value);
        }
    }
    let (mut group, mut name) = (None, None);
    numbered(text).filter_map(move |(line, content)| {
        if content.starts_with("</dependency") || content.starts_with("<dependency>") {
            (group, name) = (None, None);
        }
        let (element, value) = element(content)?;
        match element {
            "groupId" => group = Some(value),
            "artifactId" => name = known(group?, value),
            "version" => {
                let property = value
                    .strip_prefix("${")
                    .and_then(|rest| rest.strip_suffix('}'));
                let version = match property {
                    Some(property) => properties.get(property).copied(),
                    None => Some(value),
                };
                return name.take().map(|name| Entry {
                    ecosystem: Ecosystem::Maven,
                    name,
                    version,
                    line,
                });
            }
            _ => {}
        }
        None
    })
}

/// `group:artifact:1.0`, in quotes as in a build script or bare with `=configuration` behind it as in
/// `gradle.lockfile`.
pub(super) fn coordinate(line: &str) -> Line<'_> {
    let inner = line.split(['"', '\'', ' ', '(']);
    let bare = inner.map(|part| part.split(['=', '@']).next().unwrap_or(part));
    let mut found = bare.filter_map(|part| {
        let mut parts = part.splitn(3, ':');
        let (group, artifact, version) = (parts.next()?, parts.next()?, parts.next());
        let group_like = group.contains('.') && !group.contains('/');
        let start = &part[..group.len() + 1 + artifact.len()];
        (group_like && !artifact.is_empty()).then_some((start, version.and_then(numbered_version)))
    });
    found.next()
}

/// The entries of `[libraries]` of a version catalogue, with those of `[versions]` put in.
pub(super) fn catalog(text: &str) -> impl Iterator<Item = Entry<'_>> {
    let mut versions = HashMap::new();
    let mut section = "";
    for (_, content) in numbered(text) {
        if content.starts_with('[') {
            section = content;
        } else if section == "[versions]"
            && let Some((name, value)) = content.split_once('=')
        {
            versions.insert(name.trim(), value.trim().trim_matches('"'));
        }
    }
    numbered(text).filter_map(move |(line, content)| {
        let (_, value) = content.split_once('=')?;
        let field = |name: &str| {
            let (_, rest) = value.split_once(name)?;
            rest.trim_start()
                .strip_prefix('=')?
                .trim_start()
                .strip_prefix('"')?
                .split('"')
                .next()
        };
        let whole = value
            .trim()
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        let (name, version) = match whole.and_then(coordinate) {
            Some(found) => found,
            None => {
                let name = match field("module") {
                    Some(module) => module,
                    None => known(field("group")?, field("name")?)?,
                };
                let reference = field("version.ref").or_else(|| field("ref"));
                let version = match reference {
                    Some(reference) => versions.get(reference).copied(),
                    None => field("version"),
                };
                (name, version)
            }
        };
        Some(Entry {
            ecosystem: Ecosystem::Maven,
            name,
            version,
            line,
        })
    })
}

/// Whether a line of a build script takes a package.
pub(super) fn is_gradle(line: &str) -> bool {
    const WORDS: [&str; 5] = [
        "implementation",
        "api",
        "compileOnly",
        "runtimeOnly",
        "compile",
    ];
    let word = line.split(['(', ' ', '"', '\'']).next().unwrap_or_default();
    WORDS.contains(&word) && coordinate(line).is_some()
}

/// Whether a line is one of `gradle.lockfile`.
pub(super) fn is_lockfile_line(line: &str) -> bool {
    line.starts_with("empty=") || (line.contains('=') && coordinate(line).is_some())
}

/// The name as the advisories have it, so that it need not be put together.
fn known(group: &str, artifact: &str) -> Option<&'static str> {
    let mut names = advisories::all()
        .iter()
        .flat_map(|advisory| &advisory.affected)
        .filter(|affected| affected.package.ecosystem == Ecosystem::Maven)
        .map(|affected| affected.package.name.as_str());
    names.find(|name| name.split_once(':') == Some((group, artifact)))
}

/// `<name>value</name>` on one line.
fn element(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.strip_prefix('<')?.split_once('>')?;
    let value = rest.strip_suffix(&*format!("</{name}>"))?;
    Some((name, value.trim()))
}

fn numbered_version(version: &str) -> Option<&str> {
    version
        .starts_with(|c: char| c.is_ascii_digit())
        .then_some(version)
}
