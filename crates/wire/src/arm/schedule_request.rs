//! Requests to Privileged Identity Management.

use access::Timestamp;
use access::principal::PrincipalId;
use serde::Deserialize;

use super::Time;

/// The body of a PUT of a `roleAssignmentScheduleRequests`.
#[derive(Clone, Debug)]
pub struct ScheduleRequest {
    /// What is asked for, as spelled: `SelfActivate`, `SelfDeactivate`, `AdminAssign`, …
    pub kind: String,
    /// ARM id of the role definition.
    pub role_definition_id: String,
    /// For whom.
    pub principal: PrincipalId,
    /// Why; empty if not said.
    pub justification: String,
    /// From when on; now, if not said.
    pub starts: Option<Timestamp>,
    /// How long.
    pub expiration: Expiration,
}

/// How long an activation lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiration {
    /// So many seconds.
    After(i64),
    /// Until then.
    At(Timestamp),
    /// For ever, or not said.
    Never,
}

impl<'de> Deserialize<'de> for ScheduleRequest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Body {
            properties: Fields,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Fields {
            request_type: String,
            role_definition_id: String,
            principal_id: String,
            justification: Option<String>,
            #[serde(default)]
            schedule_info: Schedule,
        }
        #[derive(Default, Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        struct Schedule {
            start_date_time: Option<Time>,
            expiration: Option<End>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct End {
            duration: Option<String>,
            end_date_time: Option<Time>,
        }
        let Body { properties: fields } = Body::deserialize(deserializer)?;
        let expiration = match fields.schedule_info.expiration {
            Some(End {
                end_date_time: Some(end),
                ..
            }) => Expiration::At(end.0),
            Some(End {
                duration: Some(text),
                ..
            }) => Expiration::After(seconds(&text).ok_or_else(|| {
                let shown: String = text.chars().take(40).collect();
                serde::de::Error::custom(format!("`{shown}` is not a duration such as `PT8H`"))
            })?),
            _ => Expiration::Never,
        };
        Ok(Self {
            kind: fields.request_type,
            role_definition_id: fields.role_definition_id,
            principal: PrincipalId::new(&fields.principal_id),
            justification: fields.justification.unwrap_or_default(),
            starts: fields.schedule_info.start_date_time.map(|time| time.0),
            expiration,
        })
    }
}

/// The seconds of an ISO 8601 duration of days, hours, minutes and seconds. Months and years have no fixed
/// length, so they are none.
fn seconds(text: &str) -> Option<i64> {
    let rest = text.strip_prefix('P')?;
    let (date, time) = rest.split_once('T').unwrap_or((rest, ""));
    let total = sum(date, &[('D', 86_400)])?
        .checked_add(sum(time, &[('H', 3600), ('M', 60), ('S', 1)])?)?;
    (total > 0).then_some(total)
}

/// Numbers, each with one of the units, which come in this order.
fn sum(mut text: &str, units: &[(char, i64)]) -> Option<i64> {
    let (mut total, mut units) = (0_i64, units.iter());
    while !text.is_empty() {
        let end = text.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = text[..end].parse().ok()?;
        let unit = text[end..].chars().next()?;
        let (_, length) = units.find(|(known, _)| *known == unit)?;
        total = total.checked_add(number.checked_mul(*length)?)?;
        text = &text[end + unit.len_utf8()..];
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read() {
        for (text, expected) in [
            ("PT8H", Some(28_800)),
            ("PT1H30M", Some(5_400)),
            ("P1DT1S", Some(86_401)),
            ("PT90M", Some(5_400)),
            ("PT0S", None),
            ("P", None),
            ("PT", None),
            ("8H", None),
            ("P1M", None),
            ("PT1M1H", None),
            ("PT-1H", None),
            ("PT1,5H", None),
            ("PT99999999999999999999H", None),
            ("PT9223372036854775807H", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}
