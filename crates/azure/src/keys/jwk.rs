//! One published key: an RSA public key fit for checking RS256 signatures, or the reason why not.

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use thiserror::Error;

use super::roca;

/// Why a published key is not used. The others of its set are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unusable {
    /// Not RSA.
    #[error("not an RSA key")]
    NotRsa,
    /// `use` or `key_ops` says it is not for signatures.
    #[error("not for checking signatures")]
    OtherUse,
    /// `alg` names another algorithm than RS256.
    #[error("for another algorithm than RS256")]
    OtherAlgorithm,
    /// No `kid`, or one of more than 256 bytes.
    #[error("without a usable key id")]
    KeyId,
    /// Modulus or exponent missing or not base64url.
    #[error("not readable")]
    Unreadable,
    /// A modulus of fewer than 2048 or more than 8192 bits.
    #[error("of unacceptable size")]
    Size,
    /// An exponent that is even, 1, or longer than 32 bits.
    #[error("with an unacceptable exponent")]
    Exponent,
    /// The private half is published too.
    #[error("published with its private half")]
    Private,
    /// The modulus bears the fingerprint of a broken generator (CVE-2017-15361).
    #[error("made by a broken generator")]
    Roca,
    /// Marked for an issuer that its publisher may not speak for.
    #[error("marked for another issuer")]
    OtherIssuer,
}

/// A member of `keys` in a JSON Web Key Set. Unknown members are ignored.
#[derive(Deserialize)]
pub(super) struct Jwk {
    kty: String,
    pub(super) kid: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
    n: Option<String>,
    e: Option<String>,
    d: Option<serde::de::IgnoredAny>,
    /// Microsoft's own: the form of issuer this key signs for.
    pub(super) issuer: Option<String>,
}

impl Jwk {
    /// The key, ready to check signatures.
    pub(super) fn rsa(&self) -> Result<ParsedPublicKey, Unusable> {
        if self.kty != "RSA" {
            return Err(Unusable::NotRsa);
        }
        let verifies = |ops: &Vec<String>| ops.iter().any(|op| op == "verify");
        if self.usage.as_deref().is_some_and(|usage| usage != "sig")
            || self.key_ops.as_ref().is_some_and(|ops| !verifies(ops))
        {
            return Err(Unusable::OtherUse);
        }
        if self.alg.as_deref().is_some_and(|alg| alg != "RS256") {
            return Err(Unusable::OtherAlgorithm);
        }
        if self.d.is_some() {
            return Err(Unusable::Private);
        }
        let n = unsigned(self.n.as_deref())?;
        let e = unsigned(self.e.as_deref())?;
        check_components(&n, &e)?;
        RsaPublicKeyComponents { n: &n, e: &e }
            .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
            .map_err(|_| Unusable::Unreadable)
    }
}

/// What a modulus and exponent (big-endian, without leading zeros) must be before they are trusted.
fn check_components(n: &[u8], e: &[u8]) -> Result<(), Unusable> {
    let leading = n.first().map_or(0, |byte| byte.leading_zeros() as usize);
    if !(2048..=8192).contains(&(n.len() * 8 - leading)) {
        return Err(Unusable::Size);
    }
    let exponent = e
        .iter()
        .fold(0_u64, |value, &byte| value << 8 | u64::from(byte));
    if e.len() > 4 || exponent < 3 || exponent % 2 == 0 {
        return Err(Unusable::Exponent);
    }
    if roca::has_fingerprint(n) {
        return Err(Unusable::Roca);
    }
    Ok(())
}

/// A base64url integer as big-endian bytes without leading zeros.
fn unsigned(text: Option<&str>) -> Result<Vec<u8>, Unusable> {
    let bytes = text.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    let bytes = bytes.ok_or(Unusable::Unreadable)?;
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    Ok(bytes[zeros..].to_vec())
}
