//! Percent-encoding in paths and queries (RFC 3986, 2.1).

use std::borrow::Cow;

/// A segment with its `%xx` read. Bytes that are no UTF-8 name nothing, so they stay as they are.
pub(crate) fn decoded(segment: &str) -> Cow<'_, str> {
    if memchr::memchr(b'%', segment.as_bytes()).is_none() {
        return Cow::Borrowed(segment);
    }
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        match (byte, ahead.next().and_then(hex), ahead.next().and_then(hex)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(high << 4 | low);
                rest = ahead;
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(segment), Cow::Owned)
}

fn hex(byte: u8) -> Option<u8> {
    (byte as char)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn text_is_decoded_once() {
        assert_eq!(decoded("gpt-4o"), "gpt-4o");
        assert_eq!(decoded("gpt%2D4o"), "gpt-4o");
        assert_eq!(decoded("a%252e"), "a%2e");
        assert_eq!(decoded("100%"), "100%");
        assert_eq!(decoded("%ff"), "%ff");
    }
}
