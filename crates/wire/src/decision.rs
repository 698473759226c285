//! A decision as JSON: what `check` and the explanation of a request print.
//!
//! ```text
//! {"decision":"denied","denial":"role-control-plane-only",
//!  "reasons":["Owner at resource group `rg`: management rights only"],
//!  "suggestedRole":{"id":"5e0bd9bd-…","name":"Cognitive Services OpenAI User"}, …}
//! ```

mod reasons;

use access::assignment::AssignmentState;
use access::decision::{
    Candidate, Decision, Denial, DenyOutcome, DenyStep, GrantOutcome, PathGroup, Step, Verdict,
};
pub use reasons::reasons;
use serde::Serialize;

/// A decision with every step, ready to be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DecisionView {
    /// `allowed`, `denied`, `unknown` or `conditional`.
    pub decision: &'static str,
    /// If denied: why, as the name of the cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denial: Option<&'static str>,
    /// The reasons as sentences, most telling first.
    pub reasons: Vec<String>,
    /// Who asked.
    pub principal: String,
    /// For which action.
    pub action: String,
    /// Whether the action is of the data plane.
    pub data: bool,
    /// Where.
    pub scope: String,
    /// When, in RFC 3339.
    pub now: String,
    /// What was considered.
    pub steps: Vec<StepView>,
    /// How many steps are not listed.
    #[serde(skip_serializing_if = "is_zero")]
    pub steps_omitted: usize,
    /// What almost granted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub near_misses: Vec<AssignmentView>,
    /// How many near misses there are in all.
    #[serde(skip_serializing_if = "is_zero")]
    pub near_miss_total: usize,
    /// The least-privileged built-in role that would permit it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggested_role: Option<RoleView>,
    /// Roles that are assigned and whose definition is not known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown_roles: Vec<String>,
    /// How many groups of the caller were considered.
    pub groups_considered: usize,
}

/// One thing that was considered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum StepView {
    /// A deny assignment.
    DenyAssignment(DenyView),
    /// A role assignment.
    RoleAssignment(AssignmentView),
}

/// A deny assignment and what it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DenyView {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Where it is assigned.
    pub scope: String,
    /// The principal that it means, or that it spares, if that is the caller's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// The groups from the caller to that principal.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<GroupView>,
    /// What came of it: `denies`, `mayDeny`, `otherPrincipals`, `excluded`, `otherAction`,
    /// `notToChildren` or `conditionNotMet`.
    pub outcome: &'static str,
}

/// A role assignment and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssignmentView {
    /// Its id.
    pub id: String,
    /// The role.
    pub role: RoleView,
    /// Where it is assigned.
    pub scope: String,
    /// To whom.
    pub principal: String,
    /// The groups from the caller to that principal.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<GroupView>,
    /// What came of it, as a word.
    pub outcome: &'static str,
    /// The same as a sentence.
    pub summary: String,
}

/// A role by id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RoleView {
    /// The definition's id.
    pub id: String,
    /// The name, if the definition is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A group on a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupView {
    /// The group.
    pub id: String,
    /// Its name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Only the caller's token tells of this membership.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub from_token: bool,
}

impl From<&Decision> for DecisionView {
    fn from(decision: &Decision) -> Self {
        Self {
            decision: decision.verdict.as_str(),
            denial: denial(decision.verdict).map(Denial::id),
            reasons: reasons(decision),
            principal: decision.principal.to_string(),
            action: decision.action.clone(),
            data: decision.plane == access::action::Plane::Data,
            scope: decision.scope.to_string(),
            now: decision.now.to_string(),
            steps: decision.steps.iter().map(StepView::from).collect(),
            steps_omitted: decision.steps_omitted,
            near_misses: decision.near_misses.iter().map(Into::into).collect(),
            near_miss_total: decision.near_miss_total,
            suggested_role: decision.suggested_role.as_ref().map(|role| RoleView {
                id: role.id.to_string(),
                name: Some(role.name.clone()),
            }),
            unknown_roles: decision
                .unknown_roles
                .iter()
                .map(ToString::to_string)
                .collect(),
            groups_considered: decision.groups_considered,
        }
    }
}

impl From<&Step> for StepView {
    fn from(step: &Step) -> Self {
        match step {
            Step::Deny(deny) => Self::DenyAssignment(deny.into()),
            Step::Grant(grant) => Self::RoleAssignment(grant.into()),
        }
    }
}

impl From<&DenyStep> for DenyView {
    fn from(step: &DenyStep) -> Self {
        let principal = match &step.outcome {
            DenyOutcome::Excluded(spared) => Some(spared),
            _ => step.principal.as_ref(),
        };
        Self {
            id: step.assignment.to_string(),
            name: step.name.clone(),
            scope: step.scope.to_string(),
            principal: principal.map(ToString::to_string),
            path: step.path.iter().map(Into::into).collect(),
            outcome: match step.outcome {
                DenyOutcome::Denies => "denies",
                DenyOutcome::MayDeny => "mayDeny",
                DenyOutcome::OtherPrincipals => "otherPrincipals",
                DenyOutcome::Excluded(_) => "excluded",
                DenyOutcome::OtherAction => "otherAction",
                DenyOutcome::NotToChildren => "notToChildren",
                DenyOutcome::ConditionNotMet => "conditionNotMet",
            },
        }
    }
}

impl From<&Candidate> for AssignmentView {
    fn from(candidate: &Candidate) -> Self {
        Self {
            id: candidate.assignment.to_string(),
            role: RoleView {
                id: candidate.role.to_string(),
                name: candidate.role_name.clone(),
            },
            scope: candidate.scope.to_string(),
            principal: candidate.principal.to_string(),
            path: candidate.path.iter().map(Into::into).collect(),
            outcome: match candidate.outcome {
                GrantOutcome::Grants => "grants",
                GrantOutcome::MayGrant => "mayGrant",
                GrantOutcome::RoleUnknown => "roleUnknown",
                GrantOutcome::NotInForce(AssignmentState::Propagating, _) => "propagating",
                GrantOutcome::NotInForce(AssignmentState::StartsLater, _) => "startsLater",
                GrantOutcome::NotInForce(AssignmentState::Eligible, _) => "eligible",
                GrantOutcome::NotInForce(..) => "expired",
                GrantOutcome::ConditionNotMet => "conditionNotMet",
                GrantOutcome::ConditionUnreadable(_) => "conditionUnreadable",
                GrantOutcome::BelowScope => "belowScope",
                GrantOutcome::OtherScope => "otherScope",
                GrantOutcome::OtherFamily => "otherFamily",
                GrantOutcome::Excluded => "excluded",
                GrantOutcome::ActionMissing => "actionMissing",
                GrantOutcome::ManagementOnly => "managementOnly",
                GrantOutcome::DataOnly => "dataOnly",
                GrantOutcome::NoPermission => "noPermission",
            },
            summary: candidate.summary(),
        }
    }
}

impl From<&PathGroup> for GroupView {
    fn from(group: &PathGroup) -> Self {
        Self {
            id: group.id.to_string(),
            name: group.name.clone(),
            from_token: group.from_token,
        }
    }
}

/// The denial of a verdict that is no.
pub(crate) const fn denial(verdict: Verdict) -> Option<Denial> {
    match verdict {
        Verdict::Denied(denial) => Some(denial),
        _ => None,
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}
