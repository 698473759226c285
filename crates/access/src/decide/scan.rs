//! A plain policy as a source: everything is looked through once.

use std::collections::HashMap;

use super::Source;
use crate::assignment::{DenyAssignment, RoleAssignment};
use crate::hierarchy::{Ancestors, Hierarchy};
use crate::membership::Closure;
use crate::policy::{Policy, RoleBook};
use crate::principal::PrincipalId;
use crate::role::{RoleDefinition, RoleId};

pub(super) struct Scan<'p> {
    policy: &'p Policy,
    roles: RoleBook<'p>,
    parents: HashMap<&'p PrincipalId, Vec<&'p PrincipalId>>,
    hierarchy: Hierarchy,
}

impl<'p> Scan<'p> {
    pub(super) fn new(policy: &'p Policy) -> Self {
        let mut parents: HashMap<&PrincipalId, Vec<&PrincipalId>> = HashMap::new();
        for group in &policy.groups {
            for member in &group.members {
                parents.entry(member).or_default().push(&group.id);
            }
        }
        Self {
            policy,
            roles: policy.role_book(),
            parents,
            hierarchy: Hierarchy::new(&policy.management_groups),
        }
    }
}

impl<'p> Source<'p> for Scan<'p> {
    fn parents(&self, id: &PrincipalId) -> Vec<&'p PrincipalId> {
        self.parents.get(id).cloned().unwrap_or_default()
    }

    fn assignments(&self, closure: &Closure<'_>) -> Vec<&'p RoleAssignment> {
        let all = self.policy.assignments.iter();
        all.filter(|assignment| closure.contains(&assignment.principal))
            .collect()
    }

    fn denies(&self, ancestors: &Ancestors<'_>) -> Vec<&'p DenyAssignment> {
        let all = self.policy.denies.iter();
        all.filter(|deny| ancestors.covered_by(&deny.scope))
            .collect()
    }

    fn role(&self, id: &RoleId) -> Option<&'p RoleDefinition> {
        self.roles.role(id)
    }

    fn group_name(&self, id: &PrincipalId) -> String {
        let group = self.policy.groups.iter().find(|group| group.id == *id);
        group.map_or_else(String::new, |group| group.name.clone())
    }

    fn hierarchy(&self) -> &Hierarchy {
        &self.hierarchy
    }

    fn propagation_delay(&self) -> i64 {
        self.policy.propagation_delay
    }
}
