//! Many questions of one policy, as JSON lines: `check --policy FILE --requests FILE`.
//!
//! A request is one line:
//!
//! ```text
//! {"principal":"alice","scope":"/subscriptions/s","action":"Microsoft.CognitiveServices/accounts/OpenAI/models/read","data":true}
//! ```
//!
//! with optional `groups` (those that a token would name), `now` (RFC 3339 or seconds since 1970)
//! and `expect` (a decision). The answer is one line, in the same order:
//!
//! ```text
//! {"decision":"denied"}
//! ```
//!
//! with `reasons` if asked for, and `"expect":…,"mismatch":true` where the decision is not the one
//! expected. A line that is not a request is answered by `{"line":7,"error":…}`; blank lines are
//! passed over. Lines are answered as they come: before waiting for input, everything answered so
//! far is written out.

mod lines;
mod request;
#[cfg(test)]
mod tests;

use std::io::{BufRead, Write};

use access::Timestamp;
use access::decide::Question;
use access::index::{Evaluator, Index, Outcome};
use serde::Serialize;

use crate::decision::{DecisionView, denial, reasons};
use lines::{Line, Lines};
use request::Request;
pub use request::RequestError;

/// The longest line that is read, in bytes.
pub const MAX_LINE: usize = 1 << 20;

/// How much an answer tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reasons {
    /// The decision alone.
    #[default]
    None,
    /// The denial's name and the most telling reasons, as sentences.
    Short,
    /// Every step.
    Full,
}

/// What came of all lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Requests that were answered.
    pub answered: u64,
    /// How many of them were answered otherwise than expected.
    pub mismatches: u64,
    /// Lines that are no requests.
    pub errors: u64,
    /// Answers by decision.
    pub allowed: u64,
    /// Answers by decision.
    pub denied: u64,
    /// Answers by decision.
    pub unknown: u64,
    /// Answers by decision.
    pub conditional: u64,
}

impl Summary {
    /// 2 if a line was bad, else 1 if an answer was not the one expected, else 0.
    pub const fn exit_code(&self) -> u8 {
        if self.errors > 0 {
            2
        } else if self.mismatches > 0 {
            1
        } else {
            0
        }
    }
}

/// Answers every line of `requests` into `out`. `now` is the time for requests that state none.
pub fn run(
    index: &Index,
    requests: impl BufRead,
    mut out: impl Write,
    told: Reasons,
    now: Timestamp,
) -> std::io::Result<Summary> {
    let mut answerer = Answerer::new(index, told, now);
    let mut lines = Lines::new(requests);
    let mut answer = Vec::new();
    while let Some(line) = lines.next(|| out.flush())? {
        answer.clear();
        answerer.answer(line, &mut answer);
        out.write_all(&answer)?;
    }
    out.flush()?;
    Ok(answerer.summary)
}

/// Answers line by line and keeps count.
struct Answerer<'i> {
    index: &'i Index,
    evaluator: Evaluator<'i>,
    told: Reasons,
    now: Timestamp,
    /// The last scope: requests tend to come in runs.
    scope: Option<(String, access::scope::Scope)>,
    line: u64,
    summary: Summary,
}

impl<'i> Answerer<'i> {
    fn new(index: &'i Index, told: Reasons, now: Timestamp) -> Self {
        Self {
            index,
            evaluator: index.evaluator(),
            told,
            now,
            scope: None,
            line: 0,
            summary: Summary::default(),
        }
    }

    /// Appends the answer to a line, with its newline; nothing for a blank line.
    fn answer(&mut self, line: Line<'_>, into: &mut Vec<u8>) {
        self.line += 1;
        let request = match line {
            Line::TooLong => Err(RequestError::TooLong),
            Line::Text(text) if text.trim_ascii().is_empty() => return,
            // Windows writes a byte order mark before the first line.
            Line::Text(text) if self.line == 1 => {
                Request::parse(text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text))
            }
            Line::Text(text) => Request::parse(text),
        };
        let written = request.and_then(|request| self.answer_request(&request, into));
        if let Err(error) = written {
            self.summary.errors += 1;
            let error = ErrorLine {
                line: self.line,
                error: error.to_string(),
            };
            write_json(into, &error);
        }
        into.push(b'\n');
    }

    fn answer_request(
        &mut self,
        request: &Request<'_>,
        into: &mut Vec<u8>,
    ) -> Result<(), RequestError> {
        let (principal, groups) = (request.principal()?, request.groups()?);
        let scope = match &self.scope {
            Some((text, scope)) if *text == request.scope => scope.clone(),
            _ => {
                let scope = request.scope()?;
                self.scope = Some((request.scope.to_string(), scope.clone()));
                scope
            }
        };
        let question = Question {
            principal: &principal,
            groups: &groups,
            action: request.action()?,
            plane: request.plane(),
            scope: &scope,
            now: request.now.map_or(self.now, |time| time.0),
        };
        let outcome = self.evaluator.decide(&question);
        let expected = request.expect.map(Outcome::from);
        let mismatch = expected.filter(|expected| *expected != outcome);
        self.count(outcome, mismatch.is_some());
        match self.told {
            // This is the line that is written half a million times a second.
            Reasons::None if mismatch.is_none() => {
                into.extend_from_slice(b"{\"decision\":\"");
                into.extend_from_slice(outcome.as_str().as_bytes());
                into.extend_from_slice(b"\"}");
            }
            Reasons::None => write_json(into, &Answer::new(outcome, mismatch)),
            Reasons::Short => {
                let decision = self.index.decide(&question);
                let answer = Answer {
                    denial: denial(decision.verdict).map(access::decision::Denial::id),
                    reasons: Some(reasons(&decision)),
                    ..Answer::new(outcome, mismatch)
                };
                write_json(into, &answer);
            }
            Reasons::Full => {
                let decision = DecisionView::from(&self.index.decide(&question));
                let expect = mismatch.map(Outcome::as_str);
                let answer = FullAnswer {
                    decision,
                    expect,
                    mismatch: expect.map(|_| true),
                };
                write_json(into, &answer);
            }
        }
        Ok(())
    }

    fn count(&mut self, outcome: Outcome, mismatch: bool) {
        let summary = &mut self.summary;
        summary.answered += 1;
        summary.mismatches += u64::from(mismatch);
        *match outcome {
            Outcome::Allowed => &mut summary.allowed,
            Outcome::Denied => &mut summary.denied,
            Outcome::Unknown => &mut summary.unknown,
            Outcome::Conditional => &mut summary.conditional,
        } += 1;
    }
}

#[derive(Serialize)]
struct ErrorLine {
    line: u64,
    error: String,
}

#[derive(Serialize)]
struct Answer {
    decision: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    denial: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expect: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mismatch: Option<bool>,
}

impl Answer {
    fn new(outcome: Outcome, mismatch: Option<Outcome>) -> Self {
        Self {
            decision: outcome.as_str(),
            denial: None,
            reasons: None,
            expect: mismatch.map(Outcome::as_str),
            mismatch: mismatch.map(|_| true),
        }
    }
}

#[derive(Serialize)]
struct FullAnswer {
    #[serde(flatten)]
    decision: DecisionView,
    #[serde(skip_serializing_if = "Option::is_none")]
    expect: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mismatch: Option<bool>,
}

fn write_json(into: &mut Vec<u8>, value: &impl Serialize) {
    serde_json::to_writer(into, value).expect("strings and numbers go into memory");
}
