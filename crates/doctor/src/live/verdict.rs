//! The end of an examination: its report, and whether the endpoint is healthy.

use serde_json::{Value, json};

use super::call::Made;
use super::examination::Examination;
use super::fault::{Fault, observed};
use super::roles::{PROPAGATION, Permitted};
use super::step::{Outcome, Step};
use crate::RuleId;
use crate::case::Case;
use crate::diagnose::diagnose;
use crate::fact::Facts;
use crate::report::{Certainty, Finding, NextCheck, Report};

/// How many findings a report names.
const FINDINGS: usize = 5;

/// Whether what was examined works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Health {
    /// The call is let through, or everything that decides it was looked at and permits it.
    Healthy,
    /// Something is wrong.
    Fault,
    /// Nothing is known to be wrong, and not enough was seen.
    Unknown,
}

impl Health {
    /// Its name for programs.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Fault => "fault",
            Self::Unknown => "unknown",
        }
    }
}

impl Examination {
    /// Whether the endpoint works, as far as it was seen.
    pub fn health(&self) -> Health {
        let grave = |fault: &Fault| fault.certainty >= Certainty::Likely;
        let through = self.call == Made::Through;
        if self.refusal.is_some() || self.call == Made::Unanswered {
            return Health::Fault;
        }
        if self.ordered().iter().any(|fault| grave(fault)) {
            return Health::Fault;
        }
        let looked_at = [
            Step::Credential,
            Step::Network,
            Step::Endpoint,
            Step::Account,
            Step::Roles,
        ]
        .into_iter()
        .all(|step| self.outcome(step) == Some(Outcome::Passed));
        let permitted = matches!(self.permitted, Permitted::Yes { .. });
        match through || (looked_at && permitted) {
            true => Health::Healthy,
            false => Health::Unknown,
        }
    }

    /// What is wrong, the cause before its symptoms, and what would tell more.
    pub fn report(&self) -> Report {
        let mut findings: Vec<Finding> = Vec::new();
        let mut next_checks = Vec::new();
        let faults = self.ordered();
        if let Some(refusal) = &self.refusal {
            let told = diagnose(&self.with_values(refusal));
            let explains = |fault: &&Fault| {
                let likely = fault.certainty >= Certainty::Likely;
                likely
                    && told
                        .findings
                        .iter()
                        .any(|finding| finding.rule == fault.rule)
            };
            let explained: Vec<Finding> = faults
                .iter()
                .copied()
                .filter(explains)
                .map(|fault| self.finding(fault, Some(&told)))
                .collect();
            if let Some(own) = self.not_effective_yet(&told) {
                findings.push(own);
            } else if explained.is_empty() {
                findings.extend(told.findings);
                next_checks = told.next_checks;
            } else {
                findings.extend(explained);
            }
        }
        for fault in faults {
            if !findings.iter().any(|finding| finding.rule == fault.rule) {
                findings.push(self.finding(fault, None));
            }
        }
        findings.truncate(FINDINGS);
        if next_checks.is_empty() && self.health() == Health::Unknown {
            next_checks.extend(self.probe());
        }
        Report {
            findings,
            next_checks,
        }
    }

    /// The report and the steps, as one JSON object of the schema `entrada.report/v1`.
    pub fn to_json(&self) -> Value {
        let mut report = self.report().to_json();
        report["endpoint"] = self.target().url.text.clone().into();
        report["health"] = self.health().id().into();
        let steps = self.steps().iter().map(|record| {
            let notes = record
                .notes
                .iter()
                .map(|note| json!({ "mark": note.mark.id(), "words": note.words }));
            json!({
                "step": record.step.id(),
                "outcome": record.outcome.id(),
                "took_ms": record.took_ms,
                "notes": notes.collect::<Vec<_>>(),
            })
        });
        report["steps"] = steps.collect::<Vec<_>>().into();
        report
    }

    /// The faults, the surest first; of equally sure ones the one that a call meets first. What a call
    /// that went through disproves is left out.
    pub(super) fn ordered(&self) -> Vec<&Fault> {
        let through = self.call == Made::Through;
        let mut faults: Vec<&Fault> = self
            .faults
            .iter()
            .filter(|fault| {
                !through || (fault.certainty > Certainty::Possible && outlives(fault.step))
            })
            .collect();
        faults.sort_by_key(|fault| (std::cmp::Reverse(fault.certainty), fault.step));
        faults
    }

    fn finding(&self, fault: &Fault, told: Option<&Report>) -> Finding {
        let facts = self.with_values(&Facts::new());
        let case = Case::new(&facts);
        let refusal = told.and_then(|told| {
            told.findings
                .iter()
                .find(|finding| finding.rule == fault.rule)
        });
        let mut evidence = fault.evidence.clone();
        evidence.extend(
            refusal
                .iter()
                .flat_map(|finding| finding.evidence.iter().take(2).cloned()),
        );
        if evidence.len() > 1 {
            // What shows it need not say once more what it is.
            evidence.retain(|fact| fact.statement() != fault.statement);
        }
        Finding {
            rule: fault.rule,
            certainty: fault.certainty,
            cause: fault.statement.clone(),
            evidence,
            fix: fault
                .fix
                .clone()
                .unwrap_or_else(|| (fault.rule.rule().fix)(&case)),
            bugs: Vec::new(),
        }
    }

    fn with_values(&self, facts: &Facts) -> Facts {
        // What the steps saw comes before what a text seems to say.
        let mut all = self.values.clone();
        all.extend(facts.clone());
        all
    }

    /// A role that permits the call, and a service that does not know it yet.
    fn not_effective_yet(&self, told: &Report) -> Option<Finding> {
        let Permitted::Yes {
            since,
            group,
            summary,
        } = &self.permitted
        else {
            return None;
        };
        let denied = told
            .findings
            .first()
            .is_some_and(|finding| finding.rule.code().starts_with("ROL"));
        if !denied {
            return None;
        }
        let age = since.map(|since| self.now().0 - since.0);
        let recent = age.is_some_and(|age| age < PROPAGATION * 3);
        let rule = match (recent, group) {
            (false, true) => RuleId::GroupMembershipStale,
            _ => RuleId::RolePropagation,
        };
        let certainty = match recent || *group {
            true => Certainty::Likely,
            false => Certainty::Possible,
        };
        let age = age.map_or(String::new(), |age| {
            format!(", granted {} minutes ago", age / 60)
        });
        let mut fault = Fault::new(Step::Roles, rule, certainty);
        fault.says(format!(
            "{summary} permits the call{age}, and the service refuses it: it does not know of it yet."
        ));
        fault.evidence.push(observed(
            Step::Call,
            "the call is refused for a missing permission".to_owned(),
        ));
        Some(self.finding(&fault, None))
    }

    fn probe(&self) -> Option<NextCheck> {
        let possible = super::call::possible(self) && self.call == Made::Not;
        possible.then(|| NextCheck {
            question: "Is the call itself let through?".to_owned(),
            command: format!("entrada doctor {} --probe", self.target().url.text),
            separates: Vec::new(),
        })
    }
}

/// Whether a fault of a step can be there although a call went through: it is about other clients.
fn outlives(step: Step) -> bool {
    matches!(step, Step::Environment | Step::Token)
}
