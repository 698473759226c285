//! The events of a streamed message.

use serde::Serialize;

use super::answer::{Block, Message, StopReason};

/// One event; its name is repeated in the `event:` line of the stream.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum MessageEvent<'a> {
    /// The message begins, without content.
    MessageStart {
        /// The message so far.
        message: &'a Message,
    },
    /// A block begins, empty.
    ContentBlockStart {
        /// Its position.
        index: u32,
        /// The block so far.
        content_block: &'a Block,
    },
    /// Nothing happened.
    Ping,
    /// More of a block.
    ContentBlockDelta {
        /// Which block.
        index: u32,
        /// The new piece.
        delta: BlockDelta<'a>,
    },
    /// A block is complete.
    ContentBlockStop {
        /// Which block.
        index: u32,
    },
    /// Why the message ended.
    MessageDelta {
        /// What changed in the message.
        delta: MessageDelta,
        /// Tokens of the answer.
        usage: DeltaUsage,
    },
    /// The message is complete.
    MessageStop,
}

/// A piece of a block.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum BlockDelta<'a> {
    /// More text.
    TextDelta {
        /// The piece.
        text: &'a str,
    },
    /// More of a tool's input, as JSON text.
    InputJsonDelta {
        /// The piece.
        partial_json: &'a str,
    },
}

/// What changed in a message at its end.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct MessageDelta {
    /// Why it ended.
    pub stop_reason: StopReason,
    /// The stop sequence it met.
    pub stop_sequence: Option<String>,
}

/// Tokens of the answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct DeltaUsage {
    /// So far.
    pub output_tokens: u32,
}

impl MessageEvent<'_> {
    /// The event's name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::MessageStart { .. } => "message_start",
            Self::ContentBlockStart { .. } => "content_block_start",
            Self::Ping => "ping",
            Self::ContentBlockDelta { .. } => "content_block_delta",
            Self::ContentBlockStop { .. } => "content_block_stop",
            Self::MessageDelta { .. } => "message_delta",
            Self::MessageStop => "message_stop",
        }
    }
}
