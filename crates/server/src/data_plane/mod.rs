//! The inference endpoint: judge the attempt, then answer it or refuse it.

pub(crate) mod api_version;
pub(crate) mod attempt;
mod body;
pub(crate) mod denied;
mod kept;
mod models;
mod respond;

use std::borrow::Cow;
use std::time::Instant;

use access::token::TokenFault;
use http::{HeaderValue, Request, Response, StatusCode};
use hyper::body::Incoming;

use self::attempt::{Attempt, Target};
use self::body::Content;
use self::denied::Denied;
use self::respond::{Asked, Unanswered};
use crate::app::App;
use crate::authenticate::ConnectionMemo;
use crate::backend::simulated::HungUp;
use crate::body::Body;
use crate::calls::{self, Call, Refused};
use crate::explain::{Told, quoted};
use crate::listen::Peer;
use crate::permit::{self, Permit};
use crate::snapshot::Snapshot;
use crate::{clock, refusal};

/// Answers a call.
///
/// # Errors
/// The connection is to be closed without an answer: a simulated fault.
pub(crate) async fn answer(
    app: &App,
    request: Request<Incoming>,
    target: Target,
    snapshot: &Snapshot,
    peer: Peer,
    memo: &ConnectionMemo,
) -> Result<Response<Body>, HungUp> {
    let came = Instant::now();
    let (parts, incoming) = request.into_parts();
    let mut attempt = Attempt::new(
        &parts,
        target,
        &snapshot.world,
        peer.address.ip(),
        clock::now(),
    );
    let denied = match judge(app, &mut attempt, incoming, snapshot, memo).await {
        Ok((permit, content)) => {
            let asked = Asked {
                permit: &permit,
                attempt: &attempt,
                headers: &parts.headers,
                content,
            };
            match respond::respond(app, asked, snapshot, memo).await {
                Ok(response) => {
                    remember(app, attempt, response.status(), None, came);
                    return Ok(response);
                }
                Err(Unanswered::HungUp) => return Err(HungUp),
                Err(Unanswered::Denied(denied)) => denied,
            }
        }
        Err(denied) => denied,
    };
    let (response, told) = refuse(app, &denied, &attempt, snapshot);
    remember(app, attempt, response.status(), Some(told), came);
    Ok(response)
}

async fn judge(
    app: &App,
    attempt: &mut Attempt<'_>,
    incoming: Incoming,
    snapshot: &Snapshot,
    memo: &ConnectionMemo,
) -> Result<(Permit, Content), Denied> {
    let order = &app.check_order;
    let seen = app.authority.generation();
    let mut done = permit::before_body(attempt, snapshot, memo, order);
    if let Err(Denied::Token(TokenFault::UnknownKey { .. })) = &done
        && app.authority.newer_keys(seen, attempt.now).await
    {
        done = permit::before_body(attempt, snapshot, memo, order);
    }
    let done = done?;
    let content = content(app, attempt, incoming).await?;
    let permit = permit::issue(attempt, snapshot, memo, order, done)?;
    Ok((permit, content))
}

/// The body: read only if the route, a simulated model or the upstream needs to know what it says.
async fn content(
    app: &App,
    attempt: &mut Attempt<'_>,
    incoming: Incoming,
) -> Result<Content, Denied> {
    let limits = app.settings.limits;
    if attempt.method != "POST" || attempt.found.is_none() {
        return Ok(Content::default());
    }
    if respond::passes_body_unread(attempt) {
        return Ok(Content::Unread(body::unread(incoming, limits)?));
    }
    let body = body::read(incoming, limits, &app.bodies).await?;
    let mut members = None;
    if attempt.model_is_in_body() {
        let (model, found) = body::model(&body)?;
        attempt.name_model(model.map(Cow::Owned));
        members = Some(found);
    }
    Ok(Content::Read { body, members })
}

fn refuse(
    app: &App,
    denied: &Denied,
    attempt: &Attempt<'_>,
    snapshot: &Snapshot,
) -> (Response<Body>, Told) {
    let audience = app.authority.recommended_audience(attempt.family);
    let answer = refusal::data_plane(denied, attempt, audience);
    let told = app.explanations.record(
        denied,
        attempt,
        answer.status(),
        snapshot,
        &app.authority,
        &app.settings,
    );
    let mut response = answer.into_response(&told.id);
    if app.settings.cause_header {
        response
            .headers_mut()
            .insert("x-entrada-cause", HeaderValue::from_static(told.cause));
    }
    (response, told)
}

/// Remembers a call of somebody who proved who they are, and those of others that are shown.
fn remember(
    app: &App,
    attempt: Attempt<'_>,
    status: StatusCode,
    told: Option<Told>,
    came: Instant,
) {
    if attempt.caller.is_none() && !told.as_ref().is_some_and(|told| told.shown) {
        return;
    }
    app.calls.record(Call {
        sequence: 0,
        time: attempt.now,
        took: came.elapsed(),
        status: status.as_u16(),
        asked: match attempt.operation() {
            Some(operation) if attempt.unknown_account.is_none() => calls::Asked::Inference {
                operation,
                account: attempt.account,
                project: attempt.project,
                deployment: attempt.deployment,
            },
            _ => calls::Asked::Other(quoted(&attempt.operation_text())),
        },
        caller: attempt.caller,
        refused: told.map(Refused::from),
    });
}
