//! Refresh tokens: sealed, so that nothing needs to be stored for them to outlive a restart.
//!
//! A token is what it stands for, encrypted and authenticated under a key that only this server has
//! (AES-256-GCM). As in Entra, using one gives the next and ends nothing: it works until its time is over, or until
//! whoever signed in is signed out everywhere, gets another password, is disabled or removed. Those are changes of the
//! directory, durable and one a person, so there is no list of tokens to keep, and none to forget at a restart.

use std::path::Path;

use access::Timestamp;
use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::random;
use super::state::Asked;
use crate::private_file::{self, PrivateFileError};

/// How long a refresh token lasts, in seconds.
const LIFETIME: i64 = 90 * 24 * 3600;

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
    issued: Timestamp,
}

impl RefreshGrant {
    /// A grant of now.
    pub(super) fn new(user: &str, client: &str, asked: Asked, now: Timestamp) -> RefreshGrant {
        RefreshGrant {
            user: user.to_owned(),
            client: client.to_owned(),
            asked,
            issued: now,
        }
    }

    /// Whether it was given by the end of this second.
    pub(super) fn is_before(&self, moment: Option<Timestamp>) -> bool {
        moment.is_some_and(|moment| self.issued <= moment)
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
            issued,
        })
    }
}

impl std::fmt::Debug for RefreshSeal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefreshSeal(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_000_000);

    fn grant() -> RefreshGrant {
        RefreshGrant::new("ada", "az", Asked::Scope("openid".to_owned()), NOW)
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
