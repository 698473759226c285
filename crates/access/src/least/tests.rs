//! What is proposed is enough, and no smaller single role would be.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::change::{Change, changed};
use crate::decide::decide;
use crate::operation::OperationTable;
use crate::policy::Policy;
use crate::samples::{asked, policy};

const ACCOUNTS: &str = "Microsoft.CognitiveServices/accounts";

fn used(actions: &[(&str, Plane)]) -> Vec<Use> {
    let scope =
        "/subscriptions/s/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/a";
    let of = |(action, plane): &(&str, Plane)| Use {
        action: format!("{ACCOUNTS}/{action}"),
        plane: *plane,
        scope: Scope::parse(scope).unwrap(),
    };
    actions.iter().map(of).collect()
}

#[test]
fn the_smallest_roles_are_found() {
    let check = |actions: &[(&str, Plane)], expected: &[&str]| {
        let index = Index::new(Arc::new(Policy::default()), OperationTable::standard());
        let found = least_privilege(
            &index,
            &PrincipalId::new("alice"),
            &used(actions),
            Timestamp(0),
        );
        let roles: Vec<&str> = found.places[0]
            .roles
            .iter()
            .map(|role| &*role.name)
            .collect();
        assert_eq!(roles, expected, "{actions:?}");
        assert!(found.denied.is_empty() && found.rights_then > 0 && found.rights_now == 0);
    };
    let chat = ("OpenAI/deployments/chat/completions/action", Plane::Data);
    check(&[chat], &["Cognitive Services OpenAI User"]);
    check(
        &[chat, ("MaaS/chat/completions/action", Plane::Data)],
        &["Cognitive Services User"],
    );
    check(
        &[chat, ("listKeys/action", Plane::Control)],
        &["Cognitive Services User"],
    );
}

#[test]
fn what_is_idle_is_named() {
    let uses = used(&[("OpenAI/deployments/chat/completions/action", Plane::Data)]);
    let alice = PrincipalId::new("alice");
    let give = |role: &str| {
        let role = builtin::by_name(role).unwrap().id.clone();
        RoleAssignment::new("1", alice.clone(), role, uses[0].scope.clone())
    };
    let assignments = vec![give("Cognitive Services OpenAI User"), give("Contributor")];
    let policy = Policy {
        assignments,
        ..Policy::default()
    };
    let index = Index::new(Arc::new(policy), OperationTable::standard());
    let found = least_privilege(&index, &alice, &uses, Timestamp(0));
    let used: Vec<usize> = found.held.iter().map(|held| held.used).collect();
    assert_eq!(used, [1, 0]);
    assert!(
        found.held[0]
            .unused
            .iter()
            .all(|(_, pattern)| !pattern.matches(&uses[0].action))
    );
    assert!(found.rights_then < found.rights_now);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_proposed_is_enough(
        policy in policy(),
        asked in proptest::collection::vec(asked(), 1..6),
    ) {
        let index = Index::new(Arc::new(policy), OperationTable::standard());
        let (principal, now) = (&asked[0].principal, asked[0].now);
        let uses: Vec<Use> = asked
            .iter()
            .map(|one| Use { action: one.action.to_owned(), plane: one.plane, scope: one.scope.clone() })
            .collect();
        let found = least_privilege(&index, principal, &uses, now);
        let assign = found.places.iter().flat_map(|place| {
            place.roles.iter().map(|role| {
                Change::Assign(RoleAssignment::new("", principal.clone(), role.id.clone(), place.scope.clone()))
            })
        });
        let after = changed(index.policy(), &assign.collect::<Vec<_>>());
        // Groups have no say in what is proposed, but a deny assignment may mean one.
        for one in uses.iter().filter(|one| !found.uncovered.contains(one)) {
            let question = Question {
                principal,
                groups: &[],
                action: &one.action,
                plane: one.plane,
                scope: &one.scope,
                now,
            };
            let decision = decide(&after, &question);
            let stopped = decision.steps.iter().any(|step| matches!(
                step,
                crate::decision::Step::Deny(deny) if matches!(
                    deny.outcome,
                    crate::decision::DenyOutcome::Denies | crate::decision::DenyOutcome::MayDeny
                )
            ));
            let waits = index.policy().propagation_delay > 0; // made now, of no known time: at once
            prop_assert!(decision.is_allowed() || stopped, "{:?} {}", one, waits);
        }
    }
}
