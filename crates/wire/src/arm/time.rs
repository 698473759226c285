//! Times as they come in JSON.

use access::Timestamp;
use serde::Deserialize;
use serde::de::Deserializer;

/// A time: RFC 3339, or seconds since the Unix epoch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time(pub(crate) Timestamp);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Time;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an RFC 3339 time or seconds since 1970")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Time, E> {
                Timestamp::parse(text).map(Time).map_err(E::custom)
            }

            fn visit_i64<E>(self, seconds: i64) -> Result<Time, E> {
                Ok(Time(Timestamp(seconds)))
            }

            fn visit_u64<E: serde::de::Error>(self, seconds: u64) -> Result<Time, E> {
                let seconds = i64::try_from(seconds);
                seconds
                    .map(|seconds| Time(Timestamp(seconds)))
                    .map_err(|_| E::custom("a time is too large"))
            }

            fn visit_f64<E: serde::de::Error>(self, seconds: f64) -> Result<Time, E> {
                // Whole seconds count; a fraction of one never decides.
                if seconds.is_finite() && seconds.abs() < 1e15 {
                    Ok(Time(Timestamp(seconds.floor() as i64)))
                } else {
                    Err(E::custom("a time is too large"))
                }
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
