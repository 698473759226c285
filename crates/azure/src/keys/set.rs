//! A key set: what issuers publish, ready to check signatures.

use std::collections::HashMap;

use access::token::{KeyFault, Keys, tenant_in_issuer};
use aws_lc_rs::signature::ParsedPublicKey;
use serde::Deserialize;
use thiserror::Error;

use super::jwk::{Jwk, Unusable};

/// The most keys of one published set that are looked at. Microsoft publishes fewer than twenty.
pub const MAX_KEYS: usize = 1000;

/// The longest key id that is stored, in bytes.
const MAX_KID: usize = 256;

/// Why a published key set as a whole is not used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeySetError {
    /// Not a JSON Web Key Set.
    #[error("not a JSON Web Key Set: {0}")]
    Unreadable(String),
    /// More than [`MAX_KEYS`].
    #[error("{0} keys, more than {MAX_KEYS}")]
    TooMany(usize),
    /// Two different keys of one id: which one signs cannot be told.
    #[error("two different keys with the id `{0}`")]
    Ambiguous(String),
    /// Not one key that could check an RS256 signature; what each is instead.
    #[error("no usable key{}", list(.0))]
    Empty(Vec<(String, Unusable)>),
}

/// Public keys by id, each with the form of issuer it is published for.
#[derive(Default)]
pub struct KeySet {
    keys: HashMap<Box<str>, Vec<Published>>,
    unusable: Vec<(String, Unusable)>,
}

/// One key as published for one form of issuer. Shared between snapshots of a cache.
#[derive(Clone)]
pub(super) struct Published {
    pub(super) issuer: Box<str>,
    pub(super) key: std::sync::Arc<ParsedPublicKey>,
}

impl KeySet {
    /// Reads a published key set for tokens of `issuer`, which may contain `{tenantid}`.
    ///
    /// Keys that cannot check RS256 signatures are left out and listed by [`unusable`](KeySet::unusable).
    /// A key marked with an issuer of its own is used only if its publisher may speak for it: the mark
    /// is `issuer`, or the more general or more particular form of it; the more particular one counts.
    ///
    /// # Errors
    /// The set is unreadable, too large, ambiguous, or has no usable key.
    pub fn parse(jwks: &[u8], issuer: &str) -> Result<KeySet, KeySetError> {
        #[derive(Deserialize)]
        struct Document {
            keys: Vec<Jwk>,
        }
        let document: Document = serde_json::from_slice(jwks)
            .map_err(|error| KeySetError::Unreadable(error.to_string()))?;
        if document.keys.len() > MAX_KEYS {
            return Err(KeySetError::TooMany(document.keys.len()));
        }
        let mut set = KeySet::default();
        for jwk in document.keys {
            let kid = jwk.kid.clone().unwrap_or_default();
            match set.publish(&jwk, &kid, issuer) {
                Ok(None) => {}
                Ok(Some(_)) => return Err(KeySetError::Ambiguous(kid)),
                Err(reason) => set.unusable.push((kid.chars().take(64).collect(), reason)),
            }
        }
        if set.keys.is_empty() {
            return Err(KeySetError::Empty(set.unusable));
        }
        Ok(set)
    }

    /// Adds one key; returns a different key of the same id and issuer if there is one.
    fn publish(
        &mut self,
        jwk: &Jwk,
        kid: &str,
        issuer: &str,
    ) -> Result<Option<Published>, Unusable> {
        let key = jwk.rsa()?;
        if kid.is_empty() || kid.len() > MAX_KID {
            return Err(Unusable::KeyId);
        }
        let issuer =
            effective_issuer(jwk.issuer.as_deref(), issuer).ok_or(Unusable::OtherIssuer)?;
        let published = Published {
            issuer: issuer.into(),
            key: key.into(),
        };
        let same_id = self.keys.entry(kid.into()).or_default();
        let twin = same_id.iter().find(|twin| twin.issuer == published.issuer);
        match twin {
            None => same_id.push(published),
            Some(twin) if twin.same_key(&published) => {}
            Some(twin) => return Ok(Some(twin.clone())),
        }
        Ok(None)
    }

    /// Whether both sets would answer every question alike.
    pub(super) fn same_keys(&self, other: &KeySet) -> bool {
        let within = |keys: &[Published], others: &[Published]| {
            keys.iter().all(|key| {
                others
                    .iter()
                    .any(|other| other.issuer == key.issuer && other.same_key(key))
            })
        };
        self.keys.len() == other.keys.len()
            && self.keys.iter().all(|(kid, keys)| {
                other
                    .keys
                    .get(kid)
                    .is_some_and(|others| keys.len() == others.len() && within(keys, others))
            })
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.keys.values().map(Vec::len).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Keys that were published and are not used, by id, with the reason.
    pub fn unusable(&self) -> &[(String, Unusable)] {
        &self.unusable
    }
}

impl Keys for KeySet {
    fn verify(
        &self,
        kid: &str,
        issuer: &str,
        signing_input: &[u8],
        signature: &[u8],
    ) -> Result<(), KeyFault> {
        let keys = self.keys.get(kid).ok_or(KeyFault::UnknownKey)?;
        let mut fault = KeyFault::OtherIssuer;
        for published in keys {
            if tenant_in_issuer(issuer, &published.issuer).is_none() {
                continue;
            }
            match published.key.verify_sig(signing_input, signature) {
                Ok(()) => return Ok(()),
                Err(_) => fault = KeyFault::Signature,
            }
        }
        Err(fault)
    }
}

impl Published {
    fn same_key(&self, other: &Published) -> bool {
        let (mine, theirs): (&[u8], &[u8]) = ((*self.key).as_ref(), (*other.key).as_ref());
        mine == theirs
    }
}

impl std::fmt::Debug for KeySet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.keys.keys()).finish()
    }
}

/// The form of issuer a key counts for: the more particular of its mark and its publisher's issuer,
/// or none if they have nothing in common.
fn effective_issuer<'a>(mark: Option<&'a str>, publisher: &'a str) -> Option<&'a str> {
    let mark = mark.unwrap_or(publisher);
    if mark == publisher || tenant_in_issuer(mark, publisher).is_some() {
        Some(mark)
    } else if tenant_in_issuer(publisher, mark).is_some() {
        Some(publisher)
    } else {
        None
    }
}

/// The first few unusable keys, for an error message.
fn list(unusable: &[(String, Unusable)]) -> String {
    let describe = |(kid, reason): &(String, Unusable)| format!("`{kid}` ({reason})");
    let first: Vec<String> = unusable.iter().take(5).map(describe).collect();
    if first.is_empty() {
        return String::new();
    }
    format!(": {}", first.join(", "))
}
