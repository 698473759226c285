//! Server-sent events, written and read.

use serde::Serialize;

/// The last event of an OpenAI stream.
pub const DONE: &[u8] = b"data: [DONE]\n\n";

/// Media type of a stream.
pub const CONTENT_TYPE: &str = "text/event-stream; charset=utf-8";

/// One event with `data` as JSON, named if the API names its events.
///
/// # Errors
/// If `data` cannot be written as JSON.
pub fn event(name: Option<&str>, data: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = Vec::with_capacity(256);
    if let Some(name) = name {
        bytes.extend_from_slice(b"event: ");
        bytes.extend_from_slice(name.as_bytes());
        bytes.push(b'\n');
    }
    bytes.extend_from_slice(b"data: ");
    // JSON text holds no line break outside escapes, so it is one `data:` line.
    serde_json::to_writer(&mut bytes, data)?;
    bytes.extend_from_slice(b"\n\n");
    Ok(bytes)
}

/// The `data` of each event of a whole stream, in order; for tests and tools.
pub fn data(stream: &str) -> impl Iterator<Item = String> + '_ {
    stream.split("\n\n").filter_map(|event| {
        let lines: Vec<_> = event
            .lines()
            .filter_map(|line| line.strip_prefix("data:"))
            .map(str::trim_start)
            .collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_break_in_the_data_stays_inside_its_line() {
        let bytes = event(Some("response.created"), &"a\nb\r\u{2028}").expect("serialises");
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert_eq!(
            text,
            "event: response.created\ndata: \"a\\nb\\r\u{2028}\"\n\n"
        );
        assert_eq!(data(&text).collect::<Vec<_>>(), ["\"a\\nb\\r\u{2028}\""]);
    }
}
