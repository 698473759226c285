//! The response body: whole, produced frame by frame, or passed through from an upstream.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};

use crate::backend::simulated::{HungUp, Playback};
use crate::backend::upstream::{Passthrough, PassthroughError};

/// A response body. An enum, not a box: an allowed request allocates nothing here.
#[derive(Default)]
pub(crate) enum Body {
    /// No content.
    #[default]
    Empty,
    /// All of it, known now.
    Full(Bytes),
    /// Played by the simulated model, piece by piece.
    Simulated(Box<Playback>),
    /// Passed through from an upstream.
    Upstream(Passthrough),
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self::Full(text.into())
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self::Full(bytes)
    }
}

/// Why a body breaks off; the connection is closed, and the client notices.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyError {
    /// The simulated model was told to.
    #[error(transparent)]
    HungUp(HungUp),
    /// The upstream broke off.
    #[error("the upstream broke off: {0}")]
    Upstream(#[source] PassthroughError),
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.get_mut();
        match this {
            Self::Empty => Poll::Ready(None),
            Self::Full(bytes) => {
                let bytes = std::mem::take(bytes);
                *this = Self::Empty;
                Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
            }
            Self::Simulated(playback) => Pin::new(&mut **playback)
                .poll_frame(context)
                .map_err(BodyError::HungUp),
            Self::Upstream(passthrough) => Pin::new(passthrough)
                .poll_frame(context)
                .map_err(BodyError::Upstream),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Full(bytes) => bytes.is_empty(),
            Self::Simulated(playback) => playback.is_end_stream(),
            Self::Upstream(passthrough) => passthrough.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Full(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Simulated(playback) => playback.size_hint(),
            Self::Upstream(passthrough) => passthrough.size_hint(),
        }
    }
}
