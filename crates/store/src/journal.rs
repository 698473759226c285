//! What happened, kept for those who ask later: an append-only journal, and explanations of refusals.

use crate::Pending;

/// Explanations that are kept; older ones make room.
pub const EXPLANATIONS: u32 = 10_000;

/// One line of the journal. What it says, and what its MAC is made of, is its writer's business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalRow {
    /// Its place, from 1, without gaps.
    pub sequence: u64,
    /// A JSON object.
    pub body: String,
    /// Binds it to the row before it.
    pub mac: [u8; 32],
}

/// Why one request was refused, as its reader will see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The id that the client got.
    pub id: String,
    /// A JSON object.
    pub body: String,
}

/// A place that keeps what happened. Nothing in it is ever edited.
pub trait Journal: std::fmt::Debug + Send + Sync {
    /// Adds rows and explanations: all or, on an error, nothing. An explanation replaces one with the same
    /// id; of all, the newest [`EXPLANATIONS`] are kept.
    ///
    /// Errors as those of [`Store`](crate::Store); a row whose place is taken is [`Unusable`](crate::StoreError::Unusable).
    fn append<'a>(
        &'a self,
        rows: &'a [JournalRow],
        explanations: &'a [Explanation],
    ) -> Pending<'a, ()>;

    /// The newest row.
    fn last_row(&self) -> Pending<'_, Option<JournalRow>>;

    /// At most `limit` rows behind this place, in order.
    fn rows_after(&self, sequence: u64, limit: u32) -> Pending<'_, Vec<JournalRow>>;

    /// The explanation with this id.
    fn explanation<'a>(&'a self, id: &'a str) -> Pending<'a, Option<String>>;

    /// The newest explanations, newest first.
    fn newest_explanations(&self, limit: u32) -> Pending<'_, Vec<String>>;
}
