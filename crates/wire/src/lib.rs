//! Every shape that crosses a socket: inference APIs, ARM, Graph, Entra, refusals.

pub mod anthropic;
pub mod arm;
pub mod bulk;
pub mod decision;
pub mod entrada;
pub mod graph;
pub mod inference;
pub mod odata;
pub mod openai;
pub mod refusals;
pub mod sse;
