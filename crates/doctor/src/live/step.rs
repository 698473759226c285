//! The eight steps of an examination, and what came of each.

/// A step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Variables, proxies, certificates, the clock.
    Environment,
    /// Which credential answers, and who that is.
    Credential,
    /// What the token says.
    Token,
    /// Name, address, connection, TLS.
    Network,
    /// Whether the URL fits the client, and whether something is there.
    Endpoint,
    /// What the Resource Manager says of the account.
    Account,
    /// What the caller may do there.
    Roles,
    /// The call itself.
    Call,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Self; 8] = [
        Self::Environment,
        Self::Credential,
        Self::Token,
        Self::Network,
        Self::Endpoint,
        Self::Account,
        Self::Roles,
        Self::Call,
    ];

    /// Its name for programs, and in front of evidence.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::Credential => "credential",
            Self::Token => "token",
            Self::Network => "network",
            Self::Endpoint => "endpoint",
            Self::Account => "account",
            Self::Roles => "roles",
            Self::Call => "call",
        }
    }

    /// Its number, from 1.
    pub const fn number(self) -> usize {
        self as usize + 1
    }
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Looked at, and nothing is wrong.
    Passed,
    /// Something is wrong.
    Fault,
    /// It could not be looked at, or not wholly.
    NotEvaluated,
}

impl Outcome {
    /// Its name for programs.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Fault => "fault",
            Self::NotEvaluated => "not_evaluated",
        }
    }
}

/// One thing that a step saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What it means.
    pub mark: Mark,
    /// In words.
    pub words: String,
}

/// What a note means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// What is so.
    Seen,
    /// What is so and may surprise.
    Notable,
    /// What is wrong.
    Wrong,
    /// What could not be looked at, and why.
    Unknown,
}

impl Mark {
    /// Its name for programs.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Notable => "notable",
            Self::Wrong => "wrong",
            Self::Unknown => "not_evaluated",
        }
    }
}

/// A step that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRecord {
    /// Which.
    pub step: Step,
    /// What came of it.
    pub outcome: Outcome,
    /// How long its checks took, in milliseconds.
    pub took_ms: u64,
    /// What it saw, the most telling first. Where that is what could not be looked at, the step counts as
    /// not evaluated.
    pub notes: Vec<Note>,
}

impl StepRecord {
    pub(super) fn new(step: Step, took_ms: u64, notes: Vec<Note>) -> Self {
        let has = |mark: Mark| notes.iter().any(|note| note.mark == mark);
        let first = notes.first().map(|note| note.mark);
        let outcome = if has(Mark::Wrong) {
            Outcome::Fault
        } else if first == Some(Mark::Unknown) {
            Outcome::NotEvaluated
        } else {
            Outcome::Passed
        };
        Self {
            step,
            outcome,
            took_ms,
            notes,
        }
    }
}
