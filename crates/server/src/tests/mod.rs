//! The server as its clients see it: real sockets on loopback, real tokens, real refusals.

mod client;
mod gateway;
mod identity;
mod kept;
mod matrix;
mod round_trip;
mod surprises;

use client::{Answer, TestServer};
