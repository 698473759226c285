//! The scheme of a URL, and what is wrong with it.

use super::Flaw;

/// The scheme and what follows it.
pub(super) fn split_scheme<'t>(url: &'t str, flaws: &mut Vec<Flaw>) -> (Option<&'t str>, &'t str) {
    let Some((scheme, rest)) = url.split_once("://") else {
        if url.starts_with("https:") || url.starts_with("http:") {
            flaws.push(Flaw::NoScheme);
            return (
                None,
                url.split_once(':')
                    .map_or(url, |(_, rest)| rest.trim_start_matches('/')),
            );
        }
        return (None, url);
    };
    match rest.split_once("://") {
        Some((_, inner)) => {
            flaws.push(Flaw::Scheme);
            (None, inner)
        }
        None if rest.starts_with("https") && rest.contains("//") => {
            flaws.push(Flaw::Scheme);
            (None, rest)
        }
        None if scheme.ends_with("https") => (Some("https"), rest),
        None if scheme.ends_with("http") => (Some("http"), rest),
        None => (None, rest),
    }
}
