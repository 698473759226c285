//! Refresh tokens: sealed, so that nothing needs to be stored for them to outlive a restart.
//!
//! A token is what it stands for, encrypted and authenticated under a key that only this server has
//! (AES-256-GCM). What is remembered is which ones were used and which sign-ins are over: in memory and
//! bounded. A restart forgets that, so that a token which was used before it can be used once more.
//! (Entra lets public clients use theirs any number of times.)

use std::path::Path;

use access::Timestamp;
use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::random;
use super::state::Asked;
use super::vault::Vault;
use crate::private_file::{self, PrivateFileError};

/// How long a refresh token lasts, in seconds.
const LIFETIME: i64 = 90 * 24 * 3600;

/// Used tokens that are remembered, and sign-ins that are over.
const USED: usize = 50_000;
const ENDED: usize = 10_000;

/// Seconds for which a used token still works: two processes of one client may hold the same one.
const GRACE: i64 = 60;

/// What the sealed bytes are, so that they can never pass for something else under the same key.
const PURPOSE: &[u8] = b"entrada refresh token, version 1";

const NONCE_BYTES: usize = 12;

/// What a refresh token stands for.
#[derive(Clone)]
pub(super) struct RefreshGrant {
    /// The object id of whoever signed in.
    pub(super) user: String,
    pub(super) client: String,
    pub(super) asked: Asked,
    /// All refresh tokens that came of one sign-in.
    pub(super) family: String,
    /// This one among them.
    id: String,
    issued: Timestamp,
}

impl RefreshGrant {
    /// A token of a sign-in: of `family`, or of a new one.
    pub(super) fn new(
        user: &str,
        client: &str,
        asked: Asked,
        family: Option<String>,
        now: Timestamp,
    ) -> RefreshGrant {
        RefreshGrant {
            user: user.to_owned(),
            client: client.to_owned(),
            asked,
            family: family.unwrap_or_else(random::id),
            id: random::id(),
            issued: now,
        }
    }
}

/// A grant as it is sealed.
#[derive(Serialize, Deserialize)]
struct Sealed {
    user: String,
    client: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
    family: String,
    id: String,
    issued: i64,
}

/// The key that seals.
pub struct RefreshSeal(RandomizedNonceKey);

impl RefreshSeal {
    /// The key in this file (mode 0600), made if it is not there. Without it, who signed in must do it again.
    ///
    /// # Errors
    /// The file cannot be used.
    pub fn open(path: &Path) -> Result<RefreshSeal, PrivateFileError> {
        Ok(RefreshSeal::from_bytes(&private_file::random_key(path)?))
    }

    /// A key that is written nowhere.
    pub fn ephemeral() -> RefreshSeal {
        RefreshSeal::from_bytes(&random::bytes())
    }

    fn from_bytes(bytes: &[u8; 32]) -> RefreshSeal {
        let key = RandomizedNonceKey::new(&AES_256_GCM, bytes);
        RefreshSeal(key.expect("the key is as long as the algorithm wants it"))
    }

    /// The token for a grant; `None` if it could not be sealed, which it always can.
    pub(super) fn seal(&self, grant: &RefreshGrant) -> Option<String> {
        let (scope, resource) = match grant.asked.clone() {
            Asked::Scope(scope) => (Some(scope), None),
            Asked::Resource(resource) => (None, Some(resource)),
        };
        let sealed = Sealed {
            user: grant.user.clone(),
            client: grant.client.clone(),
            scope,
            resource,
            family: grant.family.clone(),
            id: grant.id.clone(),
            issued: grant.issued.0,
        };
        let mut bytes = serde_json::to_vec(&sealed).ok()?;
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(PURPOSE), &mut bytes)
            .ok()?;
        Some(URL_SAFE_NO_PAD.encode([nonce.as_ref().as_slice(), &bytes].concat()))
    }

    /// The grant in a token, if it is one of ours and still lasts.
    pub(super) fn unseal(&self, token: &str, now: Timestamp) -> Option<RefreshGrant> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (nonce, bytes) = bytes.split_first_chunk::<NONCE_BYTES>()?;
        let mut bytes = bytes.to_vec();
        let nonce = Nonce::from(nonce);
        let plain = self
            .0
            .open_in_place(nonce, Aad::from(PURPOSE), &mut bytes)
            .ok()?;
        let sealed: Sealed = serde_json::from_slice(plain).ok()?;
        let issued = Timestamp(sealed.issued);
        let asked = match (sealed.scope, sealed.resource) {
            (Some(scope), _) => Asked::Scope(scope),
            (None, resource) => Asked::Resource(resource?),
        };
        (now < issued.plus(LIFETIME)).then_some(RefreshGrant {
            user: sealed.user,
            client: sealed.client,
            asked,
            family: sealed.family,
            id: sealed.id,
            issued,
        })
    }
}

impl std::fmt::Debug for RefreshSeal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefreshSeal(…)")
    }
}

/// Which refresh tokens were used, and which sign-ins are over because of it.
pub(super) struct Spent {
    used: Vault<Timestamp>,
    ended: Vault<()>,
}

impl Default for Spent {
    fn default() -> Self {
        Spent {
            used: Vault::new(LIFETIME, USED),
            ended: Vault::new(LIFETIME, ENDED),
        }
    }
}

impl Spent {
    /// Whether a token still works. One that was used more than a minute ago is in the wrong hands: from
    /// now on, no token of that sign-in works.
    pub(super) fn admits(&mut self, grant: &RefreshGrant, now: Timestamp) -> bool {
        if self.ended.get_mut(&grant.family, now).is_some() {
            return false;
        }
        let used = self.used.get_mut(&grant.id, now).copied();
        let replayed = used.is_some_and(|used| now > used.plus(GRACE));
        if replayed {
            self.ended.insert_as(&grant.family, (), now);
        }
        !replayed
    }

    /// Remembers that a token was used.
    pub(super) fn note(&mut self, grant: &RefreshGrant, now: Timestamp) {
        if self.used.get_mut(&grant.id, now).is_none() {
            self.used.insert_as(&grant.id, now, now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_000_000);

    fn grant() -> RefreshGrant {
        RefreshGrant::new("ada", "az", Asked::Scope("openid".to_owned()), None, NOW)
    }

    #[test]
    fn a_token_says_nothing_without_the_key_and_lasts_ninety_days() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("refresh-key");
        let seal = RefreshSeal::open(&path).unwrap();
        let token = seal.seal(&grant()).unwrap();
        assert_ne!(seal.seal(&grant()).unwrap(), token);
        let restarted = RefreshSeal::open(&path).unwrap();
        assert_eq!(restarted.unseal(&token, NOW).unwrap().user, "ada");
        assert!(restarted.unseal(&token, NOW.plus(LIFETIME - 1)).is_some());
        assert!(restarted.unseal(&token, NOW.plus(LIFETIME)).is_none());
        assert!(RefreshSeal::ephemeral().unseal(&token, NOW).is_none());
    }

    #[test]
    fn no_character_of_a_token_can_be_changed() {
        let seal = RefreshSeal::ephemeral();
        let token = seal.seal(&grant()).unwrap();
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(seal.unseal(&changed, NOW).is_none(), "{at}");
        }
        for other in ["", "A", "AAAAAAAAAAAAAAAAAAAA", "é", &token[1..]] {
            assert!(seal.unseal(other, NOW).is_none(), "{other}");
        }
    }
}
