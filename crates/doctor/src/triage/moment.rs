//! When a record was written, in the forms that loggers use.

use access::Timestamp;
use serde_json::Value;

/// How far into a line its time may stand.
const HEAD: usize = 160;
/// Months as access logs name them.
const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";

/// The time of a JSON record: RFC 3339, or seconds, milliseconds or microseconds since 1970.
pub(super) fn of_member(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => of_text(text),
        Value::Number(number) => {
            let seconds = match number.as_i64() {
                Some(whole) => whole,
                // Fractions of a second are dropped.
                None => number.as_f64().filter(|time| time.abs() < 1e16)? as i64,
            };
            let divisor = match seconds {
                0..100_000_000_000 => 1,
                100_000_000_000..100_000_000_000_000 => 1_000,
                100_000_000_000_000..100_000_000_000_000_000 => 1_000_000,
                _ => return None,
            };
            Some(Timestamp(seconds / divisor))
        }
        _ => None,
    }
}

/// The first time that stands in the beginning of a line. Without a zone it is taken for UTC.
pub(super) fn of_text(text: &str) -> Option<Timestamp> {
    let mut end = text.len().min(HEAD);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = text[..end].lines().next().unwrap_or_default();
    let bytes = head.as_bytes();
    (0..bytes.len().saturating_sub(18)).find_map(|at| {
        let begins = bytes[at].is_ascii_digit()
            && !at.checked_sub(1).is_some_and(|b| bytes[b].is_ascii_digit());
        let rest = head.get(at..).filter(|_| begins)?;
        dated(rest)
            .or_else(|| accessed(rest))
            .or_else(|| exported(rest))
    })
}

/// `2026-11-23T10:00:00.5+01:00`, with a space or a comma, and without a zone.
fn dated(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    let day = text.get(..10)?.replace('/', "-");
    let separator = matches!(bytes.get(10), Some(b'T' | b't' | b' '));
    let clock = text.get(11..19).filter(|_| separator)?;
    let mut rest = text.get(19..)?;
    if let Some(fraction) = rest.strip_prefix(['.', ',']) {
        rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    let zone = match rest.as_bytes() {
        [b'+' | b'-', a, b, b':', c, d, ..] if [a, b, c, d].iter().all(|b| b.is_ascii_digit()) => {
            &rest[..6]
        }
        _ => "Z",
    };
    Timestamp::parse(&format!("{day}T{clock}{zone}")).ok()
}

/// `23/Nov/2026:10:00:00 +0100`, as web servers write it.
fn accessed(text: &str) -> Option<Timestamp> {
    let (day, month, year) = (text.get(..2)?, text.get(3..6)?, text.get(7..11)?);
    let month = MONTHS.find(month).filter(|at| at % 3 == 0)? / 3 + 1;
    let clock = text.get(12..20)?;
    let zone = match text.get(21..26) {
        Some(zone) if zone.is_ascii() && zone.starts_with(['+', '-']) => {
            format!("{}:{}", &zone[..3], &zone[3..])
        }
        _ => "Z".to_owned(),
    };
    let separated = text.as_bytes()[2] == b'/' && text.as_bytes()[11] == b':';
    let time = format!("{year}-{month:02}-{day}T{clock}{zone}");
    separated.then(|| Timestamp::parse(&time).ok())?
}

/// `11/23/2026, 10:00:00.123 AM`, as the portal exports results in English. Where the clock has 24 hours, the day
/// may stand first; a date that can be read both ways is none.
fn exported(text: &str) -> Option<Timestamp> {
    let (date, clock) = text.split_once(", ")?;
    let mut parts = date
        .split('/')
        .map(|part| part.parse::<u32>().ok().filter(|_| part.len() <= 4));
    let (first, second, year) = (parts.next()??, parts.next()??, parts.next()??);
    let mut words = clock.split([' ', '"']);
    let time = words.next()?.split('.').next()?;
    let (hour, rest) = time.split_once(':')?;
    let hour: u32 = hour.parse().ok().filter(|_| rest.len() == 5)?;
    let half = words.next().filter(|half| ["AM", "PM"].contains(half));
    let (month, day) = match half {
        Some(_) => (first, second),
        None if first > 12 => (second, first),
        None if second > 12 => (first, second),
        None => return None,
    };
    let hour = match half {
        Some("PM") => hour % 12 + 12,
        Some(_) => hour % 12,
        None => hour,
    };
    Timestamp::parse(&format!("{year:04}-{month:02}-{day:02}T{hour:02}:{rest}Z")).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_read_in_the_forms_of_loggers() {
        let ten = Timestamp::parse("2026-11-23T10:00:00Z").ok();
        for text in [
            "2026-11-23T10:00:00.1234567Z",
            "2026-11-23 10:00:00,401 ERROR x",
            "[2026-11-23 10:00:00 +0000] x",
            "2026-11-23T11:00:00+01:00 x",
            "2026/11/23 10:00:00 main.go:7: x",
            "10.0.0.4 - - [23/Nov/2026:10:00:00 +0000] \"GET /\"",
            "10.0.0.4 - - [23/Nov/2026:09:00:00 -0100] \"GET /\"",
            "ERROR 2026-11-23 10:00:00 x",
            "[23/Nov/2026:10:00:00 +0é0] x",
            "11/23/2026, 10:00:00.123 AM",
            "23/11/2026, 10:00:00.123",
            "11/23/2026, 10:00:00",
        ] {
            assert_eq!(of_text(text), ten, "{text}");
        }
        for text in [
            "",
            "no time",
            "2026-13-23T10:00:00Z",
            "12026-11-23T10:00:00Z",
            "11/12/2026, 10:00:00",
            "11/23/2026, 1é:00:00.12 AM",
            "ä".repeat(40).as_str(),
        ] {
            assert_eq!(of_text(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_times_by_their_size() {
        for value in [
            json!(1_795_428_000),
            json!(1_795_428_000.5),
            json!(1_795_428_000_401_i64),
            json!(1_795_428_000_401_000_i64),
        ] {
            assert_eq!(of_member(&value), Some(Timestamp(1_795_428_000)), "{value}");
        }
        for value in [json!(-5), json!(1e300), json!(null), json!(i64::MAX)] {
            assert_eq!(of_member(&value), None, "{value}");
        }
    }
}
