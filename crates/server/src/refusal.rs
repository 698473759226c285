//! The one door: a reason becomes status, headers and body here and nowhere else.

mod graph;
mod management;

pub(crate) use graph::{graph, graph_fault, graph_reply};
pub(crate) use management::{management, management_fault, management_reply};

use access::token::TokenFault;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};
use hyper::ext::ReasonPhrase;
use wire::refusals::{Refusal, Rendered};

use crate::authenticate::{Identity, RouteFamily};
use crate::backend::Dialect;
use crate::backend::upstream::Fault;
use crate::body::Body;
use crate::config::MissingRoleText;
use crate::config::file::NetworkEntry;
use crate::data_plane::attempt::Attempt;
use crate::data_plane::denied::Denied;

/// The id by which a refusal's explanation is found, as the real service calls it.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("apim-request-id");

/// The client's side of a refusal on the inference endpoint.
pub(crate) fn data_plane(denied: &Denied, attempt: &Attempt<'_>, audience: &str) -> Answer {
    match denied {
        Denied::Network(NetworkEntry::PublicAccessDisabled) => Refusal::PublicAccessDisabled.into(),
        Denied::Network(_) => Refusal::NetworkDenied.into(),
        Denied::SubdomainMissing => Refusal::CustomSubdomainRequired.into(),
        Denied::Token(TokenFault::Tenant { found, .. }) => Refusal::TenantMismatch {
            token_tenant: found.clone(),
        }
        .into(),
        Denied::Token(TokenFault::GroupsUnknown) => Refusal::PrincipalLacksAccess.into(),
        Denied::Token(TokenFault::KeysUnavailable { .. }) => Answer::try_again(),
        Denied::Credential(_) | Denied::Token(_) => Refusal::TokenRejected {
            audience: audience.to_owned(),
        }
        .into(),
        Denied::KeyInvalid { .. } => Refusal::KeyInvalid.into(),
        Denied::KeysDisabled => Refusal::KeysDisabled.into(),
        Denied::Role(decision) => missing_role(attempt, &decision.action).into(),
        Denied::AccountUnknown(_)
        | Denied::ProjectUnknown(_)
        | Denied::RouteUnknown
        | Denied::ApiVersionMissing
        | Denied::ApiVersionUnknown(_) => Refusal::RouteNotFound.into(),
        Denied::ApiVersionTooOld(_) => Refusal::ResponsesApiVersion.into(),
        Denied::DeploymentUnknown { name, .. } => match attempt.family {
            RouteFamily::Inference => Refusal::UnknownModel {
                model: name.clone(),
            }
            .into(),
            RouteFamily::Classic if attempt.path.starts_with("/openai/deployments/") => {
                Refusal::DeploymentNotFound.into()
            }
            _ => Refusal::DeploymentNotFoundV1.into(),
        },
        Denied::ModelMissing if attempt.family == RouteFamily::Inference => {
            Refusal::NoModelName.into()
        }
        Denied::ModelMissing => Answer::open_ai(400, "you must provide a model parameter"),
        Denied::FamilyMismatch { .. } => Refusal::ApiNotSupported.into(),
        Denied::OperationUnsupported { model } => operation_unsupported(attempt, model).into(),
        Denied::BodyTooLarge(limit) => Answer::open_ai(
            413,
            &format!("the request body is larger than {limit} bytes"),
        ),
        Denied::Busy => Answer::open_ai(503, "the server holds too much already; try again")
            .with_header("Retry-After", "1"),
        Denied::BodyIncomplete => Answer::open_ai(408, "the request body did not arrive in time"),
        Denied::BodyMalformed(problem) => Answer::open_ai(400, problem),
    }
}

/// The client's side of a model server that gave no answer.
pub(crate) fn upstream(fault: &Fault, dialect: Dialect) -> Answer {
    match fault.refusal() {
        Some(refusal) => Answer(refusal.render()),
        None => Answer::json(fault.status().as_u16(), fault.body(dialect)),
    }
}

/// Status, reason phrase, headers and body, before they become a response.
pub(crate) struct Answer(Rendered);

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        Self(refusal.render())
    }
}

impl Answer {
    /// An error in OpenAI's four-field form, for requests that the catalogue has no shape for.
    fn open_ai(status: u16, message: &str) -> Self {
        let body = serde_json::json!({
            "error": { "message": message, "type": "invalid_request_error", "param": null, "code": status.to_string() }
        });
        Self::json(status, body.to_string())
    }

    /// Nobody can say now whether the token is good, which is no fault of the client's: a 401 would make
    /// it give up, or fetch another token.
    fn try_again() -> Self {
        let message = "the access token cannot be verified at the moment, try again later";
        let mut answer = Self::open_ai(503, message);
        answer.0.headers.push(("Retry-After", "30".to_owned()));
        answer
    }

    fn json(status: u16, body: String) -> Self {
        Self(Rendered {
            status,
            reason: StatusCode::from_u16(status)
                .ok()
                .and_then(|status| status.canonical_reason())
                .unwrap_or(""),
            headers: vec![("Content-Type", "application/json".to_owned())],
            request_headers: &["apim-request-id"],
            body,
        })
    }

    fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.0.headers.push((name, value.to_owned()));
        self
    }

    /// The HTTP status.
    pub(crate) fn status(&self) -> u16 {
        self.0.status
    }

    /// The response; `id` opens its explanation.
    pub(crate) fn into_response(self, id: &str) -> Response<Body> {
        let Rendered {
            status,
            reason,
            headers,
            body,
            ..
        } = self.0;
        let mut response = Response::new(Body::from(body));
        *response.status_mut() =
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if response.status().canonical_reason() != Some(reason) {
            response
                .extensions_mut()
                .insert(ReasonPhrase::from_static(reason.as_bytes()));
        }
        for (name, value) in headers {
            // Values with text of the request in them were made safe where they were rendered.
            if let (Ok(name), Ok(value)) =
                (HeaderName::try_from(name), HeaderValue::try_from(value))
            {
                response.headers_mut().insert(name, value);
            }
        }
        // Not every real refusal carries the id; without one its explanation could not be found.
        if let Ok(id) = HeaderValue::from_str(id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }
}

/// An error of Entrada's own routes.
pub(crate) fn problem(
    status: StatusCode,
    code: &str,
    message: impl Into<String>,
) -> Response<Body> {
    let body =
        serde_json::to_string(&wire::entrada::Problem::new(code, message)).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The request is addressed to a name that is not answered where it came.
pub(crate) fn misdirected(message: &str) -> Response<Body> {
    problem(StatusCode::MISDIRECTED_REQUEST, "unknown_host", message)
}

/// Too much is held already, on a route that anybody may call.
pub(crate) fn busy() -> Response<Body> {
    let message = "the server holds too much already; try again";
    let mut response = problem(StatusCode::SERVICE_UNAVAILABLE, "busy", message);
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

fn missing_role(attempt: &Attempt<'_>, data_action: &str) -> Refusal {
    let Some(operation) = attempt.operation() else {
        return Refusal::PrincipalLacksAccess;
    };
    let principal = attempt
        .caller
        .as_ref()
        .and_then(|caller| caller.identity())
        .map(|identity| shown(identity));
    let (Some(principal), MissingRoleText::Detailed) =
        (principal, attempt.world.endpoint.missing_role_text)
    else {
        return Refusal::PrincipalLacksAccess;
    };
    let (data_action, method, template) = (
        data_action.to_owned(),
        operation.method().to_owned(),
        operation.template().to_owned(),
    );
    if attempt.family == RouteFamily::Project {
        Refusal::PrincipalLacksProjectDataAction {
            principal,
            data_action,
            method,
            template,
        }
    } else {
        Refusal::PrincipalLacksDataAction {
            principal,
            data_action,
            method,
            template,
        }
    }
}

/// How the service names a principal: people by their name, applications by their object id.
fn shown(identity: &Identity) -> String {
    match (&identity.claims.bearer, &identity.claims.name) {
        (access::token::Bearer::User, Some(name)) => name.clone(),
        _ => identity.claims.object_id.clone(),
    }
}

fn operation_unsupported(attempt: &Attempt<'_>, model: &str) -> Refusal {
    if attempt.path.contains("/responses") {
        return Refusal::ResponsesModelUnsupported;
    }
    let operation = match attempt.path {
        path if path.ends_with("/embeddings") => "embeddings",
        path if path.ends_with("/chat/completions") => "chatCompletion",
        _ => "completion",
    };
    Refusal::OperationNotSupported {
        operation: operation.to_owned(),
        model: model.to_owned(),
    }
}
