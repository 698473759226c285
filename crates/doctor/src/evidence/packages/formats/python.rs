//! What pip, pipenv and conda write.

use super::{Line, json_members};
use crate::advisories::Ecosystem;
use crate::evidence::packages::Entry;

/// `name[extra]==1.0 ; marker --hash=…`; another comparison leaves the version open.
pub(super) fn requirement(line: &str) -> Line<'_> {
    let line = line.split(" #").next()?.trim().trim_end_matches('\\');
    let line = line.split(';').next()?;
    let line = line.split(" --hash").next()?.trim();
    let end = line
        .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.'))
        .unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let rest = match rest.strip_prefix('[') {
        Some(extras) => extras.split_once(']')?.1,
        None => rest,
    };
    let rest = rest.trim_start();
    if rest.is_empty() || rest.starts_with("@ ") {
        return Some((name, None));
    }
    if let Some(version) = rest.strip_prefix("==") {
        let version = version.trim_start_matches('=').trim();
        let one = version
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '!' | '-' | '_' | '*'));
        let numbered = version.starts_with(|c: char| c.is_ascii_digit() || c == 'v');
        return one.then_some((name, numbered.then_some(version)));
    }
    let open = [">=", "<=", "~=", "!=", ">", "<"]
        .iter()
        .any(|comparison| rest.starts_with(comparison));
    open.then_some((name, None))
}

/// Whether a text has the head of what `pip list` prints.
pub(super) fn is_pip_list(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    let head = lines.any(|line| line.split_whitespace().take(2).eq(["Package", "Version"]));
    head && lines
        .next()
        .is_some_and(|line| line.starts_with("---") && line.trim_matches(['-', ' ']).is_empty())
}

/// `name   1.0   [location]` of `pip list`.
pub(super) fn listed(line: &str) -> Line<'_> {
    let mut words = line.split_whitespace();
    let (name, version) = (words.next()?, words.next()?);
    version
        .starts_with(|c: char| c.is_ascii_digit())
        .then_some((name, Some(version)))
}

/// `- name=1.0=build` of conda, and the requirements below its `- pip:`.
pub(super) fn conda(line: &str) -> Line<'_> {
    let line = line.strip_prefix('-')?.trim();
    if line.contains("==") {
        return requirement(line);
    }
    let Some((name, rest)) = line.split_once('=') else {
        return requirement(line);
    };
    let version = rest.split('=').next()?;
    let pinned = !name.ends_with(['<', '>', '~', '!'])
        && version
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '!' | '_'));
    let name = name.trim_end_matches(['<', '>', '~', '!', ' ']);
    Some((name, pinned.then_some(version)))
}

/// JSON with `"name": {` and `"version": "==1.0"`, as pipenv writes it.
pub(super) fn pipfile(text: &str) -> impl Iterator<Item = Entry<'_>> {
    json_members(text, "version").map(|(line, name, version)| Entry {
        ecosystem: Ecosystem::PyPI,
        name,
        version: version.strip_prefix("=="),
        line,
    })
}
