//! What might help: ways to lift what denies, and ways to get what grants. None of them is tried here.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::Timestamp;
use crate::assignment::{AssignmentState, DenyAssignment, RoleAssignment};
use crate::builtin;
use crate::change::Change;
use crate::condition::{Attributes, Truth};
use crate::decide::{Question, Source};
use crate::effective::{self, Denied};
use crate::index::Index;
use crate::membership::Closure;
use crate::principal::{PrincipalId, PrincipalKind};
use crate::role::{Permission, RoleDefinition, RoleKind, denying, granting};
use crate::suggest;
use crate::text::fold;
use crate::{action::ActionPattern, action::Plane};

/// The most roles that are offered for an assignment, besides those that the principal holds elsewhere.
const MAX_ROLES: usize = 5;
/// The most groups that are offered to join.
const MAX_GROUPS: usize = 50;
/// Up to so many deny assignments are lifted each in its own way; more of them all in one way.
const MAX_MIXED: usize = 3;

/// A way to get a grant.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    /// The change; none, if there is a grant already or waiting is enough.
    pub(super) change: Option<Change>,
    /// When it grants, if not at once.
    pub(super) not_before: Option<Timestamp>,
}

/// The candidates for one question.
pub(super) struct Candidates {
    lifts: Vec<Vec<Change>>,
    grants: Vec<Grant>,
    groups: Vec<PrincipalId>,
}

impl Candidates {
    pub(super) fn of(index: &Index, question: &Question<'_>) -> Self {
        let case = Case {
            action: &fold(question.action),
            closure: Closure::new(question.principal, question.groups, |id| index.parents(id)),
            index,
            question,
        };
        let groups = case.groups();
        Self {
            lifts: case.lifts(),
            grants: case.grants(&groups),
            groups,
        }
    }

    /// Ways to lift every deny assignment that applies; one empty way, if none does.
    pub(super) fn lifts(&self) -> &[Vec<Change>] {
        &self.lifts
    }

    /// Ways to get a grant.
    pub(super) fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// The groups that the principal might join.
    pub(super) fn groups(&self) -> &[PrincipalId] {
        &self.groups
    }
}

struct Case<'c> {
    index: &'c Index,
    question: &'c Question<'c>,
    /// Folded.
    action: &'c str,
    closure: Closure<'c>,
}

impl Case<'_> {
    fn lifts(&self) -> Vec<Vec<Change>> {
        let Question {
            principal,
            groups,
            scope,
            now,
            ..
        } = *self.question;
        let found = effective::at(self.index, principal, groups, scope, now);
        let applying = found.denies.iter();
        let applying: Vec<_> = applying
            .filter(|denied| self.denies(denied.assignment))
            .collect();
        let ways: Vec<Vec<Change>> = applying
            .iter()
            .map(|denied| self.ways_around(denied))
            .collect();
        if ways.len() > MAX_MIXED {
            let most = ways.iter().map(Vec::len).min().unwrap_or_default();
            let one_way = |way: usize| ways.iter().map(|ways| ways[way].clone()).collect();
            return (0..most).map(one_way).collect();
        }
        ways.iter().fold(vec![Vec::new()], |lifts, ways| {
            let with = |lift: &Vec<Change>| -> Vec<Vec<Change>> {
                let with = |way: &Change| [&**lift, std::slice::from_ref(way)].concat();
                ways.iter().map(with).collect()
            };
            lifts.iter().flat_map(with).collect()
        })
    }

    /// Whether a deny assignment that means the principal denies the action, or may.
    fn denies(&self, deny: &DenyAssignment) -> bool {
        let none = Attributes::none();
        let naming = deny.permissions.iter();
        let blocks = naming
            .filter(|block| block.covers_folded(self.action, self.question.plane))
            .map(|block| denying(block.condition.as_ref(), self.action, none))
            .fold(Truth::False, Truth::or);
        blocks.and(denying(deny.condition.as_ref(), self.action, none)) != Truth::False
    }

    fn ways_around(&self, denied: &Denied<'_>) -> Vec<Change> {
        let principal = self.question.principal.clone();
        let deny = denied.assignment.clone();
        let spare = Change::Spare {
            deny: deny.clone(),
            principal,
        };
        let leave = denied.path.first().map(|group| Change::RemoveMember {
            group: group.id.clone(),
            member: self.question.principal.clone(),
        });
        [Some(spare), Some(Change::RemoveDeny(deny)), leave]
            .into_iter()
            .flatten()
            .collect()
    }

    fn grants(&self, groups: &[PrincipalId]) -> Vec<Grant> {
        let at_once = |change: Option<Change>| Grant {
            change,
            not_before: None,
        };
        // Perhaps only a deny assignment stands in the way.
        let mut grants = vec![at_once(None)];
        let ancestors = self.index.ancestors(self.question.scope);
        let mut roles_elsewhere = Vec::new();
        for assignment in self.index.assignments(&self.closure) {
            let role = self.index.role(&assignment.role);
            if ancestors.covered_by(&assignment.scope) {
                grants.extend(self.mended(assignment, role));
            } else if let Some(role) = role.filter(|role| self.permits(role) == Truth::True) {
                roles_elsewhere.push(role);
            }
        }
        let join = |group: &PrincipalId| Change::AddMember {
            group: group.clone(),
            member: self.question.principal.clone(),
        };
        grants.extend(groups.iter().map(|group| at_once(Some(join(group)))));
        let roles = self.roles_to_assign(roles_elsewhere).into_iter();
        grants.extend(roles.map(|role| at_once(Some(self.assign(role)))));
        grants
    }

    /// What would let an assignment at or above the scope grant.
    fn mended(&self, assignment: &RoleAssignment, role: Option<&RoleDefinition>) -> Vec<Grant> {
        let (delay, now) = (self.index.propagation_delay(), self.question.now);
        let at_once = |change| Grant {
            change: Some(change),
            not_before: None,
        };
        let permits = role.map_or(Truth::False, |role| self.permits(role));
        let condition = granting(
            assignment.condition.as_ref(),
            self.action,
            Attributes::none(),
        );
        let mut grants = Vec::new();
        match assignment.state(now, delay) {
            AssignmentState::Eligible => grants.push(at_once(Change::Activate(assignment.clone()))),
            AssignmentState::Propagating | AssignmentState::StartsLater => grants.push(Grant {
                change: None,
                not_before: assignment.effective(delay),
            }),
            AssignmentState::Active if permits == Truth::True && condition != Truth::True => {
                grants.push(at_once(Change::LiftCondition(assignment.clone())));
            }
            AssignmentState::Active if permits == Truth::False => {
                let custom = role.filter(|role| role.kind == RoleKind::Custom);
                grants.extend(custom.map(|role| at_once(Change::Define(self.extended(role)))));
            }
            AssignmentState::Active | AssignmentState::Expired => {}
        }
        grants
    }

    fn permits(&self, role: &RoleDefinition) -> Truth {
        role.permits_folded(self.action, self.question.plane, Attributes::none())
    }

    /// The role with this one action more, in a block of its own.
    fn extended(&self, role: &RoleDefinition) -> RoleDefinition {
        let mut extended = role.clone();
        let mut block = Permission::default();
        let action = ActionPattern::new(self.question.action);
        match self.question.plane {
            Plane::Control => block.actions.push(action),
            Plane::Data => block.data_actions.push(action),
        }
        extended.permissions.push(block);
        extended
    }

    /// The roles with the fewest rights that permit it, and those that the principal has elsewhere.
    fn roles_to_assign<'r>(
        &'r self,
        elsewhere: Vec<&'r RoleDefinition>,
    ) -> Vec<&'r RoleDefinition> {
        let own = &self.index.policy().roles;
        // The definition that counts: the policy's last of an id, else the built-in one.
        let mut seen = HashSet::new();
        let counting = own.iter().rev().chain(builtin::role_definitions());
        let counting = counting.filter(move |role| seen.insert(&role.id));
        let mut roles = suggest::permitting(counting, self.action, self.question.plane);
        roles.truncate(MAX_ROLES);
        for role in elsewhere {
            if !roles.iter().any(|known| known.id == role.id) {
                roles.push(role);
            }
        }
        roles
    }

    fn assign(&self, role: &RoleDefinition) -> Change {
        let Question {
            principal, scope, ..
        } = *self.question;
        let id = format!("{} to {principal} at {scope}", role.id);
        Change::Assign(RoleAssignment::new(
            &id,
            principal.clone(),
            role.id.clone(),
            scope.clone(),
        ))
    }

    /// The groups whose members may do it: those that hold a role for it, and those within them.
    fn groups(&self) -> Vec<PrincipalId> {
        let policy = self.index.policy();
        let members: HashMap<&PrincipalId, &Vec<PrincipalId>> = policy
            .groups
            .iter()
            .map(|group| (&group.id, &group.members))
            .collect();
        let ancestors = self.index.ancestors(self.question.scope);
        let is_group = |assignment: &RoleAssignment| {
            assignment.principal_kind == PrincipalKind::Group
                || members.contains_key(&assignment.principal)
        };
        let mut open: VecDeque<&PrincipalId> = VecDeque::new();
        for assignment in &policy.assignments {
            if is_group(assignment)
                && assignment.state(self.question.now, policy.propagation_delay)
                    == AssignmentState::Active
                && ancestors.covered_by(&assignment.scope)
                && self
                    .index
                    .role(&assignment.role)
                    .is_some_and(|role| self.permits(role) == Truth::True)
                && granting(
                    assignment.condition.as_ref(),
                    self.action,
                    Attributes::none(),
                ) == Truth::True
            {
                open.push_back(&assignment.principal);
            }
        }
        let (mut seen, mut groups) = (HashSet::new(), Vec::new());
        while let Some(group) = open.pop_front() {
            if groups.len() == MAX_GROUPS {
                break;
            }
            if !seen.insert(group) {
                continue;
            }
            // Nobody joins itself.
            if !self.closure.contains(group) {
                groups.push(group.clone());
            }
            let below = members
                .get(group)
                .into_iter()
                .flat_map(|members| members.iter());
            open.extend(below.filter(|member| members.contains_key(member)));
        }
        groups
    }
}
