//! Plays a reply to the client at its pace.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use http_body::{Body, Frame as BodyFrame, SizeHint};
use tokio::time::{Sleep, sleep};
use wire::refusals::Refusal;

use super::reply::{Answer, Frame, Reply};

/// The connection is to be closed without an answer.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the simulated model hung up")]
pub struct HungUp;

/// What to send once the reply's delay is over.
pub enum Played {
    /// This response.
    Response(Response<Playback>),
    /// This refusal, rendered where all refusals are.
    Refused(Refusal),
}

/// The body of an answer: its pieces, each after its pause.
pub struct Playback {
    frames: std::vec::IntoIter<Frame>,
    pending: Option<(Pin<Box<Sleep>>, Bytes)>,
    left: u64,
    broken: bool,
    paced: bool,
}

impl Reply {
    /// Waits as long as the reply says and gives what is to be sent.
    ///
    /// # Errors
    /// [`HungUp`] if nothing is to be sent at all.
    pub async fn play(self) -> Result<Played, HungUp> {
        let (Self::Answer(Answer { delay, .. })
        | Self::Refused { delay, .. }
        | Self::HangUp { delay }) = &self;
        if !delay.is_zero() {
            sleep(*delay).await;
        }
        match self {
            Self::Answer(answer) => Ok(Played::Response(answer.into_response())),
            Self::Refused { refusal, .. } => Ok(Played::Refused(refusal)),
            Self::HangUp { .. } => Err(HungUp),
        }
    }
}

impl Answer {
    /// The response, without its delay before the head.
    pub fn into_response(self) -> Response<Playback> {
        let Self {
            status,
            headers,
            frames,
            broken,
            ..
        } = self;
        let mut response = Response::new(Playback::new(frames, broken));
        *response.status_mut() = status;
        response.headers_mut().extend(headers);
        response
    }
}

impl Playback {
    fn new(frames: Vec<Frame>, broken: bool) -> Self {
        Self {
            left: frames.iter().map(|frame| frame.bytes.len() as u64).sum(),
            // One piece without pause has a length; a stream has none.
            paced: broken || frames.len() != 1 || frames.iter().any(|frame| !frame.after.is_zero()),
            frames: frames.into_iter(),
            pending: None,
            broken,
        }
    }

    fn give(&mut self, bytes: Bytes) -> Poll<Option<Result<BodyFrame<Bytes>, HungUp>>> {
        self.left = self.left.saturating_sub(bytes.len() as u64);
        Poll::Ready(Some(Ok(BodyFrame::data(bytes))))
    }
}

impl Body for Playback {
    type Data = Bytes;
    type Error = HungUp;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<BodyFrame<Bytes>, HungUp>>> {
        if self.pending.is_none() {
            match self.frames.next() {
                Some(Frame {
                    after: Duration::ZERO,
                    bytes,
                }) => return self.give(bytes),
                Some(Frame { after, bytes }) => {
                    self.pending = Some((Box::pin(sleep(after)), bytes));
                }
                None if self.broken => {
                    self.broken = false;
                    return Poll::Ready(Some(Err(HungUp)));
                }
                None => return Poll::Ready(None),
            }
        }
        if let Some((pause, _)) = &mut self.pending {
            ready!(pause.as_mut().poll(context));
        }
        match self.pending.take() {
            Some((_, bytes)) => self.give(bytes),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        !self.broken && self.pending.is_none() && self.frames.len() == 0
    }

    fn size_hint(&self) -> SizeHint {
        if self.paced {
            SizeHint::default()
        } else {
            SizeHint::with_exact(self.left)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use http::StatusCode;
    use http_body_util::BodyExt;

    use super::*;

    fn frame(after: u64, bytes: &'static str) -> Frame {
        Frame {
            after: Duration::from_millis(after),
            bytes: Bytes::from_static(bytes.as_bytes()),
        }
    }

    #[tokio::test]
    async fn pieces_come_in_order_after_their_pauses() {
        let answer = Answer::events(vec![
            frame(0, "a"),
            frame(30, "b"),
            frame(0, "c"),
            frame(20, "d"),
        ]);
        let begun = Instant::now();
        let body = answer.into_response().into_body();
        assert_eq!(body.size_hint().exact(), None);
        let text = body
            .collect()
            .await
            .map(http_body_util::Collected::to_bytes);
        assert_eq!(text.ok().as_deref(), Some(b"abcd".as_slice()));
        assert!(begun.elapsed() >= Duration::from_millis(50));
    }

    #[tokio::test]
    async fn a_whole_body_has_a_length_and_a_broken_one_breaks() {
        let mut answer = Answer::whole(
            StatusCode::OK,
            "application/json",
            Bytes::from_static(b"{}"),
        );
        let playback = Playback::new(std::mem::take(&mut answer.frames), false);
        assert_eq!(playback.size_hint().exact(), Some(2));
        let broken = Playback::new(vec![frame(0, "{")], true);
        assert_eq!(broken.size_hint().exact(), None);
        assert_eq!(broken.collect().await.err(), Some(HungUp));
    }

    #[tokio::test]
    async fn a_reply_waits_before_its_head() {
        let begun = Instant::now();
        let reply = Reply::HangUp {
            delay: Duration::from_millis(20),
        };
        assert!(reply.play().await.is_err());
        assert!(begun.elapsed() >= Duration::from_millis(20));
    }
}
