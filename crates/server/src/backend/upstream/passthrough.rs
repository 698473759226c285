//! The body of an answer, passed on frame by frame.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::client::Lease;
use crate::silence::Silence;

/// Longest answer, in bytes: far beyond any real one, and an end to a server
/// that never stops.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// The body of an upstream's answer. Dropping it closes the connection upstream
/// unless the answer is complete.
pub struct Passthrough {
    incoming: Incoming,
    connection: Option<Lease>,
    complete: bool,
    idle: Duration,
    silence: Silence,
    passed: u64,
}

/// Why an answer ended before it was complete. The client's connection is closed,
/// so that it does not take the beginning for the whole.
#[derive(Debug, thiserror::Error)]
pub enum PassthroughError {
    /// The upstream broke off.
    #[error("the upstream broke off its answer")]
    BrokeOff(#[source] hyper::Error),
    /// The upstream fell silent.
    #[error("the upstream said nothing for {} s", .0.as_secs())]
    Idle(Duration),
    /// The upstream would not stop.
    #[error("the upstream answered more than {MAX_BYTES} bytes")]
    TooLong,
}

impl Passthrough {
    pub(super) fn new(incoming: Incoming, connection: Lease, idle: Duration) -> Self {
        Self {
            incoming,
            connection: Some(connection),
            complete: false,
            idle,
            silence: Silence::new(idle),
            passed: 0,
        }
    }
}

impl Body for Passthrough {
    type Data = Bytes;
    type Error = PassthroughError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, PassthroughError>>> {
        let this = self.get_mut();
        loop {
            let Poll::Ready(frame) = Pin::new(&mut this.incoming).poll_frame(context) else {
                ready!(this.silence.poll(context));
                return Poll::Ready(Some(Err(PassthroughError::Idle(this.idle))));
            };
            this.silence.broken();
            match frame {
                None => {
                    this.complete = true;
                    return Poll::Ready(None);
                }
                Some(Err(fault)) => {
                    return Poll::Ready(Some(Err(PassthroughError::BrokeOff(fault))));
                }
                Some(Ok(frame)) => {
                    // Trailers do not travel.
                    let Ok(bytes) = frame.into_data() else {
                        continue;
                    };
                    this.passed += bytes.len() as u64;
                    if this.passed > MAX_BYTES {
                        return Poll::Ready(Some(Err(PassthroughError::TooLong)));
                    }
                    return Poll::Ready(Some(Ok(Frame::data(bytes))));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}

impl Drop for Passthrough {
    fn drop(&mut self) {
        if (self.complete || self.incoming.is_end_stream())
            && let Some(connection) = self.connection.take()
        {
            connection.give_back();
        }
    }
}
