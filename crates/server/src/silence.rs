//! How long a peer may say nothing in the middle of a body.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

/// A clock that runs only while the peer is silent, and is made only for bodies that come in pieces.
pub(crate) struct Silence {
    longest: Duration,
    /// How long the whole may take from the first wait on, however steadily it drips.
    whole: Option<Duration>,
    end: Option<Instant>,
    pause: Option<Pin<Box<Sleep>>>,
    waiting: bool,
}

impl Silence {
    /// Of at most this length at a time.
    pub(crate) fn new(longest: Duration) -> Self {
        Self {
            longest,
            whole: None,
            end: None,
            pause: None,
            waiting: false,
        }
    }

    /// And with all of it within `whole`, from the first wait on.
    pub(crate) fn within(mut self, whole: Duration) -> Self {
        self.whole = Some(whole);
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
            let now = Instant::now();
            if let Some(whole) = self.whole.take() {
                self.end = now.checked_add(whole);
            }
            let until = now + longest;
            pause
                .as_mut()
                .reset(self.end.map_or(until, |end| end.min(until)));
        }
        pause.as_mut().poll(context)
    }
}
