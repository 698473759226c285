//! Errors that name a known bug by their text.

use super::{Advisory, all};

/// The advisories whose text stands in this one, with the place. Letters count as they are: these
/// are texts of programs.
pub(crate) fn recognised_in(text: &str) -> Vec<(usize, &'static Advisory)> {
    let found = all().iter().filter_map(|advisory| {
        let mut signs = advisory.database_specific.recognised_by.iter();
        let at = signs.find_map(|sign| text.find(sign.as_str()))?;
        Some((at, advisory))
    });
    found.collect()
}
