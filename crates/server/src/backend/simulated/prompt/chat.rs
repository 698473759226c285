//! Chat completions, OpenAI's and the Model Inference API's.

use std::collections::HashMap;

use serde_json::{Value, json};
use wire::openai::chat::{ChatRequest, Message, Role, Stop};
use wire::openai::tool::ToolChoice;

use super::{
    Choice, Format, Prompt, Tool, attachment_tokens, choices, limit, schema_tokens, seed, within,
};
use crate::backend::simulated::reply::Invalid;
use crate::backend::simulated::tokens;

impl Prompt {
    /// What a chat completion asks.
    pub(in crate::backend::simulated) fn from_chat(request: ChatRequest) -> Result<Self, Invalid> {
        if request.messages.is_empty() {
            return Err(Invalid::new("messages", "must hold at least one message"));
        }
        within("temperature", request.temperature, 0.0..=2.0)?;
        within("top_p", request.top_p, 0.0..=1.0)?;
        let mut prompt = Self {
            limit: match limit("max_completion_tokens", request.max_completion_tokens)? {
                None => limit("max_tokens", request.max_tokens)?,
                limit => limit,
            },
            choices: choices(request.n)?,
            stop: request.stop.map(Stop::into_sequences).unwrap_or_default(),
            stream: request.stream.unwrap_or_default(),
            include_usage: request
                .stream_options
                .and_then(|options| options.include_usage)
                .unwrap_or_default(),
            parallel: request
                .rest
                .get("parallel_tool_calls")
                .and_then(Value::as_bool)
                .unwrap_or(true),
            seed: seed(request.seed),
            tokens: tokens::PRIMING,
            ..Self::default()
        };
        for tool in request.tools.unwrap_or_default() {
            if let Some(function) = tool.function {
                let schema = function
                    .parameters
                    .unwrap_or_else(|| json!({ "type": "object" }));
                prompt.tools.push(Tool {
                    name: function.name,
                    schema,
                });
            }
        }
        prompt.choice = match request.tool_choice {
            None => Choice::Auto,
            Some(ToolChoice::Mode(mode)) => Choice::from_mode(&mode)?,
            Some(ToolChoice::Function { function }) => Choice::Named(function.name),
            Some(ToolChoice::Named { name }) => Choice::Named(name),
            Some(ToolChoice::Other(_)) => Choice::Auto,
        };
        if let Some(format) = request.response_format {
            let schema = format.json_schema.and_then(|named| named.schema);
            prompt.format = Format::new(&format.kind, schema, "response_format")?;
        }
        prompt.tokens = prompt.tokens.saturating_add(schema_tokens(&prompt.tools));
        prompt.read(&request.messages)?;
        prompt.checked()
    }

    fn read(&mut self, messages: &[Message]) -> Result<(), Invalid> {
        let mut calls = HashMap::new();
        for message in messages {
            let text = message.content.text();
            let attachments = message.content.attachments();
            let mut cost = tokens::count(&text)
                .saturating_add(tokens::PER_MESSAGE)
                .saturating_add(attachment_tokens(attachments));
            for call in message.tool_calls.iter().flatten() {
                let name = call.function.name.clone().unwrap_or_default();
                cost = cost
                    .saturating_add(tokens::count(&name))
                    .saturating_add(tokens::count(&call.function.arguments));
                calls.insert(call.id.clone().unwrap_or_default(), name);
            }
            self.tokens = self.tokens.saturating_add(cost);
            match message.role {
                Role::User => {
                    self.message = text;
                    self.attachments = attachments;
                    self.results.clear();
                }
                Role::Tool => {
                    let id = message.tool_call_id.clone().unwrap_or_default();
                    let Some(name) = calls.get(&id) else {
                        let fault = format!(
                            "a tool message answers `{id}`, which no message before it calls"
                        );
                        return Err(Invalid::new("messages", fault));
                    };
                    self.results.push((name.clone(), text));
                }
                Role::Function => self
                    .results
                    .push((message.name.clone().unwrap_or_default(), text)),
                Role::Assistant => self.results.clear(),
                Role::System | Role::Developer | Role::Other => {}
            }
        }
        Ok(())
    }
}
