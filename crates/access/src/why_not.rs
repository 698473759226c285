//! Why not, and what would help: every smallest change that would permit it, tried before it is offered.
//!
//! A question is refused because deny assignments stop it, because nothing grants it, or both. So a
//! remedy is a way to lift every deny assignment that applies, and a way to get a grant if there is
//! none. [`why_not`] collects the candidates, makes each change on the part of the policy that bears on
//! the question, asks [`decide`] again, and keeps what is allowed then and would not be with less.
//!
//! ```
//! use std::sync::Arc;
//! use access::{action::Plane, change::Change, decide::Question, index::Index, policy::Policy};
//! use access::{operation::OperationTable, principal::PrincipalId, scope::Scope, why_not::why_not, Timestamp};
//!
//! let account = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/a";
//! let index = Index::new(Arc::new(Policy::default()), OperationTable::standard());
//! let found = why_not(&index, &Question {
//!     principal: &PrincipalId::new("alice"),
//!     groups: &[],
//!     action: "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action",
//!     plane: Plane::Data,
//!     scope: &Scope::parse(account).unwrap(),
//!     now: Timestamp(0),
//! });
//! let [Change::Assign(assignment)] = &*found.remedies[0].changes else { panic!() };
//! assert_eq!(assignment.role.to_string(), "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"); // … OpenAI User
//! ```

mod candidates;
mod slice;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::sync::Arc;

use crate::Timestamp;
use crate::action::Plane;
use crate::change::{Change, changed};
use crate::decide::{Question, decide};
use crate::decision::Decision;
use crate::index::{Index, Outcome};
use crate::operation::OperationTable;
use crate::policy::Policy;
use crate::suggest;
use candidates::Candidates;
use slice::Slice;

/// The most remedies that an answer lists; [`WhyNot::remedies_total`] counts all that were found.
pub const MAX_REMEDIES: usize = 20;

/// The most combinations that are tried.
const MAX_TRIED: usize = 400;

/// A decision, and what would make it another.
#[derive(Clone, Debug)]
pub struct WhyNot {
    /// The decision as it is.
    pub decision: Decision,
    /// Unless it is allowed: what would permit it, least privilege first.
    pub remedies: Vec<Remedy>,
    /// How many were found before the list was cut.
    pub remedies_total: usize,
    /// Whether some combinations were not tried because there are too many.
    pub cut_short: bool,
}

/// Changes that together permit it, none of which is superfluous. Tried by deciding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// What to change; nothing, if waiting is enough.
    pub changes: Vec<Change>,
    /// When it is permitted, if not at once.
    pub not_before: Option<Timestamp>,
    /// How many further actions the principal gains at the scope, of those that built-in roles tell apart.
    pub gains: usize,
    /// Whether the principal could then change the resource or hand out roles, and cannot now.
    pub manages: bool,
    /// Whether others are affected: a role, a deny assignment or a group's assignment changes for all.
    pub affects_others: bool,
}

/// Why not, and what would permit it.
pub fn why_not(index: &Index, question: &Question<'_>) -> WhyNot {
    let decision = index.decide(question);
    let mut found = WhyNot {
        remedies: Vec::new(),
        remedies_total: 0,
        cut_short: false,
        decision,
    };
    if found.decision.is_allowed() {
        return found;
    }
    let candidates = Candidates::of(index, question);
    let slice = Slice::new(index, question, candidates.groups());
    let mut trial = Trial::new(&slice, question);
    'all: for lift in candidates.lifts() {
        for grant in candidates.grants() {
            if trial.tried == MAX_TRIED {
                found.cut_short = true;
                break 'all;
            }
            let changes: Vec<Change> = lift.iter().chain(&grant.change).cloned().collect();
            found
                .remedies
                .extend(trial.remedy(changes, grant.not_before));
        }
    }
    let suggested = found.decision.suggested_role.as_ref();
    let is_suggested = |change: &Change| match change {
        Change::Assign(assignment) => suggested.is_some_and(|role| role.id == assignment.role),
        _ => false,
    };
    found
        .remedies
        .sort_by_key(|remedy| order(remedy, remedy.changes.iter().any(is_suggested)));
    found.remedies.dedup();
    found.remedies_total = found.remedies.len();
    found.remedies.truncate(MAX_REMEDIES);
    found
}

/// What comes first: waiting, activating what one is entitled to, then the fewest new rights. The role that
/// Microsoft's guidance names comes before others that give as little power.
fn order(remedy: &Remedy, is_suggested: bool) -> impl Ord + use<> {
    let activates = |change: &Change| matches!(change, Change::Activate(_));
    let class = match &*remedy.changes {
        [] => 0,
        changes if changes.iter().all(activates) => 1,
        _ => 2,
    };
    let kinds: Vec<u8> = remedy.changes.iter().map(kind).collect();
    (
        class,
        remedy.affects_others,
        remedy.manages,
        !is_suggested,
        remedy.gains,
        kinds,
    )
}

/// Among equals: what is easiest to undo.
fn kind(change: &Change) -> u8 {
    match change {
        Change::Activate(_) => 0,
        Change::AddMember { .. } | Change::RemoveMember { .. } => 1,
        Change::Assign(_) | Change::Unassign(_) => 2,
        Change::Spare { .. } => 3,
        Change::LiftCondition(_) => 4,
        Change::RemoveDeny(_) | Change::Deny(_) => 5,
        Change::Define(_) | Change::Undefine(_) => 6,
    }
}

/// Tries changes.
struct Trial<'t> {
    policy: &'t Policy,
    question: &'t Question<'t>,
    before: HashSet<(&'static str, Plane)>,
    tried: usize,
}

impl<'t> Trial<'t> {
    fn new(slice: &'t Slice, question: &'t Question<'t>) -> Self {
        Self {
            before: rights(&slice.policy, question, question.now),
            policy: &slice.policy,
            question,
            tried: 0,
        }
    }

    /// The changes as a remedy, if they permit it and none of them is superfluous.
    fn remedy(&mut self, changes: Vec<Change>, not_before: Option<Timestamp>) -> Option<Remedy> {
        self.tried += 1;
        let now = not_before.unwrap_or(self.question.now);
        let policy = changed(self.policy, &changes);
        if !self.permits(&policy, now) {
            return None;
        }
        if not_before.is_some() && self.permits(&policy, self.question.now) {
            return None; // There is nothing to wait for.
        }
        for left_out in 0..changes.len() {
            let mut fewer = changes.clone();
            fewer.remove(left_out);
            if self.permits(&changed(self.policy, &fewer), now) {
                return None;
            }
        }
        let after = rights(&policy, self.question, now);
        let gained: Vec<_> = after.difference(&self.before).collect();
        let manages = gained
            .iter()
            .any(|(action, plane)| *plane == Plane::Control && suggest::is_management(action));
        Some(Remedy {
            affects_others: changes
                .iter()
                .any(|change| affects_others(change, self.question)),
            gains: gained.len(),
            manages,
            changes,
            not_before,
        })
    }

    fn permits(&self, policy: &Policy, now: Timestamp) -> bool {
        decide(
            policy,
            &Question {
                now,
                ..*self.question
            },
        )
        .is_allowed()
    }
}

/// The measured actions that the principal may do at the scope.
fn rights(
    policy: &Policy,
    question: &Question<'_>,
    now: Timestamp,
) -> HashSet<(&'static str, Plane)> {
    let index = Index::new(Arc::new(policy.clone()), OperationTable::standard());
    let mut evaluator = index.evaluator();
    let allowed = |(action, plane): &(&'static str, Plane)| {
        let measured = Question {
            action,
            plane: *plane,
            now,
            ..*question
        };
        evaluator.decide(&measured) == Outcome::Allowed
    };
    suggest::measures().filter(allowed).collect()
}

/// Whether a change is about more principals than the one who asks.
fn affects_others(change: &Change, question: &Question<'_>) -> bool {
    match change {
        Change::Assign(one) | Change::Unassign(one) | Change::Activate(one) => {
            one.principal != *question.principal
        }
        Change::LiftCondition(one) => one.principal != *question.principal,
        Change::AddMember { member, .. } | Change::RemoveMember { member, .. } => {
            member != question.principal
        }
        Change::Spare { principal, .. } => principal != question.principal,
        Change::RemoveDeny(deny) => deny
            .principals
            .iter()
            .any(|principal| principal != question.principal),
        Change::Define(_) | Change::Undefine(_) | Change::Deny(_) => true,
    }
}
