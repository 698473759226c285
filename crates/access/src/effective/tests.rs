//! What is gathered says the same as the decision, for every action.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::action::{ActionPattern, Plane};
use crate::condition::{Attributes, Truth};
use crate::decide::decide;
use crate::index::Outcome;
use crate::operation::OperationTable;
use crate::role::{Permission, denying, granting};
use crate::samples::{ACTIONS, asked, policy};
use crate::text::fold;

/// The verdict, from what was gathered alone.
fn outcome(found: &Effective<'_>, action: &str, plane: Plane) -> Outcome {
    let (action, none) = (&*fold(action), Attributes::none());
    let denied = found.denies.iter().map(|denied| {
        let naming = denied.assignment.permissions.iter();
        naming
            .filter(|block| block.covers_folded(action, plane))
            .map(|block| denying(block.condition.as_ref(), action, none))
            .fold(Truth::False, Truth::or)
            .and(denying(denied.assignment.condition.as_ref(), action, none))
    });
    let denied = denied.fold(Truth::False, Truth::or);
    let granted = found.blocks().into_iter().map(|block| {
        if !block.names(action, plane) {
            return Truth::False;
        }
        let conditions = block.conditions.iter();
        let values = conditions.map(|condition| granting(Some(condition), action, none));
        values.fold(Truth::True, Truth::and)
    });
    let granted = granted.fold(Truth::False, Truth::or);
    let unknown = found.in_force().any(|holding| {
        holding.definition.is_none()
            && granting(holding.condition.as_ref(), action, none) != Truth::False
    });
    match (denied, granted) {
        (Truth::True, _) => Outcome::Denied,
        (Truth::False, Truth::True) => Outcome::Allowed,
        (_, Truth::True | Truth::Unknown) => Outcome::Conditional,
        _ if unknown => Outcome::Unknown,
        _ => Outcome::Denied,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_is_effective_is_what_is_decided(policy in policy(), asked in asked()) {
        let index = Index::new(Arc::new(policy), OperationTable::standard());
        let found = at(&index, &asked.principal, &asked.groups, &asked.scope, asked.now);
        for action in ACTIONS {
            for plane in [Plane::Control, Plane::Data] {
                let question = crate::decide::Question { action, plane, ..asked.question() };
                let decided = Outcome::from(decide(index.policy(), &question).verdict);
                prop_assert_eq!(outcome(&found, action, plane), decided, "{} {:?}", action, asked);
            }
        }
    }
}

fn patterns(list: &[&str]) -> Vec<ActionPattern> {
    list.iter().map(|text| ActionPattern::new(text)).collect()
}

#[test]
fn blocks_merge_only_where_that_changes_nothing() {
    let block = |data_actions: &[&str], not_data_actions: &[&str]| Permission {
        data_actions: patterns(data_actions),
        not_data_actions: patterns(not_data_actions),
        ..Permission::default()
    };
    let role = |blocks: &[Permission]| {
        let mut role = RoleDefinition::new(RoleId::parse("r"), "r");
        role.permissions = blocks.to_vec();
        role
    };
    let check = |roles: &[RoleDefinition], expected: &[(&[&str], &[&str])]| {
        let id: Arc<str> = Arc::from("1");
        let blocks = block::merged(roles.iter().map(|role| (&*role.permissions, None, &id)));
        let texts = |list: &[ActionPattern]| -> Vec<String> {
            list.iter().map(ToString::to_string).collect()
        };
        let found: Vec<_> = blocks
            .iter()
            .map(|block| (texts(&block.patterns), texts(&block.exclusions)))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(a, b)| (texts(&patterns(a)), texts(&patterns(b))))
            .collect();
        assert_eq!(found, expected);
    };
    // The same exclusions: one block, and what a wider pattern covers goes.
    check(
        &[
            role(&[block(&["A/b/*"], &["A/x"])]),
            role(&[block(&["A/*"], &["a/X"])]),
        ],
        &[(&["A/*"], &["A/x"])],
    );
    // Other exclusions stay apart: the second block permits what the first leaves out.
    check(
        &[role(&[
            block(&["A/*"], &["A/x"]),
            block(&["B/*"], &["B/y"]),
        ])],
        &[(&["A/*"], &["A/x"]), (&["B/*"], &["B/y"])],
    );
    // An open block makes a narrower one with exclusions superfluous, but not a wider one.
    check(
        &[role(&[block(&["A/b"], &["A/b/c"]), block(&["A/*"], &[])])],
        &[(&["A/*"], &[])],
    );
    check(
        &[role(&[block(&["*"], &["B/*"]), block(&["B/b"], &[])])],
        &[(&["B/b"], &[]), (&["*"], &["B/*"])],
    );
    // A pattern that the same block takes out again permits nothing.
    check(&[role(&[block(&["A/b"], &["A/*"])])], &[]);
}
