//! The question this crate asks of whoever holds the published keys.

use thiserror::Error;

/// Why a key set did not confirm a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyFault {
    /// No key of this id. A caller that can may refresh its keys and ask again.
    #[error("no key of this id")]
    UnknownKey,
    /// There is one, but it is published for other issuers.
    #[error("the key is published for another issuer")]
    OtherIssuer,
    /// The key does not fit the signature.
    #[error("the signature does not fit")]
    Signature,
    /// The keys are too old to be trusted, or were never fetched.
    #[error("no keys are available")]
    Unavailable,
}

/// Published signing keys. Implemented with real cryptography in `azure::keys`.
pub trait Keys {
    /// Checks that the RSA key `kid` (PKCS #1 v1.5, SHA-256, at least 2048 bits), which must be
    /// published for tokens of `issuer`, made `signature` over `signing_input`.
    ///
    /// `kid` and `issuer` are the token's own words and may be anything.
    ///
    /// # Errors
    /// The reason why not. An implementation that is in doubt refuses.
    fn verify(
        &self,
        kid: &str,
        issuer: &str,
        signing_input: &[u8],
        signature: &[u8],
    ) -> Result<(), KeyFault>;
}

impl<K: Keys + ?Sized> Keys for &K {
    fn verify(
        &self,
        kid: &str,
        issuer: &str,
        signing_input: &[u8],
        signature: &[u8],
    ) -> Result<(), KeyFault> {
        (**self).verify(kid, issuer, signing_input, signature)
    }
}

impl<K: Keys + ?Sized> Keys for std::sync::Arc<K> {
    fn verify(
        &self,
        kid: &str,
        issuer: &str,
        signing_input: &[u8],
        signature: &[u8],
    ) -> Result<(), KeyFault> {
        (**self).verify(kid, issuer, signing_input, signature)
    }
}
