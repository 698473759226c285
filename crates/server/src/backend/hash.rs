//! A small, stable hash: the simulated model must say the same thing on every
//! machine and with every compiler. Not for secrets.

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

/// `prefix` and 32 hexadecimal digits that follow from the parts.
pub(crate) fn id(prefix: &str, seed: u64, parts: &[&[u8]]) -> String {
    let high = hash(seed, parts);
    let low = hash(high, parts);
    format!("{prefix}{high:016x}{low:016x}")
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
        assert_eq!(
            id("x-", 7, &[b"entrada"]),
            "x-0b1477793c97c63a5c1a91c1d46cc97d"
        );
    }
}
