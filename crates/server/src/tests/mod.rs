//! The server as its clients see it: real sockets on loopback, real tokens, real refusals.

mod client;
mod matrix;
mod surprises;

use client::{Answer, TestServer};
