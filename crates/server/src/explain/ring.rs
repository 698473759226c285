//! A bounded memory of refusals, with equal ones folded.

use std::collections::VecDeque;

use access::Timestamp;
use access::action::Plane;
use doctor::{Facts, Kind, Name, RuleId, diagnose};
use serde_json::{Value, json};
use wire::entrada::RequestRecord;

use super::MALFORMED;

/// Records kept of callers who proved who they are.
const KNOWN: usize = 10_000;

/// Records kept of everybody else. Apart, because strangers cost nothing to refuse: they must not be
/// able to push out the explanations that somebody waits for.
const STRANGERS: usize = 500;

/// Bytes of one record's report; of a larger one only the cause is told.
const REPORT_BYTES: usize = 16 * 1024;

/// How many of the newest records a new one is compared with.
const FOLD_WINDOW: usize = 64;

/// One refusal, or several of the same kind, with what is known about the newest.
#[derive(Clone)]
pub(super) struct Record {
    pub(super) id: String,
    pub(super) time: Timestamp,
    pub(super) count: u64,
    pub(super) status: u16,
    pub(super) operation: String,
    /// The account that was called, or the scope.
    pub(super) place: String,
    pub(super) principal: Option<String>,
    pub(super) cause: &'static str,
    pub(super) known: Known,
    /// The command that mends it on this very server.
    pub(super) command: Option<String>,
}

/// What is known about a refusal.
#[derive(Clone)]
pub(super) enum Known {
    /// What the doctor is told; nothing for requests that are wrong in themselves.
    Facts(Option<Facts>),
    /// What the doctor said, before the server was started anew.
    Report(Value),
}

impl Record {
    /// One that was written down.
    pub(super) fn restored(written: RequestRecord) -> Self {
        let cause = RuleId::parse(&written.cause);
        Self {
            id: written.id,
            time: Timestamp::parse(&written.time).unwrap_or_default(),
            count: written.count,
            status: written.status,
            operation: written.operation,
            place: written.account.unwrap_or_default(),
            principal: written.principal,
            cause: cause.map_or(MALFORMED, RuleId::as_str),
            known: Known::Report(written.report),
            command: None,
        }
    }

    /// As the operator reads it, with the doctor's report.
    pub(super) fn explained(self) -> RequestRecord {
        RequestRecord {
            report: self.report(),
            ..self.outline()
        }
    }

    /// The same without the report, which costs a diagnosis.
    fn outline(&self) -> RequestRecord {
        RequestRecord {
            report: Value::Null,
            id: self.id.clone(),
            time: self.time.to_string(),
            count: self.count,
            status: self.status,
            operation: self.operation.clone(),
            account: Some(self.place.clone()),
            principal: self.principal.clone(),
            cause: self.cause.to_owned(),
        }
    }

    /// What a decision did not permit; nothing for other refusals, and for those of before the last start.
    pub(super) fn lacking(&self) -> Option<Lacking> {
        let Known::Facts(Some(facts)) = &self.known else {
            return None;
        };
        let value = |wanted: Name| {
            let values = facts.iter().filter_map(|fact| match &fact.kind {
                Kind::Value(name, value) if *name == wanted => Some(value.clone()),
                _ => None,
            });
            values.last()
        };
        // Only a decision tells of a scope.
        let scope = value(Name::Scope)?;
        let (action, plane) = match value(Name::DataAction) {
            Some(action) => (action, Plane::Data),
            None => (value(Name::Action)?, Plane::Control),
        };
        Some(Lacking {
            principal: value(Name::Principal)?,
            action,
            plane,
            scope,
        })
    }

    /// The report, with what can be done here before what can be done on Azure.
    fn report(&self) -> Value {
        let facts = match &self.known {
            Known::Facts(facts) => facts,
            Known::Report(report) => return report.clone(),
        };
        let report = facts.as_ref().map(diagnose).unwrap_or_default();
        let mut report = report.to_json();
        let fixes = report
            .pointer_mut("/findings/0/fix")
            .and_then(Value::as_array_mut);
        if let (Some(command), Some(fixes)) = (&self.command, fixes) {
            fixes.insert(
                0,
                json!({
                    "kind": "command", "title": "On this server, assign the role", "command": command,
                }),
            );
        }
        if report.to_string().len() > REPORT_BYTES {
            return json!({ "truncated": true, "cause": self.cause });
        }
        report
    }
}

/// What somebody was not permitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lacking {
    /// Object id.
    pub(crate) principal: String,
    pub(crate) action: String,
    pub(crate) plane: Plane,
    pub(crate) scope: String,
}

/// Both memories.
#[derive(Default)]
pub(super) struct Records {
    known: Ring,
    strangers: Ring,
    /// How many were ever kept: the order among the two.
    sequence: u64,
}

impl Records {
    /// Keeps a record, or counts it with an equal one.
    pub(super) fn push(&mut self, record: Record) {
        self.sequence += 1;
        let (ring, capacity) = match record.principal {
            Some(_) => (&mut self.known, KNOWN),
            None => (&mut self.strangers, STRANGERS),
        };
        ring.push(record, self.sequence, capacity);
    }

    /// The record that an id opens; folded ids open the record they were folded into.
    pub(super) fn find(&self, id: &str) -> Option<Record> {
        self.known.find(id).or_else(|| self.strangers.find(id))
    }

    /// The newest of those that are wanted, without their reports.
    pub(super) fn outlines(
        &self,
        limit: usize,
        wanted: impl Fn(&Record) -> bool,
    ) -> Vec<RequestRecord> {
        let all = self.known.records.iter().chain(&self.strangers.records);
        let mut newest: Vec<&Entry> = all.filter(|entry| wanted(&entry.record)).collect();
        newest.sort_by_key(|entry| std::cmp::Reverse(entry.sequence));
        newest.truncate(limit);
        newest
            .into_iter()
            .map(|entry| entry.record.outline())
            .collect()
    }

    /// The newest records first, of one principal if one is named.
    pub(super) fn newest(&self, principal: Option<&str>, limit: usize) -> Vec<Record> {
        let mut newest: Vec<&Entry> = self.known.newest(principal, limit).collect();
        if principal.is_none() {
            newest.extend(self.strangers.newest(None, limit));
        }
        newest.sort_by_key(|entry| std::cmp::Reverse(entry.sequence));
        newest
            .into_iter()
            .take(limit)
            .map(|entry| entry.record.clone())
            .collect()
    }
}

/// The newest records at the back.
#[derive(Default)]
struct Ring {
    records: VecDeque<Entry>,
}

struct Entry {
    record: Record,
    sequence: u64,
    /// Ids of further refusals of the same kind, the newest ones.
    folded: VecDeque<String>,
}

/// Ids remembered per folded record.
const FOLDED_IDS: usize = 32;

impl Ring {
    fn push(&mut self, record: Record, sequence: u64, capacity: usize) {
        let same = self
            .records
            .iter()
            .rev()
            .take(FOLD_WINDOW)
            .position(|entry| is_same(&entry.record, &record));
        if let Some(position) = same {
            let index = self.records.len() - 1 - position;
            if let Some(mut entry) = self.records.remove(index) {
                entry
                    .folded
                    .push_back(std::mem::replace(&mut entry.record.id, record.id));
                if entry.folded.len() > FOLDED_IDS {
                    entry.folded.pop_front();
                }
                entry.record.time = record.time;
                entry.record.count += 1;
                entry.sequence = sequence;
                entry.record.known = record.known;
                entry.record.command = record.command;
                self.records.push_back(entry);
            }
            return;
        }
        if self.records.len() == capacity {
            self.records.pop_front();
        }
        self.records.push_back(Entry {
            record,
            sequence,
            folded: VecDeque::new(),
        });
    }

    fn find(&self, id: &str) -> Option<Record> {
        let opens = |entry: &&Entry| {
            entry.record.id == id || entry.folded.iter().any(|folded| folded == id)
        };
        self.records
            .iter()
            .rev()
            .find(opens)
            .map(|entry| entry.record.clone())
    }

    fn newest(&self, principal: Option<&str>, limit: usize) -> impl Iterator<Item = &Entry> {
        let wanted = move |entry: &&Entry| {
            let known = entry.record.principal.as_deref();
            principal.is_none_or(|name| known.is_some_and(|known| known.eq_ignore_ascii_case(name)))
        };
        self.records.iter().rev().filter(wanted).take(limit)
    }
}

fn is_same(a: &Record, b: &Record) -> bool {
    a.cause == b.cause
        && a.status == b.status
        && a.operation == b.operation
        && a.place == b.place
        && a.principal == b.principal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str, principal: &str) -> Record {
        Record {
            id: id.to_owned(),
            time: Timestamp(1_795_000_000),
            count: 1,
            status: 401,
            operation: "POST /models/chat/completions".to_owned(),
            place: "contoso".to_owned(),
            principal: Some(principal.to_owned()),
            cause: "role-missing",
            known: Known::Facts(None),
            command: None,
        }
    }

    #[test]
    fn equal_refusals_are_folded_and_every_id_still_opens_them() {
        let mut records = Records::default();
        records.push(record("1", "nobody"));
        records.push(record("2", "owner"));
        records.push(record("3", "nobody"));
        let newest = records.newest(None, 10);
        assert_eq!(newest.len(), 2);
        assert_eq!((newest[0].id.as_str(), newest[0].count), ("3", 2));
        assert_eq!(records.find("1").unwrap().id, "3");
        assert_eq!(records.newest(Some("OWNER"), 10).len(), 1);
        assert!(records.find("4").is_none());
    }

    #[test]
    fn the_memory_is_bounded() {
        let mut records = Records::default();
        for number in 0..KNOWN + 5 {
            records.push(record(&number.to_string(), &format!("caller-{number}")));
        }
        assert_eq!(records.known.records.len(), KNOWN);
        assert!(records.find("0").is_none());
    }

    #[test]
    fn strangers_cannot_push_out_what_is_known_of_others() {
        let mut records = Records::default();
        records.push(record("known", "owner"));
        for number in 0..KNOWN + 5 {
            let mut stranger = record(&format!("stranger-{number}"), "");
            stranger.principal = None;
            stranger.operation = format!("GET /{number}");
            records.push(stranger);
        }
        assert!(records.find("known").is_some());
        assert_eq!(records.strangers.records.len(), STRANGERS);
        assert_eq!(
            records.newest(None, 1)[0].id,
            format!("stranger-{}", KNOWN + 4)
        );
        assert_eq!(records.newest(Some("owner"), 10).len(), 1);
    }

    #[test]
    fn a_report_is_made_when_it_is_opened_and_a_large_one_is_cut() {
        let known = |cause: doctor::RuleId, statement: String| {
            let mut facts = Facts::new();
            let kind = doctor::Kind::Known { cause, statement };
            facts.learn(kind, doctor::Origin::Server);
            Known::Facts(Some(facts))
        };
        let mut opened = record("1", "owner");
        opened.known = known(
            doctor::RuleId::RoleMissing,
            "Nothing permits it.".to_owned(),
        );
        opened.command = Some("entrada grant owner …".to_owned());
        let report = opened.clone().explained().report;
        assert_eq!(report["findings"][0]["rule"], "role-missing");
        let fix = &report["findings"][0]["fix"][0];
        assert_eq!(fix["command"], "entrada grant owner …");
        opened.known = known(doctor::RuleId::RoleMissing, "x".repeat(REPORT_BYTES));
        assert_eq!(opened.explained().report["truncated"], true);
    }
}
