//! Message content: nothing, a text, or a list of parts.

use serde::Deserialize;
use serde_json::{Map, Value};

/// What a message says. Clients send a string, a list of parts, or `null`.
#[derive(Clone, Default, Deserialize)]
#[serde(untagged)]
pub enum Content {
    /// A plain text.
    Text(String),
    /// Texts, images, files and whatever else, in order.
    Parts(Vec<Part>),
    /// `null`, as beside tool calls, or left out.
    #[default]
    Absent,
}

/// One part of a message. Chat calls its texts `text`, Responses `input_text`
/// and `output_text`; all of them carry a `text` member.
#[derive(Clone, Deserialize)]
pub struct Part {
    /// Kind of part (`text`, `input_text`, `image_url`, …).
    #[serde(rename = "type", default)]
    pub kind: String,
    /// The text of a text part.
    #[serde(default)]
    pub text: Option<String>,
    /// Nested content, as Anthropic tool results carry it.
    #[serde(default)]
    pub content: Content,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl Content {
    /// All texts, in order, one line each. Parts without text count as nothing.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Parts(parts) => {
                let texts: Vec<_> = parts
                    .iter()
                    .filter_map(|part| part.text.as_deref())
                    .collect();
                texts.join("\n")
            }
            Self::Absent => String::new(),
        }
    }

    /// How many parts are neither text nor a tool's doing: images, audio, files.
    pub fn attachments(&self) -> usize {
        match self {
            Self::Parts(parts) => parts.iter().filter(|part| part.is_attachment()).count(),
            Self::Text(_) | Self::Absent => 0,
        }
    }

    /// Whether there is anything to read at all.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Parts(parts) => parts.is_empty(),
            Self::Absent => true,
        }
    }
}

impl Part {
    fn is_attachment(&self) -> bool {
        ["image", "audio", "file", "document", "video"]
            .iter()
            .any(|medium| self.kind.contains(medium))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, text: &str, attachments: usize) {
        let content: Content =
            serde_json::from_str(json).unwrap_or_else(|fault| panic!("{json}: {fault}"));
        assert_eq!(content.text(), text, "{json}");
        assert_eq!(content.attachments(), attachments, "{json}");
    }

    #[test]
    fn content_is_read_however_clients_write_it() {
        check("null", "", 0);
        check(r#""hello""#, "hello", 0);
        check("[]", "", 0);
        check(
            r#"[{"type":"text","text":"a"},{"type":"input_text","text":"b"}]"#,
            "a\nb",
            0,
        );
        check(
            r#"[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"data:,"}}]"#,
            "a",
            1,
        );
        check(
            r#"[{"type":"input_file","file_id":"f"},{"unknown":1}]"#,
            "",
            1,
        );
    }
}
