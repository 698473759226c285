//! Principals: the users, groups and service principals of a directory.

use std::fmt;

use crate::id::Id;

/// The object id of a principal. GUIDs in any case are equal; so are other names.
///
/// For an application this is the id of its *service principal*, never the application id: Azure
/// does not resolve the latter.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PrincipalId(Id);

impl PrincipalId {
    /// The principal with this object id. Any text is an id; a hyphenated GUID is stored as one.
    pub fn new(id: &str) -> Self {
        Self(Id::new(id))
    }

    /// The zero GUID. As a principal of a *deny assignment* it means all principals; anywhere else
    /// it is an id like any other.
    pub const fn everyone() -> Self {
        Self(Id::guid([0; 16]))
    }

    /// Whether this is [`PrincipalId::everyone`].
    pub fn is_everyone(&self) -> bool {
        *self == Self::everyone()
    }

    /// Whether the id is the empty text, which names nobody.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for PrincipalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for PrincipalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What a principal is, as a role assignment states it. It explains; it never decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PrincipalKind {
    /// A person.
    User,
    /// A security group; its transitive members hold what it holds.
    Group,
    /// An application or a managed identity.
    ServicePrincipal,
    /// Not stated, deleted, or of a kind this crate does not tell apart.
    #[default]
    Unknown,
}

impl PrincipalKind {
    /// The kind named by ARM's `principalType`; unknown words are [`PrincipalKind::Unknown`].
    pub fn parse(text: &str) -> Self {
        const KINDS: [(&str, PrincipalKind); 4] = [
            ("User", PrincipalKind::User),
            ("Group", PrincipalKind::Group),
            ("ForeignGroup", PrincipalKind::Group),
            ("ServicePrincipal", PrincipalKind::ServicePrincipal),
        ];
        KINDS
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(text))
            .map_or(Self::Unknown, |(_, kind)| *kind)
    }

    /// ARM's word for the kind.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
            Self::ServicePrincipal => "ServicePrincipal",
            Self::Unknown => "Unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guids_are_equal_in_any_case_and_words_too() {
        let lower = PrincipalId::new("6c2f1a90-3d4e-4b5f-8a6b-7c8d9e0f1a2b");
        assert_eq!(
            lower,
            PrincipalId::new("6C2F1A90-3D4E-4B5F-8A6B-7C8D9E0F1A2B")
        );
        assert_eq!(PrincipalId::new("Alice"), PrincipalId::new("aLICE"));
        assert_eq!(PrincipalId::new("Alice").to_string(), "Alice");
        assert_ne!(
            PrincipalId::new("{6c2f1a90-3d4e-4b5f-8a6b-7c8d9e0f1a2b}"),
            lower
        );
    }

    #[test]
    fn the_zero_guid_is_everyone() {
        assert!(PrincipalId::new("00000000-0000-0000-0000-000000000000").is_everyone());
    }
}
