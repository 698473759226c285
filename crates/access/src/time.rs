//! Points in time, as arguments.

use std::fmt;

/// Seconds since the Unix epoch. This crate never asks a clock: whoever calls it says what time it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Later than every other time: "for ever".
    pub const MAX: Self = Self(i64::MAX);

    /// This time moved by `seconds`, stopping at the ends of the range.
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Reads an RFC 3339 time such as `2026-11-23T05:08:00.5+01:00`. ARM's seven decimal places
    /// are accepted; fractions are dropped. A lower-case `t` or `z`, or a space for `T`, is fine.
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        read(text.as_bytes()).ok_or_else(|| TimestampError(text.chars().take(64).collect()))
    }
}

/// The text is not an RFC 3339 time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an RFC 3339 time such as `2026-11-23T05:08:00Z`")]
pub struct TimestampError(String);

fn read(text: &[u8]) -> Option<Timestamp> {
    if text.len() < 20 {
        return None;
    }
    let (year, month, day) = (
        digits(text, 0..4, b'-')?,
        digits(text, 5..7, b'-')?,
        digits(&text[..10], 8..10, 0)?,
    );
    if !matches!(text[10], b'T' | b't' | b' ') {
        return None;
    }
    let (hour, minute, second) = (
        digits(text, 11..13, b':')?,
        digits(text, 14..16, b':')?,
        digits(&text[..19], 17..19, 0)?,
    );
    let mut rest = &text[19..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let places = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
        if places == 0 {
            return None;
        }
        rest = &fraction[places..];
    }
    let offset = match rest {
        b"Z" | b"z" => 0,
        [sign @ (b'+' | b'-'), zone @ ..] if zone.len() == 5 => {
            let (hours, minutes) = (digits(zone, 0..2, b':')?, digits(zone, 3..5, 0)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let seconds = hours * 3600 + minutes * 60;
            if *sign == b'-' { -seconds } else { seconds }
        }
        _ => return None,
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    // A leap second (`:60`) is read as the second after it.
    if day < 1 || day > length || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = days_from_civil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    Some(Timestamp(seconds - offset))
}

/// The number in `range`, which must be followed by `after` (0: by nothing).
fn digits(text: &[u8], range: std::ops::Range<usize>, after: u8) -> Option<i64> {
    let end = range.end;
    let follows = match after {
        0 => text.len() == end,
        byte => text.get(end) == Some(&byte),
    };
    if !follows {
        return None;
    }
    text[range].iter().try_fold(0, |number, byte| {
        byte.is_ascii_digit()
            .then(|| number * 10 + i64::from(byte - b'0'))
    })
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar (Hinnant's algorithm).
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC; the ends of the range read `never`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::MAX || *self == Self(i64::MIN) {
            return f.write_str("never");
        }
        let (days, second) = (self.0.div_euclid(86_400), self.0.rem_euclid(86_400));
        let days = days.saturating_add(719_468);
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let (hour, minute, second) = (second / 3600, second % 3600 / 60, second % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_3339_times_are_read_and_written() {
        for (text, seconds, written) in [
            ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"),
            (
                "2026-11-23T05:08:00Z",
                1_795_410_480,
                "2026-11-23T05:08:00Z",
            ),
            (
                "2024-02-29t23:59:59.1234567z",
                1_709_251_199,
                "2024-02-29T23:59:59Z",
            ),
            (
                "2000-03-01 01:00:00+01:00",
                951_868_800,
                "2000-03-01T00:00:00Z",
            ),
            ("1969-12-31T23:59:59Z", -1, "1969-12-31T23:59:59Z"),
            (
                "9999-12-31T23:59:59Z",
                253_402_300_799,
                "9999-12-31T23:59:59Z",
            ),
        ] {
            let time = Timestamp::parse(text).unwrap();
            assert_eq!(time, Timestamp(seconds), "{text}");
            assert_eq!(time.to_string(), written);
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "now",
            "2026-11-23",
            "2026-11-23T05:08:00",
            "2026-11-23T05:08Z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00+1:00",
            "2026-01-01T00:00:00+25:00",
            "2026-01-01T00:00:00Zjunk",
            "+026-01-01T00:00:00Z",
            "2026-01-0aT00:00:00Z",
            "２０２６-01-01T00:00:00Z",
        ] {
            assert!(Timestamp::parse(text).is_err(), "{text}");
        }
    }
}
