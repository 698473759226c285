//! Random policies and questions, small enough that their parts meet.

use proptest::prelude::*;
use proptest::sample::select;

use crate::Timestamp;
use crate::action::{ActionPattern, Plane};
use crate::assignment::{DenyAssignment, RoleAssignment};
use crate::condition::Condition;
use crate::decide::Question;
use crate::policy::{Group, ManagementGroup, Policy};
use crate::principal::PrincipalId;
use crate::role::{Permission, RoleDefinition, RoleId};
use crate::scope::Scope;

pub(crate) const PRINCIPALS: &[&str] = &["u0", "u1", "U1", "u2", "g0", "g1", "G1", "g2", "g3"];
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
pub(crate) const ACTIONS: &[&str] = &[
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
pub(crate) const SCOPES: &[&str] = &[
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

pub(crate) fn principal() -> impl Strategy<Value = PrincipalId> {
    select(PRINCIPALS).prop_map(PrincipalId::new)
}

pub(crate) fn scope() -> impl Strategy<Value = Scope> {
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

pub(crate) fn permission() -> impl Strategy<Value = Permission> {
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

pub(crate) fn role() -> impl Strategy<Value = RoleDefinition> {
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

pub(crate) fn assignment() -> impl Strategy<Value = RoleAssignment> {
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

pub(crate) fn deny() -> impl Strategy<Value = DenyAssignment> {
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

pub(crate) fn group() -> impl Strategy<Value = Group> {
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
    pub(crate) fn policy()(
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
    pub(crate) fn asked()(
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
pub(crate) struct Asked {
    pub(crate) principal: PrincipalId,
    pub(crate) groups: Vec<PrincipalId>,
    pub(crate) action: &'static str,
    pub(crate) plane: Plane,
    pub(crate) scope: Scope,
    pub(crate) now: Timestamp,
}

impl Asked {
    pub(crate) fn question(&self) -> Question<'_> {
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
