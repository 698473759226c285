//! Chat completions of the Model Inference API: no filter results, no refusal.

use serde::Serialize;

use crate::openai::chat::{Delta, FinishReason};
use crate::openai::tool::ToolCall;
use crate::openai::usage::Usage;

/// A whole chat completion.
#[derive(Serialize)]
#[serde(tag = "object", rename = "chat.completion")]
pub struct ChatCompletions {
    /// Names the completion.
    pub id: String,
    /// When, in seconds since the epoch.
    pub created: i64,
    /// Which model answered.
    pub model: String,
    /// The answers.
    pub choices: Vec<Choice>,
    /// Token counts.
    pub usage: Usage,
}

/// One answer.
#[derive(Serialize)]
pub struct Choice {
    /// Its position.
    pub index: u32,
    /// Why it ended.
    pub finish_reason: FinishReason,
    /// What was said.
    pub message: ResponseMessage,
}

/// The assistant's message.
#[derive(Serialize)]
#[serde(tag = "role", rename = "assistant")]
pub struct ResponseMessage {
    /// The text; absent beside tool calls.
    pub content: Option<String>,
    /// Tool calls.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tool_calls: Vec<ToolCall>,
}

/// One piece of a streamed completion. The published document calls the object
/// `chat.completion` here too; the service says `chat.completion.chunk`, which
/// is what clients that also speak to OpenAI look for.
#[derive(Serialize)]
#[serde(tag = "object", rename = "chat.completion.chunk")]
pub struct ChatCompletionsUpdate {
    /// Names the completion; the same in all pieces.
    pub id: String,
    /// When, in seconds since the epoch.
    pub created: i64,
    /// Which model answers.
    pub model: String,
    /// What is new; never empty.
    pub choices: Vec<ChoiceUpdate>,
    /// Token counts, in the last piece.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
}

/// What is new in one choice.
#[derive(Serialize)]
pub struct ChoiceUpdate {
    /// Which choice.
    pub index: u32,
    /// Why it ended, in its last piece.
    pub finish_reason: Option<FinishReason>,
    /// The new piece.
    pub delta: Delta,
}
