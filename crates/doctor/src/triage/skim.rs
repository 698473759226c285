//! Where a JSON value ends, without reading what it says.
//!
//! Brackets, strings and commas are followed closely enough that text which only begins like JSON is told
//! from it soon: a log line that was cut off must not swallow the lines behind it.

use memchr::memchr3;

/// Deeper nesting is no log.
const DEEPEST: u32 = 64;

/// How far a value was followed. It can be continued with the bytes that come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Skim {
    /// The open brackets, the innermost one lowest; a bit is set for an object.
    open: u64,
    depth: u32,
    next: Next,
    text: Text,
}

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
    /// A number or a word goes on.
    Scalar,
}

/// Whether a string is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Text {
    Outside,
    Inside,
    Escaped,
}

/// What came of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The value ends before this byte.
    End(usize),
    /// It goes on behind the last byte.
    More,
    /// It is no JSON from this byte on.
    Broken(usize),
}

impl Default for Skim {
    fn default() -> Self {
        Self {
            open: 0,
            depth: 0,
            next: Next::Value,
            text: Text::Outside,
        }
    }
}

impl Skim {
    /// Follows the value through these bytes.
    pub(super) fn advance(&mut self, bytes: &[u8]) -> Step {
        let mut at = 0;
        while at < bytes.len() {
            if self.text != Text::Outside {
                match self.text(bytes, at) {
                    Some(end) if self.is_whole() => return Step::End(end),
                    Some(end) => at = end,
                    None if self.text == Text::Outside => return Step::Broken(at),
                    None => return Step::More,
                }
                continue;
            }
            match self.sign(bytes[at]) {
                Sign::Taken if self.is_whole() => return Step::End(at + 1),
                Sign::Taken => at += 1,
                Sign::Whole => return Step::End(at),
                Sign::Wrong => return Step::Broken(at),
            }
        }
        Step::More
    }

    /// Goes to the end of the open string; `None` where it has none here. A line break in a string is a
    /// fault, and leaves the string.
    fn text(&mut self, bytes: &[u8], mut at: usize) -> Option<usize> {
        loop {
            if self.text == Text::Escaped {
                bytes.get(at)?;
                at += 1;
                self.text = Text::Inside;
            }
            let found = at + memchr3(b'"', b'\\', b'\n', bytes.get(at..)?)?;
            at = found + 1;
            match bytes[found] {
                b'\\' => self.text = Text::Escaped,
                b'"' => {
                    self.text = Text::Outside;
                    return Some(at);
                }
                _ => {
                    self.text = Text::Outside;
                    return None;
                }
            }
        }
    }

    fn sign(&mut self, byte: u8) -> Sign {
        use Next::{Colon, CommaOrEnd, Key, KeyOrEnd, Scalar, Value, ValueOrEnd};
        let part = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
        if self.next == Scalar {
            if part {
                return Sign::Taken;
            }
            if self.depth == 0 {
                return Sign::Whole;
            }
            self.next = CommaOrEnd;
        }
        match (byte, self.next) {
            (b' ' | b'\t' | b'\r' | b'\n', _) => {}
            (b'"', Value | ValueOrEnd) => (self.text, self.next) = (Text::Inside, CommaOrEnd),
            (b'"', Key | KeyOrEnd) => (self.text, self.next) = (Text::Inside, Colon),
            (b':', Colon) => self.next = Value,
            (b',', CommaOrEnd) => self.next = if self.open & 1 == 1 { Key } else { Value },
            (b'{' | b'[', Value | ValueOrEnd) if self.depth < DEEPEST => {
                let object = byte == b'{';
                self.open = self.open << 1 | u64::from(object);
                self.depth += 1;
                self.next = if object { KeyOrEnd } else { ValueOrEnd };
            }
            (b'}', KeyOrEnd | CommaOrEnd) if self.depth > 0 && self.open & 1 == 1 => self.close(),
            (b']', ValueOrEnd | CommaOrEnd) if self.depth > 0 && self.open & 1 == 0 => self.close(),
            (_, Value | ValueOrEnd) if part => self.next = Scalar,
            _ => return Sign::Wrong,
        }
        Sign::Taken
    }

    fn close(&mut self) {
        self.open >>= 1;
        self.depth -= 1;
        self.next = Next::CommaOrEnd;
    }

    /// Whether the value's last byte was taken; that of a number is known by the next one.
    fn is_whole(&self) -> bool {
        self.depth == 0 && self.next == Next::CommaOrEnd && self.text == Text::Outside
    }
}

enum Sign {
    Taken,
    /// The value ended before this byte.
    Whole,
    Wrong,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_where_they_end_however_they_come() {
        for (text, expected) in [
            (r#"{"a":[1,{"b":"}\"]"}],"c":null} x"#, Step::End(31)),
            ("[\n]", Step::End(3)),
            ("{},", Step::End(2)),
            (r#""a\\" "#, Step::End(5)),
            ("-1.5e3,", Step::End(6)),
            ("true", Step::More),
            (r#"{"a":1"#, Step::More),
            (r#"{"a":"b"#, Step::More),
            (r#"{"a":1,{"b":2}"#, Step::Broken(7)),
            ("{\"a\":1\n{", Step::Broken(7)),
            (r#"{"a" 1}"#, Step::Broken(5)),
            ("[1,]", Step::Broken(3)),
            ("[}", Step::Broken(1)),
            ("]", Step::Broken(0)),
            ("[2026-11-23 10:00:00] x", Step::Broken(12)),
        ] {
            assert_eq!(Skim::default().advance(text.as_bytes()), expected, "{text}");
            let mut skim = Skim::default();
            let steps = text
                .bytes()
                .enumerate()
                .map(|(at, byte)| (at, skim.advance(&[byte])));
            let found =
                steps
                    .filter(|(_, step)| *step != Step::More)
                    .map(|(at, step)| match step {
                        Step::End(end) => Step::End(at + end),
                        Step::Broken(_) => Step::Broken(at),
                        Step::More => step,
                    });
            assert_eq!(
                { found }.next().unwrap_or(Step::More),
                expected,
                "{text}, by bytes"
            );
        }
        for fault in ["{\"a\":\"b\n", "[\"\n"] {
            assert!(
                matches!(Skim::default().advance(fault.as_bytes()), Step::Broken(_)),
                "{fault}"
            );
        }
        let deep = "[".repeat(100);
        assert_eq!(Skim::default().advance(deep.as_bytes()), Step::Broken(64));
    }
}
