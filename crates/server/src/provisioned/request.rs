//! Requests to activate a role, and to give it back: the last of each principal, role and scope.

use serde::{Deserialize, Serialize};

use crate::config::World;

const REQUESTS: &str = "/requests/";

/// What is kept of a request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RequestRecord {
    /// The GUID by which the client named it.
    pub(crate) name: String,
    /// `SelfActivate` or `SelfDeactivate`, as spelled.
    pub(crate) kind: String,
    /// `Provisioned` or `Revoked`.
    pub(crate) status: String,
    pub(crate) justification: String,
    pub(crate) scope: String,
    pub(crate) role: String,
    pub(crate) principal: String,
    pub(crate) condition: Option<String>,
    /// Seconds since the Unix epoch.
    pub(crate) created: i64,
    pub(crate) starts: Option<i64>,
    pub(crate) ends: Option<i64>,
}

/// Where the request behind an activation is kept.
pub(crate) fn request_id(activation: &str) -> String {
    format!("{REQUESTS}{activation}")
}

pub(super) fn is_request(id: &str) -> bool {
    id.starts_with(REQUESTS)
}

pub(super) fn put(world: &mut World, id: &str, record: Option<RequestRecord>) {
    world.requests.retain(|(known, _)| known != id);
    world
        .requests
        .extend(record.map(|record| (id.to_owned(), record)));
}
