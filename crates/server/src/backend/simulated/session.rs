//! Counts of calls, one set for each test id.

use std::collections::HashMap;

/// Most test ids that are remembered; the one unused for longest is forgotten.
const MAX_SESSIONS: usize = 1_000;
/// Most counters of one test id.
const MAX_COUNTERS: usize = 10_000;

/// All counts.
#[derive(Default)]
pub(super) struct Sessions {
    sessions: HashMap<String, Session>,
    clock: u64,
}

#[derive(Default)]
struct Session {
    counts: HashMap<(String, Option<usize>), u64>,
    used: u64,
}

impl Sessions {
    /// Counts one more call of `what` in the test `test_id`: the first is 1.
    pub(super) fn count(&mut self, test_id: &str, what: &str, rule: Option<usize>) -> u64 {
        self.clock += 1;
        if !self.sessions.contains_key(test_id) {
            self.make_room();
            self.sessions.insert(test_id.to_owned(), Session::default());
        }
        let Some(session) = self.sessions.get_mut(test_id) else {
            return 1;
        };
        session.used = self.clock;
        let key = (what.to_owned(), rule);
        if session.counts.len() >= MAX_COUNTERS && !session.counts.contains_key(&key) {
            return 1;
        }
        let count = session.counts.entry(key).or_insert(0);
        *count = count.saturating_add(1);
        *count
    }

    /// Forgets the counts of one test, or all.
    pub(super) fn reset(&mut self, test_id: Option<&str>) {
        match test_id {
            Some(test_id) => {
                self.sessions.remove(test_id);
            }
            None => self.sessions.clear(),
        }
    }

    fn make_room(&mut self) {
        if self.sessions.len() < MAX_SESSIONS {
            return;
        }
        let oldest = self
            .sessions
            .iter()
            .min_by_key(|(_, session)| session.used)
            .map(|(id, _)| id.clone());
        if let Some(oldest) = oldest {
            self.sessions.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_count_on_their_own_and_are_bounded() {
        let mut sessions = Sessions::default();
        assert_eq!(sessions.count("a", "gpt-4o", None), 1);
        assert_eq!(sessions.count("a", "gpt-4o", None), 2);
        assert_eq!(sessions.count("a", "gpt-4o", Some(0)), 1);
        assert_eq!(sessions.count("b", "gpt-4o", None), 1);
        sessions.reset(Some("a"));
        assert_eq!(sessions.count("a", "gpt-4o", None), 1);
        assert_eq!(sessions.count("b", "gpt-4o", None), 2);
        for n in 0..2 * MAX_SESSIONS {
            sessions.count(&n.to_string(), "gpt-4o", None);
        }
        assert_eq!(sessions.sessions.len(), MAX_SESSIONS);
    }
}
