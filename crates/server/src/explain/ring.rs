//! A bounded memory of refusals, with equal ones folded.

use std::collections::VecDeque;

use wire::entrada::RequestRecord;

/// Records kept.
const RECORDS: usize = 10_000;

/// Bytes of one record's report; a larger one keeps its findings' names only.
const REPORT_BYTES: usize = 16 * 1024;

/// How many of the newest records a new one is compared with.
const FOLD_WINDOW: usize = 64;

/// The newest records at the back.
#[derive(Default)]
pub(super) struct Ring {
    records: VecDeque<Entry>,
}

struct Entry {
    record: RequestRecord,
    /// Ids of further refusals of the same kind, the newest ones.
    folded: VecDeque<String>,
}

/// Ids remembered per folded record.
const FOLDED_IDS: usize = 32;

impl Ring {
    /// Keeps a record, or counts it with an equal one.
    pub(super) fn push(&mut self, mut record: RequestRecord) {
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
                entry.record.report = record.report;
                self.records.push_back(entry);
            }
            return;
        }
        if record.report.to_string().len() > REPORT_BYTES {
            record.report = serde_json::json!({ "truncated": true, "cause": record.cause });
        }
        if self.records.len() == RECORDS {
            self.records.pop_front();
        }
        self.records.push_back(Entry {
            record,
            folded: VecDeque::new(),
        });
    }

    /// The record that an id opens; folded ids open the record they were folded into.
    pub(super) fn find(&self, id: &str) -> Option<RequestRecord> {
        self.records
            .iter()
            .rev()
            .find(|entry| entry.record.id == id || entry.folded.iter().any(|folded| folded == id))
            .map(|entry| entry.record.clone())
    }

    /// The newest records first.
    pub(super) fn newest(&self, principal: Option<&str>, limit: usize) -> Vec<RequestRecord> {
        let wanted = |record: &RequestRecord| {
            principal.is_none_or(|name| {
                record
                    .principal
                    .as_deref()
                    .is_some_and(|known| known.eq_ignore_ascii_case(name))
            })
        };
        let records = self.records.iter().rev().map(|entry| &entry.record);
        records
            .filter(|record| wanted(record))
            .take(limit)
            .cloned()
            .collect()
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
        let mut ring = Ring::default();
        ring.push(record("1", "nobody"));
        ring.push(record("2", "owner"));
        ring.push(record("3", "nobody"));
        let newest = ring.newest(None, 10);
        assert_eq!(newest.len(), 2);
        assert_eq!((newest[0].id.as_str(), newest[0].count), ("3", 2));
        assert_eq!(ring.find("1").unwrap().id, "3");
        assert_eq!(ring.newest(Some("OWNER"), 10).len(), 1);
        assert!(ring.find("4").is_none());
    }

    #[test]
    fn the_memory_is_bounded() {
        let mut ring = Ring::default();
        for number in 0..RECORDS + 5 {
            ring.push(record(&number.to_string(), &format!("caller-{number}")));
        }
        assert_eq!(ring.records.len(), RECORDS);
        assert!(ring.find("0").is_none());
    }
}
