//! Time limits that cost next to nothing as long as they hold.
//!
//! Every request has limits, and nearly none is reached. A limit is therefore registered with the runtime once and
//! then only moved on: when the runtime says that the old moment has come, it is registered again for the new one.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use hyper::rt::{Sleep, Timer};
use tokio::time::Instant;

/// A moment that can be moved, and waited for by one task at a time.
#[derive(Default)]
pub(crate) struct TimeLimit {
    at: Option<Instant>,
    /// What the runtime knows: a moment that is never later than `at`, and who is woken then.
    registered: Option<(Pin<Box<tokio::time::Sleep>>, Waker)>,
}

impl TimeLimit {
    /// Waits for this moment from now on.
    pub(crate) fn set(&mut self, at: Instant) {
        self.at = Some(at);
        if let Some((sleep, waker)) = &mut self.registered
            && sleep.deadline() > at
        {
            sleep.as_mut().reset(at);
            // It asks to be polled again.
            *waker = Waker::noop().clone();
        }
    }

    /// Waits for nothing from now on.
    fn clear(&mut self) {
        self.at = None;
    }

    /// Ready when the moment has come.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(at) = self.at else {
            return Poll::Pending;
        };
        let (sleep, waker) = self.registered.get_or_insert_with(|| {
            let sleep = Box::pin(tokio::time::sleep_until(at));
            (sleep, Waker::noop().clone())
        });
        if waker.will_wake(context.waker()) && !sleep.is_elapsed() {
            return Poll::Pending;
        }
        *waker = context.waker().clone();
        while sleep.as_mut().poll(context).is_ready() {
            if sleep.deadline() >= at {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(at);
        }
        Poll::Pending
    }
}

/// The timer of one connection, for the limit that hyper sets to each request's head.
#[derive(Clone, Default)]
pub(crate) struct HeadTimer(Arc<Mutex<TimeLimit>>);

/// The limit while hyper waits for it.
struct HeadLimit(HeadTimer);

impl HeadTimer {
    fn limit(&self) -> MutexGuard<'_, TimeLimit> {
        // Never contended, and a moment is a moment whoever failed while it was locked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Timer for HeadTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    fn sleep_until(&self, deadline: std::time::Instant) -> Pin<Box<dyn Sleep>> {
        self.limit().set(deadline.into());
        Box::pin(HeadLimit(self.clone()))
    }

    fn now(&self) -> std::time::Instant {
        Instant::now().into()
    }
}

impl Sleep for HeadLimit {}

impl Future for HeadLimit {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.0.limit().poll(context)
    }
}

impl Drop for HeadLimit {
    fn drop(&mut self) {
        self.0.limit().clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap()
    }

    fn after(milliseconds: u64) -> Instant {
        Instant::now() + Duration::from_millis(milliseconds)
    }

    async fn wait(limit: &mut TimeLimit) {
        std::future::poll_fn(|context| limit.poll(context)).await;
    }

    #[test]
    fn a_limit_ends_when_it_was_moved_to() {
        runtime().block_on(async {
            let mut limit = TimeLimit::default();
            for (first, moved) in [(5, 60), (3_600_000, 20), (20, 20)] {
                limit.set(after(first));
                let soon = Duration::from_millis(1);
                assert!(
                    tokio::time::timeout(soon, wait(&mut limit)).await.is_err(),
                    "{first}"
                );
                let end = after(moved);
                limit.set(end);
                wait(&mut limit).await;
                assert!(Instant::now() >= end, "{first} moved to {moved}");
            }
        });
    }

    #[test]
    fn a_limit_that_nobody_waits_for_wakes_nobody() {
        runtime().block_on(async {
            let timer = HeadTimer::default();
            drop(timer.sleep(Duration::from_millis(1)));
            let waiting = std::future::poll_fn(|context| timer.limit().poll(context));
            let long = Duration::from_millis(50);
            assert!(tokio::time::timeout(long, waiting).await.is_err());
        });
    }

    #[test]
    fn the_timer_of_heads_ends_what_it_was_asked_to() {
        runtime().block_on(async {
            let timer = HeadTimer::default();
            for _ in 0..2 {
                let end = after(10);
                timer.sleep_until(end.into()).await;
                assert!(Instant::now() >= end);
            }
        });
    }
}
