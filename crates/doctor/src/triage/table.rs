//! Logs as tables: what Log Analytics answers and exports, rows whose members are named elsewhere.

use serde_json::{Map, Value};

use crate::evidence;

/// Further columns have no name.
const COLUMNS: usize = 1_000;
/// A longer head names no columns.
pub(super) const HEAD_BYTES: usize = 64 * 1024;

/// The names of a table's columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Columns {
    names: Vec<String>,
    /// What divides the fields of a line; JSON has its own.
    pub(super) divider: u8,
}

impl Columns {
    /// Of the list of columns that stands before rows of JSON.
    pub(super) fn of_json(text: &[u8]) -> Self {
        let columns: Vec<Value> = serde_json::from_slice(text).unwrap_or_default();
        let named = columns.iter().take(COLUMNS).map(|column| {
            let name = ["name", "Name", "ColumnName"]
                .iter()
                .find_map(|key| column.get(key));
            plain(
                name.or(Some(column))
                    .and_then(Value::as_str)
                    .unwrap_or_default(),
            )
        });
        Self {
            names: named.collect(),
            divider: b',',
        }
    }

    /// Of the first line of a file, if its words are names and one of them is that of a time or a status.
    pub(super) fn of_line(line: &[u8]) -> Option<Self> {
        if line.len() > HEAD_BYTES {
            return None;
        }
        let line = std::str::from_utf8(line).ok()?.trim_end();
        [b',', b';', b'\t'].into_iter().find_map(|divider| {
            let names: Vec<String> = fields(line, divider).map(|name| plain(&name)).collect();
            let named = names.iter().all(|name| is_name(name));
            let telling =
                |name: &String| evidence::is_status_name(name) || evidence::is_time_name(name);
            let fits = (2..=COLUMNS).contains(&names.len()) && named && names.iter().any(telling);
            fits.then_some(Self { names, divider })
        })
    }

    /// A row of JSON as a record with members.
    pub(super) fn record_of_json(&self, text: &str) -> Option<Value> {
        let values: Vec<Value> = serde_json::from_str(text).ok()?;
        Some(self.record(values.into_iter().map(whole)))
    }

    /// A line as a record with members.
    pub(super) fn record_of_line(&self, text: &str) -> Value {
        let text = text.trim_end_matches(['\r', '\n']);
        self.record(fields(text, self.divider).map(Value::String))
    }

    fn record(&self, values: impl Iterator<Item = Value>) -> Value {
        let mut members = Map::new();
        for (name, value) in self.names.iter().zip(values) {
            let empty = value.is_null() || value.as_str() == Some("");
            // Columns of one name and several types: one of them has the value.
            if !name.is_empty() && !empty && !members.contains_key(name) {
                members.insert(name.clone(), value);
            }
        }
        Value::Object(members)
    }
}

/// Behind the line break that ends the line of fields that begins here: line breaks between quotation marks do
/// not. `None` where it is not there; `ended`: nothing comes behind these bytes.
pub(super) fn line_end(bytes: &[u8], ended: bool) -> Option<usize> {
    let mut quoted = false;
    let end = memchr::memchr2_iter(b'"', b'\n', bytes).find(|at| {
        let is_mark = bytes[*at] == b'"';
        // A mark in a quoted field is written twice, so that it changes nothing.
        quoted ^= is_mark;
        !is_mark && !quoted
    });
    match end {
        Some(at) => Some(at + 1),
        None => (ended && !quoted).then_some(bytes.len()),
    }
}

/// A column's name without its type and zone, as Log Analytics puts them there.
fn plain(name: &str) -> String {
    let name = name.trim();
    let name = name.split_once(" [").map_or(name, |(name, _)| name);
    let typed = ["_s", "_d", "_g", "_b", "_t"]
        .iter()
        .find_map(|end| name.strip_suffix(end));
    typed
        .filter(|name| !name.is_empty())
        .unwrap_or(name)
        .to_owned()
}

fn is_name(text: &str) -> bool {
    const LONGEST: usize = 128;
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '@');
    let fits = |c: char| c.is_ascii_alphanumeric() || "_-.@ /()".contains(c);
    begins && text.len() <= LONGEST && text.chars().all(fits)
}

/// The status of a column of real numbers is `401.0`.
fn whole(value: Value) -> Value {
    let number = value
        .as_f64()
        .filter(|number| number.fract() == 0.0 && number.abs() < 1e15);
    match number {
        Some(number) if value.is_f64() => Value::from(number as i64),
        _ => value,
    }
}

/// The fields of a line, without their quotation marks.
fn fields(line: &str, divider: u8) -> impl Iterator<Item = String> + '_ {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let text = rest?;
        let (field, behind) = match text.strip_prefix('"') {
            Some(quoted) => unquoted(quoted),
            None => (String::new(), text),
        };
        let end = memchr::memchr(divider, behind.as_bytes());
        rest = end.map(|end| &behind[end + 1..]);
        Some(field + &behind[..end.unwrap_or(behind.len())])
    })
}

/// What stands before the closing quotation mark, and what behind it.
fn unquoted(text: &str) -> (String, &str) {
    let mut field = String::new();
    let mut rest = text;
    loop {
        let Some((before, behind)) = rest.split_once('"') else {
            field.push_str(rest);
            return (field, "");
        };
        field.push_str(before);
        match behind.strip_prefix('"') {
            Some(behind) => {
                field.push('"');
                rest = behind;
            }
            None => return (field, behind),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_line_of_an_export_names_its_columns() {
        for (line, expected) in [
            (
                "\"TimeGenerated [UTC]\",ResultCode,_ResourceId\n",
                Some("TimeGenerated ResultCode _ResourceId"),
            ),
            (
                "timestamp;httpStatusCode_d;properties_s\r\n",
                Some("timestamp httpStatusCode properties"),
            ),
            ("time\tmessage", Some("time message")),
            ("2026-11-23,status", None),
            ("TimeGenerated", None),
            ("message,detail", None),
            ("error, status: 401, broken", None),
            ("{\"time\":1,\"status\":2}", None),
        ] {
            let columns = Columns::of_line(line.as_bytes());
            assert_eq!(
                columns.map(|columns| columns.names.join(" ")).as_deref(),
                expected,
                "{line}"
            );
        }
    }

    #[test]
    fn rows_get_the_names_of_their_columns() {
        let line = Columns::of_line(b"time,status_d,status_s,message\n").unwrap();
        assert_eq!(
            line.record_of_line("2026-11-23T10:00:00Z,,401,\"a, \"\"b\"\"\nc\"\r\n"),
            json!({ "time": "2026-11-23T10:00:00Z", "status": "401", "message": "a, \"b\"\nc" })
        );
        assert_eq!(line.record_of_line("\"open"), json!({ "time": "open" }));
        let rows =
            Columns::of_json(br#"[{"name":"time","type":"datetime"},{"ColumnName":"code_d"},"x"]"#);
        assert_eq!(
            rows.record_of_json("[\"now\", 401.0, null, 7]"),
            Some(json!({ "time": "now", "code": 401 }))
        );
        assert_eq!(rows.record_of_json("{}"), None);
    }

    #[test]
    fn line_breaks_between_quotation_marks_end_no_line() {
        for (text, expected) in [
            ("a,b\nc", Some(4)),
            ("a,\"b\n\"\"\n\",c\nd", Some(12)),
            ("a,\"b\n", None),
            ("", None),
            ("a,b", None),
        ] {
            assert_eq!(line_end(text.as_bytes(), false), expected, "{text}");
        }
        assert_eq!(line_end(b"a,b", true), Some(3));
        assert_eq!(line_end(b"a,\"b", true), None);
    }
}
