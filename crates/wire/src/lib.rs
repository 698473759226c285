//! Every shape that crosses a socket: inference APIs, ARM, Entra, refusals.

pub mod anthropic;
pub mod inference;
pub mod openai;
pub mod refusals;
pub mod sse;
