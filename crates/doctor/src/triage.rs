//! Large logs: which failures are in them, how often, since when, and why.
//!
//! ```
//! use doctor::triage::{Question, Triage};
//!
//! let log = br#"{"time":"2026-11-23T10:00:00Z","status":200}
//! {"time":"2026-11-23T10:00:01Z","status":404,"url":"https://contoso.openai.azure.com/openai/deployments/a/chat/completions","body":"{\"error\":{\"code\":\"DeploymentNotFound\"}}"}
//! "#;
//! let mut triage = Triage::new(Question::default());
//! triage.file("app.jsonl");
//! assert_eq!(triage.read(log, true), log.len());
//! let summary = triage.summary(10);
//! assert_eq!(summary.failures, 1);
//! assert_eq!(summary.groups[0].cause.unwrap().as_str(), "deployment-not-found");
//! ```
//!
//! # How it works
//!
//! Bytes come in as they are read. They are cut into records (`frame`: a line of JSON, or a line with
//! its stack trace; `document`: an item of a list in JSON; `table`: a row with named columns). Few of them are failures, so one pass over the bytes tells which are worth reading
//! (`sign`); those are read and diagnosed like pasted text (`failure`), each message once: ids and times
//! are taken out of it first (`variable`, `memo`). What is found is counted (`group`, `histogram`).
//!
//! # What must stay true
//!
//! * Memory has a bound, whatever the log: records are cut, groups are so many, further ones are counted
//!   together and told, intervals become longer.
//! * The quick way finds what the slow one does: [`Triage::slowly`] has no memory and looks for signs one
//!   by one; a property test and a fuzz target compare both.
//! * A failure that nothing ties to models on Azure is counted and not explained.
//! * No secret of a log is in a summary: examples are redacted, names come from readers.

mod document;
mod failure;
mod frame;
mod group;
mod histogram;
mod memo;
mod moment;
mod own;
mod sign;
mod skim;
mod summary;
mod table;
mod variable;

pub use summary::{Grouped, Summary};

use access::Timestamp;

use failure::Failure;
use frame::{Form, Framing};
use group::Groups;
use memo::Memo;

/// What is asked of a log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Question {
    /// Only failures from then on.
    pub since: Option<Timestamp>,
    /// Only failures before then.
    pub until: Option<Timestamp>,
    /// What makes two failures of one cause different.
    pub by: By,
}

/// What failures are grouped by, besides their cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct By {
    /// Who called.
    pub principal: bool,
    /// Which host, or account, was called.
    pub endpoint: bool,
}

impl Default for By {
    fn default() -> Self {
        Self {
            principal: true,
            endpoint: true,
        }
    }
}

/// A failure of a group as a report shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Example {
    /// The file's name as it was given.
    pub file: String,
    /// The line its record begins at, from 1.
    pub line: u64,
    /// What it says, without secrets, cut to a readable length.
    pub text: String,
}

/// How much was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amount {
    /// Files that were begun.
    pub files: u64,
    /// Bytes, after decompression.
    pub bytes: u64,
    /// Records.
    pub records: u64,
    /// Records whose end was too far from their beginning to be read.
    pub cut: u64,
}

/// Reads logs and counts their failures.
#[derive(Debug)]
pub struct Triage {
    question: Question,
    /// Whether there is no memory and no quick search.
    slow: bool,
    file: String,
    line: u64,
    framing: Framing,
    memo: Memo,
    groups: Groups,
    amount: Amount,
    failures: u64,
    unrelated: u64,
    undated: u64,
}

impl Triage {
    /// Nothing is read yet.
    pub fn new(question: Question) -> Self {
        Self {
            question,
            slow: false,
            file: String::new(),
            line: 1,
            framing: Framing::default(),
            memo: Memo::default(),
            groups: Groups::default(),
            amount: Amount::default(),
            failures: 0,
            unrelated: 0,
            undated: 0,
        }
    }

    /// The same without anything that makes it quick: what the quick way is compared with.
    pub fn slowly(question: Question) -> Self {
        Self {
            slow: true,
            ..Self::new(question)
        }
    }

    /// What follows is of this file. The file before must have been read to its end.
    pub fn file(&mut self, name: &str) {
        name.clone_into(&mut self.file);
        self.line = 1;
        self.framing = Framing::default();
        self.amount.files += 1;
    }

    /// Reads the whole records of a buffer and says how many bytes they took; the rest is to be given
    /// again, with more behind it. `last`: nothing comes behind. A buffer of [`Self::BUFFER`] bytes always
    /// holds a whole record.
    pub fn read(&mut self, buffer: &[u8], last: bool) -> usize {
        let mut at = 0;
        while let Some(frame) = self.framing.next(buffer, at, last) {
            if frame.end > frame.start {
                self.amount.records += 1;
                self.amount.cut += u64::from(frame.cut);
                self.record(&buffer[frame.start..frame.end], frame.form);
            }
            self.line += frame.lines;
            at = frame.next;
        }
        self.amount.bytes += at as u64;
        at
    }

    /// How large a buffer must be at least.
    pub const BUFFER: usize = 4 * frame::RECORD_BYTES;

    fn record(&mut self, record: &[u8], form: Form) {
        let signed = if self.slow {
            sign::is_signed_slowly(record)
        } else {
            sign::is_signed(record)
        };
        if !signed {
            return;
        }
        let mut found: Vec<Failure> = Vec::new();
        let memo = &mut self.memo;
        let mut judge = |said: &[_]| match self.slow {
            true => failure::judge(said),
            false => memo.judge(said),
        };
        let columns = self.framing.columns(form);
        failure::read(record, form, columns, &mut judge, &mut |one| {
            found.push(one);
        });
        for one in found {
            self.add(one);
        }
    }

    fn add(&mut self, failure: Failure) {
        let Question { since, until, by } = self.question;
        let outside = failure.time.is_some_and(|time| {
            since.is_some_and(|since| time < since) || until.is_some_and(|until| time >= until)
        });
        if outside {
            return;
        }
        if failure.verdict.unrelated {
            self.unrelated += 1;
            return;
        }
        self.failures += 1;
        self.undated += u64::from(failure.time.is_none());
        let (file, line) = (&self.file, self.line);
        self.groups.add(by, failure, || (file.clone(), line));
    }

    /// What was read so far.
    pub fn amount(&self) -> Amount {
        self.amount
    }

    /// How many failures were found so far.
    pub fn failures(&self) -> u64 {
        self.failures
    }

    /// What was found: the `top` largest groups, and how much there is besides.
    pub fn summary(&self, top: usize) -> Summary {
        summary::of(self, top)
    }
}

#[cfg(test)]
mod tests;
