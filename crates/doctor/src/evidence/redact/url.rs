//! Credentials in URLs: `https://user:password@host`.

use std::borrow::Cow;

/// The line without what stands before the `@` of a URL's host.
pub(super) fn without_credentials(line: &str) -> Cow<'_, str> {
    if !line.contains("://") || !line.contains('@') {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("://") {
        let (before, behind) = rest.split_at(at + 3);
        out.push_str(before);
        let end = behind
            .find(|c: char| {
                c.is_whitespace()
                    || matches!(c, '"' | '\'' | '`' | '/' | '?' | '#' | '<' | '|' | '\\')
            })
            .unwrap_or(behind.len());
        // A password may hold an `@` itself; the host does not.
        let host = behind[..end].rfind('@').map_or(0, |at| at + 1);
        rest = &behind[host..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}
