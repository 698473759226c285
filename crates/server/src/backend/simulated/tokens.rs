//! Usage, estimated: one token for four bytes of UTF-8, rounded up.
//!
//! Real tokenizers average about that for English prose and somewhat less for
//! other scripts. Exact counts cost 80 MiB of tables; a test that needs exact
//! usage should not lean on a simulated model. Counts saturate.

/// Bytes of text that count as one token.
pub(crate) const BYTES_PER_TOKEN: usize = 4;
/// What a message costs besides its text: role and separators.
pub(crate) const PER_MESSAGE: u32 = 4;
/// What begins every answer.
pub(crate) const PRIMING: u32 = 3;
/// What an image or a file costs.
pub(crate) const PER_ATTACHMENT: u32 = 85;

/// Tokens of a text.
pub(crate) fn count(text: &str) -> u32 {
    count_bytes(text.len())
}

/// Tokens of a text of `bytes` bytes.
pub(crate) fn count_bytes(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(BYTES_PER_TOKEN)).unwrap_or(u32::MAX)
}

/// The longest beginning of `text` that counts at most `limit` tokens.
pub(crate) fn cut(text: &str, limit: u32) -> &str {
    let bytes = (limit as usize).saturating_mul(BYTES_PER_TOKEN);
    if text.len() <= bytes {
        return text;
    }
    &text[..text.floor_char_boundary(bytes)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_text_counts_no_more_than_the_limit() {
        for (text, limit, expected) in [
            ("hello world", 2, "hello wo"),
            ("hello", 2, "hello"),
            ("héllo wörld", 1, "hél"),
            ("日本語", 1, "日"),
            ("", 0, ""),
            ("abc", 0, ""),
        ] {
            assert_eq!(cut(text, limit), expected);
            assert!(count(cut(text, limit)) <= limit);
        }
    }
}
