//! How often each principal did what: what a role to measure is made of.

use std::collections::HashMap;
use std::sync::Arc;

use access::Timestamp;
use access::operation::Operation;
use access::principal::PrincipalId;
use access::scope::Scope;

use super::{Asked, Call};
use crate::authenticate::Caller;
use crate::route::table::Guard;

/// Kinds of calls that are counted apart; of further ones only the number is known.
const KINDS: usize = 10_000;

/// Who did what where.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Did {
    pub(crate) who: Who,
    pub(crate) what: What,
}

/// Who called.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    /// Whoever has a key of the account.
    KeyHolder,
    /// A principal with a verified token.
    Principal(PrincipalId),
}

/// What was called.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum What {
    /// An operation of an account.
    Inference {
        operation: Operation,
        account: Arc<str>,
        project: Option<Scope>,
        deployment: Option<Arc<str>>,
    },
    /// An action of the management plane.
    Action { action: &'static str, scope: Scope },
}

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Count {
    /// Calls that were permitted, whatever came of them.
    pub(crate) permitted: u64,
    /// Calls that were refused.
    pub(crate) refused: u64,
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
}

/// Counts of all kinds.
#[derive(Default)]
pub(super) struct Tally {
    counts: HashMap<Did, Count>,
    /// Calls of kinds that had no room.
    uncounted: u64,
}

impl Tally {
    /// Counts a call of somebody who proved who they are, for something that a role can permit.
    pub(super) fn count(&mut self, call: &Call) {
        let Some(did) = did(call) else {
            return;
        };
        let refused = u64::from(call.refused.is_some());
        let count = Count {
            permitted: 1 - refused,
            refused,
            first: call.time,
            last: call.time,
        };
        self.put(did, count);
    }

    /// Adds what another part counted.
    pub(super) fn add(&mut self, other: &Self) {
        for (did, count) in &other.counts {
            self.put(did.clone(), *count);
        }
        self.uncounted += other.uncounted;
    }

    pub(super) fn into_counts(self) -> (Vec<(Did, Count)>, u64) {
        (self.counts.into_iter().collect(), self.uncounted)
    }

    fn put(&mut self, did: Did, more: Count) {
        if let Some(count) = self.counts.get_mut(&did) {
            count.permitted += more.permitted;
            count.refused += more.refused;
            count.first = count.first.min(more.first);
            count.last = count.last.max(more.last);
        } else if self.counts.len() < KINDS {
            self.counts.insert(did, more);
        } else {
            self.uncounted += more.permitted + more.refused;
        }
    }
}

fn did(call: &Call) -> Option<Did> {
    let who = match call.caller.as_ref()? {
        Caller::KeyHolder => Who::KeyHolder,
        Caller::Principal(identity) => Who::Principal(identity.principal.clone()),
    };
    let what = match &call.asked {
        Asked::Inference {
            operation,
            account,
            project,
            deployment,
        } => What::Inference {
            operation: *operation,
            account: Arc::clone(&account.name),
            project: project.clone(),
            deployment: deployment
                .as_ref()
                .map(|deployment| Arc::clone(&deployment.name)),
        },
        Asked::Management(found) => match found.row.guard {
            Guard::Action(_, action) | Guard::OwnOrAction(_, action) => What::Action {
                action,
                scope: found.scope.clone(),
            },
            _ => return None,
        },
        Asked::Other(_) => return None,
    };
    Some(Did { who, what })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn did(account: &str) -> Did {
        Did {
            who: Who::KeyHolder,
            what: What::Inference {
                operation: Operation::ModelsListClassic,
                account: Arc::from(account),
                project: None,
                deployment: None,
            },
        }
    }

    fn once(time: i64) -> Count {
        Count {
            permitted: 1,
            refused: 0,
            first: Timestamp(time),
            last: Timestamp(time),
        }
    }

    #[test]
    fn equal_calls_are_one_kind() {
        let (mut tally, mut other) = (Tally::default(), Tally::default());
        tally.put(did("a"), once(7));
        other.put(did("a"), once(5));
        other.put(did("b"), once(6));
        tally.add(&other);
        let (mut counts, uncounted) = tally.into_counts();
        counts.retain(|(kind, _)| *kind == did("a"));
        assert_eq!(uncounted, 0);
        let expected = Count {
            permitted: 2,
            refused: 0,
            first: Timestamp(5),
            last: Timestamp(7),
        };
        assert_eq!(counts, [(did("a"), expected)]);
    }

    #[test]
    fn kinds_are_bounded_and_what_has_no_room_is_counted() {
        let mut tally = Tally::default();
        for number in 0..KINDS + 3 {
            tally.put(did(&number.to_string()), once(1));
        }
        let (counts, uncounted) = tally.into_counts();
        assert_eq!((counts.len(), uncounted), (KINDS, 3));
    }
}
