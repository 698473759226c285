//! What was called: the newest calls, and how often each principal did what.
//!
//! Answered calls are here as well as refused ones, so that somebody can watch what happens, and so that a
//! role can be made to measure of what was really used. It is memory only, bounded, and away at a restart;
//! what must not be lost is in the journal. No body, header, query or key comes in here.

mod tally;
mod view;

use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use access::Timestamp;
use access::operation::Operation;
use access::scope::Scope;

use self::tally::Tally;
pub(crate) use self::tally::{Count, Did, Who};
pub(crate) use self::view::{counted, shown};
use crate::authenticate::Caller;
use crate::config::{Account, Deployment};
use crate::explain::Told;
use crate::route::ManagementMatch;

/// Workers write to so many parts, each with a lock of its own.
const SHARDS: usize = 4;

/// One call, once it is answered.
#[derive(Clone)]
pub(crate) struct Call {
    /// Its place among all calls, from 1.
    pub(crate) sequence: u64,
    /// When it came.
    pub(crate) time: Timestamp,
    /// Until the head of the answer was ready.
    pub(crate) took: Duration,
    /// HTTP status.
    pub(crate) status: u16,
    /// Who called, if that was proven.
    pub(crate) caller: Option<Caller>,
    /// What was asked.
    pub(crate) asked: Asked,
    /// Why it was refused.
    pub(crate) refused: Option<Refused>,
}

/// What a call asked for.
#[derive(Clone)]
pub(crate) enum Asked {
    /// An operation of an account.
    Inference {
        operation: Operation,
        account: Arc<Account>,
        project: Option<Scope>,
        deployment: Option<Arc<Deployment>>,
    },
    /// Something on the management plane.
    Management(Arc<ManagementMatch>),
    /// What has no route, as sent.
    Other(String),
}

/// Opens the explanation.
#[derive(Clone)]
pub(crate) struct Refused {
    pub(crate) id: String,
    pub(crate) cause: &'static str,
}

impl From<Told> for Refused {
    fn from(told: Told) -> Self {
        Self {
            id: told.id,
            cause: told.cause,
        }
    }
}

/// The memory of calls.
pub(crate) struct Calls {
    /// How many each part keeps.
    keep: usize,
    shards: [Mutex<Shard>; SHARDS],
    sequence: AtomicU64,
}

#[derive(Default)]
struct Shard {
    /// The newest at the back.
    newest: VecDeque<Call>,
    tally: Tally,
}

impl Calls {
    /// A memory of the newest `keep` calls; with 0, of none.
    pub(crate) fn keeping(keep: usize) -> Self {
        Self {
            keep,
            shards: Default::default(),
            sequence: AtomicU64::new(0),
        }
    }

    /// Remembers a call; its `sequence` is set here.
    pub(crate) fn record(&self, mut call: Call) {
        if self.keep == 0 {
            return;
        }
        let mut shard = lock(&self.shards[own_shard()]);
        // Under the lock: who reads holds all locks, and so sees every call up to the newest.
        call.sequence = self.sequence.fetch_add(1, Ordering::Relaxed) + 1;
        shard.tally.count(&call);
        if shard.newest.len() == self.keep {
            shard.newest.pop_front();
        }
        shard.newest.push_back(call);
    }

    /// The newest `limit` calls that came after the one numbered `after` and are wanted, the newest first.
    pub(crate) fn newest(
        &self,
        after: u64,
        limit: usize,
        wanted: impl Fn(&Call) -> bool,
    ) -> Vec<Call> {
        let shards = self.lock_all();
        let mut found: Vec<&Call> = Vec::new();
        for shard in &shards {
            let later = shard.newest.iter().rev();
            let later = later.take_while(|call| call.sequence > after);
            found.extend(later.filter(|call| wanted(call)).take(limit));
        }
        found.sort_by_key(|call| Reverse(call.sequence));
        found.into_iter().take(limit).cloned().collect()
    }

    /// How often each did what since the start, and how many calls were of kinds for which there was no room.
    pub(crate) fn tally(&self) -> (Vec<(Did, Count)>, u64) {
        let mut whole = Tally::default();
        for shard in &self.lock_all() {
            whole.add(&shard.tally);
        }
        whole.into_counts()
    }

    fn lock_all(&self) -> [MutexGuard<'_, Shard>; SHARDS] {
        self.shards.each_ref().map(lock)
    }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    // Nothing that holds the lock can panic half-way; what was remembered before is still true.
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The part that this thread writes to.
fn own_shard() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static OWN: Cell<Option<usize>> = const { Cell::new(None) };
    }
    OWN.with(|own| {
        let shard = own
            .get()
            .unwrap_or_else(|| NEXT.fetch_add(1, Ordering::Relaxed) % SHARDS);
        own.set(Some(shard));
        shard
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(path: &str) -> Call {
        Call {
            sequence: 0,
            time: Timestamp(1_795_000_000),
            took: Duration::from_millis(3),
            status: 404,
            caller: None,
            asked: Asked::Other(path.to_owned()),
            refused: None,
        }
    }

    #[test]
    fn the_newest_come_first_and_the_oldest_go() {
        let calls = Calls::keeping(3);
        for path in ["/1", "/2", "/3", "/4"] {
            calls.record(call(path));
        }
        let numbers = |after, limit| -> Vec<u64> {
            let newest = calls.newest(after, limit, |_| true);
            newest.iter().map(|call| call.sequence).collect()
        };
        assert_eq!(numbers(0, 10), [4, 3, 2]);
        assert_eq!(numbers(0, 1), [4]);
        assert_eq!(numbers(3, 10), [4]);
        assert_eq!(numbers(4, 10), [0; 0]);
    }

    #[test]
    fn calls_of_all_threads_are_in_one_order() {
        let calls = Calls::keeping(100);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..10).for_each(|_| calls.record(call("/"))));
            }
        });
        let newest = calls.newest(0, 100, |_| true);
        let expected: Vec<u64> = (1..=80).rev().collect();
        let numbers: Vec<u64> = newest.iter().map(|call| call.sequence).collect();
        assert_eq!(numbers, expected);
    }

    #[test]
    fn a_memory_of_none_keeps_none() {
        let calls = Calls::keeping(0);
        calls.record(call("/"));
        assert!(calls.newest(0, 10, |_| true).is_empty());
    }
}
