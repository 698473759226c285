//! What is answered.

use serde::Serialize;
use serde_json::Value;

/// A whole message.
#[derive(Clone, Serialize)]
#[serde(tag = "type", rename = "message")]
pub struct Message {
    /// Names the message.
    pub id: String,
    /// Always `assistant`.
    pub role: &'static str,
    /// Which model answered.
    pub model: String,
    /// Texts and tool uses, in order.
    pub content: Vec<Block>,
    /// Why it ended; absent while it is being written.
    pub stop_reason: Option<StopReason>,
    /// The stop sequence it met.
    pub stop_sequence: Option<String>,
    /// Token counts.
    pub usage: Usage,
}

/// One block of a message.
#[derive(Clone, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    /// A text.
    Text {
        /// What is said.
        text: String,
    },
    /// A call of a tool.
    ToolUse {
        /// Names the call.
        id: String,
        /// Which tool.
        name: String,
        /// Its input, an object.
        input: Value,
    },
}

/// Why a message ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// It was complete.
    EndTurn,
    /// It met the token limit.
    MaxTokens,
    /// It met a stop sequence.
    StopSequence,
    /// It calls tools.
    ToolUse,
    /// It was filtered.
    Refusal,
}

/// Token counts.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize)]
pub struct Usage {
    /// Tokens of the request.
    pub input_tokens: u32,
    /// Tokens written to a prompt cache.
    pub cache_creation_input_tokens: u32,
    /// Tokens read from a prompt cache.
    pub cache_read_input_tokens: u32,
    /// Tokens of the answer.
    pub output_tokens: u32,
}

/// The answer of `count_tokens`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct CountTokens {
    /// Tokens of the request.
    pub input_tokens: u32,
}

/// An error as Anthropic's API words it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "type", rename = "error")]
pub struct ErrorBody {
    error: ErrorDetail,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
struct ErrorDetail {
    r#type: &'static str,
    message: String,
}

impl ErrorBody {
    /// The body of an error with HTTP status `status`.
    pub fn new(status: u16, message: String) -> Self {
        let kind = match status {
            401 => "authentication_error",
            403 => "permission_error",
            404 => "not_found_error",
            413 => "request_too_large",
            429 => "rate_limit_error",
            529 => "overloaded_error",
            500.. => "api_error",
            _ => "invalid_request_error",
        };
        Self {
            error: ErrorDetail {
                r#type: kind,
                message,
            },
        }
    }
}
