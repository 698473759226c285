//! What a decision asks of its data.

use crate::assignment::{DenyAssignment, RoleAssignment};
use crate::hierarchy::{Ancestors, Hierarchy};
use crate::membership::Closure;
use crate::principal::PrincipalId;
use crate::role::{RoleDefinition, RoleId};

/// Where a decision finds its data: the plain policy or the index of one. The lists are in the
/// policy's order, so that both tell the same story.
pub(crate) trait Source<'p> {
    /// The groups that list a principal as a direct member.
    fn parents(&self, id: &PrincipalId) -> Vec<&'p PrincipalId>;
    /// The assignments of all principals of a closure.
    fn assignments(&self, closure: &Closure<'_>) -> Vec<&'p RoleAssignment>;
    /// The deny assignments at or above a scope.
    fn denies(&self, ancestors: &Ancestors<'_>) -> Vec<&'p DenyAssignment>;
    /// The definition of a role.
    fn role(&self, id: &RoleId) -> Option<&'p RoleDefinition>;
    /// A group's name; empty if unknown.
    fn group_name(&self, id: &PrincipalId) -> String;
    /// The management groups.
    fn hierarchy(&self) -> &Hierarchy;
    /// [`crate::policy::Policy::propagation_delay`].
    fn propagation_delay(&self) -> i64;
}
