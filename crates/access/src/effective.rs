//! What a principal may do at a place, whole: everything that it holds there, and what is denied.
//!
//! [`decide`](crate::decide) answers for one action. [`at`] gathers what it reads for all of them: the
//! principal's assignments at or above a scope, through groups with the path, and the deny assignments
//! that mean it. [`Effective::blocks`] is what those in force permit, merged as far as that is exact:
//! `(A less N) or (B less N)` is `(A or B) less N`, so blocks with the same exclusions and conditions
//! become one; anything else stays apart.
//!
//! ```
//! use std::sync::Arc;
//! use access::{assignment::RoleAssignment, builtin, effective, index::Index, policy::Policy};
//! use access::{operation::OperationTable, principal::PrincipalId, scope::Scope, Timestamp};
//!
//! let alice = PrincipalId::new("alice");
//! let (group, account) = ("/subscriptions/s/resourceGroups/rg", "/subscriptions/s/resourceGroups/rg/providers/P/a/b");
//! let give = |role, scope| {
//!     let role = builtin::by_name(role).unwrap().id.clone();
//!     RoleAssignment::new(scope, alice.clone(), role, Scope::parse(scope).unwrap())
//! };
//! let assignments = vec![give("Owner", group), give("Reader", account)];
//! let index = Index::new(Arc::new(Policy { assignments, ..Policy::default() }), OperationTable::standard());
//! let found = effective::at(&index, &alice, &[], &Scope::parse(account).unwrap(), Timestamp(0));
//! assert_eq!(found.holdings.len(), 2);
//! // `*` covers what a Reader may read: one block is left.
//! assert_eq!(found.blocks().len(), 1);
//! ```

mod block;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use block::Block;

use crate::Timestamp;
use crate::assignment::{AssignmentState, DenyAssignment};
use crate::condition::Condition;
use crate::decide::Source;
use crate::decision::PathGroup;
use crate::index::Index;
use crate::membership::Closure;
use crate::principal::PrincipalId;
use crate::role::{RoleDefinition, RoleId};
use crate::scope::Scope;

/// What bears on a principal at a scope.
#[derive(Clone, Debug)]
pub struct Effective<'p> {
    /// Where.
    pub scope: Scope,
    /// Its role assignments at or above the scope, in force or not, in the policy's order.
    pub holdings: Vec<Holding<'p>>,
    /// The deny assignments that hold at the scope and mean it.
    pub denies: Vec<Denied<'p>>,
}

/// A role assignment of the principal or of one of its groups.
#[derive(Clone, Debug)]
pub struct Holding<'p> {
    /// The assignment's id.
    pub assignment: Arc<str>,
    /// The role.
    pub role: RoleId,
    /// Its definition, if it is known.
    pub definition: Option<&'p RoleDefinition>,
    /// Where it is assigned.
    pub scope: Scope,
    /// To whom: the principal or a group.
    pub principal: PrincipalId,
    /// The groups from the principal's own to that one.
    pub path: Vec<PathGroup>,
    /// The assignment's own condition.
    pub condition: Option<Condition>,
    /// Whether it is in force.
    pub state: AssignmentState,
    /// When it begins or, if it is over, when it ended; when it will end, if it is in force.
    pub when: Option<Timestamp>,
}

/// A deny assignment that means the principal.
#[derive(Clone, Debug)]
pub struct Denied<'p> {
    /// The deny assignment.
    pub assignment: &'p DenyAssignment,
    /// The one of its principals that means this one; the zero GUID means everyone.
    pub principal: PrincipalId,
    /// The groups from the principal's own to that one.
    pub path: Vec<PathGroup>,
}

/// Everything that bears on a principal at a scope. `groups` are those that its token names.
pub fn at<'p>(
    index: &'p Index,
    principal: &PrincipalId,
    groups: &[PrincipalId],
    scope: &Scope,
    now: Timestamp,
) -> Effective<'p> {
    let closure = Closure::new(principal, groups, |id| owned_parents(index, id));
    let ancestors = index.ancestors(scope);
    let path = |id: &PrincipalId| closure.path(id, |id| index.group_name(id));
    let delay = index.propagation_delay();
    let assignments = index.assignments(&closure).into_iter();
    let holdings = assignments
        .filter(|assignment| ancestors.covered_by(&assignment.scope))
        .map(|assignment| {
            let state = assignment.state(now, delay);
            Holding {
                assignment: Arc::clone(&assignment.id),
                role: assignment.role.clone(),
                definition: index.role(&assignment.role),
                scope: assignment.scope.clone(),
                principal: assignment.principal.clone(),
                path: path(&assignment.principal),
                condition: assignment.condition.clone(),
                state,
                when: match state {
                    AssignmentState::Active | AssignmentState::Expired => assignment.ends,
                    _ => assignment.effective(delay),
                },
            }
        })
        .collect();
    let means = |deny: &&DenyAssignment| {
        let here = !deny.not_to_children || deny.scope == *scope;
        let spared = |id: &PrincipalId| !id.is_everyone() && closure.contains(id);
        here && !deny.exclude_principals.iter().any(spared)
    };
    let denies = index.denies(&ancestors).into_iter();
    let denies = denies.filter(means).filter_map(|assignment| {
        let mut principals = assignment.principals.iter();
        let principal = principals.find(|id| id.is_everyone() || closure.contains(id))?;
        Some(Denied {
            assignment,
            principal: principal.clone(),
            path: path(principal),
        })
    });
    Effective {
        scope: scope.clone(),
        holdings,
        denies: denies.collect(),
    }
}

/// Where something is assigned to the principal or one of its groups, from the root downwards.
pub fn scopes(index: &Index, principal: &PrincipalId, groups: &[PrincipalId]) -> Vec<Scope> {
    let closure = Closure::new(principal, groups, |id| owned_parents(index, id));
    let assignments = index.assignments(&closure).into_iter();
    let scopes: BTreeSet<&Scope> = assignments.map(|assignment| &assignment.scope).collect();
    scopes.into_iter().cloned().collect()
}

impl<'p> Effective<'p> {
    /// What the assignments in force permit, before anything is denied; merged where that is exact.
    pub fn blocks(&self) -> Vec<Block> {
        block::merged(self.in_force().filter_map(|holding| {
            let definition = holding.definition?;
            Some((
                &*definition.permissions,
                holding.condition.as_ref(),
                &holding.assignment,
            ))
        }))
    }

    /// The assignments that are in force.
    pub fn in_force(&self) -> impl Iterator<Item = &Holding<'p>> {
        let mut holdings = self.holdings.iter();
        std::iter::from_fn(move || {
            holdings.find(|holding| holding.state == AssignmentState::Active)
        })
    }
}

impl Denied<'_> {
    /// What is denied, merged like permissions.
    pub fn blocks(&self) -> Vec<Block> {
        let deny = self.assignment;
        let held = (&*deny.permissions, deny.condition.as_ref(), &deny.id);
        block::merged(std::iter::once(held))
    }
}

/// The groups that list a principal as a direct member.
fn owned_parents<'p>(index: &'p Index, id: &PrincipalId) -> Vec<&'p PrincipalId> {
    (&index).parents(id)
}
