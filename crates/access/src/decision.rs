//! A decision: the verdict, and everything that led to it.

use std::sync::Arc;

use crate::Timestamp;
use crate::action::Plane;
use crate::assignment::AssignmentState;
use crate::principal::PrincipalId;
use crate::role::RoleId;
use crate::scope::Scope;

/// The most near misses that a decision lists; [`Decision::near_miss_total`] counts all.
pub const MAX_NEAR_MISSES: usize = 20;

/// The most steps that a decision lists; [`Decision::steps_omitted`] counts the others.
pub const MAX_STEPS: usize = 200;

/// The answer to one question, with its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The answer.
    pub verdict: Verdict,
    /// Who asked.
    pub principal: PrincipalId,
    /// For which action, as it was spelled.
    pub action: String,
    /// In which plane.
    pub plane: Plane,
    /// Where.
    pub scope: Scope,
    /// When.
    pub now: Timestamp,
    /// What was considered, deny assignments first: those at or above the scope, and the caller's
    /// role assignments at or above the scope. The step that decided comes first of its kind.
    pub steps: Vec<Step>,
    /// Steps that [`MAX_STEPS`] left out.
    pub steps_omitted: usize,
    /// Unless allowed: the caller's assignments that almost granted, most telling first.
    pub near_misses: Vec<NearMiss>,
    /// How many near misses there are in all.
    pub near_miss_total: usize,
    /// Unless allowed or denied by a deny assignment: the built-in role with the fewest rights that
    /// would permit the action.
    pub suggested_role: Option<SuggestedRole>,
    /// Roles that are assigned to the caller at or above the scope and whose definition is not known.
    pub unknown_roles: Vec<RoleId>,
    /// How many groups of the caller were considered.
    pub groups_considered: usize,
}

impl Decision {
    /// The first step that brought the verdict about: a deny assignment, a grant, a condition or an
    /// unknown role. Nothing brings about the absence of a grant.
    pub fn decisive(&self) -> Option<&Step> {
        self.steps.iter().find(|step| match (self.verdict, step) {
            (Verdict::Denied(Denial::DenyAssignment), Step::Deny(deny)) => {
                deny.outcome == DenyOutcome::Denies
            }
            (Verdict::Allowed, Step::Grant(grant)) => grant.outcome == GrantOutcome::Grants,
            (Verdict::Conditional, Step::Deny(deny)) => deny.outcome == DenyOutcome::MayDeny,
            (Verdict::Conditional, Step::Grant(grant)) => grant.outcome == GrantOutcome::MayGrant,
            (Verdict::Unknown, Step::Grant(grant)) => grant.outcome == GrantOutcome::RoleUnknown,
            _ => false,
        })
    }

    /// Whether the answer is yes.
    pub fn is_allowed(&self) -> bool {
        self.verdict == Verdict::Allowed
    }
}

/// Yes, no, or why it cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Some assignment grants, and nothing denies.
    Allowed,
    /// Nothing grants, or a deny assignment wins.
    Denied(Denial),
    /// Nothing that is known decides, but the caller holds a role whose definition is not known.
    Unknown,
    /// It hangs on an attribute that was not supplied.
    Conditional,
}

impl Verdict {
    /// `allowed`, `denied`, `unknown` or `conditional`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Denied(_) => "denied",
            Self::Unknown => "unknown",
            Self::Conditional => "conditional",
        }
    }
}

/// Why the answer is no: the most telling thing that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Denial {
    /// A deny assignment applies.
    DenyAssignment,
    /// The right role was assigned moments ago and is not effective yet.
    NotYetEffective,
    /// The right role is assigned for a time that has not come.
    StartsLater,
    /// The right role is eligible and was not activated.
    NotActivated,
    /// The right role was assigned for a time that is over.
    Expired,
    /// The right role's condition does not hold.
    ConditionNotMet,
    /// The right role's condition cannot be read, and so grants nothing.
    ConditionUnreadable,
    /// The right role is assigned below this scope: on a project or a deployment.
    BelowScope,
    /// A data role applies here, for another family of operations (such as OpenAI's only).
    OtherFamilyOnly,
    /// A data role applies here that lacks this data action.
    DataActionMissing,
    /// The right role is assigned elsewhere, for instance on another account.
    WrongScope,
    /// Only management rights apply here, and the question is about data.
    ControlPlaneOnly,
    /// A role with management rights applies here that lacks this action.
    ActionMissing,
    /// Only data rights apply here, and the question is about management.
    DataPlaneOnly,
    /// No role of the caller has anything to do with it.
    RoleMissing,
}

impl Denial {
    /// Every denial.
    pub const ALL: &[Self] = &[
        Self::DenyAssignment,
        Self::NotYetEffective,
        Self::StartsLater,
        Self::NotActivated,
        Self::Expired,
        Self::ConditionNotMet,
        Self::ConditionUnreadable,
        Self::BelowScope,
        Self::OtherFamilyOnly,
        Self::DataActionMissing,
        Self::WrongScope,
        Self::ControlPlaneOnly,
        Self::ActionMissing,
        Self::DataPlaneOnly,
        Self::RoleMissing,
    ];

    /// A stable id for machines: the doctor's rule of that name where there is one.
    pub const fn id(self) -> &'static str {
        match self {
            Self::DenyAssignment => "deny-assignment",
            Self::NotYetEffective => "role-propagation",
            Self::StartsLater => "role-starts-later",
            Self::NotActivated => "role-pim-not-activated",
            Self::Expired => "role-expired",
            Self::ConditionNotMet => "role-condition-not-met",
            Self::ConditionUnreadable => "role-condition-unreadable",
            Self::BelowScope | Self::WrongScope => "role-wrong-scope",
            Self::OtherFamilyOnly => "role-openai-only",
            Self::DataActionMissing => "role-data-action-missing",
            Self::ControlPlaneOnly => "role-control-plane-only",
            Self::ActionMissing | Self::DataPlaneOnly => "control-plane-permission-missing",
            Self::RoleMissing => "role-missing",
        }
    }
}

/// One thing that was considered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A deny assignment at or above the scope.
    Deny(DenyStep),
    /// A role assignment of the caller or of one of its groups, at or above the scope.
    Grant(Candidate),
}

/// What a deny assignment did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DenyStep {
    /// The deny assignment's id.
    pub assignment: Arc<str>,
    /// Its name; may be empty.
    pub name: String,
    /// Where it is assigned.
    pub scope: Scope,
    /// The principal among its principals that means the caller; the zero GUID means everyone.
    pub principal: Option<PrincipalId>,
    /// How the caller comes to be that principal: empty for itself and for everyone. If the caller
    /// is excluded, how it comes to be the excluded principal.
    pub path: Vec<PathGroup>,
    /// What came of it.
    pub outcome: DenyOutcome,
}

/// Why a deny assignment denied or did not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DenyOutcome {
    /// It denies, and that decides.
    Denies,
    /// It denies if an attribute that was not supplied has a certain value.
    MayDeny,
    /// It is about other principals.
    OtherPrincipals,
    /// It spares this principal, which is the caller or one of its groups.
    Excluded(PrincipalId),
    /// It does not name this action (in this plane).
    OtherAction,
    /// It does not apply to child scopes, and this is one.
    NotToChildren,
    /// Its condition does not hold.
    ConditionNotMet,
}

/// A role assignment of the caller or of one of its groups, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The role assignment's id.
    pub assignment: Arc<str>,
    /// The role.
    pub role: RoleId,
    /// The role's name, if its definition is known.
    pub role_name: Option<String>,
    /// Where it is assigned.
    pub scope: Scope,
    /// To whom: the caller or a group.
    pub principal: PrincipalId,
    /// The groups from the caller's own to that one; empty if assigned to the caller.
    pub path: Vec<PathGroup>,
    /// What came of it.
    pub outcome: GrantOutcome,
}

/// An assignment that almost granted.
pub type NearMiss = Candidate;

/// Why a role assignment granted or did not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GrantOutcome {
    /// It grants.
    Grants,
    /// It grants if an attribute that was not supplied has a certain value.
    MayGrant,
    /// The definition of its role is not known.
    RoleUnknown,
    /// The role would grant, but is not in force at this time. The time is when it begins, or when it ended.
    NotInForce(AssignmentState, Option<Timestamp>),
    /// The role would grant, but a condition does not hold.
    ConditionNotMet,
    /// The role would grant, but a condition cannot be read; the text says why.
    ConditionUnreadable(String),
    /// The role would grant, but is assigned below the scope.
    BelowScope,
    /// The role would grant, but is assigned elsewhere.
    OtherScope,
    /// The role has data actions, none of this family.
    OtherFamily,
    /// The role names the action and leaves it out again (`notActions`, `notDataActions`).
    Excluded,
    /// The role has rights of this plane, not this one.
    ActionMissing,
    /// The role has management rights only, and the question is about data.
    ManagementOnly,
    /// The role has data rights only, and the question is about management.
    DataOnly,
    /// The role permits nothing.
    NoPermission,
}

impl GrantOutcome {
    /// What a near miss says about the denial. Denials are ordered: the most telling is the least.
    pub(crate) fn denial(&self, plane: Plane) -> Denial {
        match self {
            Self::NotInForce(AssignmentState::Propagating, _) => Denial::NotYetEffective,
            Self::NotInForce(AssignmentState::StartsLater, _) => Denial::StartsLater,
            Self::NotInForce(AssignmentState::Eligible, _) => Denial::NotActivated,
            Self::NotInForce(..) => Denial::Expired,
            Self::ConditionNotMet => Denial::ConditionNotMet,
            Self::ConditionUnreadable(_) => Denial::ConditionUnreadable,
            Self::BelowScope => Denial::BelowScope,
            Self::OtherScope => Denial::WrongScope,
            Self::OtherFamily => Denial::OtherFamilyOnly,
            Self::Excluded | Self::ActionMissing => match plane {
                Plane::Data => Denial::DataActionMissing,
                Plane::Control => Denial::ActionMissing,
            },
            Self::ManagementOnly => Denial::ControlPlaneOnly,
            Self::DataOnly => Denial::DataPlaneOnly,
            Self::Grants | Self::MayGrant | Self::RoleUnknown | Self::NoPermission => {
                Denial::RoleMissing
            }
        }
    }
}

impl Candidate {
    /// Whether the assignment grants, or grants if an attribute has a certain value.
    pub(crate) fn grants_or_may(&self) -> bool {
        matches!(self.outcome, GrantOutcome::Grants | GrantOutcome::MayGrant)
    }

    /// Whether the assignment, which holds at the scope, almost granted.
    pub(crate) fn is_near_miss(&self, state: AssignmentState) -> bool {
        let known = self.role_name.is_some();
        match self.outcome {
            GrantOutcome::Grants
            | GrantOutcome::MayGrant
            | GrantOutcome::RoleUnknown
            | GrantOutcome::NoPermission => false,
            GrantOutcome::NotInForce(..) => known,
            _ => known && state == AssignmentState::Active,
        }
    }

    /// The near miss in a few words: "Owner at resource group `rg`: management rights only".
    pub fn summary(&self) -> String {
        let role = match &self.role_name {
            Some(name) => name.clone(),
            None => format!("role {}", self.role),
        };
        let time =
            |when: &Option<Timestamp>| when.map_or_else(String::new, |when| format!(" at {when}"));
        let why = match &self.outcome {
            GrantOutcome::Grants => "grants".to_owned(),
            GrantOutcome::MayGrant => "grants if its condition holds".to_owned(),
            GrantOutcome::RoleUnknown => "its definition is not known".to_owned(),
            GrantOutcome::NotInForce(AssignmentState::Propagating, when) => {
                format!(
                    "the right role, assigned moments ago; effective{}",
                    time(when)
                )
            }
            GrantOutcome::NotInForce(AssignmentState::StartsLater, when) => {
                format!("the right role; it starts{}", time(when))
            }
            GrantOutcome::NotInForce(AssignmentState::Eligible, _) => {
                "the right role, eligible but not activated".to_owned()
            }
            GrantOutcome::NotInForce(_, when) => format!("the right role; it ended{}", time(when)),
            GrantOutcome::ConditionNotMet => {
                "the right role; its condition does not hold".to_owned()
            }
            GrantOutcome::ConditionUnreadable(error) => {
                format!("the right role; its condition cannot be read: {error}")
            }
            GrantOutcome::BelowScope => "the right role, assigned below this scope".to_owned(),
            GrantOutcome::OtherScope => "the right role, assigned elsewhere".to_owned(),
            GrantOutcome::OtherFamily => "data rights for another family of operations".to_owned(),
            GrantOutcome::Excluded => "leaves this action out".to_owned(),
            GrantOutcome::ActionMissing => "lacks this action".to_owned(),
            GrantOutcome::ManagementOnly => "management rights only".to_owned(),
            GrantOutcome::DataOnly => "data rights only".to_owned(),
            GrantOutcome::NoPermission => "permits nothing".to_owned(),
        };
        format!("{role} at {}: {why}", self.scope.described())
    }
}

/// A group on the way from a caller to a principal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PathGroup {
    /// The group.
    pub id: PrincipalId,
    /// Its name; empty if the policy does not know it.
    pub name: String,
    /// Whether only the caller's token says that the caller is a member.
    pub from_token: bool,
}

/// A role that would permit the action.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SuggestedRole {
    /// The definition's id.
    pub id: RoleId,
    /// Its present name.
    pub name: String,
}
