//! One pass over a JSON body that finds its top-level `model`.
//!
//! The pass is a strict JSON parse: what it lets through, every parser reads the
//! same way. It refuses what parsers are known to read differently where it
//! matters: two members `model`, and members that are `model` only when case is
//! ignored, as Go's `encoding/json` does (`{"model": "a", "MODEL": "b"}` is `b`
//! to such a server, whatever we wrote into `model`).

use std::ops::Range;

use bytes::Bytes;

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
    /// It has a member that is `model` to a parser that ignores case.
    #[error("the body has a member that some servers read as `model`, in another spelling")]
    ModelSpelling,
}

/// Reads `body` once.
///
/// # Errors
/// If it is not a JSON object that every server reads as we do.
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
    /// Whether the body has a `model`.
    pub fn has_model(&self) -> bool {
        self.model.is_some()
    }

    /// The text of `model`, if it is one.
    pub fn model(&self, body: &[u8]) -> Option<String> {
        serde_json::from_slice(body.get(self.model.clone()?)?).ok()
    }

    /// `body` with its `model` replaced by `name`, or with one put in front. The
    /// pieces share the body's memory.
    pub fn splice(&self, body: &Bytes, name: &str) -> [Bytes; 3] {
        let name = serde_json::Value::from(name).to_string();
        match &self.model {
            Some(range) => [
                body.slice(..range.start),
                name.into(),
                body.slice(range.end..),
            ],
            None => {
                let comma = if self.empty { "" } else { "," };
                let member = format!("\"model\":{name}{comma}");
                [
                    body.slice(..self.first),
                    member.into(),
                    body.slice(self.first..),
                ]
            }
        }
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
            if let Some(control) = rest[..end].iter().position(|byte| *byte < 0x20) {
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
    Other,
}

impl Meaning {
    /// `name` is a JSON string with its quotes.
    fn of(name: &[u8]) -> Result<Self, BodyFault> {
        let inner = &name[1..name.len() - 1];
        if inner == b"model" {
            return Ok(Self::Model);
        }
        let plain = inner.is_ascii() && !inner.contains(&b'\\');
        if plain && !matches!(inner.len(), 5 | 12 | 20) {
            return Ok(Self::Other);
        }
        // Upper case folds what Go folds: `ſ` is an `S` to it.
        let decoded: String = serde_json::from_slice(name).map_err(|_| BodyFault::Syntax(0))?;
        Ok(match decoded.to_uppercase().as_str() {
            "MODEL" if decoded == "model" => Self::Model,
            "MODEL" => return Err(BodyFault::ModelSpelling),
            "PREVIOUS_RESPONSE_ID" | "CONVERSATION" => Self::Kept,
            _ => Self::Other,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::de::IgnoredAny;
    use serde_json::Value;

    use super::*;

    fn spliced(body: &str) -> Result<String, BodyFault> {
        let bytes = Bytes::copy_from_slice(body.as_bytes());
        let pieces = scan(&bytes)?.splice(&bytes, "up\"stream");
        Ok(String::from_utf8(pieces.concat()).expect("UTF-8"))
    }

    #[test]
    fn the_model_is_rewritten_wherever_it_stands() {
        for (body, expected) in [
            (r#"{"model":"gpt-4o"}"#, r#"{"model":"up\"stream"}"#),
            (
                r#" { "a" : [ {"model":"x"} ] , "model" : null , "b":1 } "#,
                r#" { "a" : [ {"model":"x"} ] , "model" : "up\"stream" , "b":1 } "#,
            ),
            (
                r#"{"model":{"model":[1,2]},"a":"}"}"#,
                r#"{"model":"up\"stream","a":"}"}"#,
            ),
            (
                r#"{"mod\u0065l":"gpt-4o"}"#,
                r#"{"mod\u0065l":"up\"stream"}"#,
            ),
            ("{}", r#"{"model":"up\"stream"}"#),
            (" {\n} ", "{\"model\":\"up\\\"stream\"}"),
            (
                r#"{ "a": "\"model\": 1" }"#,
                r#"{ "model":"up\"stream","a": "\"model\": 1" }"#,
            ),
        ] {
            let result = spliced(body).expect(body);
            let parsed: Value = serde_json::from_str(&result).expect(&result);
            assert_eq!(parsed["model"], "up\"stream");
            if !body.contains('\n') {
                assert_eq!(result, expected);
            }
        }
    }

    #[test]
    fn a_body_that_could_name_another_model_is_refused() {
        for (body, fault) in [
            (r#"{"model":"a","model":"b"}"#, BodyFault::TwoModels),
            (r#"{"model":"a","mod\u0065l":"b"}"#, BodyFault::TwoModels),
            (r#"{"model":"a","MODEL":"b"}"#, BodyFault::ModelSpelling),
            (r#"{"Model":"b"}"#, BodyFault::ModelSpelling),
            (r#"{"\u004dodel":"b"}"#, BodyFault::ModelSpelling),
            (r#"[{"model":"a"}]"#, BodyFault::NotAnObject),
            ("null", BodyFault::NotAnObject),
            (r#"{"a":1} {"model":"b"}"#, BodyFault::Syntax(8)),
            (r#"{"a":1}x"#, BodyFault::Syntax(7)),
            (r#"{"a":NaN}"#, BodyFault::Syntax(5)),
            (r#"{'model':"a"}"#, BodyFault::Syntax(1)),
            (r#"{"a":1,}"#, BodyFault::Syntax(7)),
            ("{\"a\":1 /* c */}", BodyFault::Syntax(7)),
            ("{\"a\":\"\n\"}", BodyFault::Syntax(6)),
            ("\u{feff}{}", BodyFault::Syntax(0)),
            ("", BodyFault::Syntax(0)),
            (r#"{"\ud800":1}"#, BodyFault::Syntax(0)),
        ] {
            assert_eq!(spliced(body), Err(fault), "{body}");
        }
        assert_eq!(scan(b"{\"a\":\"\xff\"}"), Err(BodyFault::NotUtf8));
        assert_eq!(
            scan("[".repeat(1_000_000).as_bytes()),
            Err(BodyFault::TooDeep)
        );
        let deep = format!(
            "{{\"a\":{}{}}}",
            "[".repeat(MAX_DEPTH),
            "]".repeat(MAX_DEPTH)
        );
        assert!(scan(deep.as_bytes()).is_ok());
    }

    #[test]
    fn a_reference_to_something_kept_is_seen() {
        for (body, refers) in [
            (r#"{"previous_response_id":"resp_1"}"#, true),
            (r#"{"previous_response_id":null}"#, false),
            (r#"{"Previous_Response_Id":"resp_1"}"#, true),
            ("{\"previou\u{17f}_response_id\":\"resp_1\"}", true),
            (r#"{"conversation":{"id":"conv_1"}}"#, true),
            (
                r#"{"previous_response_id":null,"previous_response_id":"resp_1"}"#,
                true,
            ),
            (r#"{"input":[{"conversation":"x"}]}"#, false),
        ] {
            assert_eq!(
                scan(body.as_bytes()).expect(body).refers_to_kept,
                refers,
                "{body}"
            );
        }
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(|number| serde_json::json!(number)),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map("model|[a-z]{0,6}|.{0,4}", inner, 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_spliced_body_differs_in_its_model_alone(value in json(), pretty in any::<bool>()) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
            let text = text.expect("serialises");
            match spliced(&text) {
                Ok(result) => {
                    let mut expected = value;
                    expected["model"] = Value::from("up\"stream");
                    prop_assert_eq!(serde_json::from_str::<Value>(&result).expect("JSON"), expected);
                }
                Err(BodyFault::NotAnObject) => prop_assert!(!value.is_object()),
                Err(BodyFault::ModelSpelling) => {}
                Err(fault) => prop_assert!(false, "{}: {}", fault, text),
            }
        }

        #[test]
        fn what_is_let_through_is_json_to_others(text in r#"[\[\]{}:,"\\truefalsn0-9.eE+ \-]{0,24}"#) {
            let strict = serde_json::from_str::<IgnoredAny>(&text).is_ok();
            match scan(text.as_bytes()) {
                Ok(_) => prop_assert!(strict, "{}", text),
                Err(BodyFault::Syntax(_)) => prop_assert!(!strict, "{}", text),
                Err(_) => {}
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _outcome = scan(&bytes);
        }
    }
}
