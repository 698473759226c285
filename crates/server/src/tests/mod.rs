//! The server as its clients see it: real sockets on loopback, real tokens, real refusals.

mod attack;
mod client;
mod entra;
mod gateway;
mod identity;
mod kept;
mod matrix;
mod privileged;
mod round_trip;
mod surprises;
mod tenants;

use client::{Answer, TestServer};
