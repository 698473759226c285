//! One way to see a request, whatever API it came by.

mod anthropic;
mod chat;
mod completion;
mod responses;

use serde_json::Value;

use super::reply::Invalid;
use super::tokens;

pub(super) use completion::texts;
pub(super) use responses::Context;

/// Most tools of one request, as the API has it.
const MAX_TOOLS: usize = 128;
/// Most choices of one request, as the API has it.
pub(super) const MAX_CHOICES: u64 = 128;

/// What a request asks of a model.
#[derive(Default)]
pub(super) struct Prompt {
    /// What the user said last.
    pub(super) message: String,
    /// How many images and files came with it.
    pub(super) attachments: usize,
    /// What tools answered since: tool and text.
    pub(super) results: Vec<(String, String)>,
    /// Tools on offer.
    pub(super) tools: Vec<Tool>,
    /// Whether to call them.
    pub(super) choice: Choice,
    /// Whether several may be called at once.
    pub(super) parallel: bool,
    /// How to write the answer.
    pub(super) format: Format,
    /// Most tokens of an answer.
    pub(super) limit: Option<u32>,
    /// Where an answer stops.
    pub(super) stop: Vec<String>,
    /// How many answers.
    pub(super) choices: u32,
    /// Whether to stream.
    pub(super) stream: bool,
    /// Whether a stream states usage.
    pub(super) include_usage: bool,
    /// Tokens of the request, estimated.
    pub(super) tokens: u32,
    /// The client's seed.
    pub(super) seed: u64,
}

/// A tool on offer.
pub(super) struct Tool {
    /// Its name.
    pub(super) name: String,
    /// JSON Schema of its arguments.
    pub(super) schema: Value,
}

/// Whether to call tools.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) enum Choice {
    /// If the message asks for one.
    #[default]
    Auto,
    /// Never.
    Never,
    /// At least one.
    Required,
    /// This one.
    Named(String),
}

/// How to write an answer.
#[derive(Clone, Default)]
pub(super) enum Format {
    /// As text.
    #[default]
    Text,
    /// As some JSON object.
    JsonObject,
    /// As JSON by a schema.
    Schema(Value),
}

impl Prompt {
    /// Checks what every API has in common.
    fn checked(self) -> Result<Self, Invalid> {
        if self.tools.len() > MAX_TOOLS {
            return Err(Invalid::new(
                "tools",
                format!("more than {MAX_TOOLS} tools are offered"),
            ));
        }
        if let Choice::Named(name) = &self.choice
            && !self.tools.iter().any(|tool| tool.name == *name)
        {
            return Err(Invalid::new(
                "tool_choice",
                format!("tool `{name}` is not among the tools"),
            ));
        }
        if self.choice == Choice::Required && self.tools.is_empty() {
            return Err(Invalid::new(
                "tool_choice",
                "a tool is required and none is offered",
            ));
        }
        if let Some(tool) = self.tools.iter().find(|tool| !is_tool_name(&tool.name)) {
            let message = format!(
                "`{}` is not a tool name: letters, digits, `_`, `-` and `.`, 1 to 128",
                tool.name
            );
            return Err(Invalid::new("tools", message));
        }
        Ok(self)
    }
}

impl Choice {
    fn from_mode(mode: &str) -> Result<Self, Invalid> {
        match mode {
            "auto" => Ok(Self::Auto),
            "none" => Ok(Self::Never),
            "required" | "any" => Ok(Self::Required),
            _ => Err(Invalid::new(
                "tool_choice",
                format!("`{mode}` is not one of auto, none and required"),
            )),
        }
    }
}

impl Format {
    /// `kind` as the APIs name it; `param` names the member in refusals.
    fn new(kind: &str, schema: Option<Value>, param: &'static str) -> Result<Self, Invalid> {
        match (kind, schema) {
            ("text", _) => Ok(Self::Text),
            ("json_object", _) => Ok(Self::JsonObject),
            ("json_schema", Some(schema)) => Ok(Self::Schema(schema)),
            ("json_schema", None) => Err(Invalid::new(param, "`json_schema` needs a schema")),
            _ => Err(Invalid::new(
                param,
                format!("`{kind}` is not one of text, json_object and json_schema"),
            )),
        }
    }
}

/// A number that must lie in `range`.
fn within(
    param: &'static str,
    value: Option<f64>,
    range: std::ops::RangeInclusive<f64>,
) -> Result<(), Invalid> {
    match value {
        Some(value) if !range.contains(&value) => {
            let message = format!(
                "`{value}` is not between {} and {}",
                range.start(),
                range.end()
            );
            Err(Invalid::new(param, message))
        }
        _ => Ok(()),
    }
}

/// A limit of tokens: at least one.
fn limit(param: &'static str, value: Option<u64>) -> Result<Option<u32>, Invalid> {
    match value {
        Some(0) => Err(Invalid::new(param, "must be at least 1")),
        Some(value) => Ok(Some(u32::try_from(value).unwrap_or(u32::MAX))),
        None => Ok(None),
    }
}

/// How many answers: 1 to [`MAX_CHOICES`].
fn choices(value: Option<u64>) -> Result<u32, Invalid> {
    match value.unwrap_or(1) {
        n @ 1..=MAX_CHOICES => Ok(u32::try_from(n).unwrap_or(1)),
        n => Err(Invalid::new(
            "n",
            format!("`{n}` is not between 1 and {MAX_CHOICES}"),
        )),
    }
}

fn attachment_tokens(attachments: usize) -> u32 {
    u32::try_from(attachments)
        .unwrap_or(u32::MAX)
        .saturating_mul(tokens::PER_ATTACHMENT)
}

/// The client's seed, or none: its bits as they are.
fn seed(value: Option<i64>) -> u64 {
    value.map_or(0, i64::cast_unsigned)
}

fn schema_tokens(tools: &[Tool]) -> u32 {
    tools
        .iter()
        .map(|tool| {
            tokens::count(&tool.name).saturating_add(tokens::count(&tool.schema.to_string()))
        })
        .fold(0, u32::saturating_add)
}

fn is_tool_name(name: &str) -> bool {
    (1..=128).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}
