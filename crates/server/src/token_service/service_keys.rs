//! The keys of a token service, together.

use access::Timestamp;

use super::key_ring::KeyRing;
use super::refresh_token::RefreshSeal;
use super::signing::{SigningKey, SigningKeyError};

/// The keys of a token service: for access tokens, for the local workload issuer, for refresh tokens.
#[derive(Debug)]
pub struct ServiceKeys {
    /// Sign access and id tokens.
    pub tokens: KeyRing,
    /// Signs the tokens that stand for local workloads. A key of its own, so that neither kind of token
    /// can ever pass for the other.
    pub workloads: SigningKey,
    /// Seals refresh tokens.
    pub refresh: RefreshSeal,
}

impl ServiceKeys {
    /// The keys in a folder (`token-keys.json`, `workload-key.pem`, `refresh-key`; mode 0600), made if they
    /// are not there.
    ///
    /// # Errors
    /// A file cannot be used, or a key could not be made.
    pub fn open(folder: &std::path::Path, now: Timestamp) -> Result<ServiceKeys, SigningKeyError> {
        Ok(ServiceKeys {
            tokens: KeyRing::open(&folder.join("token-keys.json"), now)?,
            workloads: SigningKey::open(&folder.join("workload-key.pem"))?,
            refresh: RefreshSeal::open(&folder.join("refresh-key"))?,
        })
    }

    /// Keys that are written nowhere.
    ///
    /// # Errors
    /// A key could not be made.
    pub fn ephemeral(now: Timestamp) -> Result<ServiceKeys, SigningKeyError> {
        Ok(ServiceKeys {
            tokens: KeyRing::in_memory(SigningKey::generate()?, now),
            workloads: SigningKey::generate()?,
            refresh: RefreshSeal::ephemeral(),
        })
    }
}
