//! Changes of a policy, one by one, so that a question can be asked of what is not yet so.

use std::sync::Arc;

use crate::assignment::{DenyAssignment, RoleAssignment};
use crate::policy::{Group, Policy};
use crate::principal::PrincipalId;
use crate::role::{RoleDefinition, RoleId};

/// A change. What is there already is named by its value: ids need not be unique in a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A further role assignment.
    Assign(RoleAssignment),
    /// A role assignment goes.
    Unassign(RoleAssignment),
    /// An eligible assignment is activated: a further, active one of the same content.
    Activate(RoleAssignment),
    /// A role assignment loses its condition.
    LiftCondition(RoleAssignment),
    /// A principal becomes a direct member of a group.
    AddMember {
        /// The group.
        group: PrincipalId,
        /// The member.
        member: PrincipalId,
    },
    /// A principal is no longer a direct member of a group.
    RemoveMember {
        /// The group.
        group: PrincipalId,
        /// The member.
        member: PrincipalId,
    },
    /// A role definition is made or replaced.
    Define(RoleDefinition),
    /// A role definition goes.
    Undefine(RoleId),
    /// A further deny assignment.
    Deny(DenyAssignment),
    /// A deny assignment goes.
    RemoveDeny(DenyAssignment),
    /// A deny assignment spares a principal from now on.
    Spare {
        /// The deny assignment.
        deny: DenyAssignment,
        /// Whom it spares.
        principal: PrincipalId,
    },
}

impl Change {
    /// Makes the change. One that names what is not there changes nothing.
    pub fn apply(&self, policy: &mut Policy) {
        match self {
            Self::Assign(assignment) => policy.assignments.push(assignment.clone()),
            Self::Unassign(assignment) => policy.assignments.retain(|one| one != assignment),
            Self::Activate(eligible) => policy.assignments.push(activated(eligible)),
            Self::LiftCondition(assignment) => {
                let same = policy.assignments.iter_mut();
                same.filter(|one| **one == *assignment)
                    .for_each(|one| one.condition = None);
            }
            Self::AddMember { group, member } => add_member(policy, group, member),
            Self::RemoveMember { group, member } => {
                let groups = policy.groups.iter_mut().filter(|known| known.id == *group);
                groups.for_each(|known| known.members.retain(|one| one != member));
            }
            Self::Define(role) => {
                policy.roles.retain(|known| known.id != role.id);
                policy.roles.push(role.clone());
            }
            Self::Undefine(role) => policy.roles.retain(|known| known.id != *role),
            Self::Deny(deny) => policy.denies.push(deny.clone()),
            Self::RemoveDeny(deny) => policy.denies.retain(|one| one != deny),
            Self::Spare { deny, principal } => {
                let same = policy.denies.iter_mut().filter(|one| **one == *deny);
                same.for_each(|one| one.exclude_principals.push(principal.clone()));
            }
        }
    }
}

/// The policy after some changes, in order.
pub fn changed(policy: &Policy, changes: &[Change]) -> Policy {
    let mut policy = policy.clone();
    changes.iter().for_each(|change| change.apply(&mut policy));
    policy
}

fn activated(eligible: &RoleAssignment) -> RoleAssignment {
    RoleAssignment {
        id: Arc::from(format!("activation of {}", eligible.id)),
        eligible: false,
        created: None,
        ..eligible.clone()
    }
}

fn add_member(policy: &mut Policy, group: &PrincipalId, member: &PrincipalId) {
    let mut groups = policy.groups.iter_mut();
    match groups.find(|known| known.id == *group) {
        Some(known) if known.members.contains(member) => {}
        Some(known) => known.members.push(member.clone()),
        None => policy.groups.push(Group {
            id: group.clone(),
            name: String::new(),
            members: vec![member.clone()],
        }),
    }
}
