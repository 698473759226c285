//! The examination itself: what to ask next, and what the answers mean.

use access::Timestamp;

use super::ask::{Answer, Check, CredentialAnswer, Place, Purpose, Request, Response, Variable};
use super::fault::{Fault, Remedy};
use super::source::Source;
use super::step::{Mark, Note, Outcome, Step, StepRecord};
use super::target::{Probe, Target};
use super::{account::Account, call, roles::Permitted};
use crate::RuleId;
use crate::evidence::client::Language;
use crate::evidence::token::TokenClaims;
use crate::fact::{Facts, Kind, Name, Origin};
use crate::report::Certainty;

/// An examination of one endpoint. It asks and is told, and does nothing itself.
///
/// Ask [`Examination::due`] for checks, perform them in any order or at once, give each answer to
/// [`Examination::learn`], and go on until [`Examination::is_over`]. Steps end in order, whatever the
/// order of the answers.
#[derive(Debug)]
pub struct Examination {
    target: Target,
    now: Timestamp,
    asked: Vec<Check>,
    answered: Vec<Answered>,
    variables: Vec<Variable>,
    /// The step that is looked at; `None` when all are over.
    current: Option<Step>,
    records: Vec<StepRecord>,
    /// How many records were handed out.
    told: usize,
    consent: Option<bool>,
    pub(super) faults: Vec<Fault>,
    /// What commands are filled in with.
    pub(super) values: Facts,
    /// What the call's answer says.
    pub(super) refusal: Option<Facts>,
    pub(super) chosen: Option<Chosen>,
    pub(super) account: Option<Account>,
    pub(super) permitted: Permitted,
    pub(super) call: call::Made,
}

/// The credential that answers.
#[derive(Debug, Clone)]
pub(super) struct Chosen {
    pub(super) source: Source,
    pub(super) claims: Option<Box<TokenClaims>>,
}

/// A check that was made.
#[derive(Debug, Clone)]
pub struct Answered {
    /// Which.
    pub check: Check,
    /// What came of it.
    pub answer: Answer,
    /// When it began, in milliseconds from the beginning of the examination.
    pub began_ms: u64,
    /// When it ended.
    pub ended_ms: u64,
}

impl Examination {
    /// Begins. `now` is the present time of whoever examines.
    pub fn new(target: Target, now: Timestamp) -> Self {
        let mut this = Self {
            target,
            now,
            asked: Vec::new(),
            answered: Vec::new(),
            variables: Vec::new(),
            current: Some(Step::Environment),
            records: Vec::new(),
            told: 0,
            consent: None,
            faults: Vec::new(),
            values: Facts::new(),
            refusal: None,
            chosen: None,
            account: None,
            permitted: Permitted::Unknown,
            call: call::Made::default(),
        };
        let account = this.target.url.account().map(str::to_owned);
        if let Some(account) = account {
            this.value(Name::Account, &account, Step::Endpoint);
        }
        let deployment = this.target.deployment().map(str::to_owned);
        if let Some(deployment) = deployment {
            this.value(Name::Deployment, &deployment, Step::Endpoint);
        }
        this
    }

    /// Whether there is nothing more to ask.
    pub fn is_over(&self) -> bool {
        self.current.is_none()
    }

    /// What is examined.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Checks that can be made now. Each is named once; some need the answers of others and come later.
    pub fn due(&mut self) -> Vec<Check> {
        let mut wanted = Vec::new();
        if self.asked.is_empty() {
            // These need nothing, so they are made at once.
            for step in [
                Step::Environment,
                Step::Credential,
                Step::Network,
                Step::Endpoint,
            ] {
                wanted.extend(self.wanted(step));
            }
        } else if let Some(step) = self.current {
            wanted = self.wanted(step);
        }
        wanted.retain(|check| !self.asked.contains(check));
        self.asked.extend(wanted.iter().cloned());
        wanted
    }

    /// Takes the answer to a check.
    pub fn learn(&mut self, answered: Answered) {
        if let Answer::Surroundings(variables) = &answered.answer {
            self.variables.clone_from(variables);
        }
        self.answered.push(answered);
        self.advance();
    }

    /// Whether the call itself waits for a yes. It is asked once; see [`Examination::consent`].
    pub fn wants_consent(&self) -> bool {
        self.current == Some(Step::Call)
            && self.target.probe == Probe::Ask
            && self.consent.is_none()
            && call::possible(self)
    }

    /// Whether the call itself may be made.
    pub fn consent(&mut self, yes: bool) {
        self.consent = Some(yes);
        self.advance();
    }

    /// The steps that ended since this was last asked.
    pub fn ended(&mut self) -> &[StepRecord] {
        let from = self.told;
        self.told = self.records.len();
        &self.records[from..]
    }

    /// Every step that ended.
    pub fn steps(&self) -> &[StepRecord] {
        &self.records
    }

    /// The changes that would mend what is wrong, where that is safe, the likeliest first.
    pub fn remedies(&self) -> Vec<Remedy> {
        let mut remedies = Vec::new();
        for fault in self.ordered() {
            for remedy in &fault.remedies {
                if !remedies.contains(remedy) {
                    remedies.push(remedy.clone());
                }
            }
        }
        remedies
    }

    /// Ends every step whose checks are all answered, in order.
    fn advance(&mut self) {
        while let Some(step) = self.current {
            let waits = self.wants_consent();
            let wanted = self.wanted(step);
            let ready = wanted.iter().all(|check| self.answer(check).is_some());
            if waits || !ready || (step == Step::Environment && self.asked.is_empty()) {
                return;
            }
            let notes = self.evaluate(step);
            let took = self.took(step);
            self.records.push(StepRecord::new(step, took, notes));
            self.current = Step::ALL.get(step.number()).copied();
        }
    }

    fn wanted(&self, step: Step) -> Vec<Check> {
        match step {
            Step::Environment => vec![Check::Surroundings],
            Step::Credential => Source::ALL.into_iter().map(Check::Credential).collect(),
            Step::Token => Vec::new(),
            Step::Network => self.wanted_of_network(),
            Step::Endpoint => self.wanted_of_endpoint(),
            Step::Account => self.wanted_of_account(),
            Step::Roles => self.wanted_of_roles(),
            Step::Call => self.wanted_of_call(),
        }
    }

    fn evaluate(&mut self, step: Step) -> Vec<Note> {
        match step {
            Step::Environment => self.evaluate_environment(),
            Step::Credential => self.evaluate_credential(),
            Step::Token => self.evaluate_token(),
            Step::Network => self.evaluate_network(),
            Step::Endpoint => self.evaluate_endpoint(),
            Step::Account => self.evaluate_account(),
            Step::Roles => self.evaluate_roles(),
            Step::Call => self.evaluate_call(),
        }
    }

    fn took(&self, step: Step) -> u64 {
        let own = || self.answered.iter().filter(|one| one.check.step() == step);
        let began = own().map(|one| one.began_ms).min().unwrap_or(0);
        let ended = own().map(|one| one.ended_ms).max().unwrap_or(0);
        ended.saturating_sub(began)
    }

    // --- What the steps use ---------------------------------------------------------------------

    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    pub(super) fn variables(&self) -> &[Variable] {
        &self.variables
    }

    pub(super) fn language(&self) -> Language {
        self.target.sdk.map_or(Language::Python, |sdk| sdk.language)
    }

    pub(super) fn may_call(&self) -> bool {
        match self.target.probe {
            Probe::Always => true,
            Probe::Ask => self.consent == Some(true),
            Probe::Never => false,
        }
    }

    pub(super) fn answer(&self, check: &Check) -> Option<&Answer> {
        let known = self.answered.iter().find(|one| one.check == *check);
        known.map(|one| &one.answer)
    }

    pub(super) fn credential(&self, source: Source) -> Option<&CredentialAnswer> {
        match self.answer(&Check::Credential(source))? {
            Answer::Credential(answer) => Some(answer),
            _ => None,
        }
    }

    /// The answers to requests with this purpose, in the order in which they were asked.
    pub(super) fn answers_for(&self, purpose: &Purpose) -> Vec<(&Request, &Answer)> {
        let own = |check: &Check| match check {
            Check::Request(request) => request.purpose == *purpose,
            _ => false,
        };
        let asked = self.asked.iter().filter(|check| own(check));
        asked
            .filter_map(|check| match check {
                Check::Request(request) => Some((request, self.answer(check)?)),
                _ => None,
            })
            .collect()
    }

    /// The one response with this purpose.
    pub(super) fn response(&self, purpose: &Purpose) -> Option<&Response> {
        match self.answers_for(purpose).first()? {
            (_, Answer::Response(response)) => Some(response),
            _ => None,
        }
    }

    /// A `GET` of the Resource Manager with the token of the credential that answers.
    pub(super) fn management(&self, path: String, purpose: Purpose) -> Option<Check> {
        let chosen = self.chosen.as_ref()?;
        Some(Check::Request(Request {
            place: Place::Management,
            method: "GET",
            path,
            bearer: Some(chosen.source),
            body: None,
            headers: Vec::new(),
            purpose,
        }))
    }

    pub(super) fn value(&mut self, name: Name, value: &str, step: Step) {
        let kind = Kind::Value(name, value.to_owned());
        self.values.learn(kind, Origin::field(step.id()));
    }

    /// Adds a fault. The first of a cause stays.
    pub(super) fn fault(&mut self, step: Step, rule: RuleId, certainty: Certainty) -> &mut Fault {
        self.faults.push(Fault::new(step, rule, certainty));
        let last = self.faults.len() - 1;
        &mut self.faults[last]
    }

    pub(super) fn has_fault(&self, step: Step) -> bool {
        self.faults.iter().any(|fault| fault.step == step)
    }

    pub(super) fn outcome(&self, step: Step) -> Option<Outcome> {
        let record = self.records.iter().find(|record| record.step == step);
        record.map(|record| record.outcome)
    }
}

impl Note {
    pub(super) fn seen(words: impl Into<String>) -> Self {
        Self::new(Mark::Seen, words)
    }

    pub(super) fn notable(words: impl Into<String>) -> Self {
        Self::new(Mark::Notable, words)
    }

    pub(super) fn wrong(words: impl Into<String>) -> Self {
        Self::new(Mark::Wrong, words)
    }

    pub(super) fn unknown(words: impl Into<String>) -> Self {
        Self::new(Mark::Unknown, words)
    }

    fn new(mark: Mark, words: impl Into<String>) -> Self {
        Self {
            mark,
            words: words.into(),
        }
    }
}
