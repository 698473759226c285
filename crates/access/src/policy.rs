//! A policy: everything a decision depends on besides the question.

use std::collections::HashMap;

use crate::assignment::{DenyAssignment, RoleAssignment};
use crate::builtin;
use crate::principal::PrincipalId;
use crate::role::{RoleDefinition, RoleId};

/// Plain data. Nothing in it is ordered; later definitions of one role replace earlier ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Custom roles, and newer versions of built-in ones: a definition here wins over a built-in
    /// one with the same id.
    pub roles: Vec<RoleDefinition>,
    /// Who holds what, where.
    pub assignments: Vec<RoleAssignment>,
    /// What is taken away.
    pub denies: Vec<DenyAssignment>,
    /// Groups and their direct members; nesting is followed, cycles are harmless.
    pub groups: Vec<Group>,
    /// Management groups and their direct children.
    pub management_groups: Vec<ManagementGroup>,
    /// Seconds from an assignment's creation until it is effective. Azure: up to ten minutes.
    pub propagation_delay: i64,
}

/// A security group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its object id.
    pub id: PrincipalId,
    /// The name shown to people; may be empty.
    pub name: String,
    /// Direct members: users, applications and other groups.
    pub members: Vec<PrincipalId>,
}

/// A management group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagementGroup {
    /// Its name (the last segment of its id); a whole id is accepted.
    pub id: String,
    /// Direct children: subscriptions and management groups, by whole id or bare name. A bare name
    /// means the management group of that name if the policy has one, else a subscription or a
    /// management group without children of its own.
    pub children: Vec<String>,
}

impl Policy {
    /// The definition of a role: the policy's own, else the built-in one.
    ///
    /// This looks through the list; to ask often, use [`Policy::role_book`].
    pub fn role(&self, id: &RoleId) -> Option<&RoleDefinition> {
        self.roles
            .iter()
            .rfind(|role| role.id == *id)
            .or_else(|| builtin::by_id(id))
    }

    /// The definition of this name, in any case: the policy's own, else a built-in one (old names
    /// are found too).
    pub fn role_by_name(&self, name: &str) -> Option<&RoleDefinition> {
        self.roles
            .iter()
            .rfind(|role| role.is_named(name))
            .or_else(|| {
                // The policy's own definition of the role that Azure calls so, under another name.
                builtin::by_name(name).and_then(|role| self.role(&role.id))
            })
    }

    /// The policy's own definitions by id, to ask often.
    pub fn role_book(&self) -> RoleBook<'_> {
        RoleBook(self.roles.iter().map(|role| (&role.id, role)).collect())
    }
}

/// Role definitions by id: the policy's own first, then the built-in ones.
#[derive(Clone, Debug)]
pub struct RoleBook<'a>(HashMap<&'a RoleId, &'a RoleDefinition>);

impl<'a> RoleBook<'a> {
    /// The definition that counts for this id.
    pub fn role(&self, id: &RoleId) -> Option<&'a RoleDefinition> {
        self.0.get(id).copied().or_else(|| builtin::by_id(id))
    }
}
