//! The index, the explaining decision and a reference must agree on random policies.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::action::{ActionPattern, Plane};
use crate::assignment::{DenyAssignment, RoleAssignment};
use crate::decide::decide;
use crate::decision::Verdict;
use crate::policy::{Group, ManagementGroup};
use crate::role::{Permission, RoleDefinition, RoleId};

mod reference;

const PRINCIPALS: &[&str] = &["u0", "u1", "U1", "u2", "g0", "g1", "G1", "g2", "g3"];
const GROUPS: &[&str] = &["g0", "G1", "g2", "g3", "u2"];
const ROLES: &[&str] = &[
    "c0",
    "c1",
    "/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/C2",
    "unknown-role",
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", // Owner
    "A97B65F3-24C7-4388-BAEC-2E87135DC908", // Cognitive Services User
    "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd", // Cognitive Services OpenAI User
    "eadc314b-1a2d-4efa-be10-5d325db5065e", // Foundry Project Manager
];
const ACTIONS: &[&str] = &[
    "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action",
    "microsoft.cognitiveservices/ACCOUNTS/MaaS/chat/completions/action",
    "Microsoft.CognitiveServices/accounts/OpenAI/models/read",
    "Microsoft.CognitiveServices/accounts/AIServices/providers/action",
    "Microsoft.Authorization/roleAssignments/write",
    "Microsoft.CognitiveServices/accounts/listKeys/action",
    "Microsoft.CognitiveServices/accounts/OpenAI/*",
];
const PATTERNS: &[&str] = &[
    "*",
    "*/read",
    "*/ACTION",
    "Microsoft.CognitiveServices/*",
    "Microsoft.CognitiveServices/accounts/OpenAI/*",
    "microsoft.cognitiveservices/accounts/*/chat/*",
    "Microsoft.CognitiveServices/accounts/MaaS/chat/completions/action",
    "Microsoft.Authorization/*",
    "*/accounts/*/*/read",
    "Microsoft.CognitiveServices/accounts/OpenAI/models",
];
const SCOPES: &[&str] = &[
    "/",
    "/providers/Microsoft.Management/managementGroups/Root",
    "/providers/Microsoft.Management/managementGroups/corp",
    "/subscriptions/s1",
    "/Subscriptions/S1",
    "/subscriptions/s2",
    "/subscriptions/s1/resourceGroups/rg",
    "/subscriptions/s1/resourceGroups/rg2",
    "/subscriptions/s1/resourceGroups/RG/providers/Microsoft.CognitiveServices/accounts/a",
    "/subscriptions/s1/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/a2",
    "/subscriptions/s1/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/a/projects/p",
    "/subscriptions/s2/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/a/",
];
const CONDITIONS: &[&str] = &[
    "ActionMatches{'*'}",
    "!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'}) OR (@Request[a] StringEquals 'b')",
    "!(ActionMatches{'*/chat/completions/action'})",
    "Exists @Resource[x]",
    "not a condition",
];
const MANAGEMENT_GROUPS: &[&str] = &["root", "Corp", "leaf"];
const CHILDREN: &[&str] = &[
    "root",
    "corp",
    "leaf",
    "/providers/Microsoft.Management/managementGroups/CORP",
    "s1",
    "/subscriptions/S2",
];
const EVERYONE: &str = "00000000-0000-0000-0000-000000000000";

fn principal() -> impl Strategy<Value = PrincipalId> {
    select(PRINCIPALS).prop_map(PrincipalId::new)
}

fn scope() -> impl Strategy<Value = Scope> {
    select(SCOPES).prop_map(|text| Scope::parse(text).unwrap())
}

fn patterns(max: usize) -> impl Strategy<Value = Vec<ActionPattern>> {
    proptest::collection::vec(select(PATTERNS).prop_map(ActionPattern::new), 0..=max)
}

fn condition() -> impl Strategy<Value = Option<Condition>> {
    prop_oneof![
        3 => Just(None),
        1 => select(CONDITIONS).prop_map(|text| Some(Condition::new(text))),
    ]
}

fn permission() -> impl Strategy<Value = Permission> {
    (
        patterns(2),
        patterns(1),
        patterns(2),
        patterns(1),
        condition(),
    )
        .prop_map(
            |(actions, not_actions, data_actions, not_data_actions, condition)| Permission {
                actions,
                not_actions,
                data_actions,
                not_data_actions,
                condition,
            },
        )
}

fn role() -> impl Strategy<Value = RoleDefinition> {
    // Now and then the policy brings its own Cognitive Services User.
    let ids = select(
        &[
            "c0",
            "c1",
            "c2",
            "C1",
            "a97b65f3-24c7-4388-baec-2e87135dc908",
        ][..],
    );
    (ids, proptest::collection::vec(permission(), 0..3)).prop_map(|(id, permissions)| {
        let mut role = RoleDefinition::new(RoleId::parse(id), id);
        role.permissions = permissions;
        role
    })
}

fn time() -> impl Strategy<Value = Option<Timestamp>> {
    prop_oneof![4 => Just(None), 1 => (0..8_i64).prop_map(|time| Some(Timestamp(time)))]
}

fn assignment() -> impl Strategy<Value = RoleAssignment> {
    let who_what_where = (principal(), select(ROLES), scope());
    let bounds = (time(), time(), time(), proptest::bool::weighted(0.05));
    (who_what_where, condition(), bounds).prop_map(
        |((principal, role, scope), condition, (created, starts, ends, eligible))| RoleAssignment {
            condition,
            created,
            starts,
            ends,
            eligible,
            ..RoleAssignment::new("assignment", principal, RoleId::parse(role), scope)
        },
    )
}

fn deny() -> impl Strategy<Value = DenyAssignment> {
    let denied = prop_oneof![3 => principal(), 1 => Just(PrincipalId::new(EVERYONE))];
    let spared = prop_oneof![6 => principal(), 1 => Just(PrincipalId::everyone())];
    (
        scope(),
        proptest::collection::vec(permission(), 1..3),
        proptest::collection::vec(denied, 1..3),
        proptest::collection::vec(spared, 0..3),
        any::<bool>(),
        condition(),
    )
        .prop_map(
            |(scope, permissions, principals, exclude_principals, not_to_children, condition)| {
                DenyAssignment {
                    permissions,
                    principals,
                    exclude_principals,
                    not_to_children,
                    condition,
                    ..DenyAssignment::new("deny", scope)
                }
            },
        )
}

fn group() -> impl Strategy<Value = Group> {
    (select(GROUPS), proptest::collection::vec(principal(), 0..4)).prop_map(|(id, members)| Group {
        id: PrincipalId::new(id),
        name: format!("group {id}"),
        members,
    })
}

fn management_group() -> impl Strategy<Value = ManagementGroup> {
    let children = proptest::collection::vec(select(CHILDREN), 0..4);
    (select(MANAGEMENT_GROUPS), children).prop_map(|(id, children)| ManagementGroup {
        id: id.to_owned(),
        children: children.into_iter().map(str::to_owned).collect(),
    })
}

prop_compose! {
    fn policy()(
        roles in proptest::collection::vec(role(), 0..4),
        assignments in proptest::collection::vec(assignment(), 0..24),
        denies in proptest::collection::vec(deny(), 0..3),
        groups in proptest::collection::vec(group(), 0..5),
        management_groups in proptest::collection::vec(management_group(), 0..4),
        propagation_delay in select(&[0, 0, 2][..]),
    ) -> Policy {
        Policy { roles, assignments, denies, groups, management_groups, propagation_delay }
    }
}

prop_compose! {
    fn asked()(
        principal in principal(),
        groups in proptest::collection::vec(principal(), 0..2),
        action in select(ACTIONS),
        data in proptest::bool::weighted(0.7),
        scope in scope(),
        now in (0..9_i64).prop_map(Timestamp),
    ) -> Asked {
        let plane = if data { Plane::Data } else { Plane::Control };
        Asked { principal, groups, action, plane, scope, now }
    }
}

#[derive(Clone, Debug)]
struct Asked {
    principal: PrincipalId,
    groups: Vec<PrincipalId>,
    action: &'static str,
    plane: Plane,
    scope: Scope,
    now: Timestamp,
}

impl Asked {
    fn question(&self) -> Question<'_> {
        Question {
            principal: &self.principal,
            groups: &self.groups,
            action: self.action,
            plane: self.plane,
            scope: &self.scope,
            now: self.now,
        }
    }
}

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
