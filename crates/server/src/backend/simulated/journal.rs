//! A record of calls for tests to assert on: off unless asked for, and local.
//! It holds prompts, so it is never written anywhere.

use std::collections::VecDeque;

use bytes::Bytes;
use serde_json::{Value, json};

/// Most entries; then the oldest goes.
const MAX_ENTRIES: usize = 1_000;
/// Most bytes of all bodies; then the oldest goes.
const MAX_BYTES: usize = 16 * 1024 * 1024;
/// Largest body that is kept, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// One call.
pub(super) struct Entry {
    /// Seconds since the epoch.
    pub(super) at: i64,
    /// Who called: the object id, or a key.
    pub(super) caller: String,
    /// On which account.
    pub(super) account: String,
    /// Which deployment.
    pub(super) deployment: String,
    /// Which operation.
    pub(super) operation: String,
    /// In which test.
    pub(super) test_id: String,
    /// Which call of this deployment in this test, from 1.
    pub(super) call: u64,
    /// Which scripted reply answered, from 0; none if the model did.
    pub(super) reply: Option<usize>,
    /// Status of the answer; 0 if the connection was closed.
    pub(super) status: u16,
    /// The request body.
    pub(super) body: Bytes,
}

/// The record.
#[derive(Default)]
pub(super) struct Journal {
    entries: VecDeque<Entry>,
    bytes: usize,
}

impl Journal {
    /// Notes a call. A large body is noted as absent.
    pub(super) fn note(&mut self, mut entry: Entry) {
        if entry.body.len() > MAX_BODY {
            entry.body = Bytes::new();
        }
        // A slice of a larger buffer would keep all of it alive.
        entry.body = Bytes::copy_from_slice(&entry.body);
        self.bytes += entry.body.len();
        self.entries.push_back(entry);
        while self.entries.len() > MAX_ENTRIES || self.bytes > MAX_BYTES {
            let Some(oldest) = self.entries.pop_front() else {
                break;
            };
            self.bytes -= oldest.body.len();
        }
    }

    /// The calls of one test, or all, oldest first, as JSON.
    pub(super) fn entries(&self, test_id: Option<&str>) -> Value {
        self.entries
            .iter()
            .filter(|entry| test_id.is_none_or(|id| entry.test_id == id))
            .map(Entry::view)
            .collect()
    }

    /// Forgets the calls of one test, or all.
    pub(super) fn reset(&mut self, test_id: Option<&str>) {
        self.entries
            .retain(|entry| test_id.is_some_and(|id| entry.test_id != id));
        self.bytes = self.entries.iter().map(|entry| entry.body.len()).sum();
    }
}

impl Entry {
    /// The body is `null` if it was no JSON or too large.
    fn view(&self) -> Value {
        json!({
            "at": self.at,
            "caller": self.caller,
            "account": self.account,
            "deployment": self.deployment,
            "operation": self.operation,
            "test_id": self.test_id,
            "call": self.call,
            "reply": self.reply,
            "status": self.status,
            "body": serde_json::from_slice::<Value>(&self.body).ok(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(test_id: &str, body: Vec<u8>) -> Entry {
        Entry {
            at: 0,
            caller: "ada".to_owned(),
            account: "contoso".to_owned(),
            deployment: "gpt-4o".to_owned(),
            operation: "POST /openai/v1/chat/completions".to_owned(),
            test_id: test_id.to_owned(),
            call: 1,
            reply: None,
            status: 200,
            body: body.into(),
        }
    }

    #[test]
    fn tests_read_and_reset_their_own_calls() {
        let mut journal = Journal::default();
        journal.note(entry("a", br#"{"messages":[]}"#.to_vec()));
        journal.note(entry("b", b"no JSON".to_vec()));
        assert_eq!(journal.entries(None).as_array().map(Vec::len), Some(2));
        assert_eq!(
            journal.entries(Some("a"))[0]["body"],
            json!({ "messages": [] })
        );
        assert_eq!(journal.entries(Some("b"))[0]["body"], Value::Null);
        journal.reset(Some("a"));
        assert_eq!(journal.entries(Some("a")), json!([]));
        assert_eq!(journal.entries(None).as_array().map(Vec::len), Some(1));
    }

    #[test]
    fn the_journal_is_bounded_in_number_and_size() {
        let mut journal = Journal::default();
        for _ in 0..MAX_ENTRIES + 10 {
            journal.note(entry("a", vec![b' '; MAX_BODY]));
        }
        assert!(journal.bytes <= MAX_BYTES);
        assert_eq!(journal.entries.len(), MAX_BYTES / MAX_BODY);
        journal.note(entry("a", vec![b' '; MAX_BODY + 1]));
        assert_eq!(
            journal.entries.back().map(|entry| entry.body.len()),
            Some(0)
        );
    }
}
