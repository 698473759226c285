//! Outcomes in the words of each API, whole or as a stream.

mod anthropic;
mod chat;
mod completion;
mod inference;
mod responses;

use bytes::Bytes;
use http::StatusCode;
use serde::Serialize;

use super::compose::{Call, End, Outcome};
use super::latency::Latency;
use super::reply::{Answer, Frame, Reply};
use crate::backend::Dialect;
use crate::backend::hash::{Salt, id};

pub(super) use anthropic::messages;
pub(super) use chat::chat;
pub(super) use completion::completion;
pub(super) use responses::{Asked, response};

/// Most pieces of all texts of an answer, about; longer texts come in larger pieces.
const MAX_PIECES: usize = 2_000;

/// What all answers of one call share.
pub(super) struct Setting<'a> {
    /// Names the call: everything that is named in its answer follows from it.
    pub(super) key: &'a str,
    /// When, in seconds since the epoch.
    pub(super) created: i64,
    /// Which model answers, as this API names it.
    pub(super) model: &'a str,
    /// In which words.
    pub(super) dialect: Dialect,
    /// How fast.
    pub(super) latency: Latency,
    /// Sets the names of this server's answers apart from others'.
    pub(super) salt: Salt,
}

impl Setting<'_> {
    /// A name with `prefix`, the same whenever the same call is made.
    fn id(&self, prefix: &str, n: usize) -> String {
        id(
            prefix,
            self.salt,
            &[self.key.as_bytes(), prefix.as_bytes(), &n.to_le_bytes()],
        )
    }

    /// A whole answer of `tokens` tokens.
    fn whole(&self, body: &impl Serialize, tokens: u32) -> Reply {
        Reply::json(StatusCode::OK, body).later(self.latency.whole(tokens))
    }
}

/// Events of a stream, each with its pace.
struct Events {
    frames: Vec<Frame>,
    latency: Latency,
    tokens: usize,
}

impl Events {
    fn new(setting: &Setting<'_>) -> Self {
        Self {
            frames: Vec::new(),
            latency: setting.latency,
            tokens: 0,
        }
    }

    /// An event that comes with the one before it.
    fn push(&mut self, name: Option<&str>, data: &impl Serialize) {
        // Plain data with text keys: writing it cannot fail.
        let bytes = wire::sse::event(name, data).unwrap_or_default();
        self.frames.push(Frame {
            after: std::time::Duration::ZERO,
            bytes: bytes.into(),
        });
    }

    /// An event with a piece of the answer, which takes its time.
    fn token(&mut self, name: Option<&str>, data: &impl Serialize) {
        self.push(name, data);
        let after = if self.tokens == 0 {
            self.latency.first()
        } else {
            self.latency.token(self.tokens)
        };
        self.tokens += 1;
        if let Some(frame) = self.frames.last_mut() {
            frame.after = after;
        }
    }

    /// The stream, ended as OpenAI ends them.
    fn done(mut self) -> Reply {
        self.frames.push(Frame {
            after: std::time::Duration::ZERO,
            bytes: Bytes::from_static(wire::sse::DONE),
        });
        self.end()
    }

    /// The stream as it is.
    fn end(self) -> Reply {
        Reply::Answer(Answer::events(self.frames))
    }
}

/// `text` in pieces of about a word, its share of [`MAX_PIECES`] among `texts`
/// texts at most.
fn pieces(text: &str, texts: usize) -> Vec<&str> {
    let most = (MAX_PIECES / texts.max(1)).max(8);
    let least = text.len().div_ceil(most);
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, _) in text.char_indices().skip(1) {
        let at_word = text.as_bytes()[at] == b' ' && text.as_bytes()[at - 1] != b' ';
        if at - start >= least && (at_word || at - start >= 4 * least.max(4)) {
            pieces.push(&text[start..at]);
            start = at;
        }
    }
    if start < text.len() {
        pieces.push(&text[start..]);
    }
    pieces
}

/// Tokens of all outcomes, estimated.
fn output_tokens(outcomes: &[Outcome]) -> u32 {
    outcomes
        .iter()
        .map(Outcome::tokens)
        .fold(0, u32::saturating_add)
}

/// The text as APIs that know `null` have it: absent beside tool calls.
fn content(outcome: &Outcome) -> Option<String> {
    (!outcome.text.is_empty() || outcome.calls.is_empty()).then(|| outcome.text.clone())
}

/// Arguments as JSON text.
fn arguments(call: &Call) -> String {
    call.arguments.to_string()
}

fn finish_reason(outcome: &Outcome) -> wire::openai::chat::FinishReason {
    use wire::openai::chat::FinishReason;
    match outcome.end {
        End::Filtered => FinishReason::ContentFilter,
        End::Limit => FinishReason::Length,
        _ if !outcome.calls.is_empty() => FinishReason::ToolCalls,
        End::Complete | End::StopSequence(_) => FinishReason::Stop,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_make_up_the_text_and_are_bounded() {
        for text in [
            "",
            "a",
            "one two  three",
            "日本語のテキストです。長いので分けられる。",
            &"x".repeat(100_000),
            &"ab ".repeat(100_000),
        ] {
            let pieces = pieces(text, 1);
            assert_eq!(pieces.concat(), text);
            assert!(pieces.iter().all(|piece| !piece.is_empty()));
            assert!(pieces.len() <= MAX_PIECES + 1, "{}", pieces.len());
        }
        assert_eq!(pieces("one two  three", 1), ["one", " two", "  three"]);
    }
}
