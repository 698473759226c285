//! The part of a policy that bears on one question: small, whatever the size of the whole.

use std::collections::HashSet;

use crate::decide::{Question, Source};
use crate::index::Index;
use crate::membership::Closure;
use crate::policy::{Group, Policy};
use crate::principal::PrincipalId;

/// A policy that decides the question as the whole one does, also if the principal joins one of some groups.
pub(super) struct Slice {
    pub(super) policy: Policy,
}

impl Slice {
    pub(super) fn new(index: &Index, question: &Question<'_>, groups: &[PrincipalId]) -> Self {
        let parents = |id: &PrincipalId| index.parents(id);
        // Joining a group, the principal would belong to whatever that group belongs to.
        let named: Vec<PrincipalId> = question.groups.iter().chain(groups).cloned().collect();
        let closure = Closure::new(question.principal, &named, parents);
        let ancestors = index.ancestors(question.scope);
        let assignments = index.assignments(&closure).into_iter();
        let whole = index.policy();
        let inside: HashSet<&PrincipalId> = closure.principals().collect();
        let groups = whole
            .groups
            .iter()
            .filter(|group| inside.contains(&group.id));
        let part = |group: &Group| {
            let members = group
                .members
                .iter()
                .filter(|member| inside.contains(member));
            Group {
                id: group.id.clone(),
                name: group.name.clone(),
                members: members.cloned().collect(),
            }
        };
        Self {
            policy: Policy {
                roles: whole.roles.clone(),
                assignments: assignments
                    .filter(|assignment| ancestors.covered_by(&assignment.scope))
                    .cloned()
                    .collect(),
                denies: index.denies(&ancestors).into_iter().cloned().collect(),
                groups: groups.map(part).collect(),
                management_groups: whole.management_groups.clone(),
                propagation_delay: whole.propagation_delay,
            },
        }
    }
}
