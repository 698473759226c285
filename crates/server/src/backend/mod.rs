//! What answers an allowed call: a simulated model, or a model server upstream.
//!
//! A backend never asks who may call. It is handed a call that is already
//! allowed, with the account, the deployment and the operation it was allowed
//! for, and reads nothing else: above all not the `model` of the body.

mod body_scan;
mod hash;
mod route;
pub mod simulated;
pub mod upstream;

pub use body_scan::{BodyFault, Members, scan};
pub use hash::Salt;
pub use route::{Api, Dialect, Route};
