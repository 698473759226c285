//! Scripted replies, compiled: what can be wrong with them is found when the
//! server starts.

use std::path::{Path, PathBuf};
use std::time::Duration;

use http::{HeaderMap, HeaderName};
use regex::{Regex, RegexBuilder};
use serde_json::Value;

use super::config::{
    CallNumber, ContentFilterConfig, ErrorConfig, ReplyConfig, ToolCallConfig, When,
};
use super::prompt::Prompt;
use crate::bounded_file;

/// Longest text of a reply, in bytes, from the configuration or from a file.
pub const MAX_TEXT: usize = 256 * 1024;
/// Longest delay of a reply.
pub const MAX_DELAY: Duration = Duration::from_secs(600);
/// Most compiled size of a pattern, in bytes.
const MAX_PATTERN: usize = 1024 * 1024;

/// Headers that no reply may depend on: they carry credentials.
const CREDENTIALS: &[&str] = &[
    "authorization",
    "api-key",
    "x-api-key",
    "ocp-apim-subscription-key",
    "cookie",
    "proxy-authorization",
];

/// A reply that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// The regular expression is not one, or is too large.
    #[error("`{pattern}` is not a usable pattern")]
    Pattern {
        /// What was given.
        pattern: String,
        /// Why not.
        source: regex::Error,
    },
    /// No header has that name.
    #[error("`{0}` is not a header name")]
    Header(String),
    /// Replies do not look at credentials.
    #[error("a reply cannot depend on the credential in `{0}`")]
    Credential(String),
    /// The file cannot be read.
    #[error("reply file `{path}` cannot be read")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A reply is bounded.
    #[error("a reply is longer than {MAX_TEXT} bytes")]
    TooLong,
    /// A reply says one thing.
    #[error(
        "a reply gives one of text, json, schema, file, content_filter and error; this one gives {0}"
    )]
    Several(String),
    /// Errors have an error's status.
    #[error("`{0}` is not the status of an error")]
    Status(u16),
    /// Delays are bounded.
    #[error("a delay of {0} ms is longer than ten minutes")]
    Delay(u64),
    /// `every = 0` never comes.
    #[error("`every` counts from 1")]
    Every,
}

/// A reply, ready to match.
pub(super) struct Rule {
    message: Option<String>,
    pattern: Option<Regex>,
    tool: Option<String>,
    headers: Vec<(HeaderName, String)>,
    call: Option<CallNumber>,
    pub(super) delay: Duration,
    pub(super) script: Script,
}

/// What a matching reply does.
pub(super) enum Script {
    /// What the model does anyway.
    Default,
    /// Says something and may call tools.
    Say {
        text: Option<String>,
        tool_calls: Vec<ToolCallConfig>,
    },
    /// Says JSON that follows a schema.
    Instance(Value),
    /// Is filtered.
    Filter(ContentFilterConfig),
    /// Fails.
    Fail(ErrorConfig),
}

impl Rule {
    /// Compiles `config`; relative files start at `base`. Reads the file.
    pub(super) fn new(config: &ReplyConfig, base: &Path) -> Result<Self, RuleError> {
        let When {
            message,
            pattern,
            tool,
            header,
            call,
        } = &config.when;
        if matches!(call, Some(CallNumber::Every { every: 0 })) {
            return Err(RuleError::Every);
        }
        let pattern = pattern.as_deref().map(compile).transpose()?;
        let headers = header
            .iter()
            .map(|(name, value)| Ok((header_name(name)?, value.clone())))
            .collect::<Result<_, RuleError>>()?;
        let delay = Duration::from_millis(config.delay_ms);
        if delay > MAX_DELAY {
            return Err(RuleError::Delay(config.delay_ms));
        }
        Ok(Self {
            message: message.as_ref().map(|message| message.to_lowercase()),
            pattern,
            tool: tool.clone(),
            headers,
            call: *call,
            delay,
            script: Script::new(config, base)?,
        })
    }

    /// Whether everything but the call's number fits.
    pub(super) fn fits(&self, prompt: &Prompt, headers: &HeaderMap) -> bool {
        self.message
            .as_ref()
            .is_none_or(|message| prompt.message.to_lowercase().contains(message))
            && self
                .pattern
                .as_ref()
                .is_none_or(|pattern| pattern.is_match(&prompt.message))
            && self
                .tool
                .as_ref()
                .is_none_or(|tool| prompt.tools.iter().any(|offered| offered.name == *tool))
            && self.headers.iter().all(|(name, value)| {
                headers
                    .get_all(name)
                    .iter()
                    .any(|given| given.as_bytes() == value.as_bytes())
            })
    }

    /// Whether the `number`-th call that fits (from 1) is meant.
    pub(super) fn is_due(&self, number: u64) -> bool {
        match self.call {
            None => true,
            Some(CallNumber::Exactly(exactly)) => number == exactly,
            Some(CallNumber::Every { every }) => number.is_multiple_of(every),
            Some(CallNumber::Range { from, to }) => {
                from <= number && to.is_none_or(|to| number <= to)
            }
        }
    }

    /// Whether calls must be counted to know.
    pub(super) fn counts(&self) -> bool {
        self.call.is_some()
    }
}

impl Script {
    fn new(config: &ReplyConfig, base: &Path) -> Result<Self, RuleError> {
        let ReplyConfig {
            text,
            tool_calls,
            json,
            schema,
            file,
            content_filter,
            error,
            ..
        } = config;
        let given: Vec<_> = [
            ("text", text.is_some()),
            ("json", json.is_some()),
            ("schema", schema.is_some()),
            ("file", file.is_some()),
            ("content_filter", content_filter.is_some()),
            ("error", error.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, given)| given.then_some(name))
        .collect();
        if given.len() > 1 {
            return Err(RuleError::Several(given.join(" and ")));
        }
        if let Some(error) = error {
            return if (400..600).contains(&error.status) {
                Ok(Self::Fail(error.clone()))
            } else {
                Err(RuleError::Status(error.status))
            };
        }
        if let Some(filter) = content_filter {
            return Ok(Self::Filter(*filter));
        }
        if let Some(schema) = schema {
            return Ok(Self::Instance(schema.clone()));
        }
        let text = match (text, json, file) {
            (Some(text), ..) => Some(text.clone()),
            (_, Some(json), _) => Some(json.to_string()),
            (.., Some(file)) => Some(read(&base.join(file))?),
            _ => None,
        };
        if let Some(text) = &text
            && text.len() > MAX_TEXT
        {
            return Err(RuleError::TooLong);
        }
        if text.is_none() && tool_calls.is_empty() {
            return Ok(Self::Default);
        }
        Ok(Self::Say {
            text,
            tool_calls: tool_calls.clone(),
        })
    }
}

fn compile(pattern: &str) -> Result<Regex, RuleError> {
    RegexBuilder::new(pattern)
        .size_limit(MAX_PATTERN)
        .build()
        .map_err(|source| RuleError::Pattern {
            pattern: pattern.to_owned(),
            source,
        })
}

fn header_name(name: &str) -> Result<HeaderName, RuleError> {
    let header: HeaderName = name
        .parse()
        .map_err(|_| RuleError::Header(name.to_owned()))?;
    if CREDENTIALS.contains(&header.as_str()) {
        return Err(RuleError::Credential(name.to_owned()));
    }
    Ok(header)
}

fn read(path: &Path) -> Result<String, RuleError> {
    let fault = |source| RuleError::File {
        path: path.to_owned(),
        source,
    };
    let text = bounded_file::text(path, MAX_TEXT as u64).map_err(fault)?;
    text.ok_or(RuleError::TooLong)
}
