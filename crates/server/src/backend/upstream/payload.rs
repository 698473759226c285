//! The body of a request upstream.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

/// What is sent upstream.
pub enum Payload {
    /// A body that was read.
    Whole(Bytes),
    /// A body that passes through unread, frame by frame. Bounding it is the
    /// caller's business: wrap what should be cut.
    Unread(Incoming),
}

/// A body on its way: pieces that share memory, or the client's own stream.
pub(super) enum Sending {
    Pieces([Bytes; 3]),
    Unread(Incoming),
}

impl Body for Sending {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match &mut *self {
            Self::Pieces(pieces) => {
                let next = pieces
                    .iter_mut()
                    .find(|piece| !piece.is_empty())
                    .map(std::mem::take);
                Poll::Ready(next.map(|bytes| Ok(Frame::data(bytes))))
            }
            Self::Unread(incoming) => Pin::new(incoming).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Pieces(pieces) => pieces.iter().all(Bytes::is_empty),
            Self::Unread(incoming) => incoming.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Pieces(pieces) => {
                SizeHint::with_exact(pieces.iter().map(|piece| piece.len() as u64).sum())
            }
            Self::Unread(incoming) => incoming.size_hint(),
        }
    }
}
