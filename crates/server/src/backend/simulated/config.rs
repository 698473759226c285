//! How a simulated model is configured: seed, latency and scripted replies.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;
use wire::openai::content_filter::{Category, Severity};

/// `[deployment.simulated]`: how the model behaves where no reply is scripted.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct SimulatedConfig {
    /// Varies what is left to choice (enum values, ids, jitter). The same seed
    /// and the same calls give the same answers.
    pub seed: u64,
    /// How long answers take; at once unless said otherwise.
    pub latency: LatencyConfig,
    /// Length of embeddings unless a request asks for another; by default what
    /// the model of that name has, or 1536.
    pub dimensions: Option<u32>,
}

/// How long answers take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct LatencyConfig {
    /// Milliseconds to the first token.
    pub first_ms: u64,
    /// Milliseconds for each further token.
    pub token_ms: u64,
    /// By how many percent, at most, a delay is longer or shorter (0 to 100).
    pub jitter_percent: u8,
}

/// `[[deployment.reply]]`: what to answer when a request matches. The first
/// reply that matches answers; a reply with only a delay answers as usual, later.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ReplyConfig {
    /// When this reply answers; always if left out.
    pub when: When,
    /// Say this. `{message}`, `{model}` and `{call}` stand for the user's last
    /// message, the model and the number of the call.
    pub text: Option<String>,
    /// Call these tools.
    pub tool_calls: Vec<ToolCallConfig>,
    /// Say this JSON.
    pub json: Option<Value>,
    /// Say JSON that follows this JSON Schema.
    pub schema: Option<Value>,
    /// Say what this file says; a relative path starts at the configuration file.
    pub file: Option<PathBuf>,
    /// Let the content filter step in.
    pub content_filter: Option<ContentFilterConfig>,
    /// Fail.
    pub error: Option<ErrorConfig>,
    /// Milliseconds to wait first.
    pub delay_ms: u64,
}

/// Conditions of a reply; all that are given must hold.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct When {
    /// The user's last message contains this, upper and lower case alike.
    pub message: Option<String>,
    /// The user's last message matches this regular expression.
    pub pattern: Option<String>,
    /// The request offers a tool of this name.
    pub tool: Option<String>,
    /// The request carries these headers with these values. Credentials cannot
    /// be matched.
    pub header: BTreeMap<String, String>,
    /// Which call it is, counted from 1 over the calls for which the other
    /// conditions hold, per test id.
    pub call: Option<CallNumber>,
}

/// Which calls: one, every n-th, or a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum CallNumber {
    /// Just this one.
    Exactly(u64),
    /// Every n-th.
    Every {
        /// The n.
        every: u64,
    },
    /// From one to another, both included.
    Range {
        /// The first.
        #[serde(default)]
        from: u64,
        /// The last; no end if left out.
        #[serde(default)]
        to: Option<u64>,
    },
}

/// A tool call to make.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ToolCallConfig {
    /// Which tool.
    pub name: String,
    /// Its arguments; if left out they follow the schema the request gives for it.
    #[serde(default)]
    pub arguments: Option<Value>,
}

/// What the content filter finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ContentFilterConfig {
    /// In which category.
    #[cfg_attr(test, schemars(with = "String", extend("enum" = ["hate", "self_harm", "sexual", "violence", "jailbreak"])))]
    pub category: Category,
    /// How bad it is; `high` unless said otherwise.
    #[serde(default = "high")]
    #[cfg_attr(test, schemars(with = "String", extend("enum" = ["safe", "low", "medium", "high"])))]
    pub severity: Severity,
    /// Where: `prompt` (the call is refused) or `completion` (the answer is cut).
    #[serde(default)]
    pub on: Filtered,
}

/// What the content filter withholds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Filtered {
    /// The prompt: 400.
    #[default]
    Prompt,
    /// The answer: its finish reason says so.
    Completion,
}

/// An error to answer with.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ErrorConfig {
    /// HTTP status, 400 to 599.
    pub status: u16,
    /// The error's `code`; by default what the service sends with that status.
    #[serde(default)]
    pub code: Option<String>,
    /// The error's `message`; by default what the service sends with that status.
    #[serde(default)]
    pub message: Option<String>,
    /// Seconds of the `retry-after` header.
    #[serde(default)]
    pub retry_after: Option<u32>,
}

fn high() -> Severity {
    Severity::High
}
