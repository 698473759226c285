//! One pass over a JSON body that finds its top-level `model`.
//!
//! The pass is a strict JSON parse: what it lets through, every parser reads the
//! same way. Two members `model` are refused at once. A body that is to be passed
//! on ([`Members::splice`]) is also refused if it has what other servers are known
//! to read as a choice of model: members that are `model` only when case is
//! ignored, as Go's `encoding/json` does (`{"model": "a", "MODEL": "b"}` is `b`
//! to such a server, whatever we wrote into `model`), and members by which routers
//! choose.

use std::ops::Range;

use bytes::Bytes;

/// Members that no API here knows, and by which routers (LiteLLM, OpenRouter and
/// the like) choose another model, another server or another credential.
const REDIRECTING: &[&str] = &[
    "api_base",
    "api_key",
    "base_url",
    "engine",
    "fallbacks",
    "models",
];
/// Up to this many bytes, copying a body costs less than sending it in three pieces.
const COPIED: usize = 16 * 1024;
/// Deepest nesting of a body.
const MAX_DEPTH: usize = 128;

/// What the pass found at the top level of a body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Members {
    /// Where the value of `model` stands.
    model: Option<Range<usize>>,
    /// Where the first member begins or would begin.
    first: usize,
    /// Whether there is no member at all.
    empty: bool,
    /// Whether the body refers to something kept: an earlier response or a conversation.
    pub refers_to_kept: bool,
    /// What another server could read as a choice of model.
    redirecting: Option<BodyFault>,
}

/// A body that cannot be sent on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BodyFault {
    /// It is not UTF-8.
    #[error("the body is not UTF-8")]
    NotUtf8,
    /// It is not JSON.
    #[error("the body is not JSON at byte {0}")]
    Syntax(usize),
    /// It is JSON, and no object.
    #[error("the body is not a JSON object")]
    NotAnObject,
    /// It is nested too deeply.
    #[error("the body is nested deeper than {MAX_DEPTH}")]
    TooDeep,
    /// It has `model` twice.
    #[error("the body has more than one member `model`")]
    TwoModels,
    /// Its `model` is no text.
    #[error("the member `model` is not a string")]
    ModelNotText,
    /// It has a member that is `model` to a parser that ignores case.
    #[error("the body has a member that some servers read as `model`, in another spelling")]
    ModelSpelling,
    /// It has a member by which routers choose another model or another server.
    #[error("the body has a member `{0}`, by which some servers choose another model")]
    Redirecting(&'static str),
}

/// Reads `body` once.
///
/// # Errors
/// If it is not a JSON object with at most one `model`.
pub fn scan(body: &[u8]) -> Result<Members, BodyFault> {
    std::str::from_utf8(body).map_err(|_| BodyFault::NotUtf8)?;
    let mut scanner = Scanner { body, at: 0 };
    scanner.blank();
    if scanner.peek() != Some(b'{') {
        scanner.value(0)?;
        return Err(BodyFault::NotAnObject);
    }
    let members = scanner.top()?;
    scanner.blank();
    if scanner.at < body.len() {
        Err(scanner.fault())
    } else {
        Ok(members)
    }
}

impl Members {
    /// The text of `model`; `None` when it is absent or null.
    ///
    /// # Errors
    /// If it is there and no text.
    pub fn model(&self, body: &[u8]) -> Result<Option<String>, BodyFault> {
        let Some(range) = &self.model else {
            return Ok(None);
        };
        let text = body.get(range.clone()).unwrap_or_default();
        serde_json::from_slice(text).map_err(|_| BodyFault::ModelNotText)
    }

    /// `body` with its `model` replaced by `name`, or with one put in front. Large
    /// pieces share the body's memory.
    ///
    /// # Errors
    /// If another server could read it as choosing a model nevertheless.
    pub fn splice(&self, body: &Bytes, name: &str) -> Result<[Bytes; 3], BodyFault> {
        if let Some(fault) = self.redirecting {
            return Err(fault);
        }
        let name = serde_json::Value::from(name).to_string();
        let (range, member) = match &self.model {
            Some(range) => (range.clone(), name),
            None => {
                let comma = if self.empty { "" } else { "," };
                let member = format!("\"model\":{name}{comma}");
                (self.first..self.first, member)
            }
        };
        let (before, after) = (..range.start, range.end..);
        Ok(if body.len() <= COPIED {
            let whole = [&body[before], member.as_bytes(), &body[after]].concat();
            [whole.into(), Bytes::new(), Bytes::new()]
        } else {
            [body.slice(before), member.into(), body.slice(after)]
        })
    }
}

struct Scanner<'a> {
    body: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    /// The object at the top, whose members matter.
    fn top(&mut self) -> Result<Members, BodyFault> {
        self.at += 1;
        self.blank();
        let mut members = Members {
            model: None,
            first: self.at,
            empty: false,
            refers_to_kept: false,
            redirecting: None,
        };
        if self.take(b'}') {
            members.empty = true;
            return Ok(members);
        }
        loop {
            let name = self.name()?;
            let start = self.at;
            self.value(1)?;
            let range = start..self.at;
            match Meaning::of(name)? {
                Meaning::Model if members.model.is_some() => return Err(BodyFault::TwoModels),
                Meaning::Model => members.model = Some(range),
                Meaning::Kept => members.refers_to_kept |= &self.body[range] != b"null",
                Meaning::Redirecting(fault) => members.redirecting = Some(fault),
                Meaning::Other => {}
            }
            self.blank();
            if self.take(b'}') {
                return Ok(members);
            }
            self.expect(b',')?;
            self.blank();
        }
    }

    /// A member's name with its quotes, past the colon and up to the value.
    fn name(&mut self) -> Result<&'a [u8], BodyFault> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return Err(self.fault());
        }
        self.string()?;
        let name = &self.body[start..self.at];
        self.blank();
        self.expect(b':')?;
        self.blank();
        Ok(name)
    }

    fn value(&mut self, depth: usize) -> Result<(), BodyFault> {
        if depth > MAX_DEPTH {
            return Err(BodyFault::TooDeep);
        }
        match self.peek() {
            Some(b'{') => self.sequence(b'}', depth, true),
            Some(b'[') => self.sequence(b']', depth, false),
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word(b"true"),
            Some(b'f') => self.word(b"false"),
            Some(b'n') => self.word(b"null"),
            _ => Err(self.fault()),
        }
    }

    /// An object or an array, from its opening bracket.
    fn sequence(&mut self, close: u8, depth: usize, named: bool) -> Result<(), BodyFault> {
        self.at += 1;
        self.blank();
        if self.take(close) {
            return Ok(());
        }
        loop {
            if named {
                self.name()?;
            }
            self.value(depth + 1)?;
            self.blank();
            if self.take(close) {
                return Ok(());
            }
            self.expect(b',')?;
            self.blank();
        }
    }

    /// A string, from its opening quote.
    fn string(&mut self) -> Result<(), BodyFault> {
        self.at += 1;
        loop {
            let rest = &self.body[self.at..];
            let end =
                memchr::memchr2(b'"', b'\\', rest).ok_or(BodyFault::Syntax(self.body.len()))?;
            let is_control = |byte: &u8| *byte < 0x20;
            // Without a way out of the loop, the compiler looks at many bytes at once.
            if rest[..end]
                .iter()
                .fold(false, |any, byte| any | is_control(byte))
            {
                let control = rest.iter().position(is_control).unwrap_or(end);
                return Err(BodyFault::Syntax(self.at + control));
            }
            self.at += end + 1;
            if rest[end] == b'"' {
                return Ok(());
            }
            match self.peek() {
                Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
                Some(b'u') => {
                    let digits = self
                        .body
                        .get(self.at + 1..self.at + 5)
                        .ok_or_else(|| self.fault())?;
                    if !digits.iter().all(u8::is_ascii_hexdigit) {
                        return Err(self.fault());
                    }
                    self.at += 5;
                }
                _ => return Err(self.fault()),
            }
        }
    }

    fn number(&mut self) -> Result<(), BodyFault> {
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _sign = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), BodyFault> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start {
            Err(self.fault())
        } else {
            Ok(())
        }
    }

    fn word(&mut self, word: &[u8]) -> Result<(), BodyFault> {
        if !self.body[self.at..].starts_with(word) {
            return Err(self.fault());
        }
        self.at += word.len();
        Ok(())
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.body.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), BodyFault> {
        if self.take(byte) {
            Ok(())
        } else {
            Err(self.fault())
        }
    }

    fn fault(&self) -> BodyFault {
        BodyFault::Syntax(self.at)
    }
}

/// What a top-level member means to us.
enum Meaning {
    Model,
    Kept,
    /// A choice of model, to some servers.
    Redirecting(BodyFault),
    Other,
}

impl Meaning {
    /// `name` is a JSON string with its quotes.
    fn of(name: &[u8]) -> Result<Self, BodyFault> {
        let inner = &name[1..name.len() - 1];
        if inner == b"model" {
            return Ok(Self::Model);
        }
        // Longer names mean nothing to us, however they are escaped: six bytes a letter.
        if inner.len() > 6 * "previous_response_id".len() {
            return Ok(Self::Other);
        }
        // Upper case folds what Go folds: `ſ` is an `S` to it.
        let decoded: String = serde_json::from_slice(name).map_err(|_| BodyFault::Syntax(0))?;
        Ok(match decoded.to_uppercase().as_str() {
            "MODEL" if decoded == "model" => Self::Model,
            "MODEL" => Self::Redirecting(BodyFault::ModelSpelling),
            "PREVIOUS_RESPONSE_ID" | "CONVERSATION" => Self::Kept,
            upper => match REDIRECTING
                .iter()
                .find(|name| name.eq_ignore_ascii_case(upper))
            {
                Some(name) => Self::Redirecting(BodyFault::Redirecting(name)),
                None => Self::Other,
            },
        })
    }
}

#[cfg(test)]
mod tests;
