//! Whom the difference between two policies concerns, and where.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::Hash;

use crate::index::Index;
use crate::policy::Policy;
use crate::principal::PrincipalId;
use crate::role::RoleId;
use crate::scope::Scope;

/// Principals and places that two policies may decide differently.
pub(super) struct Concerned {
    /// By place.
    pub(super) pairs: BTreeSet<(Scope, PrincipalId)>,
    /// How many there was no room for.
    pub(super) left_out: usize,
}

/// Everybody and every place that a difference may concern; at most so many pairs.
pub(super) fn concerned(before: &Index, after: &Index, places: &[Scope], most: usize) -> Concerned {
    let both = Both {
        indexes: [before, after],
        members: [members(before.policy()), members(after.policy())],
    };
    let seeds = both.seeds();
    let mut found = Concerned {
        pairs: BTreeSet::new(),
        left_out: 0,
    };
    let mut below: HashMap<&PrincipalId, Vec<&PrincipalId>> = HashMap::new();
    for (principal, _) in &seeds {
        below
            .entry(principal)
            .or_insert_with(|| both.with_members(principal));
    }
    // The places of the change themselves come first, if there is no room for all.
    for (principal, scope) in &seeds {
        for member in &below[principal] {
            found.enter(scope, member, most);
        }
    }
    let mut inner: HashMap<&Scope, Vec<&Scope>> = HashMap::new();
    for (principal, scope) in &seeds {
        let inner = inner.entry(scope).or_insert_with(|| {
            let reached = |place: &&Scope| {
                both.indexes
                    .iter()
                    .any(|index| index.is_within(place, scope))
            };
            places.iter().filter(reached).collect()
        });
        for place in inner {
            for member in &below[principal] {
                found.enter(place, member, most);
            }
        }
    }
    found
}

impl Concerned {
    fn enter(&mut self, scope: &Scope, principal: &PrincipalId, most: usize) {
        let pair = (scope.clone(), principal.clone());
        if self.pairs.len() < most {
            self.pairs.insert(pair);
        } else if !self.pairs.contains(&pair) {
            self.left_out += 1;
        }
    }
}

/// Direct members by group.
type Members<'p> = HashMap<&'p PrincipalId, HashSet<&'p PrincipalId>>;

fn members(policy: &Policy) -> Members<'_> {
    let mut members: Members<'_> = HashMap::new();
    for group in &policy.groups {
        members.entry(&group.id).or_default().extend(&group.members);
    }
    members
}

struct Both<'p> {
    indexes: [&'p Index; 2],
    members: [Members<'p>; 2],
}

impl<'p> Both<'p> {
    /// Who and where something differs, before members and places below are added.
    fn seeds(&self) -> BTreeSet<(PrincipalId, Scope)> {
        let [before, after] = self.policies();
        let mut seeds = BTreeSet::new();
        if before.management_groups != after.management_groups
            || before.propagation_delay != after.propagation_delay
        {
            self.all(&mut seeds);
            return seeds;
        }
        let key =
            |one: &'p crate::assignment::RoleAssignment| (&one.principal, &one.scope, &one.role);
        for one in differing(&before.assignments, &after.assignments, key) {
            seeds.insert((one.principal.clone(), one.scope.clone()));
        }
        self.of_roles(&mut seeds);
        self.of_groups(&mut seeds);
        for deny in differing(&before.denies, &after.denies, |one| &one.scope) {
            self.of_principals(deny.principals.iter(), &deny.scope, &mut seeds);
            self.of_principals(deny.exclude_principals.iter(), &deny.scope, &mut seeds);
        }
        seeds
    }

    fn policies(&self) -> [&'p Policy; 2] {
        self.indexes.map(|index| &**index.policy())
    }

    /// Everybody who holds anything, and whom anything denies, everywhere.
    fn all(&self, seeds: &mut BTreeSet<(PrincipalId, Scope)>) {
        for policy in self.policies() {
            for one in &policy.assignments {
                seeds.insert((one.principal.clone(), one.scope.clone()));
            }
            for deny in &policy.denies {
                self.of_principals(deny.principals.iter(), &deny.scope, seeds);
            }
        }
    }

    /// Whoever holds a role whose definition differs.
    fn of_roles(&self, seeds: &mut BTreeSet<(PrincipalId, Scope)>) {
        let [before, after] = self.policies();
        let (old, new) = (before.role_book(), after.role_book());
        let ids = before.roles.iter().chain(&after.roles).map(|role| &role.id);
        let changed: HashSet<&RoleId> = ids.filter(|id| old.role(id) != new.role(id)).collect();
        if changed.is_empty() {
            return;
        }
        for one in before.assignments.iter().chain(&after.assignments) {
            if changed.contains(&one.role) {
                seeds.insert((one.principal.clone(), one.scope.clone()));
            }
        }
    }

    /// Whoever joined or left a group: wherever that group, or one above it, holds or is denied something.
    fn of_groups(&self, seeds: &mut BTreeSet<(PrincipalId, Scope)>) {
        let [before, after] = &self.members;
        let none = HashSet::new();
        let groups: HashSet<&PrincipalId> = before.keys().chain(after.keys()).copied().collect();
        for group in groups {
            let (old, new) = (
                before.get(group).unwrap_or(&none),
                after.get(group).unwrap_or(&none),
            );
            let moved: Vec<_> = old.symmetric_difference(new).collect();
            if moved.is_empty() {
                continue;
            }
            for index in self.indexes {
                let above: HashSet<PrincipalId> =
                    index.memberships(group, &[]).into_iter().collect();
                let policy = index.policy();
                let held = policy.assignments.iter();
                let held = held
                    .filter(|one| above.contains(&one.principal))
                    .map(|one| &one.scope);
                let denied = policy.denies.iter().filter(|deny| {
                    let mut named = deny.principals.iter().chain(&deny.exclude_principals);
                    named.any(|id| above.contains(id))
                });
                let scopes: BTreeSet<&Scope> = held.chain(denied.map(|deny| &deny.scope)).collect();
                for scope in scopes {
                    for member in &moved {
                        seeds.insert(((**member).clone(), scope.clone()));
                    }
                }
            }
        }
    }

    fn of_principals<'i>(
        &self,
        principals: impl Iterator<Item = &'i PrincipalId>,
        scope: &Scope,
        seeds: &mut BTreeSet<(PrincipalId, Scope)>,
    ) {
        for principal in principals {
            if !principal.is_everyone() {
                seeds.insert((principal.clone(), scope.clone()));
                continue;
            }
            // Whoever holds nothing has nothing to lose.
            for policy in self.policies() {
                for one in &policy.assignments {
                    seeds.insert((one.principal.clone(), scope.clone()));
                }
            }
        }
    }

    /// The principal, and everyone below it in either policy.
    fn with_members<'s>(&'s self, principal: &'s PrincipalId) -> Vec<&'s PrincipalId> {
        let (mut seen, mut found) = (HashSet::from([principal]), vec![principal]);
        let mut next = 0;
        while let Some(&group) = found.get(next) {
            next += 1;
            let members = self.members.iter().filter_map(|members| members.get(group));
            for &member in members.flatten() {
                if seen.insert(member) {
                    found.push(member);
                }
            }
        }
        found
    }
}

/// What one list has and the other has not, of those with the same key; how often counts, order does not.
fn differing<'p, T: PartialEq, K: Hash + Eq + 'p>(
    before: &'p [T],
    after: &'p [T],
    key: impl Fn(&'p T) -> K,
) -> Vec<&'p T> {
    let mut old: HashMap<K, Vec<&T>> = HashMap::new();
    for one in before {
        old.entry(key(one)).or_default().push(one);
    }
    let mut differing = Vec::new();
    for one in after {
        let same = old.get_mut(&key(one));
        let place = same
            .as_ref()
            .and_then(|same| same.iter().position(|known| *known == one));
        match (same, place) {
            (Some(same), Some(place)) => {
                same.swap_remove(place);
            }
            _ => differing.push(one),
        }
    }
    differing.extend(old.into_values().flatten());
    differing
}
