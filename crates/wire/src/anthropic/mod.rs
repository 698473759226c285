//! The Anthropic Messages API, which Foundry serves below `/anthropic/v1`.

mod answer;
mod event;
mod request;

pub use answer::{Block, CountTokens, ErrorBody, Message, StopReason, Usage};
pub use event::{BlockDelta, DeltaUsage, MessageDelta, MessageEvent};
pub use request::{MessagesRequest, System, Tool, ToolChoice, Turn};
