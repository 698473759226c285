//! How long a peer may say nothing in the middle of a body.

use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Instant;

use crate::time_limit::TimeLimit;

/// A clock that runs only while the peer is silent.
pub(crate) struct Silence {
    longest: Duration,
    /// When the whole must be there, however steadily it drips.
    end: Option<Instant>,
    limit: TimeLimit,
    waiting: bool,
}

impl Silence {
    /// Of at most this length at a time.
    pub(crate) fn new(longest: Duration) -> Self {
        Self {
            longest,
            end: None,
            limit: TimeLimit::default(),
            waiting: false,
        }
    }

    /// Measured by a clock that was used before.
    pub(crate) fn by(mut self, limit: TimeLimit) -> Self {
        self.limit = limit;
        self
    }

    /// The clock, for whoever needs one next.
    pub(crate) fn take_limit(&mut self) -> TimeLimit {
        std::mem::take(&mut self.limit)
    }

    /// And with all of it within `whole`, from now on.
    pub(crate) fn until(mut self, whole: Duration) -> Self {
        self.end = Instant::now().checked_add(whole);
        self
    }

    /// Something came.
    pub(crate) fn broken(&mut self) {
        self.waiting = false;
    }

    /// Nothing came yet. Ready when it has lasted too long.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if !self.waiting {
            self.waiting = true;
            let until = Instant::now() + self.longest;
            self.limit.set(self.end.map_or(until, |end| end.min(until)));
        }
        self.limit.poll(context)
    }
}
