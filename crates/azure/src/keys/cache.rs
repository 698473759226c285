//! Fetched keys, kept fresh: Microsoft's rules for signing key rollover, as one small state machine.
//!
//! Keys are fetched anew every hour; at once when a token names an unknown key, but not more often than
//! every five minutes, so that forged tokens cannot make us ask; and when fetching fails, it is tried again
//! every minute, and the last known good set stays for a day. Then its issuers' tokens are refused until a
//! fetch succeeds.

use std::sync::Arc;

use access::Timestamp;
use access::token::{KeyFault, Keys, tenant_in_issuer};
use arc_swap::ArcSwap;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use super::discovery::{Authority, DiscoveryError, fetch};
use super::set::KeySet;
use crate::client::Client;

/// How often keys are fetched and how long they last, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refresh {
    /// Between regular fetches.
    pub every: i64,
    /// Between a fetch that failed and the next.
    pub retry: i64,
    /// At least this between fetches because of unknown keys.
    pub unknown_key: i64,
    /// How long a set is used after the last successful fetch.
    pub keep: i64,
}

impl Default for Refresh {
    /// An hour, five minutes, a day: the figures of Microsoft's rollover guidance. And a minute, ours.
    fn default() -> Self {
        Refresh {
            every: 3600,
            retry: 60,
            unknown_key: 300,
            keep: 24 * 3600,
        }
    }
}

impl Refresh {
    /// Whether it is time for another fetch because of an unknown key.
    fn may_follow(&self, attempts: &Attempts, now: Timestamp) -> bool {
        attempts
            .all
            .is_none_or(|then| now >= then.plus(self.unknown_key))
    }
}

/// The keys of several issuers: fetched and kept fresh, or fixed.
///
/// Whoever owns one that fetches calls [`refresh_if_due`](KeyCache::refresh_if_due) now and then (every
/// minute will do), and [`refresh_for_unknown_key`](KeyCache::refresh_for_unknown_key) when a token is
/// refused for an unknown key, before refusing it for good. Both are best called from one place that does
/// not give up: a fetch that is dropped half-way counts as an attempt.
pub struct KeyCache {
    snapshot: ArcSwap<Snapshot>,
    source: Option<Source>,
}

/// Where keys come from, if they are fetched.
struct Source {
    client: Client,
    authorities: Vec<Authority>,
    refresh: Refresh,
    /// Locked while fetching, so that there is one fetch at a time.
    attempts: Mutex<Attempts>,
}

/// What was tried so far.
struct Attempts {
    /// When each authority was last asked, and whether it answered.
    by_authority: Vec<Option<(Timestamp, bool)>>,
    /// When all were last asked.
    all: Option<Timestamp>,
}

struct Snapshot {
    sets: Vec<IssuerKeys>,
    generation: u64,
}

/// The keys of one form of issuer, and until when they are good. Never fetched: none.
#[derive(Clone)]
struct IssuerKeys {
    issuer: String,
    good: Option<(Arc<KeySet>, Timestamp)>,
}

/// A cache's keys at one moment. Answers [`Keys`] without waiting.
#[derive(Clone)]
pub struct CurrentKeys {
    snapshot: Arc<Snapshot>,
    now: Timestamp,
}

impl KeyCache {
    /// A cache that has fetched nothing yet: until [`refresh_if_due`](KeyCache::refresh_if_due) has, all
    /// tokens are refused with [`KeyFault::Unavailable`].
    pub fn fetched(
        client: Client,
        authorities: impl IntoIterator<Item = Authority>,
        refresh: Refresh,
    ) -> KeyCache {
        let authorities: Vec<Authority> = authorities.into_iter().collect();
        let not_yet = |authority: &Authority| IssuerKeys {
            issuer: authority.issuer.clone(),
            good: None,
        };
        KeyCache {
            snapshot: ArcSwap::from_pointee(Snapshot {
                sets: authorities.iter().map(not_yet).collect(),
                generation: 0,
            }),
            source: Some(Source {
                client,
                refresh,
                attempts: Mutex::new(Attempts {
                    by_authority: vec![None; authorities.len()],
                    all: None,
                }),
                authorities,
            }),
        }
    }

    /// Keys that change only when they are [replaced](KeyCache::replace), each set with the form of issuer
    /// it was parsed for: those of a local token service.
    pub fn fixed(sets: impl IntoIterator<Item = (String, KeySet)>) -> KeyCache {
        KeyCache {
            snapshot: ArcSwap::from_pointee(Snapshot {
                sets: sets.into_iter().map(IssuerKeys::lasting).collect(),
                generation: 0,
            }),
            source: None,
        }
    }

    /// Puts other keys in the place of fixed ones. The generation rises if they are others.
    pub fn replace(&self, sets: impl IntoIterator<Item = (String, KeySet)>) {
        let sets: Vec<IssuerKeys> = sets.into_iter().map(IssuerKeys::lasting).collect();
        let present = self.snapshot.load();
        let same = sets.len() == present.sets.len()
            && sets
                .iter()
                .zip(&present.sets)
                .all(|(one, other)| one.same(other));
        if !same {
            let generation = present.generation + 1;
            self.snapshot.store(Arc::new(Snapshot { sets, generation }));
        }
    }

    /// The keys as they are at `now`.
    pub fn keys(&self, now: Timestamp) -> CurrentKeys {
        CurrentKeys {
            snapshot: self.snapshot.load_full(),
            now,
        }
    }

    /// Fetches what is due: an authority that was asked an hour ago, or a minute ago in vain, or never.
    /// All are asked at once, and keys count as soon as they come. The errors are of the authorities that
    /// failed; their last known good keys stay.
    pub async fn refresh_if_due(&self, now: Timestamp) -> Vec<(Authority, DiscoveryError)> {
        let Some(source) = &self.source else {
            return Vec::new();
        };
        let mut attempts = source.attempts.lock().await;
        self.forget_expired(now);
        let due: Vec<usize> = (0..source.authorities.len())
            .filter(|&index| match attempts.by_authority[index] {
                None => true,
                Some((then, true)) => now >= then.plus(source.refresh.every),
                Some((then, false)) => now >= then.plus(source.refresh.retry),
            })
            .collect();
        if due.len() == source.authorities.len() {
            attempts.all = Some(now);
        }
        self.fetch(source, &mut attempts, due, now).await
    }

    /// The forms of issuer whose keys could not be fetched the last time that was tried.
    pub async fn failing(&self) -> Vec<String> {
        let Some(source) = &self.source else {
            return Vec::new();
        };
        let attempts = source.attempts.lock().await;
        let authorities = source.authorities.iter().zip(&attempts.by_authority);
        authorities
            .filter(|(_, attempt)| matches!(attempt, Some((_, false))))
            .map(|(authority, _)| authority.issuer.clone())
            .collect()
    }

    /// Fetches all sets because a token named a key that `seen`, the keys it was judged with, do not
    /// have. Does nothing if that was done less than five minutes ago.
    ///
    /// Returns whether the keys are others now, so that judging again makes sense.
    pub async fn refresh_for_unknown_key(&self, seen: &CurrentKeys, now: Timestamp) -> bool {
        let Some(source) = &self.source else {
            return false;
        };
        let mut attempts = source.attempts.lock().await;
        let again = source.refresh.may_follow(&attempts, now);
        if self.generation() == seen.generation() && again {
            attempts.all = Some(now);
            let all = (0..source.authorities.len()).collect();
            self.fetch(source, &mut attempts, all, now).await;
        }
        self.generation() != seen.generation()
    }

    /// Whether [`refresh_for_unknown_key`](KeyCache::refresh_for_unknown_key) would fetch, or a fetch is
    /// under way. Does not wait.
    pub fn may_refresh(&self, now: Timestamp) -> bool {
        self.source
            .as_ref()
            .is_some_and(|source| match source.attempts.try_lock() {
                Ok(attempts) => source.refresh.may_follow(&attempts, now),
                Err(_) => true,
            })
    }

    /// Rises with every change of the published keys.
    pub fn generation(&self) -> u64 {
        self.snapshot.load().generation
    }

    /// Fetches from these authorities at once, keeps what fails, and publishes what comes.
    async fn fetch(
        &self,
        source: &Source,
        attempts: &mut Attempts,
        indices: Vec<usize>,
        now: Timestamp,
    ) -> Vec<(Authority, DiscoveryError)> {
        let mut fetching = JoinSet::new();
        for index in indices {
            // Set before asking, so that an attempt that is given up still counts.
            attempts.by_authority[index] = Some((now, false));
            let (client, authority) = (source.client.clone(), source.authorities[index].clone());
            fetching.spawn(async move { (index, fetch(&client, &authority).await) });
        }
        let mut failures = Vec::new();
        while let Some(fetched) = fetching.join_next().await {
            match fetched {
                Ok((index, Ok(keys))) => {
                    attempts.by_authority[index] = Some((now, true));
                    self.publish(index, keys, now.plus(source.refresh.keep));
                }
                Ok((index, Err(error))) => failures.push((index, error)),
                // Nothing in a fetch panics; if it did, the authority is asked again like any that failed.
                Err(_) => {}
            }
        }
        failures.sort_by_key(|(index, _)| *index);
        let of = |(index, error): (usize, _)| (source.authorities[index].clone(), error);
        failures.into_iter().map(of).collect()
    }

    /// Withdraws keys that were not confirmed for too long, so that tokens verified with them are judged
    /// again. Callers hold the lock.
    fn forget_expired(&self, now: Timestamp) {
        let present = self.snapshot.load_full();
        let expired = |set: &IssuerKeys| set.good.is_some() && set.at(now).is_none();
        if !present.sets.iter().any(expired) {
            return;
        }
        let mut sets = present.sets.clone();
        for set in sets.iter_mut().filter(|set| expired(set)) {
            set.good = None;
        }
        self.snapshot.store(Arc::new(Snapshot {
            sets,
            generation: present.generation + 1,
        }));
    }

    /// Puts an authority's keys in the place of its former ones. Callers hold the lock.
    fn publish(&self, index: usize, fetched: KeySet, until: Timestamp) {
        let present = self.snapshot.load_full();
        let mut sets = present.sets.clone();
        let former = sets[index].good.as_ref();
        let same = former.is_some_and(|(old, _)| old.same_keys(&fetched));
        sets[index].good = Some((Arc::new(fetched), until));
        self.snapshot.store(Arc::new(Snapshot {
            sets,
            generation: present.generation + u64::from(!same),
        }));
    }
}

impl CurrentKeys {
    /// A number that changes whenever keys come or go; for caches of verified tokens.
    pub fn generation(&self) -> u64 {
        self.snapshot.generation
    }

    /// Whether tokens of some issuer can be judged now.
    pub fn any_available(&self) -> bool {
        let mut sets = self.snapshot.sets.iter();
        sets.any(|set| set.at(self.now).is_some())
    }

    /// The forms of issuer whose tokens are refused now, because their keys could not be fetched.
    pub fn unavailable(&self) -> impl Iterator<Item = &str> {
        let sets = self.snapshot.sets.iter();
        sets.filter(|set| set.at(self.now).is_none())
            .map(|set| set.issuer.as_str())
    }
}

impl Keys for CurrentKeys {
    fn verify(
        &self,
        kid: &str,
        issuer: &str,
        signing_input: &[u8],
        signature: &[u8],
    ) -> Result<(), KeyFault> {
        let mut fault = KeyFault::UnknownKey;
        for set in &self.snapshot.sets {
            let for_this_issuer = tenant_in_issuer(issuer, &set.issuer).is_some();
            let answer = match set.at(self.now) {
                Some(keys) => keys.verify(kid, issuer, signing_input, signature),
                None if for_this_issuer => Err(KeyFault::Unavailable),
                None => continue,
            };
            match answer {
                Ok(()) => return Ok(()),
                Err(found) => fault = graver(fault, found),
            }
        }
        Err(fault)
    }
}

impl IssuerKeys {
    fn lasting((issuer, keys): (String, KeySet)) -> Self {
        Self {
            issuer,
            good: Some((Arc::new(keys), Timestamp::MAX)),
        }
    }

    fn same(&self, other: &Self) -> bool {
        let same_keys = match (&self.good, &other.good) {
            (Some((mine, _)), Some((theirs, _))) => mine.same_keys(theirs),
            (None, None) => true,
            _ => false,
        };
        self.issuer == other.issuer && same_keys
    }

    fn at(&self, now: Timestamp) -> Option<&KeySet> {
        let (keys, until) = self.good.as_ref()?;
        (now < *until).then_some(keys)
    }
}

/// Of two sets' answers, the one that says more: a key that does not fit is more than a missing one.
fn graver(one: KeyFault, other: KeyFault) -> KeyFault {
    let weight = |fault| match fault {
        KeyFault::UnknownKey => 0,
        KeyFault::OtherIssuer => 1,
        KeyFault::Unavailable => 2,
        KeyFault::Signature => 3,
    };
    if weight(other) > weight(one) {
        other
    } else {
        one
    }
}

impl std::fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.keys(Timestamp(0)).fmt(f)
    }
}

impl std::fmt::Debug for CurrentKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let issuers = self.snapshot.sets.iter().map(|set| &set.issuer);
        f.debug_set().entries(issuers).finish()
    }
}
