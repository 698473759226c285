//! The index, the explaining decision and a reference must agree on random policies.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::action::Plane;
use crate::decide::decide;
use crate::decision::Verdict;
use crate::policy::Group;
use crate::samples::{Asked, PRINCIPALS, asked, policy};

mod reference;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn index_decide_and_reference_agree(
        policy in policy(),
        asked in proptest::collection::vec(asked(), 1..12),
    ) {
        let policy = Arc::new(policy);
        let index = Index::new(Arc::clone(&policy), OperationTable::standard());
        let mut evaluator = index.evaluator();
        for asked in &asked {
            let question = asked.question();
            let decision = decide(&policy, &question);
            let outcome = Outcome::from(decision.verdict);
            prop_assert_eq!(outcome, reference::decide(&policy, &question), "reference, {:?}", asked);
            prop_assert_eq!(outcome, evaluator.decide(&question), "evaluator, {:?}", asked);
            prop_assert_eq!(&index.decide(&question), &decision, "explained, {:?}", asked);
            check_grant(&index, asked)?;
            check_reasons(&decision)?;
        }
    }
}

/// The mask is the set of data actions that are allowed, and stays so until it says otherwise.
fn check_grant(index: &Index, asked: &Asked) -> Result<(), TestCaseError> {
    let grant = index.grant(&asked.principal, &asked.groups, &asked.scope, asked.now);
    prop_assert!(grant.valid_until > asked.now);
    for action in OperationTable::standard().data_actions() {
        let verdict = |now| {
            let question = Question {
                action: action.as_str(),
                plane: Plane::Data,
                now,
                ..asked.question()
            };
            decide(index.policy(), &question).verdict
        };
        let allowed = grant.data_actions.contains(action);
        prop_assert_eq!(
            allowed,
            verdict(asked.now) == Verdict::Allowed,
            "{} {:?}",
            action,
            asked
        );
        // One action is enough to see that time changes nothing before it should.
        if action.bit() == 0 {
            let last = Timestamp(grant.valid_until.0.min(12) - 1);
            for now in asked.now.0..=last.0 {
                let still = verdict(Timestamp(now)) == Verdict::Allowed;
                prop_assert_eq!(allowed, still, "at {} {:?}", now, asked);
            }
        }
    }
    Ok(())
}

/// Every verdict but "nothing grants" has the step that brought it about.
fn check_reasons(decision: &Decision) -> Result<(), TestCaseError> {
    use crate::decision::Denial;
    let absent =
        matches!(decision.verdict, Verdict::Denied(denial) if denial != Denial::DenyAssignment);
    prop_assert_eq!(decision.decisive().is_none(), absent, "{:?}", decision);
    prop_assert_eq!(
        decision.verdict == Verdict::Unknown && decision.unknown_roles.is_empty(),
        false
    );
    prop_assert!(decision.near_misses.len() <= decision.near_miss_total);
    if decision.is_allowed() {
        prop_assert!(decision.near_misses.is_empty() && decision.suggested_role.is_none());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn who_can_lists_exactly_those_who_can(policy in policy(), asked in asked()) {
        let Asked { action, plane, scope, now, .. } = &asked;
        let found = crate::who::who_can(&policy, action, *plane, scope, *now);
        for id in PRINCIPALS {
            let principal = PrincipalId::new(id);
            let question = Question { principal: &principal, groups: &[], ..asked.question() };
            let verdict = decide(&policy, &question).verdict;
            let holder = found.holders.iter().find(|holder| holder.principal == principal);
            let outcome = holder.map_or(Outcome::Denied, |holder| holder.outcome);
            prop_assert_eq!(outcome, Outcome::from(verdict), "{} {:?}", id, asked);
            if let Some(by) = holder.and_then(|holder| holder.by.as_ref()) {
                let last = by.path.last().map_or(&principal, |group| &group.id);
                prop_assert_eq!(last, &by.principal);
            }
            if found.blocked.iter().any(|blocked| blocked.principal == principal) {
                prop_assert_eq!(verdict, Verdict::Denied(crate::decision::Denial::DenyAssignment));
            }
        }
    }
}

#[test]
fn a_principal_with_many_assignments_is_found_by_scope() {
    let reader = RoleId::parse("a97b65f3-24c7-4388-baec-2e87135dc908");
    let at = |n: usize| Scope::parse(&format!("/subscriptions/s{n}")).unwrap();
    let robot = PrincipalId::new("robot");
    let policy = Policy {
        assignments: (0..1000)
            .map(|n| RoleAssignment::new(&n.to_string(), robot.clone(), reader.clone(), at(n * 2)))
            .collect(),
        ..Policy::default()
    };
    let index = Index::new(Arc::new(policy), OperationTable::standard());
    for n in 0..2000 {
        let scope = at(n).child("resourceGroups", "rg");
        let grant = index.grant(&robot, &[], &scope, Timestamp(0));
        assert_eq!(!grant.data_actions.is_empty(), n % 2 == 0, "{n}");
    }
}

#[test]
fn many_groups_are_followed() {
    let group = |n: usize| PrincipalId::new(&format!("g{n}"));
    let policy = Policy {
        // A long chain, a wide fan and a cycle.
        groups: (0..500)
            .map(|n| Group {
                id: group(n + 1),
                name: String::new(),
                members: vec![group(n), group(0), group((n + 250) % 500)],
            })
            .collect(),
        assignments: vec![RoleAssignment::new(
            "1",
            group(500),
            RoleId::parse("a97b65f3-24c7-4388-baec-2e87135dc908"),
            Scope::root(),
        )],
        ..Policy::default()
    };
    let index = Index::new(Arc::new(policy), OperationTable::standard());
    let scope = Scope::parse("/subscriptions/s").unwrap();
    let held = |id: &PrincipalId, groups: &[PrincipalId]| {
        !index
            .grant(id, groups, &scope, Timestamp(0))
            .data_actions
            .is_empty()
    };
    assert!(held(&group(0), &[]));
    assert!(!held(&PrincipalId::new("stranger"), &[]));
    assert!(held(&PrincipalId::new("stranger"), &[group(7)]));
}
