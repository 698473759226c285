//! The simulator: one for a server, whatever accounts and models it has.

mod answer;
mod script;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use access::Timestamp;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use wire::openai::responses::Deleted;

use super::control::Control;
use super::fault::Fault;
use super::items::Page;
use super::journal::{Entry, Journal};
use super::model::Model;
use super::reply::{Answer, Invalid, Reply};
use super::responses::Responses;
use super::session::Sessions;
use crate::backend::hash::Salt;
use crate::backend::{Dialect, Route};

/// A call that is already allowed.
pub struct Call<'a> {
    /// What is asked, in which words.
    pub route: Route,
    /// Which account it was allowed on.
    pub account: &'a str,
    /// Whose kept responses it reads and adds to: the account, or a project of it.
    pub owner: &'a str,
    /// Which deployment it was allowed on.
    pub deployment: &'a str,
    /// Who calls, for the journal: an object id, or `key`.
    pub caller: &'a str,
    /// The request's headers. Scripted replies look at them, and in local mode
    /// the simulation's own.
    pub headers: &'a HeaderMap,
    /// The request's body, bounded by the caller.
    pub body: &'a Bytes,
    /// When.
    pub now: Timestamp,
}

/// How a simulator works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether clients may ask for delays and failures and name their tests:
    /// only on a local server.
    pub local: bool,
    /// Whether calls are noted in the journal: only on a local server, and only
    /// if asked for, since it holds prompts.
    pub journal: bool,
    /// Sets names of answers apart. Without one they are the same on every run,
    /// which tests like; a server that others use wants one, so that nobody
    /// guesses the name of another's kept response.
    pub salt: Salt,
}

/// The simulator.
pub struct Simulator {
    options: Options,
    sessions: Mutex<Sessions>,
    responses: Mutex<Responses>,
    journal: Mutex<Journal>,
}

/// A call with what is known about it besides.
struct Turn<'a> {
    call: &'a Call<'a>,
    model: &'a Model,
    control: Control,
    /// Which call of the deployment it is in its test.
    number: u64,
    /// Account, deployment, test and number: names of the answer follow from it.
    key: String,
}

/// Which scripted reply answers, and how much later than usual.
#[derive(Default)]
struct Matched {
    index: Option<usize>,
    delay: Duration,
}

impl Simulator {
    /// A simulator that remembers nothing yet.
    pub fn new(options: Options) -> Self {
        Self {
            options,
            sessions: Mutex::default(),
            responses: Mutex::default(),
            journal: Mutex::default(),
        }
    }

    /// What `model` replies to `call`.
    pub fn answer(&self, model: &Model, call: &Call<'_>) -> Reply {
        let control = if self.options.local {
            Control::read(call.headers)
        } else {
            Ok(Control::default())
        };
        let control = match control {
            Ok(control) => control,
            Err(invalid) => return invalid.reply(call.route.dialect),
        };
        let what = format!("{}/{}", call.account, call.deployment);
        let number = lock(&self.sessions).count(&control.test_id, &what, None);
        let key = format!("{what}\n{}\n{number}", control.test_id);
        let turn = Turn {
            call,
            model,
            control,
            number,
            key,
        };
        let mut matched = Matched::default();
        let reply = match turn
            .control
            .fault
            .as_ref()
            .and_then(|fault| fault.reply(call.route.dialect))
        {
            Some(reply) => reply,
            None => self
                .reply(&turn, &mut matched)
                .unwrap_or_else(|invalid| invalid.reply(call.route.dialect)),
        };
        let reply = match &turn.control.fault {
            Some(fault @ (Fault::Cut | Fault::Malformed)) => fault.damage(reply),
            _ => reply,
        };
        if self.options.local && self.options.journal {
            self.note(&turn, &matched, &reply);
        }
        reply.later(matched.delay).later(turn.control.delay)
    }

    /// A kept response of `owner`.
    pub fn read_response(&self, owner: &str, id: &str) -> Reply {
        match lock(&self.responses).find(owner, id) {
            Some(kept) => {
                let body = kept.body.clone();
                Reply::Answer(Answer::whole(StatusCode::OK, "application/json", body))
            }
            None => Invalid::response(id).reply(Dialect::V1),
        }
    }

    /// Whether a response of that name is kept for `owner`.
    pub fn has_response(&self, owner: &str, id: &str) -> bool {
        lock(&self.responses).find(owner, id).is_some()
    }

    /// The input items of a kept response of `owner`, as the query wants them.
    pub fn response_items(&self, owner: &str, id: &str, query: Option<&str>) -> Reply {
        let items = match lock(&self.responses).find(owner, id) {
            Some(kept) => kept.items.clone(),
            None => return Invalid::response(id).reply(Dialect::V1),
        };
        match Page::read(query) {
            Ok(page) => Reply::json(StatusCode::OK, &page.of(&items)),
            Err(invalid) => invalid.reply(Dialect::V1),
        }
    }

    /// Forgets a kept response of `owner`.
    pub fn delete_response(&self, owner: &str, id: &str) -> Reply {
        if lock(&self.responses).delete(owner, id) {
            Reply::json(
                StatusCode::OK,
                &Deleted {
                    id: id.to_owned(),
                    deleted: true,
                },
            )
        } else {
            Invalid::response(id).reply(Dialect::V1)
        }
    }

    /// The journal as a JSON list, oldest call first: of one test, or of all.
    pub fn journal(&self, test_id: Option<&str>) -> Value {
        lock(&self.journal).entries(test_id)
    }

    /// Forgets counts and journal of one test; or of all tests, and every kept
    /// response.
    pub fn reset(&self, test_id: Option<&str>) {
        lock(&self.sessions).reset(test_id);
        lock(&self.journal).reset(test_id);
        if test_id.is_none() {
            lock(&self.responses).clear();
        }
    }

    fn note(&self, turn: &Turn<'_>, matched: &Matched, reply: &Reply) {
        let Turn {
            call,
            control,
            number,
            ..
        } = turn;
        lock(&self.journal).note(Entry {
            at: call.now.0,
            caller: call.caller.to_owned(),
            account: call.account.to_owned(),
            deployment: call.deployment.to_owned(),
            operation: format!("{:?} {:?}", call.route.dialect, call.route.api),
            test_id: control.test_id.clone(),
            call: *number,
            reply: matched.index,
            status: reply.status(),
            // A copy: what is kept must not hold what bodies under way may take.
            body: Bytes::copy_from_slice(call.body),
        });
    }
}

/// What is remembered is complete after every step, so a panic elsewhere while
/// it was locked leaves it good.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
