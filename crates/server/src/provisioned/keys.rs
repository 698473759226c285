//! Keys of accounts that were made at run time.

use aws_lc_rs::hmac;

use crate::private_file::{self, PrivateFileError};
use crate::secret::Secret;
use crate::token_service::random;

/// What keys of accounts are derived from. Nothing that is kept, told or journalled holds a key; a key that
/// is regenerated is the next of its kind.
pub(crate) struct AccountKeys(hmac::Key);

impl AccountKeys {
    /// The secret in a file of the data folder, made if it is not there.
    pub(crate) fn read_or_make(path: &std::path::Path) -> Result<Self, PrivateFileError> {
        Ok(Self::new(&private_file::random_key(path)?))
    }

    /// One that is written nowhere.
    pub(crate) fn ephemeral() -> Self {
        Self::new(&random::bytes())
    }

    fn new(bytes: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// The key of an account: the first or second, as it is after so many regenerations.
    pub(super) fn key(&self, account: &str, which: usize, generation: u32) -> Secret {
        let named = format!("{}\n{which}\n{generation}", account.to_ascii_lowercase());
        let tag = hmac::sign(&self.0, named.as_bytes());
        let hex = tag.as_ref()[..16].iter().map(|byte| format!("{byte:02x}"));
        Secret::new(hex.collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_place_and_generation_has_a_key_of_its_own() {
        let keys = AccountKeys::ephemeral();
        let key = |account: &str, which, generation| {
            keys.key(account, which, generation).expose().to_owned()
        };
        let first = key("/a", 0, 0);
        assert_eq!(first.len(), 32);
        assert_eq!(first, key("/A", 0, 0));
        for other in [key("/b", 0, 0), key("/a", 1, 0), key("/a", 0, 1)] {
            assert_ne!(first, other);
        }
        assert_ne!(first, AccountKeys::ephemeral().key("/a", 0, 0).expose());
    }
}
