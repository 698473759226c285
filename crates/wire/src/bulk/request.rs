//! A request as a line of JSON.

use std::borrow::Cow;

use access::action::Plane;
use access::index::Outcome;
use access::principal::PrincipalId;
use access::scope::{Scope, ScopeError};
use serde::Deserialize;

use crate::arm::Time;

/// Why a line is not a request.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// Not a JSON object with the fields of a request.
    #[error("not a request: {0}")]
    Json(#[from] serde_json::Error),
    /// A field that may not be empty.
    #[error("`{0}` is empty")]
    Empty(&'static str),
    /// The scope is none.
    #[error(transparent)]
    Scope(#[from] ScopeError),
    /// Longer than [`super::MAX_LINE`].
    #[error("the line has more than {} bytes", super::MAX_LINE)]
    TooLong,
}

/// A line. Fields that are not known are passed over.
#[derive(Deserialize)]
pub(super) struct Request<'a> {
    #[serde(borrow)]
    principal: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) scope: Cow<'a, str>,
    #[serde(borrow)]
    action: Cow<'a, str>,
    data: bool,
    #[serde(default)]
    groups: Option<Vec<String>>,
    #[serde(default)]
    pub(super) now: Option<Time>,
    #[serde(default)]
    pub(super) expect: Option<Expected>,
}

/// A decision by name.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Expected {
    Allowed,
    Denied,
    Unknown,
    Conditional,
}

impl From<Expected> for Outcome {
    fn from(expected: Expected) -> Self {
        match expected {
            Expected::Allowed => Self::Allowed,
            Expected::Denied => Self::Denied,
            Expected::Unknown => Self::Unknown,
            Expected::Conditional => Self::Conditional,
        }
    }
}

impl<'a> Request<'a> {
    pub(super) fn parse(line: &'a [u8]) -> Result<Self, RequestError> {
        Ok(serde_json::from_slice(line)?)
    }

    pub(super) fn principal(&self) -> Result<PrincipalId, RequestError> {
        if self.principal.is_empty() {
            return Err(RequestError::Empty("principal"));
        }
        Ok(PrincipalId::new(&self.principal))
    }

    pub(super) fn groups(&self) -> Result<Vec<PrincipalId>, RequestError> {
        let groups = self.groups.iter().flatten();
        groups
            .map(|id| match id.is_empty() {
                true => Err(RequestError::Empty("groups")),
                false => Ok(PrincipalId::new(id)),
            })
            .collect()
    }

    pub(super) fn scope(&self) -> Result<Scope, RequestError> {
        Ok(Scope::parse(&self.scope)?)
    }

    pub(super) fn action(&self) -> Result<&str, RequestError> {
        if self.action.is_empty() {
            return Err(RequestError::Empty("action"));
        }
        Ok(&self.action)
    }

    pub(super) const fn plane(&self) -> Plane {
        if self.data {
            Plane::Data
        } else {
            Plane::Control
        }
    }
}
