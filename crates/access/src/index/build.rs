//! Compiling a policy.

use std::sync::Arc;

use hashbrown::HashMap;

use super::intern::{Interner, Lists, number};
use super::{CompiledDeny, Folded, Grantable, Held, Index, Outcome, TIME_BOUND, role_of};
use crate::action::Plane;
use crate::assignment::RoleAssignment;
use crate::condition::Truth;
use crate::hierarchy::Hierarchy;
use crate::operation::{DataActions, OperationTable};
use crate::policy::Policy;
use crate::principal::PrincipalId;
use crate::role::RoleId;
use crate::scope::Scope;

pub(super) fn build(policy: Arc<Policy>, table: &OperationTable) -> Index {
    let shared = Arc::clone(&policy);
    let mut builder = Builder::new(&shared);
    let parents = builder.parents();
    let held = builder.held();
    let denies = builder.denies();
    let hierarchy = Hierarchy::new(&policy.management_groups);
    builder.principals.shrink();
    builder.scopes.shrink();

    let count = builder.principals.len();
    let mut held = Lists::new(count, &held);
    held.each_mut(|list: &mut [Held]| list.sort_unstable_by_key(|held| held.scope));
    let above = |of: Vec<(String, Vec<String>)>| -> HashMap<String, Vec<u32>> {
        let known = |names: Vec<String>| -> Vec<u32> {
            let scopes = names.iter().map(|name| Scope::management_group(name));
            scopes
                .filter_map(|scope| builder.scopes.find(&scope))
                .collect()
        };
        of.into_iter()
            .map(|(name, groups)| (name, known(groups)))
            .filter(|(_, groups)| !groups.is_empty())
            .collect()
    };
    let mut denies_at: HashMap<u32, Vec<u32>> = HashMap::new();
    for (place, deny) in denies.iter().enumerate() {
        denies_at.entry(deny.scope).or_default().push(number(place));
    }
    let mut index = Index {
        above_subscription: above(hierarchy.all_above_subscriptions()),
        above_management_group: above(hierarchy.all_above_groups()),
        parents: Lists::new(count, &parents),
        held,
        denies,
        denies_at,
        hierarchy,
        principals: builder.principals,
        scopes: builder.scopes,
        grants: builder.grants,
        own_roles: builder.own_roles,
        group_places: builder.group_places,
        policy,
    };
    masks(&mut index, table);
    index
}

struct Builder<'p> {
    policy: &'p Policy,
    principals: Interner<PrincipalId>,
    scopes: Interner<Scope>,
    grants: Vec<Grantable>,
    own_roles: HashMap<RoleId, u32>,
    group_places: HashMap<u32, u32>,
    /// Grants without a condition.
    plain: HashMap<&'p RoleId, u32>,
    /// Grants with a condition, by its text.
    conditional: HashMap<(&'p RoleId, &'p str), u32>,
}

impl<'p> Builder<'p> {
    fn new(policy: &'p Policy) -> Self {
        // Later definitions replace earlier ones.
        let own_roles = policy
            .roles
            .iter()
            .enumerate()
            .map(|(place, role)| (role.id.clone(), number(place)))
            .collect();
        Self {
            policy,
            principals: Interner::with_capacity(policy.assignments.len()),
            scopes: Interner::with_capacity(policy.assignments.len() / 16),
            grants: Vec::new(),
            own_roles,
            group_places: HashMap::new(),
            plain: HashMap::new(),
            conditional: HashMap::new(),
        }
    }

    fn parents(&mut self) -> Vec<(u32, u32)> {
        let mut pairs = Vec::new();
        for (place, group) in self.policy.groups.iter().enumerate() {
            let parent = self.principals.intern(&group.id);
            self.group_places.entry(parent).or_insert(number(place));
            for member in &group.members {
                pairs.push((self.principals.intern(member), parent));
            }
        }
        pairs
    }

    fn held(&mut self) -> Vec<(u32, Held)> {
        let policy = self.policy;
        let delay = policy.propagation_delay;
        let mut pairs = Vec::with_capacity(policy.assignments.len());
        for (place, assignment) in policy.assignments.iter().enumerate() {
            let time_bound = assignment.eligible
                || assignment.ends.is_some()
                || assignment.effective(delay).is_some();
            let held = Held {
                scope: self.scopes.intern(&assignment.scope),
                grant: self.grant(assignment) | if time_bound { TIME_BOUND } else { 0 },
                assignment: number(place),
            };
            pairs.push((self.principals.intern(&assignment.principal), held));
        }
        pairs
    }

    fn grant(&mut self, assignment: &'p RoleAssignment) -> u32 {
        let role = &assignment.role;
        let next = number(self.grants.len());
        let found = match &assignment.condition {
            None => *self.plain.entry(role).or_insert(next),
            Some(condition) => *self
                .conditional
                .entry((role, condition.as_str()))
                .or_insert(next),
        };
        if found == next {
            self.grants.push(Grantable {
                role: role_of(&self.own_roles, role),
                condition: assignment.condition.clone(),
                mask: DataActions::NONE,
            });
        }
        found
    }

    fn denies(&mut self) -> Vec<CompiledDeny> {
        let mut denies = Vec::with_capacity(self.policy.denies.len());
        for (place, deny) in self.policy.denies.iter().enumerate() {
            let scope = self.scopes.intern(&deny.scope);
            let mut sorted = |list: &[PrincipalId]| {
                // Among the principals the zero GUID is `everyone`; among the exclusions it means nothing.
                let named = list.iter().filter(|id| !id.is_everyone());
                let mut numbers: Vec<u32> = named.map(|id| self.principals.intern(id)).collect();
                numbers.sort_unstable();
                numbers
            };
            denies.push(CompiledDeny {
                deny: number(place),
                scope,
                everyone: deny.principals.iter().any(PrincipalId::is_everyone),
                principals: sorted(&deny.principals),
                excluded: sorted(&deny.exclude_principals),
                mask: DataActions::NONE,
            });
        }
        denies
    }
}

/// Fills in the masks: what each grant and each deny assignment makes of the table's data actions.
fn masks(index: &mut Index, table: &OperationTable) {
    let folded: Vec<_> = table
        .data_actions()
        .iter()
        .map(|action| (action, action.folded()))
        .collect();
    let mask = |test: &dyn Fn(&Folded<'_>) -> bool| {
        let passing = folded.iter().filter(|(_, action)| {
            test(&Folded {
                action,
                plane: Plane::Data,
            })
        });
        passing.fold(DataActions::NONE, |mask, (action, _)| mask.with(action))
    };
    let grants: Vec<DataActions> = index
        .grants
        .iter()
        .map(|grant| mask(&|question| index.grant_outcome(grant, question) == Outcome::Allowed))
        .collect();
    let denies: Vec<DataActions> = index
        .denies
        .iter()
        .map(|deny| mask(&|question| index.deny_truth(deny, question) != Truth::False))
        .collect();
    for (grant, mask) in index.grants.iter_mut().zip(grants) {
        grant.mask = mask;
    }
    for (deny, mask) in index.denies.iter_mut().zip(denies) {
        deny.mask = mask;
    }
}
