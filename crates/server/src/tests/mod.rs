//! The server as its clients see it: real sockets on loopback, real tokens, real refusals.

mod attack;
mod client;
mod entra;
pub(crate) mod forward_proxy;
mod gateway;
mod identity;
mod kept;
mod loop_closed;
mod management;
mod matrix;
mod openapi;
mod portal;
mod privileged;
mod propagating;
mod proxied;
mod questions;
mod remembered;
mod round_trip;
mod shown;
mod surprises;
mod tenants;
mod transparent;

use client::{Answer, TestServer};
