//! The things that can be changed at run time, and how each is written down.
//!
//! A further kind is a variant of [`Record`] and of [`Kind`], with a module that writes and reads its JSON.
//! What is written is ours alone: names and values are never reused for another meaning, fields that are
//! added have a default, and a field that is not known fails the whole, because somebody meant it.

mod assignment;
mod deny;
mod role;

use std::borrow::Cow;

use access::assignment::{DenyAssignment, RoleAssignment};
use access::role::{RoleDefinition, RoleId};

/// A thing, as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// Somebody holds a role somewhere.
    RoleAssignment(RoleAssignment),
    /// What a role permits.
    RoleDefinition(RoleDefinition),
    /// Somebody is denied something somewhere.
    DenyAssignment(DenyAssignment),
    /// A resource of the management plane, or an object of the directory, as its provider writes it.
    Resource(Resource),
}

/// A resource of the management plane, or an object of the directory. What its properties mean is its provider's to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// ARM id, or a path below `/directory`.
    pub id: String,
    /// A JSON object.
    pub body: serde_json::Map<String, serde_json::Value>,
}

/// What kind of thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// [`Record::RoleAssignment`]
    RoleAssignment,
    /// [`Record::RoleDefinition`]
    RoleDefinition,
    /// [`Record::DenyAssignment`]
    DenyAssignment,
    /// [`Record::Resource`]
    Resource,
}

/// What is to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// There is such a thing, in the place of the one with the same kind and id.
    Put(Record),
    /// There is no such thing, whether it was made at run time or stands in the configuration.
    Remove(Kind, String),
}

impl Kind {
    const ALL: [Self; 4] = [
        Self::RoleAssignment,
        Self::RoleDefinition,
        Self::DenyAssignment,
        Self::Resource,
    ];

    /// The word by which rows name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RoleAssignment => "role-assignment",
            Self::RoleDefinition => "role-definition",
            Self::DenyAssignment => "deny-assignment",
            Self::Resource => "resource",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

impl Record {
    /// What kind of thing it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::RoleAssignment(_) => Kind::RoleAssignment,
            Self::RoleDefinition(_) => Kind::RoleDefinition,
            Self::DenyAssignment(_) => Kind::DenyAssignment,
            Self::Resource(_) => Kind::Resource,
        }
    }

    /// Its id, compared ignoring ASCII case.
    pub fn id(&self) -> Cow<'_, str> {
        match self {
            Self::RoleAssignment(assignment) => Cow::Borrowed(&assignment.id),
            Self::RoleDefinition(role) => Cow::Owned(role.id.to_string()),
            Self::DenyAssignment(deny) => Cow::Borrowed(&deny.id),
            Self::Resource(resource) => Cow::Borrowed(&resource.id),
        }
    }

    /// Everything but kind and id, as JSON.
    pub(crate) fn write(&self) -> Result<String, serde_json::Error> {
        match self {
            Self::RoleAssignment(assignment) => assignment::write(assignment),
            Self::RoleDefinition(role) => role::write(role),
            Self::DenyAssignment(deny) => deny::write(deny),
            Self::Resource(resource) => serde_json::to_string(&resource.body),
        }
    }

    /// The reverse; the error is a text for people.
    pub(crate) fn read(kind: Kind, id: &str, body: &str) -> Result<Self, ReadError> {
        Ok(match kind {
            Kind::RoleAssignment => Self::RoleAssignment(assignment::read(id, body)?),
            Kind::RoleDefinition => Self::RoleDefinition(role::read(RoleId::parse(id), body)?),
            Kind::DenyAssignment => Self::DenyAssignment(deny::read(id, body)?),
            Kind::Resource => Self::Resource(Resource {
                id: id.to_owned(),
                body: serde_json::from_str(body)?,
            }),
        })
    }
}

impl Change {
    /// What it is about.
    pub fn subject(&self) -> (Kind, Cow<'_, str>) {
        match self {
            Self::Put(record) => (record.kind(), record.id()),
            Self::Remove(kind, id) => (*kind, Cow::Borrowed(id)),
        }
    }

    pub(crate) fn is_about_the_same(&self, other: &Self) -> bool {
        let ((kind, id), (other_kind, other_id)) = (self.subject(), other.subject());
        kind == other_kind && id.eq_ignore_ascii_case(&other_id)
    }
}

/// Why a row means nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// It is not what this kind looks like.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// It names a scope that is none.
    #[error(transparent)]
    Scope(#[from] access::scope::ScopeError),
}
