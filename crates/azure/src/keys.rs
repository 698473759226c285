//! Signing keys of token issuers, and signatures checked with them.
//!
//! [`KeySet`] is one or more published sets, parsed once so that a check costs only the arithmetic. It
//! answers [`access::token::Keys`]. [`KeyCache`] fetches sets by OpenID Connect discovery and keeps
//! them as fresh as Microsoft advises.
//!
//! Only RSA keys of 2048 to 8192 bits for RS256 count, each for the issuer it is published for: an
//! issuer cannot publish a key for another.

mod cache;
mod discovery;
mod jwk;
mod roca;
mod set;

pub use cache::{CurrentKeys, KeyCache, Refresh};
pub use discovery::{Authority, DiscoveryError};
pub use jwk::Unusable;
pub use set::{KeySet, KeySetError, MAX_KEYS};
