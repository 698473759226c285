//! Answers a permitted call.

use access::operation::Operation;
use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, Response};

use super::attempt::Attempt;
use super::denied::Denied;
use super::models;
use crate::app::App;
use crate::authenticate::Caller;
use crate::backend::simulated::{Call, HungUp, Played, Reply};
use crate::backend::{Api, Dialect, Route};
use crate::body::Body;
use crate::permit::Permit;
use crate::refusal::{self, REQUEST_ID};
use crate::snapshot::Snapshot;

/// Why a permitted call is not answered.
pub(super) enum Unanswered {
    /// Only the handler could know what is wrong.
    Denied(Denied),
    /// The connection is to be closed without an answer.
    HungUp,
}

impl From<HungUp> for Unanswered {
    fn from(_: HungUp) -> Self {
        Self::HungUp
    }
}

/// What the handler does with a permit.
enum Work {
    /// Asks a model.
    Ask(Route),
    /// Reads a kept response.
    ReadResponse,
    /// Forgets a kept response.
    DeleteResponse,
    /// Lists what can be called.
    List(models::Listing),
    /// Says which model answers.
    Describe,
}

/// Answers.
///
/// # Errors
/// See [`Unanswered`].
pub(super) async fn respond(
    app: &App,
    permit: &Permit,
    attempt: &Attempt<'_>,
    headers: &HeaderMap,
    snapshot: &Snapshot,
) -> Result<Response<Body>, Unanswered> {
    let account = &*permit.account().name;
    let reply = match work(permit.operation()) {
        Work::List(listing) => {
            return models::list(listing, permit, attempt, snapshot).map_err(Unanswered::Denied);
        }
        Work::Describe => return models::describe(permit, attempt).map_err(Unanswered::Denied),
        Work::ReadResponse => app.simulator.read_response(account, attempt.item()),
        Work::DeleteResponse => app.simulator.delete_response(account, attempt.item()),
        Work::Ask(route) => ask(app, permit, attempt, headers, route)?,
    };
    let mut response = match reply.play().await? {
        Played::Response(response) => response.map(|playback| Body::Simulated(Box::new(playback))),
        Played::Refused(refusal) => refusal::Answer::from(refusal).into_response(&request_id()),
    };
    add_service_headers(&mut response, &permit.account().location);
    Ok(response)
}

fn ask(
    app: &App,
    permit: &Permit,
    attempt: &Attempt<'_>,
    headers: &HeaderMap,
    route: Route,
) -> Result<Reply, Unanswered> {
    let Some(deployment) = permit.deployment() else {
        // A permit for an operation on a model has the deployment: the checks see to it.
        let name = attempt.model.clone().unwrap_or_default();
        return Err(Unanswered::Denied(Denied::DeploymentUnknown {
            name,
            deployed_as: None,
        }));
    };
    let call = Call {
        route,
        account: &permit.account().name,
        deployment: &deployment.name,
        caller: match permit.caller() {
            Caller::Principal(identity) => &identity.claims.object_id,
            Caller::KeyHolder => "key",
        },
        headers,
        body: &attempt.body,
        now: attempt.now,
    };
    Ok(app.simulator.answer(&deployment.simulated, &call))
}

fn work(operation: Operation) -> Work {
    use Operation::*;
    let ask = |api, dialect| Work::Ask(Route::new(api, dialect));
    match operation {
        DeploymentChatCompletions => ask(Api::ChatCompletions, Dialect::Classic),
        DeploymentCompletions => ask(Api::Completions, Dialect::Classic),
        DeploymentEmbeddings => ask(Api::Embeddings, Dialect::Classic),
        ResponsesCreate => ask(Api::Responses, Dialect::Classic),
        V1ChatCompletions | ProjectChatCompletions => ask(Api::ChatCompletions, Dialect::V1),
        V1Completions => ask(Api::Completions, Dialect::V1),
        V1Embeddings | ProjectEmbeddings => ask(Api::Embeddings, Dialect::V1),
        V1ResponsesCreate | ProjectResponsesCreate => ask(Api::Responses, Dialect::V1),
        InferenceChatCompletions => ask(Api::ChatCompletions, Dialect::Inference),
        InferenceEmbeddings => ask(Api::Embeddings, Dialect::Inference),
        AnthropicMessages => ask(Api::Messages, Dialect::Anthropic),
        AnthropicCountTokens => ask(Api::CountTokens, Dialect::Anthropic),
        ResponsesRead | V1ResponsesRead | ProjectResponsesRead => Work::ReadResponse,
        ResponsesDelete | V1ResponsesDelete | ProjectResponsesDelete => Work::DeleteResponse,
        ModelsListClassic => Work::List(models::Listing::Classic),
        ModelsReadClassic => Work::List(models::Listing::ClassicOne),
        V1ModelsList | ProjectModelsList => Work::List(models::Listing::V1),
        V1ModelsRead => Work::List(models::Listing::V1One),
        ProjectDeploymentsList => Work::List(models::Listing::Project),
        InferenceInfo => Work::Describe,
    }
}

/// Headers that answers of the real service carry (service.md, section 5, number 11).
fn add_service_headers(response: &mut Response<Body>, location: &str) {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&request_id()) {
        headers.entry(REQUEST_ID).or_insert(id);
    }
    if let Ok(region) = HeaderValue::from_str(location) {
        headers.insert(HeaderName::from_static("x-ms-region"), region);
    }
    headers.insert(
        HeaderName::from_static("x-content-type-options"),
        HeaderValue::from_static("nosniff"),
    );
}

fn request_id() -> String {
    uuid::Uuid::new_v4().to_string()
}
