//! The keys that sign access and id tokens, and how one follows another.
//!
//! ```text
//! waiting   published and accepted, signs nothing yet: verifiers learn it first
//! signing   the newest key whose time has come
//! retired   signs no more, and its private half is gone; accepted until the last token it signed is over
//! ```
//!
//! The state of a key follows from the time alone: each has a moment from which it signs, and it retires
//! when the next one's has come. Whatever changes is written as one file before it counts.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use access::Timestamp;
use arc_swap::ArcSwap;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::signing::{SigningKey, SigningKeyError};
use crate::private_file::{self, PrivateFileError};

/// For how long a new key is published before it signs, in seconds: as long as verifiers keep what they
/// fetched (`azure::keys::Refresh`).
pub const LEAD: i64 = 3600;

/// The keys, oldest first; never none.
pub struct KeyRing {
    path: Option<PathBuf>,
    keys: ArcSwap<Vec<Key>>,
    /// Held while the keys change: two rotations at once make one key, not two.
    changing: Mutex<()>,
}

/// How a key takes the place of the signing one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// Published now, signing in an hour; the old one is accepted until its tokens are over.
    Announced,
    /// Signing now; the old one is accepted until its tokens are over.
    AtOnce,
    /// Signing now; no older key is accepted any more. For a key that somebody else may have.
    Withdrawing,
}

/// Where a key is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// Published, signs nothing yet.
    Waiting,
    /// Signs.
    Signing,
    /// Accepted, signs no more.
    Retired,
}

impl KeyState {
    /// In words of the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Signing => "signing",
            Self::Retired => "retired",
        }
    }
}

/// What may be said of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyDescription {
    /// Its id, as tokens name it.
    pub id: String,
    /// Where it is in its life.
    pub state: KeyState,
    /// From when it signs.
    pub from: Timestamp,
    /// Until when it is accepted, if that is known yet.
    pub until: Option<Timestamp>,
}

#[derive(Clone)]
struct Key {
    id: String,
    from: Timestamp,
    /// The published half, a JWK.
    public: Value,
    /// Gone once the key is retired.
    private: Option<Arc<SigningKey>>,
}

/// A key as the file has it.
#[derive(Serialize, Deserialize)]
struct Stored {
    from: i64,
    public: Value,
    private: Option<String>,
}

impl KeyRing {
    /// The keys in this file (mode 0600), which is made with one key if it is not there.
    ///
    /// # Errors
    /// The file cannot be used, or no key could be made.
    pub fn open(path: &Path, now: Timestamp) -> Result<KeyRing, SigningKeyError> {
        let keys = match private_file::read(path)? {
            Some(content) => read(&content).ok_or_else(|| PrivateFileError::Unusable {
                path: path.to_owned(),
                expected: "a list of signing keys",
            })?,
            None => {
                let keys = vec![Key::new(SigningKey::generate()?, now)];
                write(path, &keys)?;
                keys
            }
        };
        Ok(KeyRing::of(keys, Some(path.to_owned())))
    }

    /// One key that is written nowhere.
    pub fn in_memory(key: SigningKey, now: Timestamp) -> KeyRing {
        KeyRing::of(vec![Key::new(key, now)], None)
    }

    fn of(keys: Vec<Key>, path: Option<PathBuf>) -> KeyRing {
        KeyRing {
            path,
            keys: ArcSwap::from_pointee(keys),
            changing: Mutex::default(),
        }
    }

    /// The key that signs at `now`.
    pub(super) fn signer(&self, now: Timestamp) -> Option<Arc<SigningKey>> {
        let keys = self.keys.load();
        keys.get(signing(&keys, now))?.private.clone()
    }

    /// The published key set: every key that is accepted, or will be.
    pub fn jwks(&self) -> Value {
        let keys = self.keys.load();
        json!({ "keys": keys.iter().map(|key| &key.public).collect::<Vec<_>>() })
    }

    /// What may be said of each key; `overlap` as in [`rotate`](KeyRing::rotate).
    pub(super) fn describe(&self, overlap: i64, now: Timestamp) -> Vec<KeyDescription> {
        let keys = self.keys.load();
        let signing = signing(&keys, now);
        let describe = |(index, key): (usize, &Key)| KeyDescription {
            id: key.id.clone(),
            state: match index.cmp(&signing) {
                std::cmp::Ordering::Less => KeyState::Retired,
                std::cmp::Ordering::Equal => KeyState::Signing,
                std::cmp::Ordering::Greater => KeyState::Waiting,
            },
            from: key.from,
            until: keys.get(index + 1).map(|next| next.from.plus(overlap)),
        };
        keys.iter().enumerate().map(describe).collect()
    }

    /// Makes the next key, or hurries the one that waits. `overlap` is how long after its last signature
    /// a key is accepted, in seconds: as long as tokens last.
    ///
    /// # Errors
    /// No key could be made, or the file cannot be written; then nothing changes.
    pub(super) fn rotate(
        &self,
        how: Rotation,
        overlap: i64,
        now: Timestamp,
    ) -> Result<(), SigningKeyError> {
        self.change(overlap, now, |keys| {
            if waiting(keys, now).is_none() {
                keys.push(Key::new(SigningKey::generate()?, now.plus(LEAD)));
            }
            if how == Rotation::Announced {
                return Ok(());
            }
            if let Some(next) = keys.last_mut() {
                next.from = now;
            }
            if how == Rotation::Withdrawing {
                keys.drain(..keys.len() - 1);
            }
            Ok(())
        })
    }

    /// Does what is due: announces the next key when the signing one will be `longest` seconds old, and
    /// forgets keys whose time is over. Returns whether anything changed.
    ///
    /// # Errors
    /// As for [`rotate`](KeyRing::rotate).
    pub(super) fn tend(
        &self,
        longest: Option<i64>,
        overlap: i64,
        now: Timestamp,
    ) -> Result<bool, SigningKeyError> {
        let before = self.keys.load_full();
        self.change(overlap, now, |keys| {
            let signing = signing(keys, now);
            let old = longest.is_some_and(|longest| keys[signing].from.plus(longest - LEAD) <= now);
            if old && waiting(keys, now).is_none() {
                keys.push(Key::new(SigningKey::generate()?, now.plus(LEAD)));
            }
            Ok(())
        })?;
        Ok(!Arc::ptr_eq(&before, &self.keys.load_full()))
    }

    fn change(
        &self,
        overlap: i64,
        now: Timestamp,
        change: impl FnOnce(&mut Vec<Key>) -> Result<(), SigningKeyError>,
    ) -> Result<(), SigningKeyError> {
        // What was half changed is dropped with the guard: the keys are replaced in one step.
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let present = self.keys.load_full();
        let mut keys = (*present).clone();
        change(&mut keys)?;
        let signing = signing(&keys, now);
        for retired in &mut keys[..signing] {
            retired.private = None;
        }
        let over = |index: usize| keys[index + 1].from.plus(overlap) <= now;
        let over = (0..signing).take_while(|index| over(*index)).count();
        keys.drain(..over);
        if same(&present, &keys) {
            return Ok(());
        }
        if let Some(path) = &self.path {
            write(path, &keys)?;
        }
        self.keys.store(Arc::new(keys));
        Ok(())
    }
}

impl Key {
    fn new(private: SigningKey, from: Timestamp) -> Key {
        Key {
            id: private.id().to_owned(),
            from,
            public: private.jwk(),
            private: Some(Arc::new(private)),
        }
    }
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let keys = self.keys.load();
        f.debug_list()
            .entries(keys.iter().map(|key| &key.id))
            .finish()
    }
}

/// The newest key whose time has come; the oldest if the clock was put back behind all of them.
fn signing(keys: &[Key], now: Timestamp) -> usize {
    keys.iter().rposition(|key| key.from <= now).unwrap_or(0)
}

fn waiting(keys: &[Key], now: Timestamp) -> Option<&Key> {
    keys.get(signing(keys, now) + 1)
}

fn same(some: &[Key], others: &[Key]) -> bool {
    let same = |(one, other): (&Key, &Key)| {
        one.id == other.id
            && one.from == other.from
            && one.private.is_some() == other.private.is_some()
    };
    some.len() == others.len() && some.iter().zip(others).all(same)
}

/// Reads the file; `None` if it is not what [`write()`] wrote.
fn read(content: &[u8]) -> Option<Vec<Key>> {
    let stored: Vec<Stored> = serde_json::from_slice(content).ok()?;
    let mut keys = Vec::with_capacity(stored.len());
    for stored in stored {
        let private = match &stored.private {
            Some(pem) => Some(Arc::new(SigningKey::from_pem(pem.as_bytes())?)),
            None => None,
        };
        let id = stored.public.get("kid")?.as_str()?.to_owned();
        let mismatch = private.as_ref().is_some_and(|private| private.id() != id);
        if mismatch {
            return None;
        }
        keys.push(Key {
            id,
            from: Timestamp(stored.from),
            public: stored.public,
            private,
        });
    }
    let usable = keys.last().is_some_and(|key| key.private.is_some());
    (usable && keys.is_sorted_by_key(|key| key.from)).then_some(keys)
}

fn write(path: &Path, keys: &[Key]) -> Result<(), SigningKeyError> {
    let mut stored = Vec::with_capacity(keys.len());
    for key in keys {
        stored.push(Stored {
            from: key.from.0,
            public: key.public.clone(),
            private: key.private.as_deref().map(SigningKey::pem).transpose()?,
        });
    }
    let text = serde_json::to_vec_pretty(&stored).map_err(|_| SigningKeyError::Generate)?;
    Ok(private_file::write(path, &text)?)
}

#[cfg(test)]
mod tests;
