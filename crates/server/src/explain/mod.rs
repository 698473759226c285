//! Why was it refused? Every refusal leaves a record that its id opens.
//!
//! A refusal costs its sender nothing, so it costs us little: what is known is kept as facts, and the doctor
//! is asked when somebody opens the explanation. Records of the same kind are folded, and both their number
//! and their size are bounded. Of callers who did not prove who they are, so many a second are recorded and
//! the others counted: the answer that they get is the same.

mod facts;
mod management;
mod ring;

pub(crate) use self::facts::quoted;

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use access::Timestamp;
use doctor::RuleId;
use doctor::evidence::redact::redact;
use doctor::evidence::user_agent;
use wire::entrada::RequestRecord;

use crate::audit::{Audit, Refused};
use crate::authenticate::{Authority, Caller, Identity};
use crate::backend::upstream::Fault;
use crate::data_plane::attempt::Attempt;
use crate::data_plane::denied::Denied;
use crate::settings::Settings;
use crate::snapshot::Snapshot;
pub(crate) use ring::Lacking;
use ring::{Known, Record, Records};

/// The cause of requests that are wrong in themselves, which the client's message says already.
const MALFORMED: &str = "request-malformed";

/// Refusals a second that are recorded for callers who did not prove who they are, and those of them that
/// are printed.
const STRANGERS_RECORDED: u32 = 100;
const STRANGERS_PRINTED: u32 = 5;

/// The newest refusals.
#[derive(Default)]
pub(crate) struct Explanations {
    /// Where they are written down; nowhere on an ephemeral server.
    audit: Option<Arc<Audit>>,
    records: Mutex<Records>,
    /// The second of the newest refusal of a stranger, and how many there were in it.
    strangers: Mutex<(Timestamp, u32)>,
    /// Refusals of strangers that were counted and not recorded.
    unrecorded: AtomicU64,
}

/// What the refusal itself may say.
pub(crate) struct Told {
    /// Goes into `apim-request-id`.
    pub(crate) id: String,
    /// The root cause's label; a header in local mode.
    pub(crate) cause: &'static str,
    /// Whether it is shown as it happens: always of callers who proved who they are, of strangers a few a
    /// second.
    pub(crate) shown: bool,
}

impl Told {
    /// Of a refusal that was recorded, with its [`place`](Explanations::place).
    fn at(place: u32, id: String, cause: &'static str) -> Self {
        let shown = place <= STRANGERS_PRINTED;
        Self { id, cause, shown }
    }

    /// Of one that was only counted.
    fn silently(id: String, cause: &'static str) -> Self {
        let shown = false;
        Self { id, cause, shown }
    }
}

impl Explanations {
    /// Those that were written down before, the newest first, and a place for further ones.
    pub(crate) fn continued(audit: Arc<Audit>, written: Vec<RequestRecord>) -> Self {
        let mut records = Records::default();
        for record in written.into_iter().rev() {
            records.push(Record::restored(record));
        }
        Self {
            audit: Some(audit),
            records: Mutex::new(records),
            ..Self::default()
        }
    }

    /// Records a refusal, so that its explanation can be opened.
    pub(crate) fn record(
        &self,
        denied: &Denied,
        attempt: &Attempt<'_>,
        status: u16,
        snapshot: &Snapshot,
        authority: &Authority,
        settings: &Settings,
    ) -> Told {
        let id = uuid::Uuid::new_v4().to_string();
        let reason = facts::reason(denied, attempt);
        let cause = reason.as_ref().and_then(facts::Reason::cause);
        let cause = cause.map_or(MALFORMED, RuleId::as_str);
        let principal = caller_name(attempt, snapshot);
        let Some(place) = self.place(principal.as_deref(), attempt.now) else {
            return Told::silently(id, cause);
        };
        let facts = reason.map(|reason| {
            let mut facts = reason.facts(attempt, principal.as_deref(), snapshot, authority);
            // The version of the client may be known for this.
            facts.extend(attempt.user_agent.map(user_agent).unwrap_or_default());
            facts
        });
        let record = Record {
            id: id.clone(),
            time: attempt.now,
            count: 1,
            status,
            operation: facts::quoted(&attempt.operation_text()),
            place: attempt.account.name.to_string(),
            command: grant_command(denied, attempt, principal.as_deref()),
            principal,
            cause,
            known: Known::Facts(facts),
        };
        self.keep(record, place, attempt.peer, settings);
        Told::at(place, id, cause)
    }

    /// Which refusal of a stranger it is in its second; 0 for callers who proved who they are, and `None`
    /// if there are too many already.
    fn place(&self, principal: Option<&str>, now: Timestamp) -> Option<u32> {
        let place = match principal {
            Some(_) => 0,
            None => self.place_among_strangers(now),
        };
        if place > STRANGERS_RECORDED {
            self.unrecorded.fetch_add(1, Ordering::Relaxed);
            if let Some(audit) = &self.audit {
                audit.passed_over();
            }
            return None;
        }
        Some(place)
    }

    fn keep(&self, record: Record, place: u32, address: IpAddr, settings: &Settings) {
        if settings.print_refusals && place <= STRANGERS_PRINTED {
            print_line(&record);
        }
        if let Some(audit) = &self.audit {
            audit.refused(Refused {
                id: record.id.clone(),
                status: record.status,
                cause: record.cause,
                operation: record.operation.clone(),
                resource: record.place.clone(),
                principal: record.principal.clone(),
                address,
            });
        }
        self.lock().push(record);
    }

    /// Which refusal of a stranger it is in its second, from 1.
    fn place_among_strangers(&self, now: Timestamp) -> u32 {
        let mut strangers = self
            .strangers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (second, count) = *strangers;
        let place = if second == now {
            count.saturating_add(1)
        } else {
            1
        };
        *strangers = (now, place);
        place
    }

    /// Refusals of strangers that were counted and not recorded.
    pub(crate) fn unrecorded(&self) -> u64 {
        self.unrecorded.load(Ordering::Relaxed)
    }

    /// The record with this id.
    pub(crate) fn find(&self, id: &str) -> Option<RequestRecord> {
        let record = self.lock().find(id);
        record.map(Record::explained)
    }

    /// The newest records, of one principal if one is named.
    pub(crate) fn newest(&self, principal: Option<&str>, limit: usize) -> Vec<RequestRecord> {
        let records = self.lock().newest(principal, limit);
        records.into_iter().map(Record::explained).collect()
    }

    /// The newest refusals for which `wanted` says yes of the caller's name and the place, without their
    /// reports.
    pub(crate) fn outlines(
        &self,
        limit: usize,
        wanted: impl Fn(Option<&str>, &str) -> bool,
    ) -> Vec<RequestRecord> {
        let wanted = |record: &Record| wanted(record.principal.as_deref(), &record.place);
        self.lock().outlines(limit, wanted)
    }

    /// What a recorded refusal's caller was not permitted, if that is why.
    pub(crate) fn lacking(&self, id: &str) -> Option<Lacking> {
        self.lock().find(id)?.lacking()
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
        Some(Caller::Principal(identity)) => Some(name_of(identity, snapshot)),
        None => None,
    }
}

fn name_of(identity: &Identity, snapshot: &Snapshot) -> String {
    match snapshot.world.principal(&identity.principal.to_string()) {
        Some(principal) => principal.name.clone(),
        None => identity
            .claims
            .name
            .clone()
            // An address is nothing for a log.
            .filter(|name| redact(name) == *name)
            .unwrap_or_else(|| identity.claims.object_id.clone()),
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
    let id = attempt.caller.as_ref()?.identity()?.principal.to_string();
    // Whom nobody declared is known by object id only; what the token calls them is not a name here.
    let name = match attempt.world.principal(&id) {
        Some(_) => principal?,
        None => &id,
    };
    Some(format!(
        "entrada grant {name} \"{role}\" {}",
        attempt.account.name
    ))
}

#[expect(
    clippy::print_stderr,
    reason = "the line per refusal is what `serve` is watched for"
)]
fn print_line(record: &Record) {
    let who = record.principal.as_deref().unwrap_or("somebody");
    eprintln!(
        "{} {} {who} on {}: {} -> {}",
        record.time, record.status, record.place, record.operation, record.cause
    );
    if let Some(command) = &record.command {
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

#[cfg(test)]
mod tests;
