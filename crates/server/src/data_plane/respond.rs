//! Answers a permitted call.

use access::operation::Operation;
use bytes::Bytes;
use http::header::{HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, Response};

use super::attempt::Attempt;
use super::body::Content;
use super::denied::Denied;
use super::{kept, models};
use crate::app::App;
use crate::authenticate::{Caller, ConnectionMemo};
use crate::backend::simulated::{Call, HungUp, Played, Reply};
use crate::backend::upstream::{Fault, Forward};
use crate::backend::{Api, Dialect, Route};
use crate::body::Body;
use crate::config::Backend;
use crate::explain;
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

impl From<Denied> for Unanswered {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
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
    /// Reads, lists or deletes a kept response.
    Keep(kept::Wanted),
    /// Lists what can be called.
    List(models::Listing),
    /// Says which model answers.
    Describe,
}

/// A permitted call.
pub(super) struct Asked<'call> {
    pub(super) permit: &'call Permit,
    pub(super) attempt: &'call Attempt<'call>,
    pub(super) headers: &'call HeaderMap,
    pub(super) content: Content,
}

/// Whether the body goes to an upstream that cannot be led astray by it.
pub(super) fn passes_body_unread(attempt: &Attempt<'_>) -> bool {
    let (Some(deployment), Some(operation)) = (&attempt.deployment, attempt.operation()) else {
        return false;
    };
    match (&*deployment.backend, work(operation)) {
        (Backend::Upstream(upstream), Work::Ask(route)) => !upstream.reads_body(route),
        _ => false,
    }
}

/// Answers.
///
/// # Errors
/// See [`Unanswered`].
pub(super) async fn respond(
    app: &App,
    asked: Asked<'_>,
    snapshot: &Snapshot,
    memo: &ConnectionMemo,
) -> Result<Response<Body>, Unanswered> {
    let Asked {
        permit,
        attempt,
        headers,
        ..
    } = asked;
    let mut response = match work(permit.operation()) {
        Work::List(listing) => models::list(listing, permit, attempt, snapshot)?,
        Work::Describe => models::describe(permit, attempt)?,
        Work::Keep(wanted) => kept::answer(app, permit, attempt, headers, wanted, memo).await?,
        Work::Ask(route) => ask(app, asked, route, memo).await?,
    };
    add_service_headers(&mut response, &permit.account().location);
    Ok(response)
}

pub(super) async fn play(reply: Reply) -> Result<Response<Body>, HungUp> {
    Ok(match reply.play().await? {
        Played::Response(response) => response.map(|playback| Body::Simulated(Box::new(playback))),
        Played::Refused(refusal) => refusal::Answer::from(refusal).into_response(&request_id()),
    })
}

async fn ask(
    app: &App,
    asked: Asked<'_>,
    route: Route,
    memo: &ConnectionMemo,
) -> Result<Response<Body>, Unanswered> {
    let Asked {
        permit,
        attempt,
        headers,
        content,
    } = asked;
    let Some(deployment) = permit.deployment() else {
        // A permit for an operation on a model has the deployment: the checks see to it.
        let name = attempt.model.clone().unwrap_or_default().into_owned();
        return Err(Unanswered::Denied(Denied::DeploymentUnknown {
            name,
            deployed_as: None,
        }));
    };
    let model = match &*deployment.backend {
        Backend::Simulated(model) => model,
        Backend::Upstream(upstream) => {
            let call = Forward {
                route,
                model: &deployment.model.name,
                headers,
                payload: content.into(),
            };
            return Ok(match upstream.forward(memo.upstreams(), call).await {
                Ok(response) => response.map(Body::Upstream),
                Err(Fault::Request(fault)) => return Err(Denied::from(fault).into()),
                Err(fault) => {
                    explain::tell_upstream_fault(
                        &app.settings,
                        attempt.now,
                        &deployment.name,
                        &fault,
                    );
                    refusal::upstream(&fault, route.dialect).into_response(&request_id())
                }
            });
        }
    };
    let owner = permit.owner();
    let call = Call {
        route,
        account: &permit.account().name,
        owner: &owner,
        deployment: &deployment.name,
        caller: match permit.caller() {
            Caller::Principal(identity) => &identity.claims.object_id,
            Caller::KeyHolder => "key",
        },
        headers,
        body: &content.into_bytes(),
        now: attempt.now,
    };
    Ok(play(app.simulator.answer(model, &call)).await?)
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
        ResponsesRead | V1ResponsesRead | ProjectResponsesRead => Work::Keep(kept::Wanted::Read),
        ResponsesDelete | V1ResponsesDelete | ProjectResponsesDelete => {
            Work::Keep(kept::Wanted::Delete)
        }
        ResponsesInputItems | V1ResponsesInputItems | ProjectResponsesInputItems => {
            Work::Keep(kept::Wanted::InputItems)
        }
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
    if let Ok(id) = HeaderValue::from_maybe_shared(Bytes::from(request_id())) {
        headers.entry(REQUEST_ID).or_insert(id);
    }
    if let Ok(region) = HeaderValue::from_str(location) {
        headers.insert(REGION, region);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, NO_SNIFF);
}

const REGION: HeaderName = HeaderName::from_static("x-ms-region");
const NO_SNIFF: HeaderValue = HeaderValue::from_static("nosniff");

pub(super) fn request_id() -> String {
    let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
    uuid::Uuid::new_v4()
        .hyphenated()
        .encode_lower(&mut text)
        .to_owned()
}
