//! Plain completions: a prompt in, its continuation out.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::chat::{FinishReason, Stop, StreamOptions};
use super::content_filter::{ChoiceFilter, PromptFilterResult};
use super::embedding::Input;
use super::usage::Usage;

/// A completion as a client asks for it.
#[derive(Deserialize)]
pub struct CompletionRequest {
    /// Deployment; the deployment routes ignore it.
    #[serde(default)]
    pub model: Option<String>,
    /// One prompt or several, as text or as token numbers.
    #[serde(default)]
    pub prompt: Option<Input>,
    /// Whether to stream.
    #[serde(default)]
    pub stream: Option<bool>,
    /// What a stream carries besides text.
    #[serde(default)]
    pub stream_options: Option<StreamOptions>,
    /// How many choices per prompt.
    #[serde(default)]
    pub n: Option<u64>,
    /// Most tokens of an answer; the API's default is 16.
    #[serde(default)]
    pub max_tokens: Option<u64>,
    /// Where an answer stops.
    #[serde(default)]
    pub stop: Option<Stop>,
    /// Whether the answer repeats the prompt.
    #[serde(default)]
    pub echo: Option<bool>,
    /// Asks for a repeatable answer.
    #[serde(default)]
    pub seed: Option<i64>,
    /// 0 to 2.
    #[serde(default)]
    pub temperature: Option<f64>,
    /// 0 to 1.
    #[serde(default)]
    pub top_p: Option<f64>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// A completion, whole or one chunk of a stream: both have this shape.
#[derive(Serialize)]
#[serde(tag = "object", rename = "text_completion")]
pub struct Completion {
    /// Names the completion.
    pub id: String,
    /// When, in seconds since the epoch.
    pub created: i64,
    /// Which model answered.
    pub model: String,
    /// The answers, or what is new in them.
    pub choices: Vec<CompletionChoice>,
    /// Token counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// Azure's filter on the prompts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt_filter_results: Option<Vec<PromptFilterResult>>,
}

/// One answer, or a piece of it.
#[derive(Serialize)]
pub struct CompletionChoice {
    /// The text.
    pub text: String,
    /// Its position.
    pub index: u32,
    /// Always absent.
    pub logprobs: Option<()>,
    /// Why it ended.
    pub finish_reason: Option<FinishReason>,
    /// Azure's filter on the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_filter_results: Option<ChoiceFilter>,
}
