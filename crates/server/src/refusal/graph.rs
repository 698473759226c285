//! Refusals, faults and replies of Microsoft Graph.

use access::token::TokenFault;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};
use serde_json::json;

use super::Answer;
use crate::body::Body;
use crate::control_plane::{Attempt, Denied, GraphFault};

/// The client's side of a refusal by Graph.
pub(crate) fn graph(denied: &Denied) -> Answer {
    if let Denied::Token(TokenFault::KeysUnavailable { .. }) = denied {
        let body = error(
            "serviceNotAvailable",
            "The access token cannot be verified now.",
        );
        return Answer::json(503, body).with_header("Retry-After", "30");
    }
    if let Denied::Action(_) = denied {
        let message = "Insufficient privileges to complete the operation.";
        return Answer::json(403, error("Authorization_RequestDenied", message));
    }
    let message = match denied {
        Denied::Credential(_) => "Access token is empty.",
        Denied::Token(TokenFault::Audience { .. }) => {
            "Access token validation failure. Invalid audience."
        }
        Denied::Token(TokenFault::Expired { .. }) => {
            "Lifetime validation failed, the token is expired."
        }
        Denied::Token(_) | Denied::Action(_) | Denied::ApiVersionMissing => {
            "Access token validation failure."
        }
    };
    Answer::json(401, error("InvalidAuthenticationToken", message))
}

/// What Graph answers.
pub(crate) fn graph_reply(
    status: StatusCode,
    body: String,
    attempt: &Attempt<'_>,
) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    identify(&mut response, &uuid::Uuid::new_v4().to_string(), attempt);
    response
}

/// What Graph does not find or understand.
pub(crate) fn graph_fault(fault: &GraphFault, attempt: &Attempt<'_>) -> Response<Body> {
    let (status, code, message) = match fault {
        GraphFault::NotFound(name) => (
            StatusCode::NOT_FOUND,
            "Request_ResourceNotFound",
            format!(
                "Resource '{name}' does not exist or one of its queried reference-property objects are not \
                 present."
            ),
        ),
        GraphFault::Bad(problem) => (
            StatusCode::BAD_REQUEST,
            "Request_BadRequest",
            problem.clone(),
        ),
        GraphFault::Conflict(problem) => (
            StatusCode::CONFLICT,
            "Request_MultipleObjectsWithSameKeyValue",
            problem.clone(),
        ),
        GraphFault::Unchangeable(problem) => (
            StatusCode::FORBIDDEN,
            "Authorization_RequestDenied",
            (*problem).to_owned(),
        ),
        GraphFault::Internal => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalServerError",
            "The change could not be kept.".to_owned(),
        ),
        GraphFault::Body => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "Request_BadRequest",
            "The request is too large or did not arrive in time.".to_owned(),
        ),
        GraphFault::Denied(_) => (
            StatusCode::UNAUTHORIZED,
            "InvalidAuthenticationToken",
            String::new(),
        ),
    };
    graph_reply(status, error(code, &message), attempt)
}

impl Answer {
    /// The response; `id` opens its explanation.
    pub(crate) fn into_graph_response(self, id: &str, attempt: &Attempt<'_>) -> Response<Body> {
        let mut response = self.into_response(id);
        identify(&mut response, id, attempt);
        response
    }
}

fn error(code: &str, message: &str) -> String {
    json!({ "error": { "code": code, "message": message, "innerError": {} } }).to_string()
}

fn identify(response: &mut Response<Body>, id: &str, attempt: &Attempt<'_>) {
    let headers = response.headers_mut();
    headers.remove(super::REQUEST_ID);
    let correlation = attempt.correlation.unwrap_or(id);
    for (name, value) in [("request-id", id), ("client-request-id", correlation)] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    let json = HeaderValue::from_static("application/json;odata.metadata=minimal;charset=utf-8");
    headers.insert(CONTENT_TYPE, json);
}
