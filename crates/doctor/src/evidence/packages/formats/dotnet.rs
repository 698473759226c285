//! What NuGet reads and writes.

use super::{Line, json_members};
use crate::advisories::Ecosystem;
use crate::evidence::packages::Entry;

/// `<PackageReference Include="Name" Version="1.0" />`, `<PackageVersion …>` of central versions, and
/// `<package id="Name" version="1.0" />` of `packages.config`.
pub(super) fn reference(line: &str) -> Line<'_> {
    let attribute = |name: &str| {
        let (_, value) = line.split_once(name)?;
        value.strip_prefix("=\"")?.split('"').next()
    };
    if line.contains("<PackageReference ") || line.contains("<PackageVersion ") {
        let name = attribute(" Include").or_else(|| attribute(" Update"))?;
        let version = attribute(" VersionOverride").or_else(|| attribute(" Version"));
        return Some((name, version.and_then(exact)));
    }
    line.contains("<package ")
        .then(|| Some((attribute(" id")?, attribute(" version"))))
        .flatten()
}

/// JSON with `"Name": {` and `"resolved": "1.0"`.
pub(super) fn lock(text: &str) -> impl Iterator<Item = Entry<'_>> {
    json_members(text, "resolved").map(|(line, name, version)| Entry {
        ecosystem: Ecosystem::NuGet,
        name,
        version: Some(version),
        line,
    })
}

/// The version, where one is written: `1.0` and `[1.0]`, not a range or a property.
fn exact(version: &str) -> Option<&str> {
    let inner = version
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let version = inner.unwrap_or(version).trim();
    version
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'))
        .then_some(version)
}
