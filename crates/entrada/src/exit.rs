//! How the program ends: 0 yes, 1 no or fault found, 2 failed; `entrada run` as what it ran.

use std::fmt;
use std::process::ExitCode;

use doctor::evidence::redact::redact;

use crate::render::{print_error, tell};

/// What a command found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Yes, allowed, done, healthy.
    Yes,
    /// No, denied, or a fault was found.
    No,
    /// Too little could be seen to say either.
    Undecided,
    /// Another program ran, and this is how it ended.
    Exited(u8),
}

impl Answer {
    /// The answer of a command that looked for faults.
    pub(crate) fn found(fault: bool) -> Self {
        if fault { Self::No } else { Self::Yes }
    }
}

/// Why a command could not do its work. `hint` is what to do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    hint: Option<String>,
}

impl Failure {
    /// A failure with this message: lower case, no full stop, the user's input in backticks. A secret that
    /// was given for something else is left out of it.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: redact(&message.into()),
            hint: None,
        }
    }

    /// Adds what to do about it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl Failure {
    /// What went wrong and what to do about it, as one text.
    pub(crate) fn told(&self) -> String {
        match &self.hint {
            Some(hint) => format!("{}\nhint: {hint}", self.message),
            None => self.message.clone(),
        }
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::new(error.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

/// What every command returns.
pub(crate) type Outcome = Result<Answer, Failure>;

/// Prints a failure and turns the outcome into the exit status.
pub(crate) fn report(outcome: Outcome) -> ExitCode {
    match outcome {
        Ok(Answer::Yes) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Ok(Answer::Undecided) => ExitCode::from(2),
        Ok(Answer::Exited(status)) => ExitCode::from(status),
        Err(failure) => {
            print_error(&failure.message, failure.hint.as_deref());
            ExitCode::from(2)
        }
    }
}

/// Says what is wrong with the command line, or prints the help that it asks for.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    let told = error.render().to_string();
    let redacted = redact(&told);
    // Help says what it says; only errors repeat what was given.
    if redacted == told || !error.use_stderr() {
        let _ = error.print();
    } else {
        tell(redacted.trim_end());
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}
