//! A store that forgets everything when it is dropped, for `--ephemeral` and for tests.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Change, Changes, Explanation, Journal, JournalRow, Pending, Store};

/// Changes in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    changes: Mutex<Changes>,
}

impl MemoryStore {
    /// Nothing has changed yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn changes(&self) -> MutexGuard<'_, Changes> {
        // No method of `Changes` panics half-way, so what a poisoned lock guards is whole.
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What happened is not kept: a server's memory is its own, and this one ends with it.
impl Journal for MemoryStore {
    fn append<'a>(&'a self, _: &'a [JournalRow], _: &'a [Explanation]) -> Pending<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn last_row(&self) -> Pending<'_, Option<JournalRow>> {
        Box::pin(async { Ok(None) })
    }

    fn rows_after(&self, _: u64, _: u32) -> Pending<'_, Vec<JournalRow>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn explanation<'a>(&'a self, _: &'a str) -> Pending<'a, Option<String>> {
        Box::pin(async { Ok(None) })
    }

    fn newest_explanations(&self, _: u32) -> Pending<'_, Vec<String>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}

impl Store for MemoryStore {
    fn load(&self) -> Pending<'_, Changes> {
        Box::pin(async { Ok(self.changes().clone()) })
    }

    fn keep<'a>(&'a self, changes: &'a [Change], _: &'a [JournalRow]) -> Pending<'a, ()> {
        Box::pin(async move {
            let mut kept = self.changes();
            changes.iter().for_each(|change| kept.add(change.clone()));
            Ok(())
        })
    }
}
