//! Keeps the keys of real tenants fresh, from one thread, whatever requests come and go.
//!
//! Requests never fetch: they could be given up half-way, and with them the one attempt of five minutes.
//! They ask the keeper, and wait for it a few seconds at most.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use access::Timestamp;
use azure::keys::{Authority, DiscoveryError, KeyCache};
use tokio::sync::{Notify, watch};

/// How long a request waits for keys that it needs.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often it looks while one of several issuers has not answered yet.
const GLANCE: Duration = Duration::from_millis(50);

/// The keeper.
pub(crate) struct KeyKeeper {
    keys: Arc<KeyCache>,
    /// Some request misses a key.
    missed: Notify,
    /// Rounds of fetching that have ended.
    rounds: watch::Sender<u64>,
    /// Issuers whose keys could not be fetched the last time.
    failing: Mutex<BTreeSet<String>>,
}

impl KeyKeeper {
    /// A keeper of these keys, which has fetched nothing yet.
    pub(crate) fn new(keys: Arc<KeyCache>) -> Self {
        Self {
            keys,
            missed: Notify::new(),
            rounds: watch::Sender::new(0),
            failing: Mutex::default(),
        }
    }

    /// Fetches what is due. Called now and then, from one place that does not give up.
    pub(crate) async fn refresh_if_due(&self, now: Timestamp) {
        let failures = self.keys.refresh_if_due(now).await;
        self.report(now, &failures, &self.keys.failing().await);
        self.rounds.send_modify(|rounds| *rounds += 1);
    }

    /// Returns when a request has missed a key.
    pub(crate) async fn missed(&self) {
        self.missed.notified().await;
    }

    /// Fetches because a request has missed a key, unless that was done less than five minutes ago.
    pub(crate) async fn refresh_for_missed(&self, now: Timestamp) {
        let seen = self.keys.keys(now);
        self.keys.refresh_for_unknown_key(&seen, now).await;
        self.rounds.send_modify(|rounds| *rounds += 1);
    }

    /// Waits for other keys than those of generation `seen`; see [`super::Authority::newer_keys`].
    pub(super) async fn newer(&self, seen: u64, now: Timestamp) -> bool {
        let mut rounds = self.rounds.subscribe();
        let is_newer = || self.keys.generation() != seen;
        if is_newer() {
            return true;
        }
        if !self.keys.may_refresh(now) {
            return false;
        }
        self.missed.notify_one();
        let waiting = async {
            while !is_newer() {
                if let Ok(ended) = tokio::time::timeout(GLANCE, rounds.changed()).await {
                    return ended.is_ok() && is_newer();
                }
            }
            true
        };
        let waited = tokio::time::timeout(PATIENCE, waiting).await;
        waited.unwrap_or(false)
    }

    /// Tells the operator what fails newly and what works again.
    fn report(
        &self,
        now: Timestamp,
        failures: &[(Authority, DiscoveryError)],
        still_failing: &[String],
    ) {
        let current = self.keys.keys(now);
        let unavailable: BTreeSet<&str> = current.unavailable().collect();
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        for (authority, error) in failures {
            if failing.insert(authority.issuer.clone()) {
                let meanwhile = if unavailable.contains(&*authority.issuer) {
                    "its tokens are refused until they can be"
                } else {
                    "the last known ones are used for a day"
                };
                tell(&format!(
                    "signing keys of `{}` cannot be fetched from `{}`: {error}; {meanwhile}, and they are \
                     asked for every minute",
                    authority.issuer, authority.metadata
                ));
            }
        }
        failing.retain(|issuer| {
            let fails = still_failing.contains(issuer);
            if !fails {
                tell(&format!("signing keys of `{issuer}` are here again"));
            }
            fails
        });
    }
}

#[expect(
    clippy::print_stderr,
    reason = "nobody waits for the answer, and the operator must know"
)]
fn tell(message: &str) {
    eprintln!("{message}");
}
