//! What is not written in an assignment as it is kept: its id, and its description once it is checked.

use std::sync::Arc;

use access::principal::PrincipalId;
use access::role::RoleId;
use access::scope::Scope;

use super::error::ConfigError;
use crate::control_plane::is_description;

/// The id of the assignment of `role` to `principal` at `scope`: the same triple, the same id, so
/// that a configured assignment can be revoked and granted again.
#[must_use]
pub(crate) fn assignment_id(principal: &PrincipalId, role: &RoleId, scope: &Scope) -> String {
    let triple = format!("{principal}|{role}|{}", scope.as_str().to_ascii_lowercase());
    uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, triple.as_bytes()).to_string()
}

/// Why the role is assigned, by the same rule as on the management plane; nothing if it is empty.
pub(super) fn description(
    place: &str,
    text: Option<String>,
) -> Result<Option<Arc<str>>, ConfigError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    if is_description(&text) {
        return Ok(Some(text.into()));
    }
    Err(ConfigError::Value {
        place: place.to_owned(),
        problem: "description: it is too long, or has control characters".to_owned(),
    })
}
