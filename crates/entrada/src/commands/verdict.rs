//! Questions whose answer is a decision: `check` and `why-not` ask alike, begin alike and exit alike.

use std::error::Error;

use serde::Serialize;
use serde::de::DeserializeOwned;
use server::question::Asker;

use crate::args::{Output, PolicySource};
use crate::exit::{Answer, Outcome};
use crate::policy::ask;
use crate::render::{BAD, FAINT, GOOD, print, print_json};

/// What is decided, and of what.
pub(super) struct Verdict<'a> {
    pub(super) decision: &'a str,
    pub(super) summary: &'a str,
    /// Whether `action` is a data action.
    pub(super) data: bool,
    pub(super) action: &'a str,
    pub(super) scope: &'a str,
}

/// An answer that holds a decision.
pub(super) trait Decided: Serialize + DeserializeOwned {
    /// The decision.
    fn verdict(&self) -> Verdict<'_>;
    /// What people are told beside it.
    fn reasons(&self) -> String;
}

impl Verdict<'_> {
    fn is_allowed(&self) -> bool {
        self.decision == "allowed"
    }

    fn human(&self) -> String {
        let Self {
            decision,
            summary,
            action,
            scope,
            ..
        } = self;
        let style = if self.is_allowed() { GOOD } else { BAD };
        let plane = if self.data { "data action" } else { "action" };
        format!(
            "{style}{decision}{style:#}: {summary}\n{FAINT}{plane} {action}\non {scope}{FAINT:#}\n"
        )
    }
}

/// Asks, shows the answer, and exits by it.
pub(super) fn run<Q: Serialize, A: Decided, E: Error>(
    source: &PolicySource,
    output: &Output,
    path: &str,
    question: &Q,
    offline: impl FnOnce(Asker<'_>, &Q) -> Result<A, E>,
) -> Outcome {
    let answer = ask(source, path, question, offline)?;
    let verdict = answer.verdict();
    if output.is_json() {
        print_json(&answer)?;
    } else {
        print(verdict.human() + &answer.reasons())?;
    }
    Ok(match verdict.is_allowed() {
        true => Answer::Yes,
        false => Answer::No,
    })
}
