//! Responses that were kept: read, listed and deleted, wherever they are.
//!
//! Simulated models keep theirs here, apart for each account and each project of it. A model server keeps its
//! own, for whoever may call the one account that uses it (the configuration refuses two). An id does not
//! say who keeps it, so that an account with several such servers has no way to find out: there, kept
//! responses of model servers are not found.

use http::{HeaderMap, Method, Response};

use super::attempt::Attempt;
use super::respond::{play, request_id};
use crate::app::App;
use crate::authenticate::{ConnectionMemo, RouteFamily};
use crate::backend::Dialect;
use crate::backend::simulated::HungUp;
use crate::backend::upstream::{Kept, Upstream};
use crate::body::Body;
use crate::config::{Account, Backend};
use crate::explain;
use crate::permit::Permit;
use crate::refusal;

/// What is to be done with a kept response.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Read,
    InputItems,
    Delete,
}

/// Answers.
///
/// # Errors
/// The connection is to be closed without an answer.
pub(super) async fn answer(
    app: &App,
    permit: &Permit,
    attempt: &Attempt<'_>,
    headers: &HeaderMap,
    wanted: Wanted,
    memo: &ConnectionMemo,
) -> Result<Response<Body>, HungUp> {
    let (owner, id) = (permit.owner(), attempt.item());
    if !app.simulator.has_response(&owner, id)
        && let Some((deployment, upstream)) = keeper(permit.account())
    {
        let call = Kept {
            method: if wanted == Wanted::Delete {
                Method::DELETE
            } else {
                Method::GET
            },
            id,
            input_items: wanted == Wanted::InputItems,
            query: attempt.query,
            headers,
        };
        return Ok(match upstream.kept_response(memo.upstreams(), call).await {
            Ok(response) => response.map(Body::Upstream),
            Err(fault) => {
                let settings = &app.settings;
                explain::tell_upstream_fault(settings, attempt.now, deployment, &fault);
                let dialect = match attempt.family {
                    RouteFamily::Classic => Dialect::Classic,
                    _ => Dialect::V1,
                };
                refusal::upstream(&fault, dialect).into_response(&request_id())
            }
        });
    }
    play(match wanted {
        Wanted::Read => app.simulator.read_response(&owner, id),
        Wanted::InputItems => app.simulator.response_items(&owner, id, attempt.query),
        Wanted::Delete => app.simulator.delete_response(&owner, id),
    })
    .await
}

/// The one model server of the account that keeps responses, with the name of a deployment there.
fn keeper(account: &Account) -> Option<(&str, &Upstream)> {
    let mut keepers = account.deployments.iter().filter_map(|deployment| {
        let Backend::Upstream(upstream) = &*deployment.backend else {
            return None;
        };
        let keeps = upstream.keeps_responses();
        keeps.then_some((&*deployment.name, &**upstream))
    });
    let first = keepers.next()?;
    keepers
        .all(|(_, other)| other.is_same_server(first.1))
        .then_some(first)
}
