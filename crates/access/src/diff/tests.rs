//! Every difference is one, and none is missed.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::Index as Pick;

use super::*;
use crate::assignment::{DenyAssignment, RoleAssignment};
use crate::change::{Change, changed};
use crate::decide::decide;
use crate::operation::OperationTable;
use crate::policy::Policy;
use crate::role::RoleDefinition;
use crate::samples::{ACTIONS, PRINCIPALS, SCOPES, assignment, deny, policy, principal, role};

/// A change of a policy that is not there yet.
#[derive(Clone, Debug)]
struct Proposed {
    kind: u8,
    assignment: RoleAssignment,
    deny: DenyAssignment,
    role: RoleDefinition,
    member: PrincipalId,
    pick: Pick,
}

prop_compose! {
    fn proposed()(
        kind in 0..8_u8,
        assignment in assignment(),
        deny in deny(),
        role in role(),
        member in principal(),
        pick in any::<Pick>(),
    ) -> Proposed {
        Proposed { kind, assignment, deny, role, member, pick }
    }
}

impl Proposed {
    fn change(&self, policy: &Policy) -> Change {
        fn one<'l, T>(list: &'l [T], pick: &Pick) -> Option<&'l T> {
            (!list.is_empty()).then(|| pick.get(list))
        }
        let found = match self.kind {
            0 => Some(Change::Deny(self.deny.clone())),
            1 => Some(Change::Define(self.role.clone())),
            2 => one(&policy.assignments, &self.pick)
                .cloned()
                .map(Change::Unassign),
            3 => one(&policy.denies, &self.pick)
                .cloned()
                .map(Change::RemoveDeny),
            4 => one(&policy.groups, &self.pick).map(|group| Change::AddMember {
                group: group.id.clone(),
                member: self.member.clone(),
            }),
            5 => one(&policy.groups, &self.pick).and_then(|group| {
                Some(Change::RemoveMember {
                    group: group.id.clone(),
                    member: one(&group.members, &self.pick)?.clone(),
                })
            }),
            6 => one(&policy.roles, &self.pick).map(|role| Change::Undefine(role.id.clone())),
            _ => None,
        };
        found.unwrap_or_else(|| Change::Assign(self.assignment.clone()))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_difference_is_told_where_the_decisions_differ_and_only_there(
        policy in policy(),
        proposed in proptest::collection::vec(proposed(), 1..3),
        now in (0..9_i64).prop_map(Timestamp),
    ) {
        let changes: Vec<Change> = proposed.iter().map(|one| one.change(&policy)).collect();
        let after = changed(&policy, &changes);
        let compiled = |policy: &Policy| Index::new(Arc::new(policy.clone()), OperationTable::standard());
        let (before, after) = (compiled(&policy), compiled(&after));
        let places: Vec<Scope> = SCOPES.iter().map(|text| Scope::parse(text).unwrap()).collect();
        let actions: Vec<(String, Plane)> = ACTIONS
            .iter()
            .flat_map(|action| [Plane::Control, Plane::Data].map(|plane| ((*action).to_owned(), plane)))
            .collect();
        let found = diff(&before, &after, &places, &actions, now);
        prop_assert_eq!(found.not_compared, 0);

        let outcome = |index: &Index, principal: &PrincipalId, scope: &Scope, action: usize| {
            let (action, plane) = &actions[action];
            let question = Question { principal, groups: &[], action, plane: *plane, scope, now };
            Outcome::from(decide(index.policy(), &question).verdict)
        };
        for one in &found.differences {
            prop_assert_eq!(one.before, outcome(&before, &one.principal, &one.scope, one.action));
            prop_assert_eq!(one.after, outcome(&after, &one.principal, &one.scope, one.action));
            prop_assert_ne!(one.before, one.after);
        }
        let everybody: BTreeSet<PrincipalId> = PRINCIPALS.iter().map(|id| PrincipalId::new(id)).collect();
        for principal in &everybody {
            for scope in &places {
                for (action, asked) in actions.iter().enumerate() {
                    let old = outcome(&before, principal, scope, action);
                    let new = outcome(&after, principal, scope, action);
                    if old == new {
                        continue;
                    }
                    let is_told = found.differences.iter().any(|one| {
                        one.principal == *principal
                            && one.action == action
                            && (one.before, one.after) == (old, new)
                            && (before.is_within(scope, &one.scope) || after.is_within(scope, &one.scope))
                    });
                    prop_assert!(is_told, "{} at {}: {:?} {:?} {:?}", principal, scope, asked, changes, found);
                }
            }
        }
    }
}
