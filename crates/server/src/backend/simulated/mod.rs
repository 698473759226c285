//! The simulated model: instant, deterministic, and useful in tests.
//!
//! A request of any API becomes a [`prompt`], scripted replies or the model's
//! habits make outcomes of it, and a renderer words them for the API. All of
//! that is pure; what a simulator remembers (counts of calls, kept responses, a
//! journal) is bounded and lives here.
//!
//! Without a script the model
//! - repeats the user's message, clearly marked: `[simulated gpt-4o] You said: …`;
//! - calls a tool when it must, or when the message names it (`get_weather`, or
//!   "get weather"), with arguments by the tool's schema, and reports what tools
//!   returned;
//! - writes an instance of the schema it is given;
//! - embeds texts so that texts which share words are similar.

mod compose;
mod config;
mod control;
mod embedding;
mod fault;
mod instance;
mod items;
mod journal;
mod latency;
mod model;
mod playback;
mod prompt;
mod render;
mod reply;
mod responses;
mod rule;
mod session;
mod simulator;
#[cfg(test)]
mod tests;
mod tokens;

pub use config::{
    CallNumber, ContentFilterConfig, ErrorConfig, Filtered, LatencyConfig, ReplyConfig,
    SimulatedConfig, ToolCallConfig, When,
};
pub use control::{DELAY, FAULT, TEST_ID};
pub use model::{Identity, Model, ModelError};
pub use playback::{HungUp, Playback, Played};
pub use reply::{Answer, Frame, Reply};
pub use rule::{MAX_DELAY, MAX_TEXT, RuleError};
pub use simulator::{Call, Options, Simulator};
