//! What stands for a token without being one.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand;

/// A token's fingerprint. Nobody can find two tokens with the same one.
pub(super) type Fingerprint = [u8; 16];

/// Takes fingerprints, with a random key that never leaves it.
///
/// It is the tag that AES-GCM gives to additional data (GMAC, NIST SP 800-38D), several times as fast as SHA-256. That
/// mode wants a fresh nonce for every tag that others see; these nobody sees, and what is used is GHASH itself, a
/// universal hash: for whoever does not know the key, two different tokens of 16 KiB collide with a probability below
/// 2⁻¹¹⁷ (ibid., appendix C).
pub(super) struct Fingerprinter(LessSafeKey);

impl Fingerprinter {
    /// With a new key.
    ///
    /// # Errors
    /// If the system gives no random bytes.
    pub(super) fn new() -> Result<Self, Unspecified> {
        let mut key = [0; 16];
        rand::fill(&mut key)?;
        Ok(Self(LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?)))
    }

    /// The fingerprint of `token`; none if the library fails, and then nothing is remembered.
    pub(super) fn of(&self, token: &str) -> Option<Fingerprint> {
        let nonce = Nonce::assume_unique_for_key([0; NONCE_LEN]);
        let nothing: &mut [u8] = &mut [];
        let tag = self
            .0
            .seal_in_place_separate_tag(nonce, Aad::from(token), nothing)
            .ok()?;
        tag.as_ref().try_into().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_depends_on_every_byte_and_on_the_key() {
        let fingerprinter = Fingerprinter::new().unwrap();
        let token = "eyJ0".repeat(300);
        let own = fingerprinter.of(&token);
        assert!(own.is_some());
        assert_eq!(own, fingerprinter.of(&token));
        for place in 0..token.len() {
            let mut other = token.clone().into_bytes();
            other[place] ^= 1;
            let other = String::from_utf8(other).unwrap();
            assert_ne!(own, fingerprinter.of(&other), "byte {place}");
        }
        assert_ne!(own, fingerprinter.of(&token[1..]));
        assert_ne!(own, fingerprinter.of(&format!("{token}\0")));
        assert_ne!(own, Fingerprinter::new().unwrap().of(&token));
    }
}
