//! What a worker remembers about tokens, so that a warm request verifies nothing.
//!
//! Three steps, each cheaper than the next: the connection's last `Authorization` value, then a
//! cache keyed by the SHA-256 of the token (never a shorter hash: two tokens must not collide; no
//! token is kept), then the full verification. An entry stands for a *signature* that was verified;
//! audience, time and tenant are judged anew on every request.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use access::Timestamp;
use access::index::{Grant, KnownGrants};
use access::scope::Scope;
use aws_lc_rs::digest::{SHA256, digest};
use quick_cache::unsync::Cache;

use super::Identity;

/// Tokens remembered per worker.
const TOKENS: usize = 20_000;

/// A token whose signature was verified.
#[derive(Debug)]
pub(crate) struct KnownToken {
    pub(crate) identity: Arc<Identity>,
    keys_generation: u64,
    grants: RefCell<KnownGrants>,
}

impl KnownToken {
    /// A token verified with the key set of this generation.
    pub(crate) fn new(identity: Identity, keys_generation: u64) -> Self {
        Self {
            identity: Arc::new(identity),
            keys_generation,
            grants: RefCell::default(),
        }
    }

    /// Whether it was verified with the key set of this generation.
    pub(crate) fn is_of(&self, keys_generation: u64) -> bool {
        self.keys_generation == keys_generation
    }

    /// What its principal may do at `scope` under the policy of this generation, remembered while it is valid.
    pub(crate) fn grant(
        &self,
        generation: u64,
        scope: &Scope,
        now: Timestamp,
        decide: impl FnOnce(&Identity) -> Grant,
    ) -> Grant {
        let mut grants = self.grants.borrow_mut();
        grants.grant(generation, scope, now, || decide(&self.identity))
    }
}

/// The tokens that one worker knows.
pub(crate) struct TokenCache(RefCell<Cache<[u8; 32], Rc<KnownToken>>>);

impl Default for TokenCache {
    fn default() -> Self {
        Self(RefCell::new(Cache::new(TOKENS)))
    }
}

impl TokenCache {
    /// The token, if its signature was verified with the current keys.
    pub(crate) fn find(&self, token: &str, keys_generation: u64) -> Option<Rc<KnownToken>> {
        let cache = self.0.borrow();
        let known = cache.get(&key(token))?;
        known.is_of(keys_generation).then(|| Rc::clone(known))
    }

    /// Remembers a verified token.
    pub(crate) fn remember(&self, token: &str, known: &Rc<KnownToken>) {
        self.0.borrow_mut().insert(key(token), Rc::clone(known));
    }
}

fn key(token: &str) -> [u8; 32] {
    let mut key = [0; 32];
    key.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    key
}
