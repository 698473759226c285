//! Where run-time changes of policy are kept.
//!
//! The configuration declares a world at every start: its accounts, people, roles and assignments.
//! What an administrator changes while the server runs (`entrada grant`, `entrada revoke`, the
//! role-assignment routes) must outlive it, so it is kept here, and only that. At the next start the
//! [`Changes`] are applied on top of the configuration.
//!
//! ```
//! use access::{assignment::RoleAssignment, builtin, principal::PrincipalId, scope::Scope};
//! use store::{Store, memory::MemoryStore};
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let store = MemoryStore::new();
//! let reader = builtin::by_name("Reader").unwrap();
//! let grant = RoleAssignment::new("g-1", PrincipalId::new("ana"), reader.id.clone(), Scope::root());
//! store.grant(&grant).await?;
//! store.revoke(&["configured-1".to_owned()]).await?;
//!
//! let changes = store.load().await?;
//! let mut assignments = Vec::new(); // those of the configuration
//! changes.apply_to(&mut assignments);
//! assert_eq!(assignments, [grant]);
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

use access::assignment::RoleAssignment;

mod changes;
mod error;
pub mod memory;
pub mod sqlite;

pub use changes::Changes;
pub use error::StoreError;

/// What the calls of a [`Store`] return; boxed, so that a server holds an `Arc<dyn Store>`.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A place that keeps [`Changes`]. Ids are compared ignoring ASCII case, as ARM compares its own.
pub trait Store: std::fmt::Debug + Send + Sync {
    /// Everything that was changed, in the order of the last change of each id.
    fn load(&self) -> Pending<'_, Changes>;

    /// Keeps a role assignment. One with the same id is replaced; a revocation of it is lifted.
    ///
    /// On [`StoreError::TimedOut`] the change may have been kept or not; [`Store::load`] tells.
    fn grant<'a>(&'a self, assignment: &'a RoleAssignment) -> Pending<'a, ()>;

    /// Keeps that the assignments with these ids hold no longer, whether they were granted here or
    /// stand in the configuration: all of them or, on an error, none.
    ///
    /// On [`StoreError::TimedOut`] the change may have been kept or not; [`Store::load`] tells.
    fn revoke<'a>(&'a self, ids: &'a [String]) -> Pending<'a, ()>;
}
