//! Questions about access, asked by name: one way for the REST routes, the command line and the portal.
//!
//! An [`Asker`] has a compiled policy and the [`Names`] of what it speaks about. The names of a running
//! server are those of its configuration ([`World`](crate::config::World)); those of a policy file are in the
//! file ([`Estate`](wire::arm::Estate)). Nothing here does I/O, so the same question has the same answer
//! wherever it is asked.

mod change;
mod check;
mod diff;
mod effective;
mod estate;
pub(crate) mod export;
pub(crate) mod least_privilege;
mod names;
mod operation;
mod who_can;
mod why_not;
pub(crate) mod wording;

use std::fmt;

use access::Timestamp;
use access::decide::Question;
use access::decision::{Decision, Denial, Verdict};
use access::index::Index;
use access::principal::PrincipalId;
use access::scope::Scope;

pub use estate::EstateNames;
pub use names::{Named, Names};
pub(crate) use operation::{Asked, SHORT, read};

/// Why a question cannot be asked: a name that nothing bears.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no {kind} is called `{name}`; known: {known}")]
pub struct UnknownName {
    kind: Kind,
    name: String,
    known: String,
}

/// Why a change that is asked about cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum QuestionError {
    /// A name that nothing bears.
    #[error(transparent)]
    Unknown(#[from] UnknownName),
    /// There is nothing to take away.
    #[error("`{principal}` has no assignment of `{role}` at `{scope}`")]
    NotAssigned {
        /// Of whom.
        principal: String,
        /// The role.
        role: String,
        /// Where.
        scope: String,
    },
    /// A role definition that is none.
    #[error("the role definition cannot be read: {0}")]
    Definition(#[from] wire::arm::RequestError),
}

/// What a name is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Principal,
    Resource,
    Operation,
    Role,
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Principal => "principal",
            Self::Resource => "resource",
            Self::Operation => "operation",
            Self::Role => "role",
        })
    }
}

/// Answers questions about one policy at one time.
#[derive(Clone, Copy)]
pub struct Asker<'a> {
    /// The policy.
    pub index: &'a Index,
    /// The policy as it will be, while changes of it are not effective yet.
    pub newest: Option<&'a Index>,
    /// What its ids are called.
    pub names: &'a dyn Names,
    /// When the question is asked.
    pub now: Timestamp,
}

impl fmt::Debug for Asker<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Asker");
        shown.field("now", &self.now).finish_non_exhaustive()
    }
}

impl<'a> Asker<'a> {
    /// Decides. What only waits for a change to be effective is refused for that reason.
    pub(crate) fn decide(&self, question: &Question<'_>) -> Decision {
        let mut decision = self.index.decide(question);
        if !decision.is_allowed() && self.will_be(question) == Some(true) {
            decision.verdict = Verdict::Denied(Denial::NotYetEffective);
        }
        decision
    }

    /// Whether it will be allowed once all changes are effective; nothing if all are.
    pub(crate) fn will_be(&self, question: &Question<'_>) -> Option<bool> {
        let newest = self.newest?;
        Some(newest.decide(question).is_allowed())
    }

    /// Who is meant.
    pub(crate) fn principal(&self, text: &str) -> Result<Named, UnknownName> {
        let found = self.names.principal(text);
        found.ok_or_else(|| unknown(Kind::Principal, text, self.names.known_principals()))
    }

    /// Which place is meant.
    pub(crate) fn scope(&self, text: &str) -> Result<Scope, UnknownName> {
        let found = self.names.scope(text);
        found.ok_or_else(|| unknown(Kind::Resource, text, self.names.known_resources()))
    }

    /// Which action is meant, at a place.
    pub(crate) fn operation(&self, text: &str, scope: &Scope) -> Result<Asked, UnknownName> {
        let found = operation::read(self.names, text, scope);
        found.ok_or_else(|| unknown(Kind::Operation, text, operation::short_names()))
    }

    /// What a principal is called: its name, or its id.
    fn name_of(&self, id: &PrincipalId) -> String {
        let name = self.names.name_of(id);
        name.unwrap_or_else(|| id.to_string())
    }

    /// A question as the policy knows it.
    fn question<'q>(
        &self,
        principal: &'q PrincipalId,
        asked: &'q Asked,
        scope: &'q Scope,
    ) -> Question<'q> {
        Question {
            principal,
            groups: &[],
            action: &asked.action,
            plane: asked.plane,
            scope,
            now: self.now,
        }
    }
}

fn unknown(kind: Kind, name: &str, known: String) -> UnknownName {
    UnknownName {
        kind,
        name: name.to_owned(),
        known,
    }
}

/// Names of groups, for a path.
fn through(path: &[access::decision::PathGroup]) -> Vec<String> {
    let name = |group: &access::decision::PathGroup| match group.name.is_empty() {
        true => group.id.to_string(),
        false => group.name.clone(),
    };
    path.iter().map(name).collect()
}
