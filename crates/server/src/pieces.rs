//! Bodies in pieces of bounded length.
//!
//! HTTP/1.1 connections write flat: a head and what follows it are copied one behind the other, and the room that this
//! took is kept for as long as the connection lives. A body of many megabytes must not be copied there whole.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// The longest piece, in bytes.
pub(crate) const PIECE: usize = 64 * 1024;

/// A body that gives no longer piece than [`PIECE`].
pub(crate) struct InPieces<B> {
    body: B,
    /// Of a longer piece, what was not given yet.
    rest: Bytes,
}

impl<B> InPieces<B> {
    /// Cuts what `body` gives.
    pub(crate) fn new(body: B) -> Self {
        Self {
            body,
            rest: Bytes::new(),
        }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for InPieces<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = self.get_mut();
        if this.rest.is_empty() {
            match ready!(Pin::new(&mut this.body).poll_frame(context)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(bytes) => this.rest = bytes,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
                end => return Poll::Ready(end),
            }
        }
        let length = this.rest.len().min(PIECE);
        Poll::Ready(Some(Ok(Frame::data(this.rest.split_to(length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (hint, rest) = (self.body.size_hint(), self.rest.len() as u64);
        let mut whole = SizeHint::new();
        whole.set_lower(hint.lower().saturating_add(rest));
        if let Some(upper) = hint.upper() {
            whole.set_upper(upper.saturating_add(rest));
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::{BodyExt, Full};

    use super::*;

    /// The lengths of the pieces that a body of this length comes in.
    async fn pieces(length: usize) -> Vec<usize> {
        let whole = Bytes::from((0..=255_u8).cycle().take(length).collect::<Vec<u8>>());
        let mut body = InPieces::new(Full::new(whole.clone()));
        let (mut lengths, mut joined) = (Vec::new(), Vec::new());
        while !body.is_end_stream() {
            let left = (length - joined.len()) as u64;
            assert_eq!(body.size_hint().exact(), Some(left));
            let piece = body.frame().await.unwrap().unwrap().into_data().unwrap();
            lengths.push(piece.len());
            joined.extend_from_slice(&piece);
        }
        assert!(body.frame().await.is_none());
        assert!(joined == whole, "the pieces are the whole");
        lengths
    }

    #[tokio::test]
    async fn long_pieces_are_cut_and_short_ones_pass() {
        assert!(pieces(0).await.is_empty());
        assert_eq!(pieces(1).await, [1]);
        assert_eq!(pieces(PIECE).await, [PIECE]);
        assert_eq!(pieces(PIECE + 1).await, [PIECE, 1]);
        assert_eq!(pieces(3 * PIECE + 7).await, [PIECE, PIECE, PIECE, 7]);
    }
}
