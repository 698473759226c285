//! A small, stable hash: the simulated model must say the same thing on every
//! machine and with every compiler. Not for secrets, for which [`Salt`] is.

use std::fmt;

use aws_lc_rs::hmac;

/// FNV-1a over the parts, with a separator that no part can imitate, finished
/// so that every bit depends on all input.
pub(crate) fn hash(seed: u64, parts: &[&[u8]]) -> u64 {
    let mut state = 0xcbf2_9ce4_8422_2325 ^ mix(seed);
    for part in parts {
        for byte in *part {
            state = (state ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        state = mix(state ^ part.len() as u64);
    }
    mix(state)
}

/// The finaliser of SplitMix64.
pub(crate) fn mix(mut state: u64) -> u64 {
    state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

/// Sets the names of a server's answers apart from others', so that nobody guesses them.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Salt(Option<[u8; 32]>);

impl Salt {
    /// The same names on every run.
    pub const NONE: Self = Self(None);

    /// Names that follow from these bytes, which must be random and stay secret.
    #[must_use]
    pub const fn new(secret: [u8; 32]) -> Self {
        Self(Some(secret))
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_some() {
            "Salt(…)"
        } else {
            "none"
        })
    }
}

/// `prefix` and 32 hexadecimal digits that follow from the parts, and from the salt if there is one.
pub(crate) fn id(prefix: &str, salt: Salt, parts: &[&[u8]]) -> String {
    let (high, low) = match salt.0 {
        None => {
            let high = hash(0, parts);
            (high, hash(high, parts))
        }
        Some(secret) => keyed(&secret, parts),
    };
    format!("{prefix}{high:016x}{low:016x}")
}

/// HMAC-SHA-256 of the parts, each with its length: whoever sees some names learns nothing of others.
fn keyed(secret: &[u8; 32], parts: &[&[u8]]) -> (u64, u64) {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret));
    for part in parts {
        context.update(&part.len().to_le_bytes());
        context.update(part);
    }
    let tag = context.sign();
    let half = |half: &[u8]| {
        half.iter()
            .fold(0, |number, byte| number << 8 | u64::from(*byte))
    };
    (half(&tag.as_ref()[..8]), half(&tag.as_ref()[8..16]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_never_changes() {
        assert_eq!(hash(0, &[b"a", b"bc"]), hash(0, &[b"a", b"bc"]));
        assert_ne!(
            hash(0, &[b"a", b"bc"]),
            hash(0, &[b"ab", b"c"]),
            "parts are kept apart"
        );
        assert_ne!(hash(0, &[b"a"]), hash(1, &[b"a"]));
        assert_eq!(id("x-", Salt::NONE, &[b"a"]), id("x-", Salt::NONE, &[b"a"]));
    }

    #[test]
    fn salted_names_follow_from_salt_and_parts() {
        let salt = Salt::new([7; 32]);
        let parts: &[&[u8]] = &[b"a", b"bc"];
        assert_eq!(id("x-", salt, parts), id("x-", salt, parts));
        assert_ne!(id("x-", salt, parts), id("x-", Salt::new([8; 32]), parts));
        assert_ne!(id("x-", salt, parts), id("x-", salt, &[b"ab", b"c"]));
        assert_ne!(id("x-", salt, parts), id("x-", Salt::NONE, parts));
        assert_eq!(id("x-", salt, parts).len(), 34);
        assert_eq!(format!("{salt:?}"), "Salt(…)");
    }
}
