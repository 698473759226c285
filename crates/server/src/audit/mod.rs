//! Who changed what, and what was refused: the journal.
//!
//! A change of policy and the row that tells of it are one transaction: neither is there without the other.
//! Refusals are many, so they are written in batches, equal ones as one row with a count; what a batch has no
//! room for is counted, and the count is written. At most [`BATCH`] is lost when the process is killed.

pub mod chain;
mod event;
mod pending;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use access::Timestamp;
use store::{Explanation, JournalRow, Store, StoreError};
use tokio::sync::Mutex as AsyncMutex;
use wire::entrada::RequestRecord;

use chain::{ChainKey, Head};
pub(crate) use event::{Actor, Event, Refused};
use pending::Pending;

/// How often refusals are written.
pub(crate) const BATCH: Duration = Duration::from_secs(1);

/// Explanations of one batch: each asks the doctor, so that refusals would cost us what they do not cost
/// their senders. Those of other refusals are opened from memory, as long as they are there.
const EXPLAINED: usize = 32;

/// Writes the journal. The only one who does.
pub(crate) struct Audit {
    key: ChainKey,
    store: Arc<dyn Store>,
    /// The newest row, locked while others are put behind it. Not known after a failure.
    last: AsyncMutex<Last>,
    pending: Mutex<Pending>,
}

enum Last {
    Unknown,
    Row(Option<JournalRow>),
}

impl Audit {
    /// Continues the journal in `store`.
    pub(crate) fn new(key: ChainKey, store: Arc<dyn Store>) -> Self {
        Self {
            key,
            store,
            last: AsyncMutex::new(Last::Unknown),
            pending: Mutex::default(),
        }
    }

    /// Notes a refusal; it is written with the next batch.
    pub(crate) fn refused(&self, refused: Refused) {
        self.pending().note(refused);
    }

    /// Notes that one more refusal is not told.
    pub(crate) fn passed_over(&self) {
        self.pending().pass_over();
    }

    /// Writes events together with what `write` writes, which gets the rows to put beside it.
    ///
    /// # Errors
    /// Nothing was written, or on [`StoreError::TimedOut`] perhaps all of it.
    pub(crate) async fn together<'a, F>(
        &self,
        events: &[Event<'_>],
        by: &Actor,
        now: Timestamp,
        write: impl FnOnce(Vec<JournalRow>) -> F,
    ) -> Result<(), StoreError>
    where
        F: Future<Output = Result<(), StoreError>> + 'a,
    {
        let bodies = events.iter().map(|event| event.body(Some(by), now));
        self.append(bodies.collect(), write).await
    }

    /// Writes an event by itself.
    ///
    /// # Errors
    /// As [`Audit::together`].
    pub(crate) async fn happened(
        &self,
        event: &Event<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let store = &*self.store;
        let write = async |rows: Vec<JournalRow>| store.append(&rows, &[]).await;
        self.append(vec![event.body(None, now)], write).await
    }

    /// Writes what was refused since the last time, with the explanations that `explain` finds.
    ///
    /// # Errors
    /// As [`Audit::together`]; what could not be written is counted as dropped.
    pub(crate) async fn flush(
        &self,
        now: Timestamp,
        explain: impl Fn(&str) -> Option<RequestRecord>,
    ) -> Result<(), StoreError> {
        let batch = self.pending().take();
        if batch.is_empty() {
            return Ok(());
        }
        let explanations: Vec<Explanation> = batch
            .refusals()
            .take(EXPLAINED)
            .filter_map(|refused| {
                let record = explain(&refused.id)?;
                let body = serde_json::to_string(&record).ok()?;
                let id = record.id;
                Some(Explanation { id, body })
            })
            .collect();
        let bodies = batch.events().map(|event| event.body(None, now)).collect();
        let store = &*self.store;
        let write = async |rows: Vec<JournalRow>| store.append(&rows, &explanations).await;
        let written = self.append(bodies, write).await;
        if written.is_err() {
            self.pending().lost(&batch);
        }
        written
    }

    /// At most `limit` rows behind this place.
    ///
    /// # Errors
    /// The store cannot be read.
    pub(crate) async fn rows_after(
        &self,
        sequence: u64,
        limit: usize,
    ) -> Result<Vec<JournalRow>, StoreError> {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        self.store.rows_after(sequence, limit).await
    }

    /// The explanation of a refusal that was written down.
    ///
    /// # Errors
    /// The store cannot be read.
    pub(crate) async fn explanation(&self, id: &str) -> Result<Option<RequestRecord>, StoreError> {
        let written = self.store.explanation(id).await?;
        Ok(written.and_then(|written| serde_json::from_str(&written).ok()))
    }

    /// The newest explanations that were written down, newest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub(crate) async fn newest_explanations(
        &self,
        limit: u32,
    ) -> Result<Vec<RequestRecord>, StoreError> {
        let written = self.store.newest_explanations(limit).await?;
        let read = |written: &String| serde_json::from_str(written).ok();
        Ok(written.iter().filter_map(read).collect())
    }

    /// How far the journal has come; nothing if it is empty.
    ///
    /// # Errors
    /// The store cannot be read.
    pub(crate) async fn head(&self, now: Timestamp) -> Result<Option<Head>, StoreError> {
        let last = self.store.last_row().await?;
        Ok(last.map(|last| self.key.head(&last, now)))
    }

    /// Puts rows behind the newest one.
    async fn append<F>(
        &self,
        bodies: Vec<String>,
        write: impl FnOnce(Vec<JournalRow>) -> F,
    ) -> Result<(), StoreError>
    where
        F: Future<Output = Result<(), StoreError>>,
    {
        let mut last = self.last.lock().await;
        let mut newest = match std::mem::replace(&mut *last, Last::Unknown) {
            Last::Row(row) => row,
            Last::Unknown => self.store.last_row().await?,
        };
        let mut rows = Vec::with_capacity(bodies.len());
        for body in bodies {
            let row = self.key.next(newest.as_ref(), body);
            newest = Some(row.clone());
            rows.push(row);
        }
        write(rows).await?;
        *last = Last::Row(newest);
        Ok(())
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        // Nothing that holds the lock can panic half-way.
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
