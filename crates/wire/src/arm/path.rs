//! Paths of Azure Resource Manager: what they address, read by nobody else.
//!
//! A path is a scope, and behind it what is asked about there. Where the scope ends decides what a
//! caller must be allowed to do where, so exactly one reader exists, and it takes nothing that two
//! readers could understand differently: no `..`, no slash in disguise, no empty segment but at the
//! very start (SDKs append scopes, which begin with a slash, to a slash).

use std::borrow::Cow;

use access::scope::Scope;

/// The most segments of a path; ARM's own ids are far shorter.
const MAX_SEGMENTS: usize = 40;

/// A path's segments, percent-decoded and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArmPath<'path>(Vec<Cow<'path, str>>);

/// Why a path addresses nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Two slashes in a row, or one at the end.
    #[error("the path has an empty segment")]
    EmptySegment,
    /// `.` or `..`, a slash or another character that no resource's name has, or escapes that are none.
    #[error("the path has a segment that no resource is called")]
    Segment,
    /// More segments than any resource has.
    #[error("the path has more than {MAX_SEGMENTS} segments")]
    TooLong,
}

impl<'path> ArmPath<'path> {
    /// Reads a request's path.
    ///
    /// # Errors
    /// See [`PathError`].
    pub fn parse(path: &'path str) -> Result<Self, PathError> {
        let path = path.trim_start_matches('/');
        if path.is_empty() {
            return Ok(Self(Vec::new()));
        }
        let segments = path.split('/').map(segment);
        let segments: Vec<_> = segments.take(MAX_SEGMENTS + 1).collect::<Result<_, _>>()?;
        if segments.len() > MAX_SEGMENTS {
            return Err(PathError::TooLong);
        }
        Ok(Self(segments))
    }

    /// The segments.
    pub fn segments(&self) -> &[Cow<'path, str>] {
        &self.0
    }

    /// The scope that the first `count` segments name; `None` if they name none.
    pub fn scope(&self, count: usize) -> Option<Scope> {
        let segments = self.0.get(..count)?;
        if segments.is_empty() {
            return Some(Scope::root());
        }
        let mut text = String::new();
        let mut rest = segments;
        if let [first, id, more @ ..] = rest
            && first.eq_ignore_ascii_case("subscriptions")
        {
            text += &format!("/subscriptions/{id}");
            rest = more;
            if let [first, name, more @ ..] = rest
                && first.eq_ignore_ascii_case("resourceGroups")
            {
                text += &format!("/resourceGroups/{name}");
                rest = more;
            }
        }
        while let [first, namespace, more @ ..] = rest {
            if !first.eq_ignore_ascii_case("providers") || !namespace.contains('.') {
                return None;
            }
            text += &format!("/providers/{namespace}");
            rest = more;
            let mut pairs = 0;
            // A type is never called `providers`, so that one begins the next provider.
            while let [kind, name, more @ ..] = rest
                && !kind.eq_ignore_ascii_case("providers")
            {
                text += &format!("/{kind}/{name}");
                rest = more;
                pairs += 1;
            }
            if pairs == 0 {
                return None;
            }
        }
        if !rest.is_empty() {
            return None;
        }
        Scope::parse(&text).ok()
    }
}

/// One segment, decoded. Names of resources have neither of these; of what an id may contain, the
/// characters that begin a query or an escape are the ones to fear.
fn segment(raw: &str) -> Result<Cow<'_, str>, PathError> {
    if raw.is_empty() {
        return Err(PathError::EmptySegment);
    }
    let decoded = decoded(raw).ok_or(PathError::Segment)?;
    let fits = |c: char| !c.is_control() && !"/\\?#%<>\"'`{}|^".contains(c);
    let whole = !decoded.is_empty() && decoded != "." && decoded != "..";
    if whole && decoded.trim() == decoded && decoded.chars().all(fits) {
        Ok(decoded)
    } else {
        Err(PathError::Segment)
    }
}

fn decoded(raw: &str) -> Option<Cow<'_, str>> {
    if !raw.contains('%') {
        return Some(Cow::Borrowed(raw));
    }
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.as_bytes();
    while let [byte, more @ ..] = rest {
        rest = more;
        if *byte != b'%' {
            bytes.push(*byte);
            continue;
        }
        let [high, low, more @ ..] = more else {
            return None;
        };
        let digit = |byte: u8| u8::try_from((byte as char).to_digit(16)?).ok();
        bytes.push(digit(*high)? << 4 | digit(*low)?);
        rest = more;
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ACCOUNT: &str =
        "/subscriptions/s/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/a";

    fn scope_of(path: &str) -> Option<String> {
        let path = ArmPath::parse(path).ok()?;
        let scope = path.scope(path.segments().len())?;
        Some(scope.as_str().to_owned())
    }

    #[test]
    fn scopes_are_read_in_any_case_and_written_in_one() {
        for (path, expected) in [
            ("", "/"),
            ("//subscriptions/S", "/subscriptions/S"),
            (
                "/SUBSCRIPTIONS/s/resourcegroups/Rg",
                "/subscriptions/s/resourceGroups/Rg",
            ),
            (ACCOUNT, ACCOUNT),
            (
                "/subscriptions/s/resourceGroups/r%20g",
                "/subscriptions/s/resourceGroups/r g",
            ),
            (
                "/Providers/Microsoft.Management/managementGroups/corp",
                "/providers/Microsoft.Management/managementGroups/corp",
            ),
            (
                "/subscriptions/s/providers/Microsoft.X/a/b/providers/Microsoft.Y/c/d",
                "/subscriptions/s/providers/Microsoft.X/a/b/providers/Microsoft.Y/c/d",
            ),
        ] {
            assert_eq!(scope_of(path).as_deref(), Some(expected), "{path}");
        }
    }

    #[test]
    fn half_a_scope_is_none() {
        for path in [
            "/subscriptions",
            "/subscriptions/s/resourceGroups",
            "/subscriptions/s/providers",
            "/subscriptions/s/providers/Microsoft.X",
            "/subscriptions/s/providers/Microsoft.X/a",
            "/subscriptions/s/providers/nodot/a/b",
            "/subscriptions/s/elsewhere/x",
            "/resourceGroups/rg",
            "/subscriptions/s/resourceGroups/providers/Microsoft.X/a",
        ] {
            assert_eq!(scope_of(path), None, "{path}");
        }
    }

    #[test]
    fn what_two_readers_could_read_differently_is_not_read() {
        for (path, error) in [
            ("/subscriptions//s", PathError::EmptySegment),
            ("/subscriptions/s/", PathError::EmptySegment),
            ("/subscriptions/..", PathError::Segment),
            ("/subscriptions/%2e%2E/x", PathError::Segment),
            ("/subscriptions/a%2fb", PathError::Segment),
            ("/subscriptions/a%5Cb", PathError::Segment),
            ("/subscriptions/a%252fb", PathError::Segment),
            ("/subscriptions/a%00", PathError::Segment),
            ("/subscriptions/a%3Fb", PathError::Segment),
            ("/subscriptions/a%", PathError::Segment),
            ("/subscriptions/a%zz", PathError::Segment),
            ("/subscriptions/%ff", PathError::Segment),
            ("/subscriptions/%20", PathError::Segment),
            ("/subscriptions/s%20", PathError::Segment),
        ] {
            assert_eq!(ArmPath::parse(path), Err(error), "{path}");
        }
        let long = "/a".repeat(MAX_SEGMENTS + 1);
        assert_eq!(ArmPath::parse(&long), Err(PathError::TooLong));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_a_scope_is_what_its_text_says(path in "(/[a-zA-Z.%2eEfF/]{0,12}){0,8}") {
            if let Some(text) = scope_of(&path) {
                let again = ArmPath::parse(&text).unwrap();
                let scope = again.scope(again.segments().len()).unwrap();
                prop_assert_eq!(scope.as_str(), text);
            }
        }
    }
}
