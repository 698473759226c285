//! A store that forgets everything when it is dropped, for `--ephemeral` and for tests.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Change, Changes, Pending, Store};

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

impl Store for MemoryStore {
    fn load(&self) -> Pending<'_, Changes> {
        Box::pin(async { Ok(self.changes().clone()) })
    }

    fn keep<'a>(&'a self, changes: &'a [Change]) -> Pending<'a, ()> {
        Box::pin(async move {
            let mut kept = self.changes();
            changes.iter().for_each(|change| kept.add(change.clone()));
            Ok(())
        })
    }
}
