//! What Entrada asks of the outside: published keys, and the documents that lead to them.
//!
//! The pure crates say what to ask and what the answer means; this crate asks. Everything it receives is
//! bounded in size and time, and nothing it receives chooses another host to ask.
//!
//! - [`client`]: one HTTPS client for all of it;
//! - [`keys`]: signing keys of token issuers, verified signatures, and the cache that keeps both fresh.

pub mod client;
pub mod keys;
