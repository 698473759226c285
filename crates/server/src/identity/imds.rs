//! Managed identity as the Instance Metadata Service of virtual machines offers it.

use access::Timestamp;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use serde_json::json;

use super::{Identity, Selector, word};
use crate::token_service::directory::{Directory, ManagedIdentity};
use crate::token_service::{IssueError, Origin, Query};

/// Answers a token request.
///
/// Refusals are 400 without exception: clients retry a 404 or 410 for half a minute and more.
pub(super) fn answer(
    identity: &Identity,
    request: &Request<Bytes>,
    origin: &Origin,
    now: Timestamp,
) -> Response<Bytes> {
    if !is_local(request.headers()) {
        return refuse("invalid_request", "Required metadata header not specified");
    }
    let Some(query) = Query::read(request.uri()) else {
        return refuse("invalid_request", "The query is not readable");
    };
    let (Some(Some(version)), Some(resource), Some(selector)) = (
        query.optional("api-version"),
        query.optional("resource"),
        Selector::read(&query),
    ) else {
        return refuse(
            "invalid_request",
            "The api-version is missing, or a parameter is there twice",
        );
    };
    if !is_date(version) {
        return refuse("invalid_request", "The api-version is not a date");
    }
    let Some(resource) = resource else {
        return refuse("invalid_request", "The resource is missing");
    };
    let directory = identity.service.directory();
    let chosen = match choose(&directory, &selector) {
        Ok(chosen) => chosen,
        Err(why) => return refuse("invalid_request", why),
    };
    match identity
        .service
        .issue(&chosen.object_id, resource, origin, now)
    {
        Ok(token) => super::json(StatusCode::OK, &word(&token)),
        Err(error @ IssueError::Refused { .. }) => refuse("invalid_resource", &error.to_string()),
        Err(IssueError::PrincipalUnknown(_)) => refuse("invalid_request", "Identity not found"),
    }
}

/// A browser cannot send `Metadata: true` for another origin, and a proxy gives itself away.
fn is_local(headers: &HeaderMap) -> bool {
    let metadata = headers
        .get("metadata")
        .and_then(|value| value.to_str().ok());
    let forwarded = ["x-forwarded-for", "forwarded"];
    metadata.is_some_and(|value| value.eq_ignore_ascii_case("true"))
        && !forwarded.iter().any(|name| headers.contains_key(*name))
}

fn choose<'d>(
    directory: &'d Directory,
    selector: &Selector,
) -> Result<&'d ManagedIdentity, &'static str> {
    let mut identities = directory
        .tenants
        .iter()
        .flat_map(|tenant| &tenant.managed_identities);
    if !selector.is_empty() {
        let fits = |one: &&ManagedIdentity| {
            selector.fits(Some(&one.client_id), &one.object_id, Some(&one.resource_id))
        };
        return identities.find(fits).ok_or("Identity not found");
    }
    let all: Vec<&ManagedIdentity> = identities.collect();
    let system = all.iter().find(|identity| identity.system_assigned);
    match (system, all.as_slice()) {
        (Some(system), _) => Ok(system),
        (None, [only]) => Ok(only),
        (None, []) => Err("Identity not found"),
        (None, _) => Err(
            "Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request",
        ),
    }
}

fn is_date(version: &str) -> bool {
    let shape = version
        .bytes()
        .map(|byte| if byte.is_ascii_digit() { b'0' } else { byte });
    shape.eq(*b"0000-00-00")
}

/// A refusal in the metadata service's words.
pub(super) fn refuse(error: &str, description: &str) -> Response<Bytes> {
    let body = json!({"error": error, "error_description": description});
    super::json(StatusCode::BAD_REQUEST, &body)
}
