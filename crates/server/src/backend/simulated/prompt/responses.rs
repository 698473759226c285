//! The Responses API, which remembers.

use std::collections::HashMap;

use serde_json::json;
use wire::openai::responses::{Input, InputItem, ResponseRequest};
use wire::openai::tool::ToolChoice;

use super::{Choice, Format, Prompt, Tool, attachment_tokens, limit, schema_tokens, within};
use crate::backend::simulated::reply::Invalid;
use crate::backend::simulated::tokens;

/// Calls that later turns may answer.
const MAX_CALLS: usize = 256;
/// Longest name of a call or tool that is remembered.
const MAX_NAME: usize = 256;

/// What a response leaves for the one that continues it.
#[derive(Clone, Default)]
pub(in crate::backend::simulated) struct Context {
    /// Tokens of everything so far.
    pub(in crate::backend::simulated) tokens: u32,
    /// Calls so far: id and tool.
    pub(in crate::backend::simulated) calls: HashMap<String, String>,
}

impl Context {
    /// How many bytes it takes, about.
    pub(in crate::backend::simulated) fn size(&self) -> usize {
        self.calls
            .iter()
            .map(|(id, tool)| id.len() + tool.len() + 64)
            .sum()
    }

    /// Remembers a call, unless there are very many or it is named at length.
    pub(in crate::backend::simulated) fn remember(&mut self, id: String, tool: String) {
        if self.calls.len() < MAX_CALLS && id.len() <= MAX_NAME && tool.len() <= MAX_NAME {
            self.calls.insert(id, tool);
        }
    }
}

impl Prompt {
    /// What a response asks, after what `context` remembers.
    pub(in crate::backend::simulated) fn from_response(
        request: &ResponseRequest,
        context: &mut Context,
    ) -> Result<Self, Invalid> {
        within("temperature", request.temperature, 0.0..=2.0)?;
        within("top_p", request.top_p, 0.0..=1.0)?;
        let mut prompt = Self {
            limit: limit("max_output_tokens", request.max_output_tokens)?,
            choices: 1,
            stream: request.stream.unwrap_or_default(),
            parallel: request.parallel_tool_calls.unwrap_or(true),
            tokens: context.tokens.saturating_add(tokens::PRIMING),
            ..Self::default()
        };
        if let Some(instructions) = &request.instructions {
            prompt.tokens = prompt.tokens.saturating_add(tokens::count(instructions));
        }
        for tool in request.tools.iter().flatten() {
            // Hosted tools (web search, files) have no name to call.
            if let (Some(name), "function") = (&tool.name, tool.kind.as_str()) {
                let schema = tool.parameters.clone().filter(|schema| !schema.is_null());
                let schema = schema.unwrap_or_else(|| json!({ "type": "object" }));
                prompt.tools.push(Tool {
                    name: name.clone(),
                    schema,
                });
            }
        }
        prompt.choice = match &request.tool_choice {
            Some(ToolChoice::Mode(mode)) => Choice::from_mode(mode)?,
            Some(ToolChoice::Function { function }) => Choice::Named(function.name.clone()),
            Some(ToolChoice::Named { name }) => Choice::Named(name.clone()),
            Some(ToolChoice::Other(_)) | None => Choice::Auto,
        };
        if let Some(format) = request.text.as_ref().and_then(|text| text.format.as_ref()) {
            prompt.format = Format::new(&format.kind, format.schema.clone(), "text.format")?;
        }
        prompt.tokens = prompt.tokens.saturating_add(schema_tokens(&prompt.tools));
        match &request.input {
            None => return Err(Invalid::new("input", "is missing")),
            Some(Input::Text(text)) => {
                prompt.tokens = prompt
                    .tokens
                    .saturating_add(tokens::count(text))
                    .saturating_add(tokens::PER_MESSAGE);
                prompt.message.clone_from(text);
            }
            Some(Input::Items(items)) => prompt.read_items(items, context)?,
        }
        prompt.checked()
    }

    fn read_items(&mut self, items: &[InputItem], context: &mut Context) -> Result<(), Invalid> {
        for item in items {
            let cost = match item.kind.as_deref().unwrap_or("message") {
                "message" => {
                    let text = item.content.text();
                    let attachments = item.content.attachments();
                    let cost = tokens::count(&text).saturating_add(attachment_tokens(attachments));
                    if item.role.as_deref() == Some("user") {
                        self.message = text;
                        self.attachments = attachments;
                        self.results.clear();
                    }
                    cost
                }
                "function_call" => {
                    let name = item.name.clone().unwrap_or_default();
                    let arguments = item.arguments.as_deref().unwrap_or_default();
                    let cost = tokens::count(&name).saturating_add(tokens::count(arguments));
                    context.remember(item.call_id.clone().unwrap_or_default(), name);
                    cost
                }
                "function_call_output" => {
                    let id = item.call_id.as_deref().unwrap_or_default();
                    let Some(name) = context.calls.get(id) else {
                        let fault = format!(
                            "No tool call found for function call output with call_id {id}."
                        );
                        return Err(Invalid::new("input", fault));
                    };
                    let text = item.output.text();
                    let cost = tokens::count(&text);
                    self.results.push((name.clone(), text));
                    cost
                }
                _ => 0,
            };
            self.tokens = self
                .tokens
                .saturating_add(cost)
                .saturating_add(tokens::PER_MESSAGE);
        }
        Ok(())
    }
}
