//! TOML with a block for each package.

use super::numbered;
use crate::advisories::Ecosystem;
use crate::evidence::packages::Entry;

/// `[[package]]`, `name` and `version`, as tools write it.
pub(super) fn packages(text: &str, ecosystem: Ecosystem) -> impl Iterator<Item = Entry<'_>> {
    let mut inside = false;
    let mut name = None;
    numbered(text).filter_map(move |(line, content)| {
        if content.starts_with('[') {
            inside = content == "[[package]]" || content == "[[packages]]";
            name = None;
            return None;
        }
        let (key, value) = content.split_once(" = ").filter(|_| inside)?;
        let value = value.strip_prefix('"')?.strip_suffix('"')?;
        match key {
            "name" => {
                name = Some(value);
                None
            }
            "version" => name.take().map(|name| Entry {
                ecosystem,
                name,
                version: Some(value),
                line,
            }),
            _ => None,
        }
    })
}
