//! The Responses API.

use serde_json::{Map, Value, json};
use wire::openai::responses::{
    FunctionCall, IncompleteDetails, OutputItem, OutputMessage, OutputText, Response,
    ResponseEvent, ResponseRequest, Status,
};
use wire::openai::usage::ResponseUsage;

use super::super::compose::{End, Outcome};
use super::super::prompt::Prompt;
use super::super::reply::Reply;
use super::{Events, Setting, arguments, pieces};

/// What a client asked, as the answer repeats it.
pub(in crate::backend::simulated) struct Asked {
    background: bool,
    instructions: Option<String>,
    max_output_tokens: Option<u64>,
    parallel_tool_calls: bool,
    previous_response_id: Option<String>,
    store: bool,
    temperature: f64,
    text: Value,
    tool_choice: Value,
    tools: Vec<Value>,
    top_p: f64,
    user: Option<String>,
    metadata: Map<String, Value>,
}

impl Asked {
    /// Takes from `body`, the request as JSON, what is repeated as it came.
    pub(in crate::backend::simulated) fn new(request: &ResponseRequest, body: &Value) -> Self {
        let or = |member: &str, otherwise: Value| {
            body.get(member)
                .filter(|value| !value.is_null())
                .cloned()
                .unwrap_or(otherwise)
        };
        let mut text = or("text", json!({}));
        if text.get("format").is_none_or(Value::is_null) {
            text = json!({ "format": { "type": "text" } });
        }
        Self {
            background: request.background.unwrap_or_default(),
            instructions: request.instructions.clone(),
            max_output_tokens: request.max_output_tokens,
            parallel_tool_calls: request.parallel_tool_calls.unwrap_or(true),
            previous_response_id: request.previous_response_id.clone(),
            store: request.store.unwrap_or(true),
            temperature: request.temperature.unwrap_or(1.0),
            text,
            tool_choice: or("tool_choice", json!("auto")),
            tools: or("tools", json!([]))
                .as_array()
                .cloned()
                .unwrap_or_default(),
            top_p: request.top_p.unwrap_or(1.0),
            user: request.user.clone(),
            metadata: request.metadata.clone().unwrap_or_default(),
        }
    }

    /// Whether the response is kept.
    pub(in crate::backend::simulated) fn store(&self) -> bool {
        self.store
    }
}

/// A response with the outcome's text and calls, and the reply that brings it.
pub(in crate::backend::simulated) fn response(
    setting: &Setting<'_>,
    prompt: &Prompt,
    asked: Asked,
    outcome: &Outcome,
) -> (Response, Reply) {
    let usage = ResponseUsage::new(prompt.tokens, outcome.tokens());
    let incomplete = match outcome.end {
        End::Limit => Some(IncompleteDetails {
            reason: "max_output_tokens",
        }),
        End::Filtered => Some(IncompleteDetails {
            reason: "content_filter",
        }),
        End::Complete | End::StopSequence(_) => None,
    };
    let status = if incomplete.is_some() {
        Status::Incomplete
    } else {
        Status::Completed
    };
    let response = Response {
        id: setting.id("resp_", 0),
        created_at: setting.created,
        status,
        background: asked.background,
        error: None,
        incomplete_details: incomplete,
        instructions: asked.instructions,
        max_output_tokens: asked.max_output_tokens,
        model: setting.model.to_owned(),
        output: output(setting, outcome, status),
        parallel_tool_calls: asked.parallel_tool_calls,
        previous_response_id: asked.previous_response_id,
        store: asked.store,
        temperature: asked.temperature,
        text: asked.text,
        tool_choice: asked.tool_choice,
        tools: asked.tools,
        top_p: asked.top_p,
        truncation: "disabled",
        usage: Some(usage),
        user: asked.user,
        metadata: asked.metadata,
    };
    let reply = if prompt.stream {
        stream(setting, &response)
    } else {
        setting.whole(&response, usage.output_tokens)
    };
    (response, reply)
}

fn output(setting: &Setting<'_>, outcome: &Outcome, status: Status) -> Vec<OutputItem> {
    let mut items = Vec::new();
    if !outcome.text.is_empty() || outcome.calls.is_empty() {
        let content = vec![OutputText::new(outcome.text.clone())];
        items.push(OutputItem::Message(OutputMessage {
            id: setting.id("msg_", 0),
            status,
            content,
        }));
    }
    for (n, call) in outcome.calls.iter().enumerate() {
        items.push(OutputItem::FunctionCall(FunctionCall {
            id: setting.id("fc_", n),
            status,
            call_id: setting.id("call_", n),
            name: call.tool.clone(),
            arguments: arguments(call),
        }));
    }
    items
}

/// Numbers the events of one stream.
struct Numbers(u32);

impl Numbers {
    fn next(&mut self) -> u32 {
        self.0 += 1;
        self.0 - 1
    }
}

fn stream(setting: &Setting<'_>, response: &Response) -> Reply {
    let begun = Response {
        status: Status::InProgress,
        output: Vec::new(),
        usage: None,
        incomplete_details: None,
        ..response.clone()
    };
    let mut events = Events::new(setting);
    let mut numbers = Numbers(0);
    let push = |events: &mut Events, event: &ResponseEvent<'_>, token: bool| {
        if token {
            events.token(Some(event.name()), event);
        } else {
            events.push(Some(event.name()), event);
        }
    };
    push(
        &mut events,
        &ResponseEvent::Created {
            sequence_number: numbers.next(),
            response: &begun,
        },
        false,
    );
    push(
        &mut events,
        &ResponseEvent::InProgress {
            sequence_number: numbers.next(),
            response: &begun,
        },
        false,
    );
    for (item, output_index) in response.output.iter().zip(0..) {
        match item {
            OutputItem::Message(message) => {
                let empty = OutputItem::Message(OutputMessage {
                    status: Status::InProgress,
                    content: Vec::new(),
                    ..message.clone()
                });
                let sequence_number = numbers.next();
                push(
                    &mut events,
                    &ResponseEvent::OutputItemAdded {
                        sequence_number,
                        output_index,
                        item: &empty,
                    },
                    false,
                );
                for (part, content_index) in message.content.iter().zip(0..) {
                    let item_id = message.id.as_str();
                    let empty = OutputText::new(String::new());
                    let sequence_number = numbers.next();
                    let event = ResponseEvent::ContentPartAdded {
                        sequence_number,
                        item_id,
                        output_index,
                        content_index,
                        part: &empty,
                    };
                    push(&mut events, &event, false);
                    for delta in pieces(&part.text, 1) {
                        let event = ResponseEvent::OutputTextDelta {
                            sequence_number: numbers.next(),
                            item_id,
                            output_index,
                            content_index,
                            delta,
                            logprobs: [],
                            obfuscation: "",
                        };
                        push(&mut events, &event, true);
                    }
                    let event = ResponseEvent::OutputTextDone {
                        sequence_number: numbers.next(),
                        item_id,
                        output_index,
                        content_index,
                        text: &part.text,
                        logprobs: [],
                    };
                    push(&mut events, &event, false);
                    let sequence_number = numbers.next();
                    let event = ResponseEvent::ContentPartDone {
                        sequence_number,
                        item_id,
                        output_index,
                        content_index,
                        part,
                    };
                    push(&mut events, &event, false);
                }
            }
            OutputItem::FunctionCall(call) => {
                let empty = OutputItem::FunctionCall(FunctionCall {
                    status: Status::InProgress,
                    arguments: String::new(),
                    ..call.clone()
                });
                let sequence_number = numbers.next();
                push(
                    &mut events,
                    &ResponseEvent::OutputItemAdded {
                        sequence_number,
                        output_index,
                        item: &empty,
                    },
                    false,
                );
                let item_id = call.id.as_str();
                for delta in pieces(&call.arguments, response.output.len()) {
                    let sequence_number = numbers.next();
                    let event = ResponseEvent::FunctionCallArgumentsDelta {
                        sequence_number,
                        item_id,
                        output_index,
                        delta,
                        obfuscation: "",
                    };
                    push(&mut events, &event, true);
                }
                let event = ResponseEvent::FunctionCallArgumentsDone {
                    sequence_number: numbers.next(),
                    item_id,
                    output_index,
                    name: &call.name,
                    arguments: &call.arguments,
                };
                push(&mut events, &event, false);
            }
        }
        push(
            &mut events,
            &ResponseEvent::OutputItemDone {
                sequence_number: numbers.next(),
                output_index,
                item,
            },
            false,
        );
    }
    let sequence_number = numbers.next();
    let last = if response.status == Status::Incomplete {
        ResponseEvent::Incomplete {
            sequence_number,
            response,
        }
    } else {
        ResponseEvent::Completed {
            sequence_number,
            response,
        }
    };
    push(&mut events, &last, false);
    events.end()
}
