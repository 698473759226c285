//! Every remedy is one, on the whole policy, and none has more than it needs.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::samples::{asked, policy};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_remedy_permits_and_nothing_less_does(policy in policy(), asked in asked()) {
        let index = Index::new(Arc::new(policy), OperationTable::standard());
        let question = asked.question();
        let found = why_not(&index, &question);
        prop_assert_eq!(&found.decision, &decide(index.policy(), &question));
        prop_assert!(!found.decision.is_allowed() || found.remedies.is_empty());
        if found.decision.suggested_role.is_some() {
            prop_assert!(!found.remedies.is_empty(), "{:?}", asked);
        }
        for remedy in &found.remedies {
            let now = remedy.not_before.unwrap_or(question.now);
            let permits = |changes: &[Change], now| {
                let after = changed(index.policy(), changes);
                decide(&after, &Question { now, ..question }).is_allowed()
            };
            prop_assert!(permits(&remedy.changes, now), "{:?}", remedy);
            for left_out in 0..remedy.changes.len() {
                let mut fewer = remedy.changes.clone();
                fewer.remove(left_out);
                prop_assert!(!permits(&fewer, now), "{:?}", remedy);
            }
            prop_assert!(remedy.not_before.is_none() || !permits(&remedy.changes, question.now));
        }
    }
}
