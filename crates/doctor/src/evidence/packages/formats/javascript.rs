//! What npm, pnpm, yarn and bun write.

use super::{Line, numbered};
use crate::advisories::Ecosystem;
use crate::evidence::packages::Entry;

/// JSON with `"node_modules/name": {` or `"name": {`, and `"version"` as the next key that is read,
/// as npm writes it.
pub(super) fn npm(text: &str) -> impl Iterator<Item = Entry<'_>> {
    let mut name = None;
    numbered(text).filter_map(move |(line, content)| {
        let (key, value) = content.strip_prefix('"')?.split_once("\": ")?;
        if value == "{" {
            name = Some(key.rsplit("node_modules/").next().unwrap_or(key));
            return None;
        }
        if key != "version" {
            return None;
        }
        let version = value
            .trim_end_matches(',')
            .strip_prefix('"')?
            .strip_suffix('"')?;
        name.take().map(|name| entry(name, version, line))
    })
}

/// A key of `packages:` or `snapshots:`: `'@scope/name@1.0.0(peer@2)':`, and `/@scope/name@1.0.0:` or
/// `/name/1.0.0:` of older versions.
pub(super) fn pnpm(line: &str) -> Line<'_> {
    let key = line.strip_suffix(':')?.trim_matches(['\'', '"']);
    let key = key.strip_prefix('/').unwrap_or(key);
    let key = key.split('(').next()?;
    let key = match key.split_once('_') {
        Some((key, _)) if key.ends_with(|c: char| c.is_ascii_digit()) => key,
        _ => key,
    };
    let (name, version) = at_version(key).or_else(|| key.rsplit_once('/'))?;
    version
        .starts_with(|c: char| c.is_ascii_digit())
        .then_some((name, Some(version)))
}

/// `name@range, name@range:` and `version "1.0.0"` of the first version; `"name@npm:range":` and
/// `version: 1.0.0` of berry.
pub(super) fn yarn(text: &str) -> impl Iterator<Item = Entry<'_>> {
    let mut name = None;
    numbered(text).filter_map(move |(line, content)| {
        if let Some(key) = content.strip_suffix(':') {
            let first = key.split(", ").next().unwrap_or(key);
            name = at_version(first.trim_matches('"')).map(|(name, _)| name);
            return None;
        }
        let version = content.strip_prefix("version")?;
        let version = version.trim_start_matches(':').trim().trim_matches('"');
        name.take().map(|name| entry(name, version, line))
    })
}

/// `"name": ["name@1.0.0", …]` of bun.
pub(super) fn bun(line: &str) -> Line<'_> {
    let (_, rest) = line.split_once("\": [\"")?;
    let (name, version) = at_version(rest.split('"').next()?)?;
    Some((name, Some(version)))
}

/// The name and what stands behind its last `@`; the one of a scope is part of the name.
fn at_version(text: &str) -> Option<(&str, &str)> {
    let at = text.get(1..)?.find('@')? + 1;
    Some((&text[..at], &text[at + 1..]))
}

fn entry<'t>(name: &'t str, version: &'t str, line: u32) -> Entry<'t> {
    Entry {
        ecosystem: Ecosystem::Npm,
        name,
        version: Some(version),
        line,
    }
}
