//! What is wrong, as the steps find it, and what could be applied against it.

use crate::RuleId;
use crate::fact::{Fact, Kind, Origin};
use crate::fix::Fix;
use crate::report::Certainty;

use super::step::Step;

/// Something that is wrong.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    pub(super) step: Step,
    pub(super) rule: RuleId,
    pub(super) certainty: Certainty,
    pub(super) statement: String,
    pub(super) evidence: Vec<Fact>,
    /// Instead of the rule's own.
    pub(super) fix: Option<Vec<Fix>>,
    pub(super) remedies: Vec<Remedy>,
}

/// A change that is safe to make for somebody who says yes to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// Assigns a role.
    AssignRole {
        /// To whom: an object id.
        principal: String,
        /// What that is: `User`, `Group` or `ServicePrincipal`.
        principal_type: &'static str,
        /// The role's name.
        role: String,
        /// The role's GUID.
        role_id: String,
        /// Where: an ARM id.
        scope: String,
    },
    /// Sets a variable in a file of variables.
    SetVariable {
        /// Its name.
        name: &'static str,
        /// To what.
        value: String,
    },
    /// Takes a variable out of a file of variables.
    UnsetVariable {
        /// Its name.
        name: &'static str,
    },
}

impl Fault {
    pub(super) fn new(step: Step, rule: RuleId, certainty: Certainty) -> Self {
        Self {
            step,
            rule,
            certainty,
            statement: String::new(),
            evidence: Vec::new(),
            fix: None,
            remedies: Vec::new(),
        }
    }

    /// What is wrong, as a sentence; it is the first evidence as well.
    pub(super) fn says(&mut self, statement: impl Into<String>) -> &mut Self {
        self.statement = statement.into();
        self.evidence
            .insert(0, observed(self.step, self.statement.clone()));
        self
    }

    /// Something that shows it.
    pub(super) fn shown_by(&mut self, statement: impl Into<String>) -> &mut Self {
        self.evidence.push(observed(self.step, statement.into()));
        self
    }

    pub(super) fn fixed_by(&mut self, fix: Vec<Fix>) -> &mut Self {
        self.fix = Some(fix);
        self
    }

    pub(super) fn sets(&mut self, name: &'static str, value: &str) -> &mut Self {
        self.remedies.push(Remedy::SetVariable {
            name,
            value: value.to_owned(),
        });
        self
    }

    pub(super) fn unsets(&mut self, name: &'static str) -> &mut Self {
        self.remedies.push(Remedy::UnsetVariable { name });
        self
    }
}

/// A fact that a step saw.
pub(super) fn observed(step: Step, statement: String) -> Fact {
    Fact {
        kind: Kind::Observed(statement),
        origin: Origin::field(step.id()),
    }
}
