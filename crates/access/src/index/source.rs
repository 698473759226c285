//! The index as a source for the explaining decision.

use super::{Index, Place};
use crate::assignment::{DenyAssignment, RoleAssignment};
use crate::builtin;
use crate::condition::Attributes;
use crate::decide::{Question, Source, explain};
use crate::decision::Decision;
use crate::hierarchy::{Ancestors, Hierarchy};
use crate::membership::Closure;
use crate::principal::PrincipalId;
use crate::role::{RoleDefinition, RoleId};
use crate::scope::Scope;

impl<'p> Source<'p> for &'p Index {
    fn parents(&self, id: &PrincipalId) -> Vec<&'p PrincipalId> {
        let index: &'p Index = self;
        let number = index.principals.find(id);
        number.map_or_else(Vec::new, |number| {
            let parents = index.parents.of(number).iter();
            parents
                .map(|&parent| index.principals.item(parent))
                .collect()
        })
    }

    fn assignments(&self, closure: &Closure<'_>) -> Vec<&'p RoleAssignment> {
        let index: &'p Index = self;
        let mut places: Vec<u32> = closure
            .principals()
            .filter_map(|id| index.principals.find(id))
            .flat_map(|number| index.held.of(number))
            .map(|held| held.assignment)
            .collect();
        places.sort_unstable();
        let all = &index.policy.assignments;
        places.iter().map(|&place| &all[place as usize]).collect()
    }

    fn denies(&self, ancestors: &Ancestors<'_>) -> Vec<&'p DenyAssignment> {
        let index: &'p Index = self;
        let place = index.place(ancestors.scope());
        let mut places: Vec<u32> = place
            .scopes
            .iter()
            .filter_map(|scope| index.denies_at.get(scope))
            .flatten()
            .copied()
            .collect();
        places.sort_unstable();
        let all = &index.policy.denies;
        places.iter().map(|&place| &all[place as usize]).collect()
    }

    fn role(&self, id: &RoleId) -> Option<&'p RoleDefinition> {
        let index: &'p Index = self;
        let own = index.own_roles.get(id);
        own.map(|place| &index.policy.roles[*place as usize])
            .or_else(|| builtin::by_id(id))
    }

    fn group_name(&self, id: &PrincipalId) -> String {
        let index: &'p Index = self;
        let place = index
            .principals
            .find(id)
            .and_then(|number| index.group_places.get(&number));
        place.map_or_else(String::new, |place| {
            index.policy.groups[*place as usize].name.clone()
        })
    }

    fn hierarchy(&self) -> &Hierarchy {
        &self.hierarchy
    }

    fn propagation_delay(&self) -> i64 {
        self.policy.propagation_delay
    }
}

/// An index as seen from one scope: what is assigned elsewhere is left out, so that nobody's near misses are
/// worked out when only what decides is wanted.
pub(crate) struct Here<'i> {
    index: &'i Index,
    place: Place,
}

impl<'i> Here<'i> {
    pub(crate) fn new(index: &'i Index, scope: &Scope) -> Self {
        Self {
            place: index.place(scope),
            index,
        }
    }

    /// Whether any deny assignment holds here.
    pub(crate) fn has_denies(&self) -> bool {
        self.index.denies_at(&self.place).next().is_some()
    }

    /// The decision, without near misses elsewhere.
    pub(crate) fn decide(&self, question: &Question<'i>) -> Decision {
        explain(self, question, Attributes::none())
    }
}

impl<'p> Source<'p> for Here<'p> {
    fn parents(&self, id: &PrincipalId) -> Vec<&'p PrincipalId> {
        Source::parents(&self.index, id)
    }

    fn assignments(&self, closure: &Closure<'_>) -> Vec<&'p RoleAssignment> {
        let numbers = closure
            .principals()
            .filter_map(|id| self.index.principals.find(id));
        let numbers: Vec<u32> = numbers.collect();
        let mut places = Vec::new();
        self.index.each_held(&numbers, &self.place, |held| {
            places.push(held.assignment);
            true
        });
        places.sort_unstable();
        let all = &self.index.policy.assignments;
        places.iter().map(|&place| &all[place as usize]).collect()
    }

    fn denies(&self, ancestors: &Ancestors<'_>) -> Vec<&'p DenyAssignment> {
        Source::denies(&self.index, ancestors)
    }

    fn role(&self, id: &RoleId) -> Option<&'p RoleDefinition> {
        Source::role(&self.index, id)
    }

    fn group_name(&self, id: &PrincipalId) -> String {
        Source::group_name(&self.index, id)
    }

    fn hierarchy(&self) -> &Hierarchy {
        &self.index.hierarchy
    }

    fn propagation_delay(&self) -> i64 {
        self.index.policy.propagation_delay
    }
}
