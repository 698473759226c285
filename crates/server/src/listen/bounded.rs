//! A request's body that ends within bounds, whoever reads it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::Limits;
use crate::silence::Silence;

/// A request's body, cut off where the limits say.
pub struct Bounded {
    incoming: Incoming,
    silence: Silence,
    limit: usize,
    passed: usize,
}

/// Why a body was not received whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BoundedError {
    /// It is larger than this many bytes.
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    /// It came too slowly or broke off.
    #[error("the body was not sent completely in time")]
    Incomplete,
}

impl Bounded {
    /// Bounds a body; the time for the whole begins when the first piece of it is waited for.
    ///
    /// # Errors
    /// [`BoundedError::TooLarge`] if its announced length says so.
    pub(crate) fn new(incoming: Incoming, limits: Limits) -> Result<Self, BoundedError> {
        let limit = limits.body_bytes;
        if incoming.size_hint().lower() > limit as u64 {
            return Err(BoundedError::TooLarge(limit));
        }
        Ok(Self {
            incoming,
            silence: Silence::new(limits.body_idle).within(limits.body),
            limit,
            passed: 0,
        })
    }
}

impl Body for Bounded {
    type Data = Bytes;
    type Error = BoundedError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoundedError>>> {
        let this = self.get_mut();
        let Poll::Ready(frame) = Pin::new(&mut this.incoming).poll_frame(context) else {
            ready!(this.silence.poll(context));
            return Poll::Ready(Some(Err(BoundedError::Incomplete)));
        };
        this.silence.broken();
        Poll::Ready(match frame {
            None => None,
            Some(Err(_)) => Some(Err(BoundedError::Incomplete)),
            Some(Ok(frame)) => {
                this.passed += frame.data_ref().map_or(0, Bytes::len);
                Some(if this.passed > this.limit {
                    Err(BoundedError::TooLarge(this.limit))
                } else {
                    Ok(frame)
                })
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
