//! Where run-time changes of policy are kept.
//!
//! The configuration declares a world at every start: its accounts, people, roles and assignments.
//! What an administrator changes while the server runs (`entrada grant`, `entrada revoke`, the routes of
//! the management plane) must outlive it, so it is kept here, and only that. At the next start the
//! [`Changes`] are applied on top of the configuration. [`Record`] lists what can be changed.
//!
//! ```
//! use access::{assignment::RoleAssignment, builtin, policy::Policy, principal::PrincipalId, scope::Scope};
//! use store::{Change, Kind, Record, Store, memory::MemoryStore};
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let store = MemoryStore::new();
//! let reader = builtin::by_name("Reader").unwrap();
//! let grant = RoleAssignment::new("g-1", PrincipalId::new("ana"), reader.id.clone(), Scope::root());
//! let revoked = Change::Remove(Kind::RoleAssignment, "configured-1".to_owned());
//! store.keep(&[Change::Put(Record::RoleAssignment(grant.clone())), revoked], &[]).await?;
//!
//! let changes = store.load().await?;
//! let mut policy = Policy::default(); // that of the configuration
//! changes.apply_to(&mut policy);
//! assert_eq!(policy.assignments, [grant]);
//! # Ok::<(), store::StoreError>(()) }).unwrap();
//! ```
//!
//! # Invariants
//!
//! * A change is durable when its future is ready with `Ok`: neither `kill -9` nor a power failure
//!   undoes it (a test does the former a hundred times).
//! * No store call is on the data path: the server decides from an immutable snapshot in memory.
//! * A row that cannot be understood fails the whole [`Store::load`]. A policy with a hole in it is
//!   another policy.
//! * One process at a time holds a [`sqlite::SqliteStore`]: its snapshot would miss the changes of
//!   another.
//! * Every call is bounded in time.

use std::pin::Pin;

mod changes;
mod error;
mod journal;
pub mod memory;
mod record;
pub mod sqlite;

pub use changes::Changes;
pub use error::StoreError;
pub use journal::{EXPLANATIONS, Explanation, Journal, JournalRow};
pub use record::{Change, Kind, Record, Resource};

/// What the calls of a [`Store`] return; boxed, so that a server holds an `Arc<dyn Store>`.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A place that keeps [`Changes`]. Ids are compared ignoring ASCII case, as ARM compares its own.
pub trait Store: Journal {
    /// Everything that was changed, in the order of the last change of each thing.
    fn load(&self) -> Pending<'_, Changes>;

    /// Keeps changes, in this order, and the rows of the journal that tell of them: all or, on an error, nothing.
    ///
    /// On [`StoreError::TimedOut`] they may have been kept or not; [`Store::load`] tells.
    fn keep<'a>(&'a self, changes: &'a [Change], rows: &'a [JournalRow]) -> Pending<'a, ()>;
}
