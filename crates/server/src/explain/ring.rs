//! A bounded memory of refusals, with equal ones folded.

use std::collections::VecDeque;

use wire::entrada::RequestRecord;

/// Records kept of callers who proved who they are.
const KNOWN: usize = 10_000;

/// Records kept of everybody else. Apart, because strangers cost nothing to refuse: they must not be
/// able to push out the explanations that somebody waits for.
const STRANGERS: usize = 500;

/// Bytes of one record's report; a larger one keeps its findings' names only.
const REPORT_BYTES: usize = 16 * 1024;

/// How many of the newest records a new one is compared with.
const FOLD_WINDOW: usize = 64;

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
    pub(super) fn push(&mut self, record: RequestRecord) {
        self.sequence += 1;
        let (ring, capacity) = match record.principal {
            Some(_) => (&mut self.known, KNOWN),
            None => (&mut self.strangers, STRANGERS),
        };
        ring.push(record, self.sequence, capacity);
    }

    /// The record that an id opens; folded ids open the record they were folded into.
    pub(super) fn find(&self, id: &str) -> Option<RequestRecord> {
        self.known.find(id).or_else(|| self.strangers.find(id))
    }

    /// The newest records first, of one principal if one is named.
    pub(super) fn newest(&self, principal: Option<&str>, limit: usize) -> Vec<RequestRecord> {
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
    record: RequestRecord,
    sequence: u64,
    /// Ids of further refusals of the same kind, the newest ones.
    folded: VecDeque<String>,
}

/// Ids remembered per folded record.
const FOLDED_IDS: usize = 32;

impl Ring {
    fn push(&mut self, mut record: RequestRecord, sequence: u64, capacity: usize) {
        if record.report.to_string().len() > REPORT_BYTES {
            record.report = serde_json::json!({ "truncated": true, "cause": record.cause });
        }
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
                entry.record.report = record.report;
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

    fn find(&self, id: &str) -> Option<RequestRecord> {
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

fn is_same(a: &RequestRecord, b: &RequestRecord) -> bool {
    a.cause == b.cause
        && a.status == b.status
        && a.operation == b.operation
        && a.account == b.account
        && a.principal == b.principal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str, principal: &str) -> RequestRecord {
        RequestRecord {
            id: id.to_owned(),
            time: "2026-11-23T05:00:00Z".to_owned(),
            count: 1,
            status: 401,
            operation: "POST /models/chat/completions".to_owned(),
            account: Some("contoso".to_owned()),
            principal: Some(principal.to_owned()),
            cause: "role-missing".to_owned(),
            report: serde_json::Value::Null,
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
    fn a_large_report_is_cut_also_when_it_is_folded() {
        let mut records = Records::default();
        records.push(record("1", "owner"));
        let mut large = record("2", "owner");
        large.report = serde_json::Value::String("x".repeat(REPORT_BYTES));
        records.push(large);
        assert_eq!(records.find("2").unwrap().report["truncated"], true);
    }
}
