//! Managed identity as App Service, Functions and Container Apps offer it.

use access::Timestamp;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use serde_json::json;

use super::{Identity, Selector, word};
use crate::token_service::directory::Principal;
use crate::token_service::{Origin, Query, random};

/// Answers a token request.
pub(super) fn answer(
    identity: &Identity,
    request: &Request<Bytes>,
    origin: &Origin,
    now: Timestamp,
) -> Response<Bytes> {
    // Azure Machine Learning uses the older name of the header.
    let headers = request.headers();
    let header = headers
        .get("x-identity-header")
        .or_else(|| headers.get("secret"));
    let header = header
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let Some(object_id) = identity.key.open_header(header) else {
        return refuse(
            StatusCode::UNAUTHORIZED,
            "The X-IDENTITY-HEADER is missing or not this server's.",
        );
    };
    let Some(query) = Query::read(request.uri()) else {
        return refuse(StatusCode::BAD_REQUEST, "The query is not readable.");
    };
    let (Some(Some(version)), Some(resource), Some(selector)) = (
        query.optional("api-version"),
        query.optional("resource"),
        Selector::read(&query),
    ) else {
        return refuse(
            StatusCode::BAD_REQUEST,
            "The api-version is missing, or a parameter is there twice.",
        );
    };
    if !["2019-08-01", "2017-09-01"].contains(&version) {
        return refuse(
            StatusCode::BAD_REQUEST,
            "The api-version is not supported; use 2019-08-01.",
        );
    }
    let Some(resource) = resource else {
        return refuse(StatusCode::BAD_REQUEST, "The resource is missing.");
    };
    let directory = identity.service.directory();
    let selected = directory.principal(object_id).filter(|(_, principal)| {
        let resource_id = match principal {
            Principal::ManagedIdentity(identity) => Some(identity.resource_id.as_str()),
            _ => None,
        };
        selector.fits(principal.client_id(), object_id, resource_id)
    });
    if selected.is_none() {
        return refuse(
            StatusCode::BAD_REQUEST,
            "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.",
        );
    }
    match identity.service.issue(object_id, resource, origin, now) {
        Ok(token) => super::json(StatusCode::OK, &word(&token)),
        Err(error) => refuse(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

fn refuse(status: StatusCode, message: &str) -> Response<Bytes> {
    let body = json!({
        "statusCode": status.as_u16(), "message": message, "correlationId": random::guid(),
    });
    super::json(status, &body)
}
