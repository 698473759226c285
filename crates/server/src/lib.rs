//! The server: inference endpoint, token service and explanations behind one pair of listeners.
//!
//! ```text
//! listen ──> app ──┬─ route::service ──> token_service, identity, operator
//!                  ├─ control_plane ──> permit ──> resources, authorization, graph ──> policy ──> store
//!                  └─ data_plane ──> attempt ──> permit (checks) ──> respond ──> backend
//!                                                   └─ denied ──> refusal (client) + explain (operator)
//! ```
//!
//! # Invariants
//!
//! * [`permit`] alone makes a permit, [`refusal`] alone turns a reason into a response.
//! * A server is local, with a token service of its own ([`local`]), or takes tokens of real tenants; never both.
//! * A request reads one [`snapshot`]; changes replace it whole, after the store has them.
//! * No decision waits for a lock, a file or the store. Explanations and the simulated model's memory
//!   are behind short locks: refusals and simulated answers take them, calls passed upstream do not.
//! * No token, key, secret or prompt in a log, an explanation or a `Debug`.

mod app;
pub mod audit;
mod authenticate;
pub mod backend;
mod body;
pub mod bounded_file;
mod budget;
mod calls;
mod clock;
pub mod config;
mod control_plane;
mod data_folder;
mod data_plane;
mod explain;
#[doc(hidden)]
pub mod fuzzing;
pub mod identity;
mod intercept;
pub mod listen;
mod local;
mod operator;
pub mod outbound;
mod percent;
mod permit;
mod pieces;
mod policy;
mod portal;
mod private_file;
mod propagation;
mod provisioned;
pub mod question;
mod refusal;
mod route;
mod secret;
mod settings;
mod silence;
mod snapshot;
mod start;
#[cfg(test)]
mod tests;
pub mod tls;
pub mod token_service;
mod upkeep;

pub use azure::keys::Refresh as KeyRefresh;
pub use data_folder::{DataFolder, DataFolderError, ServerAddresses};
pub use intercept::bypasses as bypasses_interception;
pub use secret::Secret;
pub use start::{Options, Server, Serves, StartError};
