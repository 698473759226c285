//! The key that signs tokens. Kept between starts, because clients keep tokens between starts.

use std::path::Path;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Map, Value, json};
use thiserror::Error;

use super::directory::sha256;
use crate::private_file::{self, PrivateFileError};

/// An RSA key of 2048 bits with its id.
pub struct SigningKey {
    pair: KeyPair,
    id: String,
}

/// Why there is no key.
#[derive(Debug, Error)]
pub enum SigningKeyError {
    /// The file cannot be read or written, or holds something else.
    #[error(transparent)]
    File(#[from] PrivateFileError),
    /// The system could not make a key.
    #[error("a signing key could not be made")]
    Generate,
}

impl SigningKey {
    /// The key in this file (PKCS #8, PEM, mode 0600), which is made if it is not there.
    ///
    /// # Errors
    /// The file cannot be used, or no key could be made.
    pub fn open(path: &Path) -> Result<SigningKey, SigningKeyError> {
        let Some(content) = private_file::read(path)? else {
            let key = SigningKey::generate()?;
            private_file::write(path, key.pem()?.as_bytes())?;
            return Ok(key);
        };
        let key = SigningKey::from_pem(&content).ok_or_else(|| PrivateFileError::Unusable {
            path: path.to_owned(),
            expected: "an RSA key of at least 2048 bits in PKCS #8 PEM",
        })?;
        Ok(key)
    }

    /// The key in this PEM text, if it is an RSA key of at least 2048 bits in PKCS #8.
    pub(super) fn from_pem(pem: &[u8]) -> Option<SigningKey> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem).ok()?;
        let pair = KeyPair::from_pkcs8(der.secret_pkcs8_der()).ok()?;
        (pair.public_modulus_len() >= 256).then(|| SigningKey::from_pair(pair))
    }

    /// A new key that is written nowhere.
    ///
    /// # Errors
    /// The system could not make one.
    pub fn generate() -> Result<SigningKey, SigningKeyError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| SigningKeyError::Generate)?;
        Ok(SigningKey::from_pair(pair))
    }

    fn from_pair(pair: KeyPair) -> SigningKey {
        // As long as Entra's, which are thumbprints of certificates.
        let mut id = URL_SAFE_NO_PAD.encode(sha256(pair.public_key().as_ref()));
        id.truncate(27);
        SigningKey { pair, id }
    }

    pub(super) fn pem(&self) -> Result<String, SigningKeyError> {
        let der: Pkcs8V1Der<'_> = self.pair.as_der().map_err(|_| SigningKeyError::Generate)?;
        let text = STANDARD.encode(der.as_ref());
        let lines: Vec<&str> = (0..text.len())
            .step_by(64)
            .map(|at| &text[at..text.len().min(at + 64)])
            .collect();
        let body = lines.join("\n");
        Ok(format!(
            "-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"
        ))
    }

    /// The key's id, as tokens name it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The public half, as key sets publish it.
    pub fn jwk(&self) -> Value {
        let public = self.pair.public_key();
        json!({
            "kty": "RSA", "use": "sig", "kid": self.id, "x5t": self.id,
            "n": URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
            "e": URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
        })
    }

    /// A compact RS256 token. The header gets `typ`, `alg` and `kid`; `thumbprint` adds the `x5t` that
    /// version 1.0 tokens have.
    ///
    /// Returns `None` if the key cannot sign, which a checked key always can.
    pub(crate) fn sign(&self, claims: &Map<String, Value>, thumbprint: bool) -> Option<String> {
        let mut header = json!({"typ": "JWT", "alg": "RS256", "kid": self.id});
        if thumbprint {
            header["x5t"] = self.id.clone().into();
        }
        let claims = serde_json::to_vec(claims).ok()?;
        let input = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(claims)
        );
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                input.as_bytes(),
                &mut signature,
            )
            .ok()?;
        Some(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        let made = SigningKey::open(&path).unwrap();
        let kept = SigningKey::open(&path).unwrap();
        assert_eq!(made.jwk(), kept.jwk());
        assert!(!format!("{made:?}").contains("PRIVATE"));
    }

    #[test]
    fn a_file_that_holds_something_else_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        private_file::write(&path, b"something else").unwrap();
        let refused = SigningKey::open(&path).unwrap_err();
        assert!(matches!(
            refused,
            SigningKeyError::File(PrivateFileError::Unusable { .. })
        ));
        assert_eq!(std::fs::read(&path).unwrap(), b"something else");
    }
}
