//! Tools a client offers and calls a model makes.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A tool as chat completions offer it: `{"type": "function", "function": {…}}`.
#[derive(Clone, Deserialize)]
pub struct Tool {
    /// Kind of tool; only `function` has a `function` member.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// The function, where there is one.
    #[serde(default)]
    pub function: Option<Function>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// A function a model may call.
#[derive(Clone, Deserialize)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// JSON Schema of its arguments; none means an empty object.
    #[serde(default)]
    pub parameters: Option<Value>,
}

/// `tool_choice` of chat completions and Responses: a word, or one tool by name.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub enum ToolChoice {
    /// `auto`, `none` or `required`.
    Mode(String),
    /// Chat: `{"type": "function", "function": {"name": …}}`.
    Function {
        /// The tool to call.
        function: NamedFunction,
    },
    /// Responses: `{"type": "function", "name": …}`.
    Named {
        /// The tool to call.
        name: String,
    },
    /// A hosted tool or a kind of choice that Entrada does not know.
    Other(Value),
}

/// A function by name.
#[derive(Clone, Deserialize)]
pub struct NamedFunction {
    /// Its name.
    pub name: String,
}

/// A call the model made, as chat completions write it and clients send it back.
#[derive(Clone, Serialize, Deserialize)]
pub struct ToolCall {
    /// Position among the calls; only streamed chunks carry it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<u32>,
    /// Names the call, so that a tool message can answer it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Always `function` in what Entrada writes.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Which function, with which arguments.
    #[serde(default)]
    pub function: CalledFunction,
}

/// The function of a call.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct CalledFunction {
    /// Its name; later chunks of a stream leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The arguments as JSON text.
    #[serde(default)]
    pub arguments: String,
}

impl ToolCall {
    /// A whole call, as an unstreamed answer carries it.
    pub fn new(id: String, name: String, arguments: String) -> Self {
        Self {
            index: None,
            id: Some(id),
            kind: Some("function".to_owned()),
            function: CalledFunction {
                name: Some(name),
                arguments,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(json: &str) -> ToolChoice {
        serde_json::from_str(json).expect(json)
    }

    #[test]
    fn tool_choice_is_read_in_every_dialect() {
        assert!(matches!(choice(r#""required""#), ToolChoice::Mode(mode) if mode == "required"));
        assert!(
            matches!(choice(r#"{"type":"function","function":{"name":"f"}}"#), ToolChoice::Function { function } if function.name == "f")
        );
        assert!(
            matches!(choice(r#"{"type":"function","name":"f"}"#), ToolChoice::Named { name } if name == "f")
        );
        assert!(matches!(
            choice(r#"{"type":"web_search_preview"}"#),
            ToolChoice::Other(_)
        ));
    }
}
