//! Role assignments and deny assignments: who holds what, and where.

use std::sync::Arc;

use crate::Timestamp;
use crate::condition::Condition;
use crate::principal::{PrincipalId, PrincipalKind};
use crate::role::{Permission, RoleId};
use crate::scope::Scope;

/// One principal holds one role at one scope and below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleAssignment {
    /// The assignment's own id, for explanations. Usually an ARM id or a GUID.
    pub id: Arc<str>,
    /// Who holds the role: a user, an application, or a group and with it its transitive members.
    pub principal: PrincipalId,
    /// What the principal is said to be.
    pub principal_kind: PrincipalKind,
    /// Which role.
    pub role: RoleId,
    /// Where, and below.
    pub scope: Scope,
    /// When it grants at all.
    pub condition: Option<Condition>,
    /// Why it was made, in somebody's words; it decides nothing.
    pub description: Option<Arc<str>>,
    /// When it was made. It becomes effective [`crate::policy::Policy::propagation_delay`] later.
    pub created: Option<Timestamp>,
    /// The first second at which it holds, if it is time-bound.
    pub starts: Option<Timestamp>,
    /// The first second at which it no longer holds, if it is time-bound.
    pub ends: Option<Timestamp>,
    /// An *eligible* assignment of Privileged Identity Management: it grants nothing until it is
    /// activated (which makes another, active assignment).
    pub eligible: bool,
}

impl RoleAssignment {
    /// An assignment that holds always, without a condition.
    pub fn new(id: &str, principal: PrincipalId, role: RoleId, scope: Scope) -> Self {
        Self {
            id: Arc::from(id),
            principal,
            principal_kind: PrincipalKind::Unknown,
            role,
            scope,
            condition: None,
            description: None,
            created: None,
            starts: None,
            ends: None,
            eligible: false,
        }
    }

    /// Whether the assignment is in force at a time, under a propagation delay in seconds.
    pub fn state(&self, now: Timestamp, propagation_delay: i64) -> AssignmentState {
        let propagated = self.created.map(|created| created.plus(propagation_delay));
        if self.eligible {
            AssignmentState::Eligible
        } else if self.ends.is_some_and(|ends| ends <= now) {
            AssignmentState::Expired
        } else if self.starts.is_some_and(|starts| now < starts) {
            AssignmentState::StartsLater
        } else if propagation_delay > 0 && propagated.is_some_and(|effective| now < effective) {
            AssignmentState::Propagating
        } else {
            AssignmentState::Active
        }
    }

    /// The first second at which the assignment can be in force, if it is bound at all.
    pub fn effective(&self, propagation_delay: i64) -> Option<Timestamp> {
        let propagated = self
            .created
            .filter(|_| propagation_delay > 0)
            .map(|created| created.plus(propagation_delay));
        self.starts.max(propagated)
    }
}

/// Where an assignment stands in its own time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AssignmentState {
    /// In force.
    Active,
    /// Made moments ago; not yet effective everywhere.
    Propagating,
    /// Time-bound, and the time has not come.
    StartsLater,
    /// Time-bound, and the time is over.
    Expired,
    /// Eligible, not activated.
    Eligible,
}

impl AssignmentState {
    /// `active`, `propagating`, `starts-later`, `expired` or `eligible`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Propagating => "propagating",
            Self::StartsLater => "starts-later",
            Self::Expired => "expired",
            Self::Eligible => "eligible",
        }
    }
}

/// Actions are taken away from principals at a scope. It wins over every role assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DenyAssignment {
    /// The assignment's own id, for explanations.
    pub id: Arc<str>,
    /// The name shown to people.
    pub name: String,
    /// Where, and (unless [`DenyAssignment::not_to_children`]) below.
    pub scope: Scope,
    /// What is denied: the union of the blocks.
    pub permissions: Vec<Permission>,
    /// Who is denied: these, the transitive members of the groups among them, and everyone if
    /// [`PrincipalId::everyone`] is among them.
    pub principals: Vec<PrincipalId>,
    /// Who is spared: these, and the transitive members of the groups among them. The zero GUID
    /// has no meaning here.
    pub exclude_principals: Vec<PrincipalId>,
    /// `doNotApplyToChildScopes`: it holds at its scope only.
    pub not_to_children: bool,
    /// Whether it was made by the system (a managed application, a deployment stack, or here the
    /// configuration), so that no right on the management plane removes it.
    pub system_protected: bool,
    /// When it denies at all. One that cannot be read denies.
    pub condition: Option<Condition>,
}

impl DenyAssignment {
    /// A deny assignment without permissions and principals, to be filled in.
    pub fn new(id: &str, scope: Scope) -> Self {
        Self {
            id: Arc::from(id),
            name: String::new(),
            scope,
            permissions: Vec::new(),
            principals: Vec::new(),
            exclude_principals: Vec::new(),
            not_to_children: false,
            system_protected: false,
            condition: None,
        }
    }
}
