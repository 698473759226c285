//! A name that is usually a GUID: sixteen bytes then, text otherwise, compared ignoring case.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use uuid::Uuid;

use crate::text::fold;

/// Directory objects and role definitions are named by GUIDs; local configurations and tests use
/// plain words. A hyphenated GUID is kept as its value (so a policy of a million assignments
/// allocates nothing for ids); anything else keeps the spelling given.
#[derive(Clone)]
pub(crate) enum Id {
    Guid([u8; 16]),
    Text(Arc<str>),
}

impl Id {
    pub(crate) fn new(text: &str) -> Self {
        // Only the 36-character form: braces, URNs and bare hexadecimal are other names to Azure.
        if text.len() == 36
            && let Ok(guid) = Uuid::try_parse(text)
        {
            return Self::Guid(guid.into_bytes());
        }
        Self::Text(Arc::from(text))
    }

    pub(crate) const fn guid(bytes: [u8; 16]) -> Self {
        Self::Guid(bytes)
    }

    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }
}

impl PartialEq for Id {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Guid(a), Self::Guid(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b || fold(a) == fold(b),
            _ => false,
        }
    }
}

impl Eq for Id {}

impl Hash for Id {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Guid(bytes) => u128::from_le_bytes(*bytes).hash(state),
            Self::Text(text) => fold(text).hash(state),
        }
    }
}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Id {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        match (self, other) {
            (Self::Guid(a), Self::Guid(b)) => a.cmp(b),
            (Self::Guid(_), Self::Text(_)) => std::cmp::Ordering::Less,
            (Self::Text(_), Self::Guid(_)) => std::cmp::Ordering::Greater,
            (Self::Text(a), Self::Text(b)) => fold(a).cmp(&fold(b)),
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Guid(bytes) => Uuid::from_bytes(*bytes).hyphenated().fmt(f),
            Self::Text(text) => f.pad(text),
        }
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
