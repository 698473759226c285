//! Chat completions, asked, answered and streamed.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::content::Content;
use super::content_filter::{ChoiceFilter, PromptFilterResult};
use super::tool::{Tool, ToolCall, ToolChoice};
use super::usage::Usage;

/// A chat completion as a client asks for it.
#[derive(Deserialize)]
pub struct ChatRequest {
    /// Deployment; the deployment routes ignore it, and LangChain sends `null`.
    #[serde(default)]
    pub model: Option<String>,
    /// The conversation so far.
    pub messages: Vec<Message>,
    /// Whether to stream.
    #[serde(default)]
    pub stream: Option<bool>,
    /// What a stream carries besides text.
    #[serde(default)]
    pub stream_options: Option<StreamOptions>,
    /// How many choices.
    #[serde(default)]
    pub n: Option<u64>,
    /// Most tokens of the answer (old name).
    #[serde(default)]
    pub max_tokens: Option<u64>,
    /// Most tokens of the answer.
    #[serde(default)]
    pub max_completion_tokens: Option<u64>,
    /// Where the answer stops.
    #[serde(default)]
    pub stop: Option<Stop>,
    /// Asks for a repeatable answer.
    #[serde(default)]
    pub seed: Option<i64>,
    /// 0 to 2.
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
    /// Text, JSON, or JSON by a schema.
    #[serde(default)]
    pub response_format: Option<ResponseFormat>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// One message of a conversation.
#[derive(Clone, Deserialize)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What is said.
    #[serde(default)]
    pub content: Content,
    /// Calls the assistant made.
    #[serde(default)]
    pub tool_calls: Option<Vec<ToolCall>>,
    /// Which call a tool message answers.
    #[serde(default)]
    pub tool_call_id: Option<String>,
    /// Name of the speaker, or of the function in old clients.
    #[serde(default)]
    pub name: Option<String>,
}

/// Who speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Instructions.
    System,
    /// Instructions to reasoning models.
    Developer,
    /// The person.
    User,
    /// The model.
    Assistant,
    /// A tool's answer.
    Tool,
    /// A function's answer in old clients.
    Function,
    /// Some role Entrada does not know.
    #[serde(other)]
    Other,
}

/// `stream_options`.
#[derive(Clone, Copy, Default, Deserialize)]
pub struct StreamOptions {
    /// Whether a last chunk states usage.
    #[serde(default)]
    pub include_usage: Option<bool>,
}

/// One stop sequence or several.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub enum Stop {
    /// One.
    One(String),
    /// Up to four.
    Many(Vec<String>),
}

/// `response_format`.
#[derive(Clone, Deserialize)]
pub struct ResponseFormat {
    /// `text`, `json_object` or `json_schema`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The schema of `json_schema`.
    #[serde(default)]
    pub json_schema: Option<JsonSchema>,
}

/// A named schema.
#[derive(Clone, Deserialize)]
pub struct JsonSchema {
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// The schema itself.
    #[serde(default)]
    pub schema: Option<Value>,
}

impl Stop {
    /// The sequences, none of them empty.
    pub fn into_sequences(self) -> Vec<String> {
        let mut sequences = match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        };
        sequences.retain(|sequence| !sequence.is_empty());
        sequences
    }
}

/// A whole chat completion.
#[derive(Serialize)]
#[serde(tag = "object", rename = "chat.completion")]
pub struct ChatCompletion {
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
    /// Which build answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_fingerprint: Option<String>,
    /// Azure's filter on the prompt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt_filter_results: Option<Vec<PromptFilterResult>>,
}

/// One answer.
#[derive(Serialize)]
pub struct Choice {
    /// Its position.
    pub index: u32,
    /// What was said.
    pub message: AnswerMessage,
    /// Why it ended.
    pub finish_reason: FinishReason,
    /// Always absent: nobody weighs tokens here.
    pub logprobs: Option<()>,
    /// Azure's filter on the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_filter_results: Option<ChoiceFilter>,
}

/// The assistant's message.
#[derive(Serialize)]
#[serde(tag = "role", rename = "assistant")]
pub struct AnswerMessage {
    /// The text; absent beside tool calls.
    pub content: Option<String>,
    /// A refusal by the model; Entrada's models do not refuse.
    pub refusal: Option<String>,
    /// Tool calls.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tool_calls: Vec<ToolCall>,
}

/// Why an answer ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FinishReason {
    /// It was complete, or met a stop sequence.
    Stop,
    /// It met the token limit.
    Length,
    /// It calls tools.
    ToolCalls,
    /// It was filtered.
    ContentFilter,
}

/// One chunk of a streamed completion.
#[derive(Serialize)]
#[serde(tag = "object", rename = "chat.completion.chunk")]
pub struct ChatCompletionChunk {
    /// Names the completion; the same in all chunks.
    pub id: String,
    /// When, in seconds since the epoch.
    pub created: i64,
    /// Which model answers.
    pub model: String,
    /// What is new. Empty in the chunk with Azure's filter results and in the
    /// one with usage.
    pub choices: Vec<ChunkChoice>,
    /// Which build answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_fingerprint: Option<String>,
    /// Token counts, in the last chunk when the client asked for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// Azure's filter on the prompt, in the first chunk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt_filter_results: Option<Vec<PromptFilterResult>>,
}

/// What is new in one choice.
#[derive(Serialize)]
pub struct ChunkChoice {
    /// Which choice.
    pub index: u32,
    /// The new piece.
    pub delta: Delta,
    /// Why it ended, in its last chunk.
    pub finish_reason: Option<FinishReason>,
    /// Always absent.
    pub logprobs: Option<()>,
    /// Azure's filter on the answer so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_filter_results: Option<ChoiceFilter>,
}

/// A piece of a message.
#[derive(Default, Serialize)]
pub struct Delta {
    /// Who speaks, in the first piece.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<&'static str>,
    /// More text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// More of the tool calls.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tool_calls: Vec<ToolCall>,
}
