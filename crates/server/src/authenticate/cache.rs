//! What a worker remembers about tokens, so that a warm request verifies nothing.
//!
//! Three steps, each cheaper than the next: the connection's last `Authorization` value, then a
//! cache keyed by the token's fingerprint (two tokens must not collide; no token is kept), then the
//! full verification. An entry stands for a *signature* that was verified; the time is judged anew
//! on every request, audience and tenant once for each part of the surface.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use access::Timestamp;
use access::index::{Grant, KnownGrants};
use access::scope::Scope;
use access::token::TokenFault;
use quick_cache::unsync::Cache;

use super::fingerprint::{Fingerprint, Fingerprinter};
use super::{Authority, Identity, RouteFamily};

/// Tokens remembered per worker.
const TOKENS: usize = 20_000;

/// A token whose signature was verified.
#[derive(Debug)]
pub(crate) struct KnownToken {
    pub(crate) identity: Arc<Identity>,
    keys_generation: u64,
    /// A bit for each family of routes that its audience and its tenant suit.
    suits: Cell<u16>,
    grants: RefCell<KnownGrants>,
}

impl KnownToken {
    /// A token verified with the key set of this generation.
    pub(crate) fn new(identity: Identity, keys_generation: u64) -> Self {
        Self {
            identity: Arc::new(identity),
            keys_generation,
            suits: Cell::default(),
            grants: RefCell::default(),
        }
    }

    /// Whether it was verified with the key set of this generation.
    pub(crate) fn is_of(&self, keys_generation: u64) -> bool {
        self.keys_generation == keys_generation
    }

    /// Judges again what depends on the route and the time.
    ///
    /// # Errors
    /// The first fault.
    pub(super) fn recheck(
        &self,
        authority: &Authority,
        family: RouteFamily,
        now: Timestamp,
    ) -> Result<(), TokenFault> {
        let (claims, expect) = (&self.identity.claims, authority.expectations(family));
        let (suits, bit) = (self.suits.get(), 1 << family as u16);
        if suits & bit != 0 {
            return expect.check_times(claims, now);
        }
        expect.check(claims, now)?;
        self.suits.set(suits | bit);
        Ok(())
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
pub(crate) struct TokenCache {
    fingerprinter: Fingerprinter,
    tokens: RefCell<Cache<Fingerprint, Rc<KnownToken>>>,
}

impl Default for TokenCache {
    fn default() -> Self {
        Self {
            fingerprinter: Fingerprinter::new().expect("the system gives random bytes"),
            tokens: RefCell::new(Cache::new(TOKENS)),
        }
    }
}

impl TokenCache {
    /// The token, if its signature was verified with the current keys.
    pub(crate) fn find(&self, token: &str, keys_generation: u64) -> Option<Rc<KnownToken>> {
        let tokens = self.tokens.borrow();
        let known = tokens.get(&self.fingerprinter.of(token)?)?;
        known.is_of(keys_generation).then(|| Rc::clone(known))
    }

    /// Remembers a verified token.
    pub(crate) fn remember(&self, token: &str, known: &Rc<KnownToken>) {
        if let Some(fingerprint) = self.fingerprinter.of(token) {
            let mut tokens = self.tokens.borrow_mut();
            tokens.insert(fingerprint, Rc::clone(known));
        }
    }
}
