//! Anthropic's messages.

use std::collections::HashMap;

use serde_json::{Value, json};
use wire::anthropic::MessagesRequest;
use wire::openai::content::{Content, Part};

use super::{Choice, Prompt, Tool, attachment_tokens, limit, schema_tokens, within};
use crate::backend::simulated::reply::Invalid;
use crate::backend::simulated::tokens;

impl Prompt {
    /// What a message asks. `max_tokens` is required to answer and not to count.
    pub(in crate::backend::simulated) fn from_messages(
        request: MessagesRequest,
        answers: bool,
    ) -> Result<Self, Invalid> {
        if request.messages.is_empty() {
            return Err(Invalid::new("messages", "at least one message is required"));
        }
        if answers && request.max_tokens.is_none() {
            return Err(Invalid::new("max_tokens", "Field required"));
        }
        within("temperature", request.temperature, 0.0..=1.0)?;
        within("top_p", request.top_p, 0.0..=1.0)?;
        let mut prompt = Self {
            limit: limit("max_tokens", request.max_tokens)?,
            choices: 1,
            stop: request
                .stop_sequences
                .unwrap_or_default()
                .into_iter()
                .filter(|stop| !stop.is_empty())
                .collect(),
            stream: request.stream.unwrap_or_default(),
            parallel: true,
            tokens: tokens::PRIMING,
            ..Self::default()
        };
        for tool in request.tools.unwrap_or_default() {
            // Anthropic's own tools (computer, bash) have no schema to follow.
            if let (Some(name), Some(schema)) = (tool.name, tool.input_schema) {
                prompt.tools.push(Tool { name, schema });
            }
        }
        prompt.choice = match request.tool_choice {
            None => Choice::Auto,
            Some(choice) if choice.kind == "tool" => Choice::Named(choice.name.unwrap_or_default()),
            Some(choice) => Choice::from_mode(&choice.kind)?,
        };
        prompt.tokens = prompt.tokens.saturating_add(schema_tokens(&prompt.tools));
        if let Some(system) = &request.system {
            prompt.tokens = prompt.tokens.saturating_add(tokens::count(&system.text()));
        }
        let mut calls = HashMap::new();
        for turn in &request.messages {
            let text = turn.content.text();
            let attachments = turn.content.attachments();
            let cost = tokens::count(&text).saturating_add(attachment_tokens(attachments));
            prompt.tokens = prompt
                .tokens
                .saturating_add(cost)
                .saturating_add(tokens::PER_MESSAGE);
            let mut results = Vec::new();
            for block in blocks(&turn.content) {
                let member = |name: &str| {
                    block
                        .rest
                        .get(name)
                        .and_then(Value::as_str)
                        .unwrap_or_default()
                        .to_owned()
                };
                match block.kind.as_str() {
                    "tool_use" => {
                        calls.insert(member("id"), member("name"));
                        let input = block.rest.get("input").unwrap_or(&json!({})).to_string();
                        prompt.tokens = prompt.tokens.saturating_add(tokens::count(&input));
                    }
                    "tool_result" => {
                        let id = member("tool_use_id");
                        let Some(name) = calls.get(&id) else {
                            let fault = format!(
                                "tool_result answers `{id}`, which no message before it calls"
                            );
                            return Err(Invalid::new("messages", fault));
                        };
                        let result = block.content.text();
                        prompt.tokens = prompt.tokens.saturating_add(tokens::count(&result));
                        results.push((name.clone(), result));
                    }
                    _ => {}
                }
            }
            if turn.role == "user" {
                if !text.is_empty() || results.is_empty() {
                    prompt.message = text;
                    prompt.attachments = attachments;
                }
                prompt.results = results;
            }
        }
        prompt.checked()
    }
}

fn blocks(content: &Content) -> &[Part] {
    match content {
        Content::Parts(parts) => parts,
        Content::Text(_) | Content::Absent => &[],
    }
}
