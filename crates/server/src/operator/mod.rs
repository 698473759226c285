//! Entrada's own routes: what the command line asks as the operator.
//!
//! All of them need the operator's token from the data folder, or with real tenants a token with the
//! configured app role. The former is compared in constant time. Both are read from `Authorization` alone,
//! which no browser sends by itself, so other sites cannot use it.

mod access;
mod audit;
mod calls;
mod environment;
mod journal;
mod keys;
mod requests;

use std::borrow::Cow;

use ::access::token::TokenFault;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::audit::Actor;
use crate::body::Body;
use crate::listen::Peer;
use crate::local::Local;
use crate::question::{QuestionError, UnknownName};
use crate::refusal::problem;
use crate::route::table::OperatorRoute;
use crate::{clock, percent};

/// Bytes of a request to these routes.
const BODY_BYTES: usize = 64 * 1024;

/// The OpenAPI document of these routes; a test makes it from the table and the types.
pub(crate) const OPENAPI: &str = include_str!("../../../../docs/openapi.json");

/// `GET /entrada/openapi.json`
pub(crate) fn openapi() -> Response<Body> {
    let mut response = Response::new(Body::from(Bytes::from_static(OPENAPI.as_bytes())));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// An answer, or why there is none.
type Answer = Result<Response<Body>, Trouble>;

/// Why a question is not answered.
struct Trouble {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Trouble {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
        }
    }
}

impl From<QuestionError> for Trouble {
    fn from(error: QuestionError) -> Self {
        match error {
            QuestionError::Unknown(error) => error.into(),
            QuestionError::NotAssigned { .. } => {
                Self::new(StatusCode::CONFLICT, "not_assigned", error.to_string())
            }
            QuestionError::Definition(_) => {
                Self::new(StatusCode::BAD_REQUEST, "bad_definition", error.to_string())
            }
        }
    }
}

impl From<UnknownName> for Trouble {
    fn from(error: UnknownName) -> Self {
        Self::new(StatusCode::NOT_FOUND, "unknown_name", error.to_string())
    }
}

impl From<store::StoreError> for Trouble {
    /// What the store could not tell.
    fn from(error: store::StoreError) -> Self {
        crate::policy::ChangeError::from(error).into()
    }
}

impl From<crate::policy::ChangeError> for Trouble {
    /// A change that was not taken.
    fn from(error: crate::policy::ChangeError) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "store",
            error.to_string(),
        )
    }
}

/// Answers the operator.
pub(crate) async fn answer(
    app: &App,
    route: OperatorRoute,
    request: Request<Incoming>,
    peer: Peer,
) -> Response<Body> {
    let Some(operator) = operator(app, &request, peer).await else {
        let message = if app.local.is_some() {
            "this route needs the operator's token, which is in the data folder"
        } else {
            "this route needs the operator's token, which is in the data folder, or the operator's role"
        };
        return problem(StatusCode::UNAUTHORIZED, "not_the_operator", message);
    };
    let (parts, body) = request.into_parts();
    let body = tokio::time::timeout(
        app.settings.limits.body_idle,
        Limited::new(body, BODY_BYTES).collect(),
    )
    .await;
    let Ok(Ok(body)) = body else {
        return problem(
            StatusCode::BAD_REQUEST,
            "bad_body",
            "the body is too large or did not arrive in time",
        );
    };
    let body = body.to_bytes();
    let query = parts.uri.query();
    let answered = match route {
        OperatorRoute::ListRequests => requests::list(app, query),
        OperatorRoute::ReadRequest => requests::read(app, parts.uri.path()).await,
        OperatorRoute::ListCalls => calls::list(app, query),
        OperatorRoute::TallyCalls => calls::tally(app, query),
        OperatorRoute::Audit => audit::list(app, query).await,
        OperatorRoute::AuditHead => audit::head(app).await,
        OperatorRoute::Journal => local(app).and_then(|_| journal::read(app, query)),
        OperatorRoute::Reset => local(app).and_then(|_| journal::reset(app, query)),
        OperatorRoute::Grant => access::grant(app, &body, &operator).await,
        OperatorRoute::Revoke => access::revoke(app, &body, &operator).await,
        OperatorRoute::Check => access::check(app, &body),
        OperatorRoute::WhoCan => access::who_can(app, &body),
        OperatorRoute::Effective => access::effective(app, &body),
        OperatorRoute::WhyNot => access::why_not(app, &body),
        OperatorRoute::Diff => access::diff(app, &body),
        OperatorRoute::LeastPrivilege => access::least_privilege(app, &body),
        OperatorRoute::Policy => access::policy(app),
        OperatorRoute::IssueToken => environment::token(app, &body),
        OperatorRoute::ListKeys => keys::list(app),
        OperatorRoute::RotateKeys => keys::rotate(app, &body).await,
        OperatorRoute::Environment => environment::environment(app, query),
    };
    answered.unwrap_or_else(|trouble| problem(trouble.status, trouble.code, trouble.message))
}

/// The operator has the random token of the data folder or, with real tenants, an app role of Entra.
async fn operator(app: &App, request: &Request<Incoming>, peer: Peer) -> Option<Actor> {
    let world = &app.snapshot.load().world;
    let named = |id: &String| world.principal(id).map(|known| known.name.clone());
    let actor = |principal: Option<String>| Actor {
        name: principal.as_ref().and_then(named),
        principal,
        via: "operator",
        address: peer.address.ip(),
    };
    let token = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let token = token
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default();
    if app.settings.operator_token.matches(token) {
        return Some(actor(None));
    }
    let (now, seen) = (clock::now(), app.authority.generation());
    let principal = match app.authority.operator(token, now) {
        Err(TokenFault::UnknownKey { .. }) if app.authority.newer_keys(seen, now).await => {
            app.authority.operator(token, now)
        }
        judged => judged,
    };
    principal
        .ok()
        .flatten()
        .map(|principal| actor(Some(principal)))
}

/// The local tenant, if the server has one.
fn local(app: &App) -> Result<&Local, Trouble> {
    app.local.as_ref().ok_or_else(|| {
        Trouble::new(
            StatusCode::NOT_FOUND,
            "no_local_tenant",
            "this server takes tokens of real tenants: it issues none, lends no identity and keeps no \
             journal",
        )
    })
}

/// A parameter of the query, decoded.
fn parameter<'q>(query: Option<&'q str>, name: &str) -> Option<Cow<'q, str>> {
    query?.split('&').find_map(|pair| {
        let (found, value) = pair.split_once('=')?;
        (found == name).then(|| percent::decoded(value))
    })
}

/// A parameter of the query that is a number.
fn number(query: Option<&str>, name: &str) -> Result<Option<u64>, Trouble> {
    let Some(text) = parameter(query, name) else {
        return Ok(None);
    };
    text.parse().map(Some).map_err(|_| {
        let message = format!("`{name}` is a number");
        Trouble::new(StatusCode::BAD_REQUEST, "bad_query", message)
    })
}

/// How many entries are asked for, at most `most`.
fn limit(query: Option<&str>, most: usize) -> Result<usize, Trouble> {
    let asked = number(query, "limit")?;
    Ok(asked.map_or(most, |asked| {
        usize::try_from(asked).unwrap_or(most).clamp(1, most)
    }))
}

/// Reads the body of a question.
fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Trouble> {
    serde_json::from_slice(body)
        .map_err(|error| Trouble::new(StatusCode::BAD_REQUEST, "bad_body", error.to_string()))
}

/// A JSON answer.
fn json(answer: &impl Serialize) -> Answer {
    let body = serde_json::to_vec(answer).map_err(|error| {
        Trouble::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "not_serialisable",
            error.to_string(),
        )
    })?;
    let mut response = Response::new(Body::from(Bytes::from(body)));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
        .headers_mut()
        .insert("cache-control", HeaderValue::from_static("no-store"));
    Ok(response)
}

/// A name that nothing bears.
fn unknown(kind: &str, name: &str, known: &str) -> Trouble {
    let message = format!("no {kind} is called `{name}`; known: {known}");
    Trouble::new(StatusCode::NOT_FOUND, "unknown_name", message)
}
