//! What a change would alter, before it is made: who gains and who loses what, and where.
//!
//! [`diff`] compares two policies. It finds what differs between them (assignments, definitions, groups,
//! deny assignments, management groups), whom that concerns and where, and asks both policies about just
//! those principals and places. Each [`Difference`] is a fact of both decisions; one that is the same as
//! at a place above is not repeated.
//!
//! ```
//! use std::sync::Arc;
//! use access::{action::Plane, assignment::RoleAssignment, builtin, change::{Change, changed}};
//! use access::{diff::diff, index::{Index, Outcome}, operation::OperationTable, policy::Policy};
//! use access::{principal::PrincipalId, scope::Scope, Timestamp};
//!
//! let group = Scope::parse("/subscriptions/s/resourceGroups/rg").unwrap();
//! let role = builtin::by_name("Cognitive Services User").unwrap().id.clone();
//! let grant = Change::Assign(RoleAssignment::new("1", PrincipalId::new("alice"), role, group.clone()));
//! let compiled = |policy: Policy| Index::new(Arc::new(policy), OperationTable::standard());
//! let before = compiled(Policy::default());
//! let after = compiled(changed(before.policy(), &[grant]));
//! let chat = "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action";
//! let found = diff(&before, &after, &[], &[(chat.to_owned(), Plane::Data)], Timestamp(0));
//! assert_eq!((found.differences[0].before, found.differences[0].after), (Outcome::Denied, Outcome::Allowed));
//! ```

mod concerned;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use crate::Timestamp;
use crate::action::Plane;
use crate::decide::Question;
use crate::index::{Index, Outcome};
use crate::principal::PrincipalId;
use crate::scope::Scope;
use concerned::{Concerned, concerned};

/// The most pairs of a principal and a place that are compared.
pub const MAX_PAIRS: usize = 50_000;

/// What two policies decide differently.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// The differences, by principal, then by place.
    pub differences: Vec<Difference>,
    /// Pairs of a principal and a place that were not compared because there are more than [`MAX_PAIRS`].
    /// With any, there may be differences that are not listed.
    pub not_compared: usize,
}

/// One question that the two policies answer differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Who.
    pub principal: PrincipalId,
    /// Where, and below as far as nothing nearer says otherwise.
    pub scope: Scope,
    /// What: a place in the list of actions that was given.
    pub action: usize,
    /// The answer of the first policy.
    pub before: Outcome,
    /// The answer of the second.
    pub after: Outcome,
}

impl Difference {
    /// Whether the principal may do more after than before.
    pub fn is_gain(&self) -> bool {
        self.after > self.before
    }
}

/// What two policies decide differently, of these actions. `places` are looked at where a difference above
/// reaches them: accounts, for instance, where another assignment may make it void.
pub fn diff(
    before: &Index,
    after: &Index,
    places: &[Scope],
    actions: &[(String, Plane)],
    now: Timestamp,
) -> Diff {
    let Concerned { pairs, left_out } = concerned(before, after, places, MAX_PAIRS);
    let (mut old, mut new) = (before.evaluator(), after.evaluator());
    let mut differences = Vec::new();
    for (scope, principal) in &pairs {
        for (action, (name, plane)) in actions.iter().enumerate() {
            let question = Question {
                principal,
                groups: &[],
                action: name,
                plane: *plane,
                scope,
                now,
            };
            let (before, after) = (old.decide(&question), new.decide(&question));
            if before != after {
                differences.push(Difference {
                    principal: principal.clone(),
                    scope: scope.clone(),
                    action,
                    before,
                    after,
                });
            }
        }
    }
    let mut differences = outermost(differences, [before, after]);
    differences.sort_by(|a, b| {
        let key = |one: &Difference| (one.principal.clone(), one.scope.clone(), one.action);
        key(a).cmp(&key(b))
    });
    Diff {
        differences,
        not_compared: left_out,
    }
}

/// Leaves out what is the same as at a place above, in both policies. They come from the root downwards.
fn outermost(differences: Vec<Difference>, indexes: [&Index; 2]) -> Vec<Difference> {
    let mut kept: Vec<Difference> = Vec::new();
    let mut by_question: HashMap<(PrincipalId, usize), Vec<usize>> = HashMap::new();
    for difference in differences {
        let same = by_question
            .entry((difference.principal.clone(), difference.action))
            .or_default();
        let is_repeated = same.iter().map(|place| &kept[*place]).any(|above| {
            (above.before, above.after) == (difference.before, difference.after)
                && indexes
                    .iter()
                    .all(|index| index.is_within(&difference.scope, &above.scope))
        });
        if !is_repeated {
            same.push(kept.len());
            kept.push(difference);
        }
    }
    kept
}
