//! What ARM says of roles, assignments and scopes: the shapes of its answers.
//!
//! Ids of role definitions are spelled for the scope that was asked about, in both lists: clients
//! compare them as text to find a role's name.

mod assignment;
mod deny;
mod role;
mod schedule;

pub use assignment::RoleAssignmentView;
pub use deny::DenyAssignmentView;
pub use role::{PermissionView, RoleDefinitionView, permission_views, role_definition_id};
pub use schedule::{ScheduleKind, ScheduleView};

use access::scope::Scope;
use serde::Serialize;

/// A page of a list.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The items.
    pub value: Vec<T>,
    /// Where the next page is, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
}

/// The id of something that belongs to a scope: `{scope}/providers/Microsoft.Authorization/{kind}/{name}`.
pub fn authorization_id(scope: &Scope, kind: &str, name: &str) -> String {
    let scope = if scope.is_root() { "" } else { scope.as_str() };
    format!("{scope}/providers/Microsoft.Authorization/{kind}/{name}")
}

/// The last segment of an id: the name by which a path addresses it.
pub fn name_of(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

/// The subscription that a scope is or lies in, as spelled.
pub fn subscription_of(scope: &Scope) -> Option<&str> {
    let mut segments = scope.as_str().split('/').skip(1);
    let first = segments.next()?;
    first
        .eq_ignore_ascii_case("subscriptions")
        .then(|| segments.next())
        .flatten()
}
