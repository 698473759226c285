//! What a client asks.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::openai::content::Content;

/// A message as a client asks for it, and what `count_tokens` counts.
#[derive(Deserialize)]
pub struct MessagesRequest {
    /// Deployment.
    #[serde(default)]
    pub model: Option<String>,
    /// The conversation so far.
    pub messages: Vec<Turn>,
    /// Most tokens of the answer; required for messages, absent for counts.
    #[serde(default)]
    pub max_tokens: Option<u64>,
    /// Instructions.
    #[serde(default)]
    pub system: Option<System>,
    /// Whether to stream.
    #[serde(default)]
    pub stream: Option<bool>,
    /// Where the answer stops.
    #[serde(default)]
    pub stop_sequences: Option<Vec<String>>,
    /// 0 to 1.
    #[serde(default)]
    pub temperature: Option<f64>,
    /// 0 to 1.
    #[serde(default)]
    pub top_p: Option<f64>,
    /// Tools on offer.
    #[serde(default)]
    pub tools: Option<Vec<Tool>>,
    /// Which tool to call.
    #[serde(default)]
    pub tool_choice: Option<ToolChoice>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// One turn of a conversation.
#[derive(Clone, Deserialize)]
pub struct Turn {
    /// `user` or `assistant`.
    pub role: String,
    /// What is said: text, or blocks (texts, images, tool uses, tool results).
    #[serde(default)]
    pub content: Content,
}

/// Instructions: a text or text blocks.
pub type System = Content;

/// A tool on offer.
#[derive(Clone, Deserialize)]
pub struct Tool {
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// JSON Schema of its input; hosted tools have none.
    #[serde(default)]
    pub input_schema: Option<Value>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// Which tool to call.
#[derive(Clone, Deserialize)]
pub struct ToolChoice {
    /// `auto`, `any`, `tool` or `none`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The tool of `tool`.
    #[serde(default)]
    pub name: Option<String>,
}
