//! Least privilege: the smallest roles for what somebody really does, and what of its present ones is idle.
//!
//! ```
//! use std::sync::Arc;
//! use access::{action::Plane, index::Index, least::{Use, least_privilege}, policy::Policy};
//! use access::{operation::OperationTable, principal::PrincipalId, scope::Scope, Timestamp};
//!
//! let account = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/a";
//! let chat = "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action";
//! let uses = [Use { action: chat.to_owned(), plane: Plane::Data, scope: Scope::parse(account).unwrap() }];
//! let index = Index::new(Arc::new(Policy::default()), OperationTable::standard());
//! let found = least_privilege(&index, &PrincipalId::new("alice"), &uses, Timestamp(0));
//! assert_eq!(found.places[0].roles[0].name, "Cognitive Services OpenAI User");
//! ```

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::Timestamp;
use crate::action::{ActionPattern, Plane};
use crate::assignment::RoleAssignment;
use crate::builtin;
use crate::condition::{Attributes, Truth};
use crate::decide::Question;
use crate::effective::{self, Holding};
use crate::index::{Index, Outcome};
use crate::principal::PrincipalId;
use crate::role::{Permission, RoleDefinition, granting};
use crate::scope::Scope;
use crate::suggest;
use crate::text::fold;

/// Something that was done, once or more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Use {
    /// The action.
    pub action: String,
    /// Its plane.
    pub plane: Plane,
    /// Where.
    pub scope: Scope,
}

/// What is enough, and what is more than enough.
#[derive(Clone, Debug)]
pub struct LeastPrivilege<'p> {
    /// The smallest roles, by place.
    pub places: Vec<Place<'p>>,
    /// What no single known role permits; a custom role may.
    pub uncovered: Vec<Use>,
    /// What a deny assignment takes away whatever role is assigned.
    pub denied: Vec<Use>,
    /// Exactly what was used, in one block; without a condition.
    pub permission: Permission,
    /// The subscriptions of the places; for a custom role's `assignableScopes`.
    pub subscriptions: Vec<String>,
    /// What the principal holds now, wherever, and what of it was used.
    pub held: Vec<Held<'p>>,
    /// How many of the known actions it may do at these places now.
    pub rights_now: usize,
    /// How many it could with the proposed roles alone.
    pub rights_then: usize,
}

/// The smallest roles for one place.
#[derive(Clone, Debug)]
pub struct Place<'p> {
    /// Where to assign them.
    pub scope: Scope,
    /// The roles, all of them.
    pub roles: Vec<&'p RoleDefinition>,
    /// What they are needed for there.
    pub uses: Vec<Use>,
}

/// An assignment that is in force, and what of it was used.
#[derive(Clone, Debug)]
pub struct Held<'p> {
    /// The assignment.
    pub holding: Holding<'p>,
    /// How many of the uses it permits.
    pub used: usize,
    /// Patterns of its role that none of the uses needed.
    pub unused: Vec<(Plane, ActionPattern)>,
}

/// The smallest roles for what was done, compared with what is held.
pub fn least_privilege<'p>(
    index: &'p Index,
    principal: &PrincipalId,
    uses: &[Use],
    now: Timestamp,
) -> LeastPrivilege<'p> {
    let roles = known_roles(index);
    let mut by_scope: BTreeMap<&Scope, BTreeSet<&Use>> = BTreeMap::new();
    for one in uses {
        by_scope.entry(&one.scope).or_default().insert(one);
    }
    let (mut places, mut uncovered) = (Vec::new(), Vec::new());
    for (scope, uses) in &by_scope {
        let permitted = |one: &&&Use| roles.iter().any(|role| permits(role, one));
        let (needed, without): (Vec<&Use>, Vec<&Use>) = uses.iter().partition(|one| permitted(one));
        uncovered.extend(without.into_iter().cloned());
        if !needed.is_empty() {
            places.push(Place {
                scope: (*scope).clone(),
                roles: smallest(&roles, &needed),
                uses: needed.into_iter().cloned().collect(),
            });
        }
    }
    let proposed = proposed(index, principal, &places);
    let scopes: Vec<&Scope> = by_scope.keys().copied().collect();
    let mut evaluator = proposed.evaluator();
    let denied = places.iter().flat_map(|place| &place.uses);
    let denied = denied.filter(|one| {
        let question = Question {
            principal,
            groups: &[],
            action: &one.action,
            plane: one.plane,
            scope: &one.scope,
            now,
        };
        evaluator.decide(&question) == Outcome::Denied
    });
    LeastPrivilege {
        denied: denied.cloned().collect(),
        uncovered,
        permission: exactly(uses),
        subscriptions: subscriptions(&scopes),
        held: held(index, principal, uses, now),
        rights_now: rights(index, principal, &scopes, now),
        rights_then: rights(&proposed, principal, &scopes, now),
        places,
    }
}

/// Every role once: the policy's own definition before the built-in one.
fn known_roles(index: &Index) -> Vec<&RoleDefinition> {
    let own = &index.policy().roles;
    let mut seen = HashSet::new();
    let all = own.iter().rev().chain(builtin::role_definitions());
    all.filter(|role| seen.insert(&role.id)).collect()
}

fn permits(role: &RoleDefinition, one: &Use) -> bool {
    role.permits(&one.action, one.plane, Attributes::none()) == Truth::True
}

/// The fewest roles that permit all of it, and of those the ones with the fewest rights: one, else two, else
/// as many as it takes, the one that adds most first.
fn smallest<'p>(roles: &[&'p RoleDefinition], needed: &[&Use]) -> Vec<&'p RoleDefinition> {
    let useful = roles.iter().copied();
    let useful = useful.filter(|role| needed.iter().any(|one| permits(role, one)));
    let useful = suggest::by_rights(useful, needed.iter().map(|one| (&*one.action, one.plane)));
    let covers =
        |chosen: &[&RoleDefinition], one: &Use| chosen.iter().any(|role| permits(role, one));
    let all = |chosen: &[&RoleDefinition]| needed.iter().all(|one| covers(chosen, one));
    if let Some(role) = useful.iter().find(|role| all(&[role])) {
        return vec![role];
    }
    for (place, second) in useful.iter().enumerate() {
        if let Some(first) = useful[..place].iter().find(|first| all(&[first, second])) {
            return vec![first, second];
        }
    }
    let mut chosen: Vec<&RoleDefinition> = Vec::new();
    while !all(&chosen) {
        let missing = |role: &&RoleDefinition| {
            needed
                .iter()
                .filter(|one| !covers(&chosen, one) && permits(role, one))
                .count()
        };
        // Of equals the first, which has the fewest rights.
        let best = useful.iter().rev().copied().max_by_key(missing);
        chosen.extend(best);
    }
    chosen
}

/// The policy with the proposed assignments as the principal's only ones: no groups, the same denials.
fn proposed(index: &Index, principal: &PrincipalId, places: &[Place<'_>]) -> Index {
    let mut policy = (**index.policy()).clone();
    policy.assignments = places
        .iter()
        .flat_map(|place| {
            let assign = |role: &&RoleDefinition| {
                RoleAssignment::new("", principal.clone(), role.id.clone(), place.scope.clone())
            };
            place.roles.iter().map(assign)
        })
        .collect();
    Index::new(policy.into(), crate::operation::OperationTable::standard())
}

/// How many of the measured actions are allowed, over all places.
fn rights(index: &Index, principal: &PrincipalId, scopes: &[&Scope], now: Timestamp) -> usize {
    let mut evaluator = index.evaluator();
    let mut allowed = 0;
    for scope in scopes {
        for (action, plane) in suggest::measures() {
            let question = Question {
                principal,
                groups: &[],
                action,
                plane,
                scope,
                now,
            };
            allowed += usize::from(evaluator.decide(&question) == Outcome::Allowed);
        }
    }
    allowed
}

/// Exactly what was used.
fn exactly(uses: &[Use]) -> Permission {
    let of = |plane| -> Vec<ActionPattern> {
        let actions = uses.iter().filter(|one| one.plane == plane);
        let actions: BTreeMap<String, &str> = actions
            .map(|one| (fold(&one.action).into_owned(), &*one.action))
            .collect();
        actions.into_values().map(ActionPattern::new).collect()
    };
    Permission {
        actions: of(Plane::Control),
        data_actions: of(Plane::Data),
        ..Permission::default()
    }
}

/// The subscriptions that the scopes lie in, as ids of scopes.
fn subscriptions(scopes: &[&Scope]) -> Vec<String> {
    let ids = scopes.iter().filter_map(|scope| {
        let mut segments = scope.as_str().split('/').skip(1);
        let first = segments.next()?;
        let id = segments.next()?;
        first
            .eq_ignore_ascii_case("subscriptions")
            .then(|| format!("/subscriptions/{id}"))
    });
    ids.collect::<BTreeSet<_>>().into_iter().collect()
}

/// What the principal holds, and what of it was used.
fn held<'p>(
    index: &'p Index,
    principal: &PrincipalId,
    uses: &[Use],
    now: Timestamp,
) -> Vec<Held<'p>> {
    let scopes = effective::scopes(index, principal, &[]);
    let mut held = Vec::new();
    for scope in scopes {
        let found = effective::at(index, principal, &[], &scope, now);
        let here = found.in_force().filter(|holding| holding.scope == scope);
        for holding in here {
            held.push(judged(index, holding.clone(), uses));
        }
    }
    held
}

fn judged<'p>(index: &Index, holding: Holding<'p>, uses: &[Use]) -> Held<'p> {
    let Some(role) = holding.definition else {
        return Held {
            holding,
            used: 0,
            unused: Vec::new(),
        };
    };
    let serves = |one: &&Use| {
        let condition = holding.condition.as_ref();
        index.is_within(&one.scope, &holding.scope)
            && role.permits(&one.action, one.plane, Attributes::none()) != Truth::False
            && granting(condition, &fold(&one.action), Attributes::none()) != Truth::False
    };
    let served: Vec<&Use> = uses.iter().filter(serves).collect();
    let mut unused = Vec::new();
    for block in &role.permissions {
        for plane in [Plane::Control, Plane::Data] {
            let patterns = block.patterns(plane).0.iter();
            let idle = patterns.filter(|pattern| {
                let mut served = served.iter().filter(|one| one.plane == plane);
                !served.any(|one| pattern.matches(&one.action))
            });
            unused.extend(idle.map(|pattern| (plane, pattern.clone())));
        }
    }
    Held {
        used: served.len(),
        unused,
        holding,
    }
}
