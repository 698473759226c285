//! A store that forgets everything when it is dropped, for `--ephemeral` and for tests.

use std::sync::{Mutex, MutexGuard, PoisonError};

use access::assignment::RoleAssignment;

use crate::{Changes, Pending, Store};

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

    fn grant<'a>(&'a self, assignment: &'a RoleAssignment) -> Pending<'a, ()> {
        Box::pin(async move {
            self.changes().grant(assignment.clone());
            Ok(())
        })
    }

    fn revoke<'a>(&'a self, ids: &'a [String]) -> Pending<'a, ()> {
        Box::pin(async move {
            let mut changes = self.changes();
            for id in ids {
                changes.revoke(id);
            }
            Ok(())
        })
    }
}
