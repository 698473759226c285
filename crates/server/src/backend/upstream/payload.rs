//! The body of a request upstream.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use crate::backend::Members;
use crate::listen::{Bounded, BoundedError};

/// What is sent upstream.
pub enum Payload {
    /// A body that was read, and what a scan of it found if there was one.
    Whole(Bytes, Option<Members>),
    /// A body that passes through unread, frame by frame.
    Unread(Bounded),
}

/// A body on its way: pieces that share memory, or the client's own stream.
pub(super) enum Sending {
    Pieces([Bytes; 3]),
    Unread(Bounded),
}

impl Body for Sending {
    type Data = Bytes;
    type Error = BoundedError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoundedError>>> {
        match &mut *self {
            Self::Pieces(pieces) => {
                let next = pieces
                    .iter_mut()
                    .find(|piece| !piece.is_empty())
                    .map(std::mem::take);
                Poll::Ready(next.map(|bytes| Ok(Frame::data(bytes))))
            }
            Self::Unread(body) => Pin::new(body).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Pieces(pieces) => pieces.iter().all(Bytes::is_empty),
            Self::Unread(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Pieces(pieces) => {
                SizeHint::with_exact(pieces.iter().map(|piece| piece.len() as u64).sum())
            }
            Self::Unread(body) => body.size_hint(),
        }
    }
}
