//! What the variables of a case tell: what the client asks for beside what is set.

use super::{Case, Seen};
use crate::evidence::endpoint::Endpoint;
use crate::evidence::variable::{Purpose, Stance, Variable};
use crate::fact::Kind;

impl<'f> Case<'f> {
    /// A variable that is set, and holds what the client asks for under another name.
    pub(crate) fn set_under_other_name(&self, purpose: Purpose) -> Seen<'f> {
        let asked: Vec<&Variable> = self.asked_variables(purpose).collect();
        let unmet = !asked.is_empty() && !asked.iter().any(|one| self.is_set(&one.name));
        let set = |one: &Variable| one.stance == Stance::Set && one.purpose == purpose;
        self.variable(set).filter(|_| unmet)
    }

    /// A variable that the client asks for although it is set.
    pub(crate) fn asked_although_set(&self) -> Seen<'f> {
        self.variable(|one| one.stance == Stance::Asked && self.is_set(&one.name))
    }

    /// A variable that the client asks for, while nothing says that it is set or that what it would
    /// hold was given otherwise.
    pub(crate) fn asked_and_unset(&self) -> Seen<'f> {
        let given = |purpose| {
            purpose == Purpose::Address && self.configured(Endpoint::is_account).is_some()
        };
        self.variable(|one| {
            one.stance == Stance::Asked && !self.is_set(&one.name) && !given(one.purpose)
        })
    }

    fn asked_variables(&self, purpose: Purpose) -> impl Iterator<Item = &'f Variable> {
        self.variables()
            .filter(move |one| one.stance == Stance::Asked && one.purpose == purpose)
    }

    fn is_set(&self, name: &str) -> bool {
        self.variables()
            .any(|one| one.stance == Stance::Set && one.name == name)
    }

    fn variables(&self) -> impl Iterator<Item = &'f Variable> {
        self.facts.iter().filter_map(|fact| match &fact.kind {
            Kind::Variable(variable) => Some(variable),
            _ => None,
        })
    }

    fn variable(&self, test: impl Fn(&Variable) -> bool) -> Seen<'f> {
        self.find(|kind| matches!(kind, Kind::Variable(one) if test(one)))
    }
}
