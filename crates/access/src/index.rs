//! The same decisions, in a hurry: an immutable snapshot of a policy, compiled for look-ups.
//!
//! [`crate::decide`] reads a whole policy to answer one question, and tells why. A server asks
//! millions of questions of one policy and needs the reason only when it refuses. So everything
//! that depends on the policy alone is worked out once:
//!
//! * principals, scopes and *grants* (a role together with a condition) become small numbers;
//! * every principal has the list of what it holds, sorted by scope, twelve bytes an assignment;
//! * every grant and every deny assignment has a mask of the data actions it decides.
//!
//! A question then costs a walk over the caller's groups, one look-up for each scope above the one
//! asked about, and a few comparisons: it does not depend on how many assignments there are.
//!
//! [`Index::grant`] answers "which data actions may this caller do here, and until when is that
//! sure?", which is what a data path caches. [`Evaluator::decide`] answers single questions about
//! any action. [`Index::decide`] explains. Property tests hold all three to [`crate::decide`].
//!
//! A snapshot never changes; a changed policy gets a new one (100,000 assignments take some 20 ms).

mod around;
mod build;
mod evaluator;
mod intern;
mod known;
mod place;
mod source;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use crate::hierarchy::Ancestors;
pub use evaluator::{Evaluator, Outcome};
use hashbrown::HashMap;
use intern::{Interner, Lists};
pub use known::KnownGrants;
use place::Place;
pub(crate) use source::Here;

use crate::Timestamp;
use crate::assignment::{AssignmentState, RoleAssignment};
use crate::builtin;
use crate::condition::{Attributes, Condition, Truth};
use crate::decide::{Question, explain};
use crate::decision::Decision;
use crate::hierarchy::Hierarchy;
use crate::operation::{DataActions, OperationTable};
use crate::policy::Policy;
use crate::principal::PrincipalId;
use crate::role::{RoleDefinition, RoleId, denying, granting};
use crate::scope::Scope;

/// A policy, compiled. Cheap to share, impossible to change.
#[derive(Debug)]
pub struct Index {
    policy: Arc<Policy>,
    principals: Interner<PrincipalId>,
    scopes: Interner<Scope>,
    grants: Vec<Grantable>,
    /// By principal: what it holds, sorted by scope.
    held: Lists<Held>,
    /// By principal: the groups that list it as a direct member.
    parents: Lists<u32>,
    denies: Vec<CompiledDeny>,
    /// By scope: indexes into `denies`.
    denies_at: HashMap<u32, Vec<u32>>,
    /// The policy's own definitions, and where they are in its list.
    own_roles: HashMap<RoleId, u32>,
    /// By principal: where a group is in the policy's list.
    group_places: HashMap<u32, u32>,
    hierarchy: Hierarchy,
    /// By folded id of a subscription, or name of a management group: the management groups above
    /// at which anything is assigned.
    above_subscription: HashMap<String, Vec<u32>>,
    above_management_group: HashMap<String, Vec<u32>>,
}

/// One assignment, seen from its principal.
#[derive(Clone, Copy, Debug)]
struct Held {
    scope: u32,
    /// Index into `grants`; the highest bit says that the assignment is bound in time.
    grant: u32,
    /// Index into the policy's assignments.
    assignment: u32,
}

const TIME_BOUND: u32 = 1 << 31;

/// A role together with a condition: what assignments give, wherever and to whomever.
#[derive(Debug)]
struct Grantable {
    role: Option<Role>,
    condition: Option<Condition>,
    /// The data actions of the table that it surely permits.
    mask: DataActions,
}

/// Where a role's definition is.
#[derive(Clone, Copy, Debug)]
enum Role {
    /// In the policy's list.
    Own(u32),
    BuiltIn(&'static RoleDefinition),
}

/// A deny assignment, with principals as numbers.
#[derive(Debug)]
struct CompiledDeny {
    /// Index into the policy's deny assignments.
    deny: u32,
    scope: u32,
    everyone: bool,
    /// Sorted.
    principals: Vec<u32>,
    /// Sorted.
    excluded: Vec<u32>,
    /// The data actions of the table that it denies or may deny.
    mask: DataActions,
}

/// What a caller may do at a scope, and how long that is sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The data actions, of the table that the index was made with, that are allowed outright.
    pub data_actions: DataActions,
    /// The first second at which the answer may be another, because an assignment begins or ends.
    /// [`Timestamp::MAX`] if none does.
    pub valid_until: Timestamp,
}

impl Index {
    /// Compiles a policy, for the data actions of a table.
    pub fn new(policy: Arc<Policy>, table: &OperationTable) -> Self {
        build::build(policy, table)
    }

    /// The policy that was compiled.
    pub fn policy(&self) -> &Arc<Policy> {
        &self.policy
    }

    /// What a caller may do at a scope. `groups` are those that its token names.
    pub fn grant(
        &self,
        principal: &PrincipalId,
        groups: &[PrincipalId],
        scope: &Scope,
        now: Timestamp,
    ) -> Grant {
        let closure = self.closure(principal, groups);
        let place = self.place(scope);
        let mut allowed = DataActions::NONE;
        let mut valid_until = Timestamp::MAX;
        self.each_held(&closure, &place, |held| {
            let grant = &self.grants[(held.grant & !TIME_BOUND) as usize];
            if self.in_force(held, now) {
                allowed.0 |= grant.mask.0;
            }
            valid_until = valid_until.min(self.next_change(held, now).unwrap_or(Timestamp::MAX));
            true
        });
        for deny in self.denies_for(&closure, &place) {
            allowed.0 &= !deny.mask.0;
        }
        Grant {
            data_actions: allowed,
            valid_until,
        }
    }

    /// The decision with all its reasons: the same as [`crate::decide::decide`], at the cost of what
    /// the caller holds rather than of the whole policy.
    pub fn decide(&self, question: &Question<'_>) -> Decision {
        explain(&self, question, Attributes::none())
    }

    /// [`Index::decide`] where attributes of the request or the resource are known.
    pub fn decide_with(&self, question: &Question<'_>, attributes: &Attributes) -> Decision {
        explain(&self, question, attributes)
    }

    /// Something to ask many questions of: it remembers what actions and principals mean. One for
    /// each thread.
    pub fn evaluator(&self) -> Evaluator<'_> {
        Evaluator::new(self)
    }

    /// How many assignments were compiled.
    pub fn assignment_count(&self) -> usize {
        self.policy.assignments.len()
    }

    /// The bytes that the compiled form takes on the heap beside the policy itself, near enough.
    pub fn heap_size(&self) -> usize {
        self.principals.heap_size()
            + self.scopes.heap_size()
            + self.held.heap_size()
            + self.parents.heap_size()
            + self.grants.capacity() * size_of::<Grantable>()
            + self.denies.capacity() * size_of::<CompiledDeny>()
    }

    /// Visits what the principals hold at the place, until the visitor has seen enough.
    fn each_held(&self, closure: &[u32], place: &Place, mut visit: impl FnMut(&Held) -> bool) {
        for &principal in closure {
            let held = self.held.of(principal);
            // A short list is read through; in a long one each scope is looked up.
            if held.len() <= 16 {
                for one in held {
                    if place.scopes.contains(&one.scope) && !visit(one) {
                        return;
                    }
                }
                continue;
            }
            for &scope in &place.scopes {
                let start = held.partition_point(|one| one.scope < scope);
                for one in held[start..].iter().take_while(|one| one.scope == scope) {
                    if !visit(one) {
                        return;
                    }
                }
            }
        }
    }

    fn in_force(&self, held: &Held, now: Timestamp) -> bool {
        held.grant & TIME_BOUND == 0 || {
            let delay = self.policy.propagation_delay;
            self.assignment(held).state(now, delay) == AssignmentState::Active
        }
    }

    /// When time will next change whether something held is in force.
    fn next_change(&self, held: &Held, now: Timestamp) -> Option<Timestamp> {
        if held.grant & TIME_BOUND == 0 {
            return None;
        }
        let assignment = self.assignment(held);
        let effective = assignment.effective(self.policy.propagation_delay);
        let changes = [effective, assignment.ends].into_iter().flatten();
        changes
            .filter(|change| *change > now && !assignment.eligible)
            .min()
    }

    /// The deny assignments at the place that mean these principals, whatever they deny.
    fn denies_for(&self, closure: &[u32], place: &Place) -> impl Iterator<Item = &CompiledDeny> {
        self.denies_at(place)
            .map(|(_, deny)| deny)
            .filter(|deny| deny.means(closure))
    }

    /// The deny assignments that hold at the place, with their numbers.
    fn denies_at(&self, place: &Place) -> impl Iterator<Item = (u32, &CompiledDeny)> {
        let scopes: &[u32] = match self.denies.is_empty() {
            true => &[],
            false => &place.scopes,
        };
        let numbers = scopes
            .iter()
            .filter_map(|scope| self.denies_at.get(scope))
            .flatten();
        numbers
            .map(|&number| (number, &self.denies[number as usize]))
            .filter(|(_, deny)| {
                let not_to_children = self.policy.denies[deny.deny as usize].not_to_children;
                !not_to_children || Some(deny.scope) == place.own
            })
    }

    fn assignment(&self, held: &Held) -> &RoleAssignment {
        &self.policy.assignments[held.assignment as usize]
    }

    fn definition(&self, role: Role) -> &RoleDefinition {
        match role {
            Role::Own(place) => &self.policy.roles[place as usize],
            Role::BuiltIn(role) => role,
        }
    }

    /// What a grant comes to for a folded action.
    fn grant_outcome(&self, grant: &Grantable, question: &Folded<'_>) -> Outcome {
        let condition = grant.condition.as_ref();
        let (action, none) = (question.action, Attributes::none());
        let condition = granting(condition, action, none);
        let Some(role) = grant.role else {
            return match condition {
                Truth::False => Outcome::Denied,
                _ => Outcome::Unknown,
            };
        };
        let role = self.definition(role);
        match condition.and(role.permits_folded(action, question.plane, none)) {
            Truth::False => Outcome::Denied,
            Truth::Unknown => Outcome::Conditional,
            Truth::True => Outcome::Allowed,
        }
    }

    /// Whether a deny assignment names a folded action and its conditions hold.
    fn deny_truth(&self, deny: &CompiledDeny, question: &Folded<'_>) -> Truth {
        let deny = &self.policy.denies[deny.deny as usize];
        let (action, none) = (question.action, Attributes::none());
        let naming = deny
            .permissions
            .iter()
            .filter(|block| block.covers_folded(action, question.plane));
        naming
            .map(|block| denying(block.condition.as_ref(), action, none))
            .fold(Truth::False, Truth::or)
            .and(denying(deny.condition.as_ref(), action, none))
    }
}

impl CompiledDeny {
    fn means(&self, closure: &[u32]) -> bool {
        let among = |list: &[u32]| {
            !list.is_empty() && closure.iter().any(|id| list.binary_search(id).is_ok())
        };
        (self.everyone || among(&self.principals)) && !among(&self.excluded)
    }
}

/// An action as it is compared.
struct Folded<'a> {
    action: &'a str,
    plane: crate::action::Plane,
}

/// The definition that counts for a role: the policy's own, else the built-in one.
fn role_of(own: &HashMap<RoleId, u32>, id: &RoleId) -> Option<Role> {
    let own = own.get(id).copied().map(Role::Own);
    own.or_else(|| builtin::by_id(id).map(Role::BuiltIn))
}
