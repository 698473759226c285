//! What is exported is what is read back.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use access::Timestamp;
use access::action::ActionPattern;
use access::assignment::{DenyAssignment, RoleAssignment};
use access::condition::Condition;
use access::operation::ModelFormat;
use access::policy::{Group, ManagementGroup, Policy};
use access::principal::{PrincipalId, PrincipalKind};
use access::role::{Permission, RoleDefinition, RoleId, RoleKind};
use access::scope::Scope;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use wire::arm::{Estate, KnownDeployment, KnownPrincipal, KnownSubscription, read_estate};

const ACCOUNT: &str =
    "/subscriptions/S/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/a";
const SCOPES: &[&str] = &[
    "/",
    "/subscriptions/S",
    "/subscriptions/S/resourceGroups/rg",
    ACCOUNT,
];

fn id() -> impl Strategy<Value = PrincipalId> {
    let words = select(&["alice", "Bob", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"][..]);
    prop_oneof![
        words.prop_map(PrincipalId::new),
        Just(PrincipalId::everyone())
    ]
}

fn text() -> impl Strategy<Value = String> {
    "[A-Za-z \"é/]{0,8}"
}

fn scope() -> impl Strategy<Value = Scope> {
    select(SCOPES).prop_map(|text| Scope::parse(text).unwrap())
}

fn condition() -> impl Strategy<Value = Option<Condition>> {
    of(select(&["ActionMatches{'*'}", "not one", "(\n a )"][..]).prop_map(Condition::new))
}

fn patterns() -> impl Strategy<Value = Vec<ActionPattern>> {
    vec(
        select(&["*", "*/read", "A/b"][..]).prop_map(ActionPattern::new),
        0..3,
    )
}

fn time() -> impl Strategy<Value = Option<Timestamp>> {
    of((0..4_000_000_000_i64).prop_map(Timestamp))
}

prop_compose! {
    fn block()(
        actions in patterns(),
        not_actions in patterns(),
        data_actions in patterns(),
        not_data_actions in patterns(),
        condition in condition(),
    ) -> Permission {
        Permission { actions, not_actions, data_actions, not_data_actions, condition }
    }
}

prop_compose! {
    fn role()(
        id in select(&["c0", "A97B65F3-24C7-4388-BAEC-2E87135DC908"][..]),
        name in "[A-Za-z ]{1,8}",
        description in text(),
        built_in in any::<bool>(),
        assignable_scopes in vec(select(SCOPES).prop_map(str::to_owned), 0..3),
        permissions in vec(block(), 0..3),
    ) -> RoleDefinition {
        RoleDefinition {
            description,
            kind: if built_in { RoleKind::BuiltIn } else { RoleKind::Custom },
            assignable_scopes,
            permissions,
            ..RoleDefinition::new(RoleId::parse(id), &name)
        }
    }
}

prop_compose! {
    fn assignment()(
        id in "[a-z0-9/-]{0,8}",
        principal in id(),
        kind in select(&["User", "Group", "ServicePrincipal", ""][..]),
        role in select(&["c0", "c1", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"][..]),
        scope in scope(),
        condition in condition(),
        (created, starts, ends) in (time(), time(), time()),
        eligible in any::<bool>(),
    ) -> RoleAssignment {
        RoleAssignment {
            principal_kind: PrincipalKind::parse(kind),
            condition,
            created,
            starts,
            ends,
            eligible,
            ..RoleAssignment::new(&id, principal, RoleId::parse(role), scope)
        }
    }
}

prop_compose! {
    fn deny()(
        id in "[a-z0-9/-]{0,8}",
        name in text(),
        scope in scope(),
        permissions in vec(block(), 0..3),
        principals in vec(id(), 0..3),
        exclude_principals in vec(id(), 0..3),
        (not_to_children, system_protected) in any::<(bool, bool)>(),
        condition in condition(),
    ) -> DenyAssignment {
        DenyAssignment {
            name,
            permissions,
            principals,
            exclude_principals,
            not_to_children,
            system_protected,
            condition,
            ..DenyAssignment::new(&id, scope)
        }
    }
}

prop_compose! {
    fn estate()(
        roles in vec(role(), 0..3),
        assignments in vec(assignment(), 0..6),
        denies in vec(deny(), 0..3),
        groups in vec((id(), text(), vec(id(), 0..3)), 0..3),
        management_groups in vec(("[a-z]{1,4}", vec("[a-z]{1,4}", 0..3)), 0..3),
        propagation_delay in 0..100_i64,
        principals in vec((id(), text(), text(), any::<bool>()), 0..4),
        subscriptions in vec(("[a-z]{1,4}", text()), 0..3),
        accounts in vec(scope(), 0..3),
        deployments in vec((scope(), select(&["OpenAI", "Anthropic", "Meta"][..]), text()), 0..3),
        unread_groups in vec(id(), 0..2),
        not_read in vec(text(), 0..2),
    ) -> Estate {
        Estate {
            policy: Policy {
                roles,
                assignments,
                denies,
                groups: groups.into_iter().map(|(id, name, members)| Group { id, name, members }).collect(),
                management_groups: management_groups
                    .into_iter()
                    .map(|(id, children)| ManagementGroup { id, children })
                    .collect(),
                propagation_delay,
            },
            principals: principals
                .into_iter()
                .map(|(id, name, alias, user)| KnownPrincipal {
                    id,
                    name,
                    alias,
                    kind: if user { PrincipalKind::User } else { PrincipalKind::ServicePrincipal },
                })
                .collect(),
            subscriptions: subscriptions.into_iter().map(|(id, name)| KnownSubscription { id, name }).collect(),
            accounts,
            deployments: deployments
                .into_iter()
                .map(|(scope, format, model)| KnownDeployment {
                    scope,
                    format: ModelFormat::parse(format),
                    version: model.clone(),
                    model,
                })
                .collect(),
            unread_groups,
            not_read,
        }
    }
}

proptest! {
    #[test]
    fn import_after_export_is_the_identity(mut estate in estate()) {
        // Two lists of the file are one in the policy: active before eligible, users before applications.
        estate.policy.assignments.sort_by_key(|one| one.eligible);
        estate.principals.sort_by_key(|one| one.kind);
        let written = serde_json::to_vec(&wire::arm::EstateView::from(&estate)).unwrap();
        prop_assert_eq!(read_estate(&written).unwrap(), estate);
    }
}
