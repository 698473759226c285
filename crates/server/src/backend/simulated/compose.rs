//! What the model says: as scripted, or as it always does.

use serde_json::{Value, json};
use wire::openai::content_filter::{Category, ChoiceFilter, Severity};

use super::config::ToolCallConfig;
use super::instance::instance;
use super::prompt::{Choice, Format, Prompt, Tool};
use super::tokens;

/// How much of a message or of a tool's result an answer repeats, in bytes.
const MAX_ECHO: usize = 2_000;
/// How much of a message is read for the names of tools, in bytes.
const MAX_READ: usize = 64 * 1024;

/// One answer, before any API words it.
pub(super) struct Outcome {
    /// What is said; empty beside tool calls.
    pub(super) text: String,
    /// Which tools are called.
    pub(super) calls: Vec<Call>,
    /// Why it ended.
    pub(super) end: End,
    /// What the content filter found.
    pub(super) filter: ChoiceFilter,
}

/// A call of a tool.
pub(super) struct Call {
    pub(super) tool: String,
    pub(super) arguments: Value,
}

/// Why an answer ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum End {
    /// It was complete.
    Complete,
    /// It met this stop sequence.
    StopSequence(String),
    /// It met the token limit.
    Limit,
    /// It was filtered.
    Filtered,
}

impl Outcome {
    /// Says `text`, as far as the prompt's limits allow.
    pub(super) fn say(prompt: &Prompt, text: String) -> Self {
        let (text, end) = bound(prompt, text);
        Self {
            text,
            calls: Vec::new(),
            end,
            filter: ChoiceFilter::default(),
        }
    }

    /// Calls tools, and may say something with it.
    pub(super) fn call(prompt: &Prompt, text: String, calls: Vec<Call>) -> Self {
        Self {
            calls,
            ..Self::say(prompt, text)
        }
    }

    /// Is filtered.
    pub(super) fn filtered(category: Category, severity: Severity) -> Self {
        let filter = ChoiceFilter::filtered(category, severity);
        Self {
            text: String::new(),
            calls: Vec::new(),
            end: End::Filtered,
            filter,
        }
    }

    /// Bytes of text and arguments.
    pub(super) fn bytes(&self) -> usize {
        let calls = self
            .calls
            .iter()
            .map(|call| call.arguments.to_string().len());
        calls.fold(self.text.len(), usize::saturating_add)
    }

    /// Tokens of the answer, estimated.
    pub(super) fn tokens(&self) -> u32 {
        let calls = self.calls.iter().map(|call| {
            tokens::count(&call.tool).saturating_add(tokens::count(&call.arguments.to_string()))
        });
        calls.fold(tokens::count(&self.text), u32::saturating_add)
    }
}

/// What the model called `model` answers where nothing is scripted: it calls
/// the tools it must or is asked to, reports what tools returned, follows a
/// schema, or repeats the message. `index` is the position among several answers.
pub(super) fn answer(prompt: &Prompt, model: &str, seed: u64, index: u32) -> Outcome {
    let seed = if index == 0 {
        seed
    } else {
        seed.wrapping_add(u64::from(index))
    };
    let calls = default_calls(prompt, seed);
    if !calls.is_empty() {
        return Outcome::call(prompt, String::new(), calls);
    }
    let text = match &prompt.format {
        Format::Schema(schema) => instance(schema, seed).to_string(),
        Format::JsonObject => {
            json!({ "simulated": true, "model": model, "message": echo(&prompt.message) })
                .to_string()
        }
        Format::Text => {
            let said = say(prompt);
            let choice = if index == 0 {
                String::new()
            } else {
                format!(" (choice {})", index + 1)
            };
            format!("[simulated {model}] {said}{choice}")
        }
    };
    Outcome::say(prompt, text)
}

/// JSON by a scripted schema.
pub(super) fn by_schema(prompt: &Prompt, schema: &Value, seed: u64) -> Outcome {
    Outcome::say(prompt, instance(schema, seed).to_string())
}

/// Calls as scripted; arguments left out follow the request's schema.
pub(super) fn scripted_calls(prompt: &Prompt, calls: &[ToolCallConfig], seed: u64) -> Vec<Call> {
    let scripted = |call: &ToolCallConfig| {
        let offered = prompt.tools.iter().find(|tool| tool.name == call.name);
        let arguments = match (&call.arguments, offered) {
            (Some(arguments), _) => arguments.clone(),
            (None, Some(tool)) => instance(&tool.schema, seed),
            (None, None) => json!({}),
        };
        Call {
            tool: call.name.clone(),
            arguments,
        }
    };
    calls.iter().map(scripted).collect()
}

/// A scripted text with its places filled in.
pub(super) fn fill(text: &str, prompt: &Prompt, model: &str, call: u64) -> String {
    if !text.contains('{') {
        return text.to_owned();
    }
    // The message goes last: what a user writes is not looked at for places.
    text.replace("{model}", model)
        .replace("{call}", &call.to_string())
        .replace("{message}", echo(&prompt.message))
}

fn say(prompt: &Prompt) -> String {
    if !prompt.results.is_empty() {
        let results: Vec<_> = prompt
            .results
            .iter()
            .map(|(tool, result)| format!("{tool} returned: {}", echo(result)))
            .collect();
        return results.join("\n");
    }
    let attached = match prompt.attachments {
        0 => String::new(),
        1 => " (with 1 attachment)".to_owned(),
        n => format!(" (with {n} attachments)"),
    };
    format!("You said: {}{attached}", echo(&prompt.message))
}

/// The calls that the request demands, or that its message asks for by name. A
/// tool that has just answered is not asked again.
fn default_calls(prompt: &Prompt, seed: u64) -> Vec<Call> {
    let call = |tool: &Tool| Call {
        tool: tool.name.clone(),
        arguments: arguments(tool, seed),
    };
    // A tool is named by its words: `get_weather`, or "get weather".
    let message = words(&prompt.message[..prompt.message.floor_char_boundary(MAX_READ)]);
    let named = || {
        prompt
            .tools
            .iter()
            .filter(|tool| message.contains(&words(&tool.name)))
    };
    let most = if prompt.parallel {
        prompt.tools.len()
    } else {
        1
    };
    match &prompt.choice {
        Choice::Never => Vec::new(),
        Choice::Named(name) => prompt
            .tools
            .iter()
            .filter(|tool| tool.name == *name)
            .take(1)
            .map(call)
            .collect(),
        Choice::Required => {
            let asked: Vec<Call> = named().take(most).map(call).collect();
            if asked.is_empty() {
                prompt.tools.iter().take(1).map(call).collect()
            } else {
                asked
            }
        }
        Choice::Auto if prompt.results.is_empty() => named().take(most).map(call).collect(),
        Choice::Auto => Vec::new(),
    }
}

/// Arguments are an object, whatever the schema says.
fn arguments(tool: &Tool, seed: u64) -> Value {
    match instance(&tool.schema, seed) {
        object @ Value::Object(_) => object,
        _ => json!({}),
    }
}

/// `text` as words, each between single spaces.
fn words(text: &str) -> String {
    let mut words = String::with_capacity(text.len() + 2);
    words.push(' ');
    for c in text.chars() {
        if c.is_alphanumeric() {
            words.extend(c.to_lowercase());
        } else if !words.ends_with(' ') {
            words.push(' ');
        }
    }
    if !words.ends_with(' ') {
        words.push(' ');
    }
    words
}

fn echo(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_ECHO)]
}

/// `text` up to the first stop sequence and within the token limit.
fn bound(prompt: &Prompt, mut text: String) -> (String, End) {
    let mut end = End::Complete;
    let first = prompt
        .stop
        .iter()
        .filter_map(|stop| text.find(stop).map(|at| (at, stop)))
        .min_by_key(|(at, _)| *at);
    if let Some((at, stop)) = first {
        text.truncate(at);
        end = End::StopSequence(stop.clone());
    }
    if let Some(limit) = prompt.limit {
        let kept = tokens::cut(&text, limit).len();
        if kept < text.len() {
            text.truncate(kept);
            end = End::Limit;
        }
    }
    (text, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_is_named_by_whole_words() {
        for (message, tool, expected) in [
            ("call get_weather please", "get_weather", true),
            ("Get weather for Paris", "get_weather", true),
            ("use the get-weather tool.", "get_weather", true),
            ("forget weather", "get_weather", false),
            ("what is the weather?", "get_weather", false),
            ("", "f", false),
        ] {
            assert_eq!(
                words(message).contains(&words(tool)),
                expected,
                "{message} / {tool}"
            );
        }
    }

    #[test]
    fn an_answer_ends_at_the_first_stop_sequence_and_at_the_limit() {
        for (stop, limit, text, expected, end) in [
            (
                vec!["b", "c"],
                None,
                "a c b",
                "a ",
                End::StopSequence("c".to_owned()),
            ),
            (vec![], Some(1), "12345", "1234", End::Limit),
            (
                vec!["5"],
                Some(1),
                "12345",
                "1234",
                End::StopSequence("5".to_owned()),
            ),
            (vec![], Some(2), "12345", "12345", End::Complete),
        ] {
            let stop = stop.into_iter().map(str::to_owned).collect();
            let prompt = Prompt {
                stop,
                limit,
                ..Prompt::default()
            };
            assert_eq!(bound(&prompt, text.to_owned()), (expected.to_owned(), end));
        }
    }
}
