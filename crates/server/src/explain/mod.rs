//! Why was it refused? Every refusal leaves a record that its id opens.
//!
//! Refusals are rare beside answers, so this is where the time goes that the hot path saves: the
//! decision is made again with all its steps, the doctor names cause and fix, and a line is printed
//! for whoever watches the server. Records of the same kind are folded, and both their number and
//! their size are bounded.

mod facts;
mod ring;

use std::sync::{Mutex, MutexGuard, PoisonError};

use access::Timestamp;
use doctor::{Report, diagnose};
use serde_json::{Value, json};
use wire::entrada::RequestRecord;

use crate::authenticate::Caller;
use crate::backend::upstream::Fault;
use crate::data_plane::attempt::Attempt;
use crate::data_plane::denied::Denied;
use crate::settings::Settings;
use crate::snapshot::Snapshot;
use ring::Records;

/// The cause of requests that are wrong in themselves, which the client's message says already.
const MALFORMED: &str = "request-malformed";

/// Characters of an operation that a record keeps.
const OPERATION_LENGTH: usize = 200;

/// Lines a second that are printed for callers who did not prove who they are.
const STRANGERS_PER_SECOND: u32 = 5;

/// The newest refusals.
#[derive(Default)]
pub(crate) struct Explanations {
    records: Mutex<Records>,
    /// The second of the newest refusal of a stranger, and how many there were in it.
    strangers: Mutex<(Timestamp, u32)>,
}

/// What the refusal itself may say.
pub(crate) struct Told {
    /// Goes into `apim-request-id`.
    pub(crate) id: String,
    /// The root cause's label; a header in local mode.
    pub(crate) cause: &'static str,
}

impl Explanations {
    /// Explains a refusal and keeps the explanation.
    pub(crate) fn record(
        &self,
        denied: &Denied,
        attempt: &Attempt<'_>,
        status: u16,
        snapshot: &Snapshot,
        settings: &Settings,
    ) -> Told {
        let principal = caller_name(attempt, snapshot);
        let facts = facts::of(denied, attempt, principal.as_deref(), snapshot);
        let report = facts.map(|facts| diagnose(&facts)).unwrap_or_default();
        let cause = report
            .findings
            .first()
            .map_or(MALFORMED, |finding| finding.rule.as_str());
        let command = grant_command(denied, attempt, principal.as_deref());
        let record = RequestRecord {
            id: uuid::Uuid::new_v4().to_string(),
            time: attempt.now.to_string(),
            count: 1,
            status,
            operation: shortened(attempt.operation_text()),
            account: Some(attempt.account.name.to_string()),
            report: with_command(&report, command.as_deref()),
            principal,
            cause: cause.to_owned(),
        };
        if settings.print_refusals && self.may_print(&record, attempt.now) {
            print_line(&record, command.as_deref());
        }
        let id = record.id.clone();
        self.lock().push(record);
        Told { id, cause }
    }

    /// Whether the line of a refusal is printed. Strangers cost nothing to refuse, so they must not be
    /// able to fill the operator's terminal either: a few of them a second are shown.
    fn may_print(&self, record: &RequestRecord, now: Timestamp) -> bool {
        if record.principal.is_some() {
            return true;
        }
        let mut strangers = self
            .strangers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (second, count) = *strangers;
        *strangers = if second == now {
            (now, count.saturating_add(1))
        } else {
            (now, 1)
        };
        strangers.1 <= STRANGERS_PER_SECOND
    }

    /// The record with this id.
    pub(crate) fn find(&self, id: &str) -> Option<RequestRecord> {
        self.lock().find(id)
    }

    /// The newest records, of one principal if one is named.
    pub(crate) fn newest(&self, principal: Option<&str>, limit: usize) -> Vec<RequestRecord> {
        self.lock().newest(principal, limit)
    }

    fn lock(&self) -> MutexGuard<'_, Records> {
        // Nothing that holds the lock can panic half-way; poisoned records are still records.
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The name under which people know the caller.
fn caller_name(attempt: &Attempt<'_>, snapshot: &Snapshot) -> Option<String> {
    match &attempt.caller {
        Some(Caller::KeyHolder) => Some("a key holder".to_owned()),
        Some(Caller::Principal(identity)) => {
            Some(match snapshot.world.principal(&identity.claims.object_id) {
                Some(principal) => principal.name.clone(),
                None => identity
                    .claims
                    .name
                    .clone()
                    .unwrap_or_else(|| identity.claims.object_id.clone()),
            })
        }
        None => None,
    }
}

/// The command that mends a missing role on this very server.
fn grant_command(
    denied: &Denied,
    attempt: &Attempt<'_>,
    principal: Option<&str>,
) -> Option<String> {
    let Denied::Role(decision) = denied else {
        return None;
    };
    let role = &decision.suggested_role.as_ref()?.name;
    Some(format!(
        "entrada grant {} \"{role}\" {}",
        principal?, attempt.account.name
    ))
}

/// The report, with what can be done here before what can be done on Azure.
fn with_command(report: &Report, command: Option<&str>) -> Value {
    let mut report = report.to_json();
    let fixes = report
        .pointer_mut("/findings/0/fix")
        .and_then(Value::as_array_mut);
    if let (Some(command), Some(fixes)) = (command, fixes) {
        fixes.insert(
            0,
            json!({ "title": "On this server, assign the role", "command": command }),
        );
    }
    report
}

/// Paths are as long as their senders like.
fn shortened(operation: String) -> String {
    match operation.char_indices().nth(OPERATION_LENGTH) {
        Some((end, _)) => format!("{}…", &operation[..end]),
        None => operation,
    }
}

#[expect(
    clippy::print_stderr,
    reason = "the line per refusal is what `serve` is watched for"
)]
fn print_line(record: &RequestRecord, command: Option<&str>) {
    let who = record.principal.as_deref().unwrap_or("somebody");
    let account = record.account.as_deref().unwrap_or("-");
    eprintln!(
        "{} {} {who} on {account}: {} -> {}",
        record.time, record.status, record.operation, record.cause
    );
    if let Some(command) = command {
        eprintln!("    fix: {command}");
    }
    eprintln!("    why: entrada explain --request {}", record.id);
}

/// Tells the operator why a model server gave no answer; the client learns neither host nor credential.
#[expect(
    clippy::print_stderr,
    reason = "`serve` is watched for what goes wrong"
)]
pub(crate) fn tell_upstream_fault(
    settings: &Settings,
    now: Timestamp,
    deployment: &str,
    fault: &Fault,
) {
    if settings.print_refusals {
        eprintln!(
            "{now} {} {deployment}: {}",
            fault.status().as_u16(),
            fault.detail()
        );
    }
}
