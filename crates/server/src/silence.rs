//! How long a peer may say nothing in the middle of a body.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

/// A clock that runs only while the peer is silent, and is made only for bodies that come in pieces.
pub(crate) struct Silence {
    longest: Duration,
    /// When the whole must be there, however steadily it drips.
    end: Option<Instant>,
    pause: Option<Pin<Box<Sleep>>>,
    waiting: bool,
}

impl Silence {
    /// Of at most this length at a time.
    pub(crate) fn new(longest: Duration) -> Self {
        Self {
            longest,
            end: None,
            pause: None,
            waiting: false,
        }
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
        let longest = self.longest;
        let pause = self.pause.get_or_insert_with(|| Box::pin(sleep(longest)));
        if !self.waiting {
            self.waiting = true;
            let until = Instant::now() + longest;
            pause
                .as_mut()
                .reset(self.end.map_or(until, |end| end.min(until)));
        }
        pause.as_mut().poll(context)
    }
}
