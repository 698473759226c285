//! What simulated models were asked: for tests that assert on it.

use std::borrow::Cow;

use serde_json::json as value;

use super::{Answer, json};
use crate::app::App;
use crate::percent;

/// `GET /entrada/journal?test-id=ID`: of one test, or of all. Empty unless `[endpoint] journal` is on.
pub(super) fn read(app: &App, query: Option<&str>) -> Answer {
    json(&value!({ "calls": app.simulator.journal(test_id(query).as_deref()) }))
}

/// `POST /entrada/reset?test-id=ID`: of one test, or of all.
pub(super) fn reset(app: &App, query: Option<&str>) -> Answer {
    app.simulator.reset(test_id(query).as_deref());
    json(&value!({ "reset": true }))
}

fn test_id(query: Option<&str>) -> Option<Cow<'_, str>> {
    query?.strip_prefix("test-id=").map(percent::decoded)
}
