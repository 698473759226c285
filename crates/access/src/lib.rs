//! Azure RBAC and Entra access tokens: who may do what, where, and why.

mod time;

pub mod token;

pub use time::{Timestamp, TimestampError};
