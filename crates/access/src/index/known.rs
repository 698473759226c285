//! What one caller was found to be allowed, so that a warm request costs a comparison and a bit test.

use super::Grant;
use crate::Timestamp;
use crate::scope::Scope;

/// Scopes remembered; the oldest goes first.
const SCOPES: usize = 8;

/// A caller's grants under one generation of the policy, by scope.
#[derive(Debug, Default)]
pub struct KnownGrants {
    generation: u64,
    grants: Vec<(Scope, Grant)>,
}

impl KnownGrants {
    /// The grant at `scope` under the policy of this generation: the known one while it is valid, else
    /// the one that `decide` gives.
    pub fn grant(
        &mut self,
        generation: u64,
        scope: &Scope,
        now: Timestamp,
        decide: impl FnOnce() -> Grant,
    ) -> Grant {
        if self.generation == generation {
            let known = self.grants.iter().find(|(known, _)| known == scope);
            if let Some((_, grant)) = known.filter(|(_, grant)| now < grant.valid_until) {
                return *grant;
            }
        } else {
            self.generation = generation;
            self.grants.clear();
        }
        let grant = decide();
        self.grants.retain(|(known, _)| known != scope);
        if self.grants.len() >= SCOPES {
            self.grants.remove(0);
        }
        self.grants.push((scope.clone(), grant));
        grant
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::DataActions;

    /// Asks at this generation, scope and time; `fresh` is what a decision would give now. Returns the
    /// answer's bits and whether it was decided.
    fn ask(
        known: &mut KnownGrants,
        (generation, scope, now): (u64, &str, i64),
        fresh: (u64, Timestamp),
    ) -> (u64, bool) {
        let scope = Scope::parse(scope).unwrap();
        let mut decided = false;
        let grant = known.grant(generation, &scope, Timestamp(now), || {
            decided = true;
            Grant {
                data_actions: DataActions(fresh.0),
                valid_until: fresh.1,
            }
        });
        (grant.data_actions.0, decided)
    }

    const S: &str = "/subscriptions/s";
    const T: &str = "/subscriptions/t";

    #[test]
    fn a_grant_is_known_for_its_scope_generation_and_time() {
        let mut known = KnownGrants::default();
        let until = Timestamp(100);
        assert_eq!(ask(&mut known, (1, S, 50), (1, until)), (1, true));
        assert_eq!(ask(&mut known, (1, S, 99), (2, until)), (1, false));
        assert_eq!(ask(&mut known, (1, T, 99), (4, until)), (4, true));
        assert_eq!(ask(&mut known, (1, S, 100), (2, Timestamp::MAX)), (2, true));
        assert_eq!(ask(&mut known, (1, T, 99), (8, until)), (4, false));
        assert_eq!(ask(&mut known, (2, S, 100), (0, until)), (0, true));
        assert_eq!(ask(&mut known, (2, T, 99), (0, until)), (0, true));
    }

    #[test]
    fn the_first_generation_may_be_any() {
        let mut known = KnownGrants::default();
        assert_eq!(ask(&mut known, (0, S, 0), (3, Timestamp::MAX)), (3, true));
        assert_eq!(ask(&mut known, (0, S, 0), (5, Timestamp::MAX)), (3, false));
    }

    #[test]
    fn only_so_many_scopes_are_remembered() {
        let mut known = KnownGrants::default();
        for number in 0..100 {
            let scope = format!("/subscriptions/{number}");
            ask(&mut known, (1, &scope, 0), (1, Timestamp::MAX));
        }
        assert_eq!(known.grants.len(), SCOPES);
        let last = (1, "/subscriptions/99", 0);
        assert_eq!(ask(&mut known, last, (9, Timestamp::MAX)), (1, false));
    }
}
