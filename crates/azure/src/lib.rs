//! What Entrada asks of the outside: published keys with the documents that lead to them, and tokens of its own.
//!
//! The pure crates say what to ask and what the answer means; this crate asks. Everything it receives is
//! bounded in size and time, and nothing it receives chooses another host to ask.
//!
//! - [`client`]: one HTTPS client for all of it;
//! - [`credential`]: access tokens for Entrada itself, from managed and workload identities;
//! - [`examine`]: performs the checks of the doctor's live examination;
//! - [`proxy`]: forward proxies, and tunnels through them;
//! - [`keys`]: signing keys of token issuers, verified signatures, and the cache that keeps both fresh.

pub mod client;
pub mod credential;
pub mod examine;
pub mod keys;
pub mod proxy;
