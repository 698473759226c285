//! Anthropic's messages.

use wire::anthropic::{
    Block, BlockDelta, DeltaUsage, Message, MessageDelta, MessageEvent, StopReason, Usage,
};

use super::super::compose::{End, Outcome};
use super::super::prompt::Prompt;
use super::super::reply::Reply;
use super::{Events, Setting, pieces};

/// A message with the outcome's text and calls.
pub(in crate::backend::simulated) fn messages(
    setting: &Setting<'_>,
    prompt: &Prompt,
    outcome: &Outcome,
) -> Reply {
    let (stop_reason, stop_sequence) = match &outcome.end {
        End::Filtered => (StopReason::Refusal, None),
        End::Limit => (StopReason::MaxTokens, None),
        _ if !outcome.calls.is_empty() => (StopReason::ToolUse, None),
        End::StopSequence(sequence) => (StopReason::StopSequence, Some(sequence.clone())),
        End::Complete => (StopReason::EndTurn, None),
    };
    let message = Message {
        id: setting.id("msg_", 0),
        role: "assistant",
        model: setting.model.to_owned(),
        content: blocks(setting, outcome),
        stop_reason: Some(stop_reason),
        stop_sequence: stop_sequence.clone(),
        usage: Usage {
            input_tokens: prompt.tokens,
            output_tokens: outcome.tokens(),
            ..Usage::default()
        },
    };
    if !prompt.stream {
        return setting.whole(&message, outcome.tokens());
    }
    stream(
        setting,
        &message,
        MessageDelta {
            stop_reason,
            stop_sequence,
        },
    )
}

fn blocks(setting: &Setting<'_>, outcome: &Outcome) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !outcome.text.is_empty() {
        blocks.push(Block::Text {
            text: outcome.text.clone(),
        });
    }
    for (n, call) in outcome.calls.iter().enumerate() {
        let id = setting.id("toolu_", n);
        blocks.push(Block::ToolUse {
            id,
            name: call.tool.clone(),
            input: call.arguments.clone(),
        });
    }
    blocks
}

fn stream(setting: &Setting<'_>, message: &Message, delta: MessageDelta) -> Reply {
    let mut events = Events::new(setting);
    let push =
        |events: &mut Events, event: &MessageEvent<'_>| events.push(Some(event.name()), event);
    let token =
        |events: &mut Events, event: &MessageEvent<'_>| events.token(Some(event.name()), event);
    let begun = Message {
        content: Vec::new(),
        stop_reason: None,
        stop_sequence: None,
        usage: Usage {
            output_tokens: 1,
            ..message.usage
        },
        ..message.clone()
    };
    push(&mut events, &MessageEvent::MessageStart { message: &begun });
    push(&mut events, &MessageEvent::Ping);
    for (block, index) in message.content.iter().zip(0..) {
        match block {
            Block::Text { text } => {
                let content_block = &Block::Text {
                    text: String::new(),
                };
                push(
                    &mut events,
                    &MessageEvent::ContentBlockStart {
                        index,
                        content_block,
                    },
                );
                for text in pieces(text, 1) {
                    token(
                        &mut events,
                        &MessageEvent::ContentBlockDelta {
                            index,
                            delta: BlockDelta::TextDelta { text },
                        },
                    );
                }
            }
            Block::ToolUse { id, name, input } => {
                let input_so_far = serde_json::json!({});
                let content_block = &Block::ToolUse {
                    id: id.clone(),
                    name: name.clone(),
                    input: input_so_far,
                };
                push(
                    &mut events,
                    &MessageEvent::ContentBlockStart {
                        index,
                        content_block,
                    },
                );
                for partial_json in pieces(&input.to_string(), message.content.len()) {
                    let delta = BlockDelta::InputJsonDelta { partial_json };
                    token(
                        &mut events,
                        &MessageEvent::ContentBlockDelta { index, delta },
                    );
                }
            }
        }
        push(&mut events, &MessageEvent::ContentBlockStop { index });
    }
    let usage = DeltaUsage {
        output_tokens: message.usage.output_tokens,
    };
    push(&mut events, &MessageEvent::MessageDelta { delta, usage });
    push(&mut events, &MessageEvent::MessageStop);
    events.end()
}
