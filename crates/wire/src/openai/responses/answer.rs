//! What the Responses API answers, keeps and lists.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::openai::usage::ResponseUsage;

/// A response. Members that the API requires are present even when `null`.
#[derive(Clone, Serialize)]
#[serde(tag = "object", rename = "response")]
pub struct Response {
    /// Names the response.
    pub id: String,
    /// When, in seconds since the epoch.
    pub created_at: i64,
    /// How far it is.
    pub status: Status,
    /// Whether it was asked to be answered later.
    pub background: bool,
    /// What went wrong, in failed responses.
    pub error: Option<ResponseError>,
    /// Why it is incomplete.
    pub incomplete_details: Option<IncompleteDetails>,
    /// The system message of this turn.
    pub instructions: Option<String>,
    /// The client's limit.
    pub max_output_tokens: Option<u64>,
    /// Which model answered.
    pub model: String,
    /// Messages and calls, in order.
    pub output: Vec<OutputItem>,
    /// Whether several tools may be called at once.
    pub parallel_tool_calls: bool,
    /// The response this one continues.
    pub previous_response_id: Option<String>,
    /// Whether it is kept.
    pub store: bool,
    /// 0 to 2.
    pub temperature: f64,
    /// How the answer is written, as asked.
    pub text: Value,
    /// Which tool was to be called, as asked.
    pub tool_choice: Value,
    /// Tools on offer, as asked.
    pub tools: Vec<Value>,
    /// 0 to 1.
    pub top_p: f64,
    /// What happens to conversations that are too long.
    pub truncation: &'static str,
    /// Token counts, once complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<ResponseUsage>,
    /// The client's user.
    pub user: Option<String>,
    /// The client's labels.
    pub metadata: Map<String, Value>,
}

/// How far a response, or one of its items, is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Being written.
    InProgress,
    /// Done.
    Completed,
    /// Cut off by a limit or by the content filter.
    Incomplete,
    /// Gone wrong.
    Failed,
}

/// What went wrong.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ResponseError {
    /// `server_error`, `rate_limit_exceeded`, …
    pub code: String,
    /// For people.
    pub message: String,
}

/// Why a response is incomplete.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct IncompleteDetails {
    /// `max_output_tokens` or `content_filter`.
    pub reason: &'static str,
}

/// One item of the output.
#[derive(Clone, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum OutputItem {
    /// The assistant says something.
    Message(OutputMessage),
    /// The assistant calls a function.
    FunctionCall(FunctionCall),
}

/// The assistant's message.
#[derive(Clone, Serialize)]
#[serde(tag = "role", rename = "assistant")]
pub struct OutputMessage {
    /// Names the item.
    pub id: String,
    /// How far it is.
    pub status: Status,
    /// Its parts.
    pub content: Vec<OutputText>,
}

/// A text part.
#[derive(Clone, Serialize)]
#[serde(tag = "type", rename = "output_text")]
pub struct OutputText {
    /// The text.
    pub text: String,
    /// Citations; none here.
    pub annotations: [(); 0],
    /// Nobody weighs tokens here.
    pub logprobs: [(); 0],
}

/// A call of a function.
#[derive(Clone, Serialize)]
pub struct FunctionCall {
    /// Names the item.
    pub id: String,
    /// How far it is.
    pub status: Status,
    /// Names the call, so that an output can answer it.
    pub call_id: String,
    /// Which function.
    pub name: String,
    /// Its arguments as JSON text.
    pub arguments: String,
}

/// The input items of a kept response.
#[derive(Serialize)]
#[serde(tag = "object", rename = "list")]
pub struct ItemList {
    /// The items.
    pub data: Vec<Value>,
    /// Whether there are more.
    pub has_more: bool,
    /// First of them, or empty.
    pub first_id: String,
    /// Last of them, or empty.
    pub last_id: String,
}

/// A response was deleted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "object", rename = "response.deleted")]
pub struct Deleted {
    /// Which.
    pub id: String,
    /// Always true.
    pub deleted: bool,
}

impl OutputText {
    /// A part that says `text`.
    pub fn new(text: String) -> Self {
        Self {
            text,
            annotations: [],
            logprobs: [],
        }
    }
}
