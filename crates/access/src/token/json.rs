//! JSON as a security boundary reads it: one object, no member twice, bounded depth.
//!
//! `serde_json` alone keeps the last of two members of one name. Another reader may keep the first;
//! whoever signs or checks before us might be that reader. So duplicates are refused, compared after
//! unescaping, at every level.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::fault::{Part, TokenFault, quote};

/// Objects and arrays within each other, the outermost included. Entra's own claims need three.
pub const MAX_DEPTH: usize = 8;

/// Reads exactly one JSON object.
pub(super) fn object(part: Part, bytes: &[u8]) -> Result<Map<String, Value>, TokenFault> {
    let text = std::str::from_utf8(bytes).map_err(|_| TokenFault::NotUtf8 { part })?;
    let mut duplicate = None;
    let mut reader = serde_json::Deserializer::from_str(text);
    let seed = Strict {
        depth: MAX_DEPTH,
        duplicate: &mut duplicate,
    };
    let value = seed.deserialize(&mut reader);
    if let Some(member) = duplicate {
        return Err(TokenFault::Duplicate {
            part,
            member: quote(&member),
        });
    }
    match (value, reader.end()) {
        (Ok(Value::Object(members)), Ok(())) => Ok(members),
        _ => Err(TokenFault::NotJson { part }),
    }
}

/// Reads a value, remembering the first duplicate member (an error type of our own cannot pass
/// through serde).
struct Strict<'d> {
    depth: usize,
    duplicate: &'d mut Option<String>,
}

impl Strict<'_> {
    /// The reader for what is inside this object or array.
    fn inside<E: serde::de::Error>(&mut self) -> Result<Strict<'_>, E> {
        let depth = self.depth.checked_sub(1);
        Ok(Strict {
            depth: depth.ok_or_else(|| E::custom("nested too deeply"))?,
            duplicate: self.duplicate,
        })
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(self.inside()?)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                self.duplicate.get_or_insert(name);
                return Err(A::Error::custom("duplicate member"));
            }
            let value = members.next_value_seed(self.inside()?)?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PART: Part = Part::Claims;

    fn check(text: &[u8], expected: &Result<(), TokenFault>) {
        assert_eq!(
            object(PART, text).map(|_| ()),
            *expected,
            "{}",
            String::from_utf8_lossy(text)
        );
    }

    #[test]
    fn only_one_object_of_bounded_depth_without_duplicates_is_read() {
        let not_json = || Err(TokenFault::NotJson { part: PART });
        let duplicate = |member: &str| {
            Err(TokenFault::Duplicate {
                part: PART,
                member: member.into(),
            })
        };
        check(
            br#"{"a":1,"b":{"a":2},"c":[null,true,-1,1.5,"x"]}"#,
            &Ok(()),
        );
        check(b" {} \n", &Ok(()));
        check(br#"{"a":1,"a":1}"#, &duplicate("a"));
        check(br#"{"a":1,"\u0061":2}"#, &duplicate("a"));
        check(br#"{"a":{"b":[{"c":1,"c":2}]}}"#, &duplicate("c"));
        check(b"[]", &not_json());
        check(b"\"x\"", &not_json());
        check(b"", &not_json());
        check(b"{}{}", &not_json());
        check(b"{} x", &not_json());
        check(br#"{"a":1,}"#, &not_json());
        check(br#"{"a":NaN}"#, &not_json());
        check(br#"{"a":1e999}"#, &not_json());
        check(br#"{"a":"\ud800"}"#, &not_json());
        check(b"\xef\xbb\xbf{}", &not_json());
        check(
            b"{\"a\":\"\xff\"}",
            &Err(TokenFault::NotUtf8 { part: PART }),
        );
    }

    #[test]
    fn depth_is_bounded_at_the_documented_limit() {
        let nested = |depth: usize| {
            format!(
                "{{\"a\":{}1{}}}",
                "[".repeat(depth - 1),
                "]".repeat(depth - 1)
            )
        };
        check(nested(MAX_DEPTH).as_bytes(), &Ok(()));
        check(
            nested(MAX_DEPTH + 1).as_bytes(),
            &Err(TokenFault::NotJson { part: PART }),
        );
        check(
            nested(100_000).as_bytes(),
            &Err(TokenFault::NotJson { part: PART }),
        );
    }
}
