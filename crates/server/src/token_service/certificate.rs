//! Certificates of applications: whose keys may sign client assertions.

use std::fmt;

use aws_lc_rs::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use aws_lc_rs::signature::{
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaParameters,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use thiserror::Error;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use access::Timestamp;

/// A registered certificate. Only its RSA key, its thumbprints and its dates matter.
#[derive(Clone)]
pub struct Certificate {
    key: Vec<u8>,
    sha1: Vec<u8>,
    sha256: Vec<u8>,
    valid: (Timestamp, Timestamp),
}

/// Why a certificate cannot be registered.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CertificateError {
    /// Not a PEM certificate.
    #[error("not a PEM certificate")]
    Unreadable,
    /// Not an RSA key of at least 2048 bits.
    #[error("its key is not RSA of 2048 to 8192 bits")]
    Key,
}

/// How an assertion names its certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Thumbprint {
    /// `x5t`.
    Sha1(Vec<u8>),
    /// `x5t#S256`.
    Sha256(Vec<u8>),
}

impl Certificate {
    /// Reads the first certificate of a PEM text.
    ///
    /// # Errors
    /// It is unreadable, or its key could not be used.
    pub fn from_pem(pem: &[u8]) -> Result<Certificate, CertificateError> {
        let der = CertificateDer::from_pem_slice(pem).map_err(|_| CertificateError::Unreadable)?;
        let (_, parsed) =
            X509Certificate::from_der(&der).map_err(|_| CertificateError::Unreadable)?;
        let key = parsed.public_key().raw.to_vec();
        let rsa = aws_lc_rs::rsa::PublicKey::from_der(&key).map_err(|_| CertificateError::Key)?;
        if !(256..=1024).contains(&rsa.modulus_len()) {
            return Err(CertificateError::Key);
        }
        let hash = |algorithm: &'static Algorithm| digest(algorithm, &der).as_ref().to_vec();
        let validity = parsed.validity();
        Ok(Certificate {
            key,
            sha1: hash(&SHA1_FOR_LEGACY_USE_ONLY),
            sha256: hash(&SHA256),
            valid: (
                Timestamp(validity.not_before.timestamp()),
                Timestamp(validity.not_after.timestamp()),
            ),
        })
    }

    pub(super) fn has(&self, thumbprint: &Thumbprint) -> bool {
        match thumbprint {
            Thumbprint::Sha1(hash) => *hash == self.sha1,
            Thumbprint::Sha256(hash) => *hash == self.sha256,
        }
    }

    pub(super) fn is_valid_at(&self, now: Timestamp) -> bool {
        (self.valid.0..=self.valid.1).contains(&now)
    }

    /// Whether this certificate's key made the signature, by `RS256` or `PS256`.
    pub(super) fn signed(&self, algorithm: &str, message: &[u8], signature: &[u8]) -> bool {
        let parameters: &'static RsaParameters = match algorithm {
            "RS256" => &RSA_PKCS1_2048_8192_SHA256,
            "PS256" => &RSA_PSS_2048_8192_SHA256,
            _ => return false,
        };
        let key = ParsedPublicKey::new(parameters, &self.key);
        key.is_ok_and(|key| key.verify_sig(message, signature).is_ok())
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Certificate(")?;
        self.sha1
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02X}"))?;
        f.write_str(")")
    }
}
