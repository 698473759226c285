//! Every shape that crosses a socket: inference APIs, ARM, Entra, refusals.

pub mod refusals;
