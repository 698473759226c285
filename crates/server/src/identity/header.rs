//! The `IDENTITY_HEADER`: a principal's object id and a code over it that only this server can make.

use std::path::Path;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::private_file::{self, PrivateFileError};
use crate::token_service::random;

/// The random key from which all identity headers come.
pub struct IdentityKey(hmac::Key);

impl IdentityKey {
    /// The key in this file (mode 0600), made if it is not there. While it stays, so do the headers, and
    /// with them the environment that people have set.
    ///
    /// # Errors
    /// The file cannot be used.
    pub fn open(path: &Path) -> Result<IdentityKey, PrivateFileError> {
        Ok(IdentityKey::from_bytes(&private_file::random_key(path)?))
    }

    /// A key that is written nowhere.
    pub fn ephemeral() -> IdentityKey {
        IdentityKey::from_bytes(&random::bytes::<32>())
    }

    fn from_bytes(bytes: &[u8]) -> IdentityKey {
        IdentityKey(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    pub(super) fn header(&self, object_id: &str) -> String {
        let object_id = object_id.to_ascii_lowercase();
        let code = hmac::sign(&self.0, object_id.as_bytes());
        format!("{object_id}.{}", URL_SAFE_NO_PAD.encode(code))
    }

    /// The object id that a header opens, if the header is one of ours.
    pub(super) fn open_header<'h>(&self, header: &'h str) -> Option<&'h str> {
        let (object_id, code) = header.rsplit_once('.')?;
        let code = URL_SAFE_NO_PAD.decode(code).ok()?;
        // Compares in constant time.
        hmac::verify(&self.0, object_id.as_bytes(), &code).ok()?;
        Some(object_id)
    }
}

impl std::fmt::Debug for IdentityKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdentityKey(…)")
    }
}
