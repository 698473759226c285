//! The refusals and their explanations.

use http::StatusCode;
use wire::entrada::RequestList;

use super::{Answer, Trouble, json, limit, parameter};
use crate::app::App;

/// How many refusals one answer lists.
const LIST_LIMIT: usize = 100;

/// `GET /entrada/requests?principal=NAME&limit=N`
pub(super) fn list(app: &App, query: Option<&str>) -> Answer {
    let principal = parameter(query, "principal");
    let limit = limit(query, LIST_LIMIT)?;
    // A principal may be given by any of its names; records carry the short one.
    let snapshot = app.snapshot.load();
    let principal = principal.map(|name| {
        snapshot
            .world
            .principal(&name)
            .map_or(name.into_owned(), |known| known.name.clone())
    });
    json(&RequestList {
        requests: app.explanations.newest(principal.as_deref(), limit),
        unrecorded: app.explanations.unrecorded(),
    })
}

/// `GET /entrada/requests/{id}`
pub(super) async fn read(app: &App, path: &str) -> Answer {
    let id = path.rsplit('/').next().unwrap_or_default();
    let found = match (app.explanations.find(id), &app.audit) {
        (None, Some(audit)) => audit.explanation(id).await?,
        (found, _) => found,
    };
    match found {
        Some(record) => json(&record),
        None => {
            let message = format!("no refusal has the id `{id}`; the newest 10,000 are kept");
            Err(Trouble::new(
                StatusCode::NOT_FOUND,
                "unknown_request",
                message,
            ))
        }
    }
}
