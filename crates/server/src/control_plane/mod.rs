//! Azure Resource Manager and Microsoft Graph: who may do what, asked and changed as on Azure.
//!
//! ```text
//! path -> row and scope (route::management) -> who calls -> may they, as far as the path tells
//!      -> body -> attributes -> Permit -> handler -> answer
//! ```
//!
//! Every route is itself decided by the policy that it shows and changes, in the management plane. A
//! [`Permit`] is made in one place, after the body has come, by the policy of that moment;
//! what changes the policy asks for it once more while nobody else can change anything, so that a right
//! which was taken away is not used a moment later.
//!
//! # Adding a provider
//!
//! Its rows go to `route/table/management.rs`, with the action of each; a variant of
//! [`ManagementRoute`] and an arm in [`handle`] lead to a module beside `resources` and `authorization`.
//! Handlers get a [`Call`] and answer with a [`Reply`] or a [`Fault`]; nothing else is theirs to do: not
//! the token, not the decision, not the headers.

mod attempt;
mod authorization;
mod cognitive_services;
mod denied;
mod fault;
mod graph;
mod inventory;
mod page;
mod permit;
mod provisioning;
mod query;
mod resources;

pub(crate) use attempt::Attempt;
pub(crate) use authorization::{assignment_attributes, is_description};
pub(crate) use denied::Denied;
pub(crate) use fault::Fault;
pub(crate) use graph::{GraphFault, answer as answer_graph};
pub(crate) use inventory::resource_groups;
pub(crate) use permit::{allows, is_about_a_condition};
pub(crate) use query::Query;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use access::Timestamp;
use access::condition::Attributes;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use serde::Serialize;
use serde::de::DeserializeOwned;

use self::permit::Permit;
use crate::app::App;
use crate::audit::Actor;
use crate::authenticate::{Caller, ConnectionMemo, Identity};
use crate::body::Body;
use crate::budget::Exhausted;
use crate::calls::{self, Asked, Refused};
use crate::explain::{Told, quoted};
use crate::listen::{Bounded, BoundedError, Peer};
use crate::refusal;
use crate::route::table::{Guard, ManagementRoute, PublicRoute};
use crate::route::{Found, ManagementMatch, management_path_exists};
use crate::snapshot::Snapshot;

/// Bytes of a request to the management plane. ARM takes 4 MiB; nothing here is that large.
const BODY_BYTES: usize = 256 * 1024;

/// A call that may be answered.
pub(crate) struct Call<'call> {
    pub(crate) app: &'call App,
    pub(crate) snapshot: Arc<Snapshot>,
    /// Who calls.
    pub(crate) caller: &'call Identity,
    /// Where from.
    pub(crate) address: IpAddr,
    /// The way it came, for the journal.
    pub(crate) via: &'static str,
    /// What is addressed.
    pub(crate) found: &'call ManagementMatch,
    pub(crate) query: &'call Query,
    pub(crate) body: Bytes,
    pub(crate) now: Timestamp,
    /// The address under which the client reached us, without a slash at the end.
    pub(crate) origin: &'call str,
}

impl Call<'_> {
    /// The name that the path's last `{…}` took; routes without one have none.
    pub(crate) fn name(&self) -> &str {
        self.found.names.last().map_or("", String::as_str)
    }

    /// The caller, for the journal.
    pub(crate) fn actor(&self) -> Actor {
        let principal = self.caller.principal.to_string();
        let known = self.snapshot.world.principal(&principal);
        Actor {
            name: known.map(|known| known.name.clone()),
            principal: Some(principal),
            via: self.via,
            address: self.address,
        }
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// [`Fault::BodyMalformed`].
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        serde_json::from_slice(&self.body).map_err(|error| Fault::BodyMalformed(error.to_string()))
    }
}

/// What a handler answers.
#[derive(Debug)]
pub(crate) struct Reply {
    status: StatusCode,
    body: Option<String>,
}

impl Reply {
    /// The status.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// 200 with this.
    pub(crate) fn ok(body: &impl Serialize) -> Result<Self, Fault> {
        Self::json(StatusCode::OK, body)
    }

    /// This status, with this.
    pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Result<Self, Fault> {
        let body =
            serde_json::to_string(body).map_err(|error| Fault::Internal(error.to_string()))?;
        Ok(Self {
            status,
            body: Some(body),
        })
    }

    /// 204.
    pub(crate) fn nothing() -> Self {
        Self::bare(StatusCode::NO_CONTENT)
    }

    /// This status, without a body.
    pub(crate) fn bare(status: StatusCode) -> Self {
        Self { status, body: None }
    }
}

/// Why there is no reply.
pub(crate) enum Unanswered {
    /// The caller may not, or cannot be told who it is.
    Denied(Denied),
    /// What was asked for cannot be.
    Fault(Fault),
}

impl From<Denied> for Unanswered {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

impl From<Fault> for Unanswered {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Answers a call to Azure Resource Manager.
pub(crate) async fn answer(
    app: &App,
    request: Request<Incoming>,
    peer: Peer,
    memo: &ConnectionMemo,
) -> Response<Body> {
    let came = Instant::now();
    let (parts, incoming) = request.into_parts();
    let mut attempt = Attempt::management(&parts, peer);
    let answered = judge(app, &mut attempt, incoming, memo).await;
    let snapshot = app.snapshot.load();
    let (response, told) = match answered {
        Ok(reply) => {
            let response = refusal::management_reply(reply.status, reply.body, &attempt);
            (response, None)
        }
        Err(Unanswered::Fault(fault)) => (refusal::management_fault(&fault, &attempt), None),
        Err(Unanswered::Denied(denied)) => {
            let answer = refusal::management(&denied, &attempt, &snapshot.world);
            let told = app.explanations.record_management(
                &denied,
                &attempt,
                answer.status(),
                &snapshot,
                &app.authority,
                &app.settings,
            );
            let response = answer.into_management_response(&told.id, &attempt);
            (response, Some(told))
        }
    };
    remember(app, &attempt, &response, told, came);
    response
}

/// Remembers a call of somebody who proved who they are, and those of others that are shown.
fn remember(
    app: &App,
    attempt: &Attempt<'_>,
    response: &Response<Body>,
    told: Option<Told>,
    came: Instant,
) {
    if attempt.caller().is_none() && !told.as_ref().is_some_and(|told| told.shown) {
        return;
    }
    app.calls.record(calls::Call {
        sequence: 0,
        time: attempt.now,
        took: came.elapsed(),
        status: response.status().as_u16(),
        caller: attempt.caller().cloned().map(Caller::Principal),
        asked: match &attempt.found {
            Some(found) => Asked::Management(Arc::clone(found)),
            None => Asked::Other(quoted(&attempt.operation())),
        },
        refused: told.map(Refused::from),
    });
}

async fn judge(
    app: &App,
    attempt: &mut Attempt<'_>,
    incoming: Incoming,
    memo: &ConnectionMemo,
) -> Result<Reply, Unanswered> {
    // As the real one: who forgets the version is told so before anything else.
    if attempt.query.api_version().is_none() {
        return Err(Denied::ApiVersionMissing.into());
    }
    let found = crate::route::management(attempt.method, attempt.path);
    if let Found::Row(found) = &found {
        attempt.found = Some(Arc::clone(found));
        if let Guard::Public(PublicRoute::CloudMetadata, _) = found.row.guard {
            return Ok(resources::metadata(attempt, &app.snapshot.load().world)?);
        }
    }
    let caller = permit::authenticate(app, attempt, memo).await?;
    let found = match found {
        Found::Row(found) => found,
        Found::Unreadable(error) => return Err(Fault::Path(error).into()),
        Found::Nothing if management_path_exists(attempt.path) => {
            return Err(Fault::MethodNotAllowed.into());
        }
        Found::Nothing => return Err(Fault::RouteUnknown.into()),
    };
    permit::before_body(&app.snapshot.load(), &caller, &found, attempt.now)?;
    let body = read(app, incoming).await?;
    let call = Call {
        app,
        snapshot: app.snapshot.load_full(),
        caller: &caller,
        address: attempt.peer,
        via: "arm",
        found: &found,
        query: &attempt.query,
        body,
        now: crate::clock::now(),
        origin: attempt.origin(),
    };
    decide_and_handle(&call).await
}

/// The last steps of every call: what conditions ask about, the permit, the handler.
async fn decide_and_handle(call: &Call<'_>) -> Result<Reply, Unanswered> {
    let attributes = attributes(call)?;
    let permit = permit::issue(call, attributes)?;
    handle(call, &permit).await
}

/// Does for somebody who is known already what a call to this path would do: decided by the same row of the
/// table, refused for the same reasons.
pub(crate) async fn perform(app: &App, asked: Internal<'_>) -> Result<Reply, Unanswered> {
    let found = match crate::route::management(asked.method, asked.path) {
        Found::Row(found) => found,
        Found::Unreadable(error) => return Err(Fault::Path(error).into()),
        Found::Nothing => return Err(Fault::RouteUnknown.into()),
    };
    let now = crate::clock::now();
    permit::before_body(&app.snapshot.load(), asked.caller, &found, now)?;
    let call = Call {
        app,
        snapshot: app.snapshot.load_full(),
        caller: asked.caller,
        address: asked.address,
        via: asked.via,
        found: &found,
        query: &Query::default(),
        body: asked.body,
        now,
        origin: "",
    };
    decide_and_handle(&call).await
}

/// A call that comes from inside.
pub(crate) struct Internal<'call> {
    pub(crate) caller: &'call Identity,
    /// The way it came, for the journal.
    pub(crate) via: &'static str,
    pub(crate) address: IpAddr,
    pub(crate) method: &'static str,
    pub(crate) path: &'call str,
    pub(crate) body: Bytes,
}

/// What conditions may ask about the request.
fn attributes(call: &Call<'_>) -> Result<Attributes, Fault> {
    match route(call.found.row.guard) {
        Some(ManagementRoute::Authorization(route)) => authorization::attributes(route, call),
        Some(ManagementRoute::Resources(_) | ManagementRoute::CognitiveServices(_)) | None => {
            Ok(Attributes::default())
        }
    }
}

async fn handle(call: &Call<'_>, permit: &Permit) -> Result<Reply, Unanswered> {
    match route(call.found.row.guard) {
        Some(ManagementRoute::Resources(route)) => resources::handle(route, call, permit).await,
        Some(ManagementRoute::CognitiveServices(route)) => {
            cognitive_services::handle(route, call, permit).await
        }
        Some(ManagementRoute::Authorization(route)) => {
            authorization::handle(route, call, permit).await
        }
        None => Err(Fault::RouteUnknown.into()),
    }
}

/// The handler behind a guard of the management plane.
fn route(guard: Guard) -> Option<ManagementRoute> {
    match guard {
        Guard::Action(route, _) | Guard::OwnOrAction(route, _) | Guard::SignedIn(route, _) => {
            Some(route)
        }
        Guard::DataAction(_)
        | Guard::Directory(_)
        | Guard::DirectoryChange(_)
        | Guard::Operator(_)
        | Guard::Portal(_)
        | Guard::Public(..) => None,
    }
}

/// The body, within bounds.
async fn read(app: &App, incoming: Incoming) -> Result<Bytes, Fault> {
    let limits = crate::listen::Limits {
        body_bytes: BODY_BYTES.min(app.settings.limits.body_bytes),
        ..app.settings.limits
    };
    let fault = |error: BoundedError| match error {
        BoundedError::TooLarge(limit) => Fault::BodyTooLarge(limit),
        _ => Fault::BodyIncomplete,
    };
    let mut bounded = Bounded::new(incoming, limits).map_err(fault)?;
    let mut share = app.public_bodies.share();
    let mut whole = Vec::new();
    while let Some(frame) = http_body_util::BodyExt::frame(&mut bounded).await {
        let Ok(data) = frame.map_err(fault)?.into_data() else {
            continue;
        };
        share.grow(data.len()).map_err(|Exhausted| Fault::Busy)?;
        whole.extend_from_slice(&data);
    }
    Ok(share.hold(Bytes::from(whole)))
}
