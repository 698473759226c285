//! Unguessable values.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// `N` random bytes.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes)
        .expect("the system's generator does not fail once it has started");
    bytes
}

/// A secret of 256 bits in base64url.
pub(crate) fn secret() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>())
}

/// An opaque id of 128 bits in base64url.
pub(crate) fn id() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<16>())
}

/// A random GUID.
pub(crate) fn guid() -> String {
    uuid::Builder::from_random_bytes(bytes())
        .into_uuid()
        .to_string()
}

/// A code that people type: nine letters and digits without those that look alike (44 bits).
pub(crate) fn user_code() -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let pick = |byte: u8| char::from(ALPHABET[usize::from(byte % 32)]);
    bytes::<9>().into_iter().map(pick).collect()
}
