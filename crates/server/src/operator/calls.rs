//! The calls that are remembered.

use ::access::principal::PrincipalId;
use wire::entrada::{CallList, CallTally};

use super::{Answer, json, limit, number, parameter};
use crate::app::App;
use crate::authenticate::Caller;
use crate::calls::{self, Call};
use crate::snapshot::Snapshot;

/// How many calls one answer lists.
const LIST_LIMIT: usize = 1_000;

/// `GET /entrada/calls?principal=NAME&after=SEQUENCE&limit=N`
pub(super) fn list(app: &App, query: Option<&str>) -> Answer {
    let snapshot = app.snapshot.load();
    let principal = principal_id(query, &snapshot);
    let after = number(query, "after")?.unwrap_or_default();
    let limit = limit(query, LIST_LIMIT)?;
    let wanted = |call: &Call| {
        let caller = call.caller.as_ref().and_then(Caller::identity);
        principal
            .as_ref()
            .is_none_or(|wanted| caller.is_some_and(|caller| caller.principal == *wanted))
    };
    let newest = app.calls.newest(after, limit, wanted).into_iter();
    json(&CallList {
        calls: newest
            .map(|call| calls::shown(call, &snapshot.world))
            .collect(),
    })
}

/// `GET /entrada/calls/tally?principal=NAME`
pub(super) fn tally(app: &App, query: Option<&str>) -> Answer {
    let snapshot = app.snapshot.load();
    let principal = principal_id(query, &snapshot).map(|id| id.to_string());
    let (counts, uncounted) = app.calls.tally();
    let mut counts: Vec<_> = counts
        .into_iter()
        .filter_map(|(did, count)| calls::counted(&did, count, &snapshot.world))
        .filter(|count| {
            let id = count.principal_id.as_deref();
            principal
                .as_ref()
                .is_none_or(|wanted| id.is_some_and(|id| id.eq_ignore_ascii_case(wanted)))
        })
        .collect();
    let key = |count: &wire::entrada::CallCount| {
        (
            count.principal.clone(),
            count.resource.clone(),
            count.action.clone(),
            count.deployment.clone(),
            count.operation.clone(),
        )
    };
    counts.sort_by_cached_key(key);
    json(&CallTally { counts, uncounted })
}

/// The object id that is meant, by whichever name.
fn principal_id(query: Option<&str>, snapshot: &Snapshot) -> Option<PrincipalId> {
    let name = parameter(query, "principal")?;
    let known = snapshot.world.principal(&name);
    Some(known.map_or_else(|| PrincipalId::new(&name), |known| known.id.clone()))
}
