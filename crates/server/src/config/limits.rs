//! `[limits]`: what clients may hold.

use std::num::{NonZeroU32, NonZeroU64};
use std::time::Duration;

use serde::Deserialize;

use crate::listen::Limits;

/// Only what is to differ from the usual.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct LimitsEntry {
    /// Open connections per worker.
    pub connections: Option<NonZeroU32>,
    /// Seconds for a TLS handshake.
    pub handshake_seconds: Option<NonZeroU32>,
    /// Seconds for a request's head, and for which an idle connection is kept.
    pub head_seconds: Option<NonZeroU32>,
    /// Bytes of a request's head; at least 8192.
    pub head_bytes: Option<NonZeroU32>,
    /// Number of request headers.
    pub headers: Option<NonZeroU32>,
    /// Seconds between two pieces of a request's body.
    pub body_idle_seconds: Option<NonZeroU32>,
    /// Seconds for a whole body.
    pub body_seconds: Option<NonZeroU32>,
    /// Bytes of a request's body.
    pub body_bytes: Option<NonZeroU64>,
    /// Bytes of all bodies that are held at once.
    pub bodies_bytes: Option<NonZeroU64>,
    /// The newest calls that are remembered; 0 for none.
    pub calls: Option<u32>,
}

/// Calls that are remembered: some 200 bytes each.
const CALLS: u32 = 10_000;

impl LimitsEntry {
    /// How many calls are remembered.
    pub fn calls_kept(&self) -> usize {
        to_usize(self.calls.unwrap_or(CALLS).into())
    }

    /// `usual`, with what differs.
    pub fn over(&self, usual: Limits) -> Limits {
        let number = |given: Option<NonZeroU32>, usual: usize| {
            given.map_or(usual, |given| to_usize(given.get().into()))
        };
        let bytes = |given: Option<NonZeroU64>, usual: usize| {
            given.map_or(usual, |given| to_usize(given.get()))
        };
        let seconds = |given: Option<NonZeroU32>, usual: Duration| {
            given.map_or(usual, |given| Duration::from_secs(given.get().into()))
        };
        Limits {
            connections: number(self.connections, usual.connections),
            handshake: seconds(self.handshake_seconds, usual.handshake),
            head: seconds(self.head_seconds, usual.head),
            // hyper takes no smaller buffer.
            head_bytes: number(self.head_bytes, usual.head_bytes).max(8192),
            headers: number(self.headers, usual.headers),
            body_idle: seconds(self.body_idle_seconds, usual.body_idle),
            body: seconds(self.body_seconds, usual.body),
            body_bytes: bytes(self.body_bytes, usual.body_bytes),
            bodies_bytes: bytes(self.bodies_bytes, usual.bodies_bytes),
        }
    }
}

fn to_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
