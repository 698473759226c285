//! The decision, with its reasons. This is the text to read; [`crate::index`] is the same in a hurry.
//!
//! # Order of evaluation
//!
//! 1. **Who is asking?** The caller, every group that has it as a transitive member, and the groups
//!    that its token names with all groups above them.
//! 2. **Where?** The scope, every scope above it by its own text (on segment boundaries), and the
//!    management groups above its subscription.
//! 3. **Deny assignments first.** One applies if it is at one of those scopes (and, with *do not
//!    apply to child scopes*, at this very one), means one of those principals or everyone, spares
//!    none of them, and names the action. The first that applies ends the matter: denied.
//! 4. **Role assignments** of those principals at those scopes. Each must be in force at this time,
//!    its role must permit the action in the plane asked about, and its conditions must hold. Each
//!    block of a definition is judged by itself (its exclusions subtract from its own patterns
//!    only), and the blocks and assignments add up: one that grants is enough.
//! 5. **The verdict.** Granted: *allowed*. Granted only if an attribute that nobody supplied has a
//!    certain value, or denied only if so: *conditional*. Neither, but a role is assigned whose
//!    definition is not known: *unknown*. Nothing at all: *denied*.
//!
//! Conditions have three values. One that cannot be read never grants, and never lifts a deny.
//!
//! # An example
//!
//! Alice is Owner of the resource group, through a group. She calls the model. Step 1 finds Alice
//! and the group; step 2 the account, the resource group, the subscription; step 3 nothing. Step 4
//! finds the Owner assignment: it is in force, but Owner has `actions: *` and no data actions, and
//! management never satisfies a question about data. Verdict: denied,
//! [`Denial::ControlPlaneOnly`]; near miss: "Owner at resource group `rg`: management rights only";
//! suggested role: Cognitive Services OpenAI User.

mod scan;
mod source;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::Timestamp;
use crate::action::Plane;
use crate::assignment::{AssignmentState, DenyAssignment, RoleAssignment};
use crate::condition::{Attributes, Condition, Truth};
use crate::decision::{
    Candidate, Decision, Denial, DenyOutcome, DenyStep, GrantOutcome, MAX_NEAR_MISSES, MAX_STEPS,
    Step, Verdict,
};
use crate::hierarchy::Ancestors;
use crate::membership::Closure;
use crate::operation::{Family, OperationTable};
use crate::policy::Policy;
use crate::principal::PrincipalId;
use crate::role::{RoleDefinition, RoleId, denying, granting};
use crate::scope::Scope;
use crate::suggest;
use crate::text::fold;
pub(crate) use source::Source;

/// May this principal do this, there, now?
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Who: the object id of a user, an application or a group.
    pub principal: &'a PrincipalId,
    /// The groups that the caller's token names, if it names any. The policy's own groups count in
    /// any case.
    pub groups: &'a [PrincipalId],
    /// The action. A `*` in it is a plain character.
    pub action: &'a str,
    /// The plane that the action belongs to.
    pub plane: Plane,
    /// Where.
    pub scope: &'a Scope,
    /// When.
    pub now: Timestamp,
}

/// Decides a question by a policy. It cannot fail: what cannot be evaluated does not grant.
pub fn decide(policy: &Policy, question: &Question<'_>) -> Decision {
    decide_with(policy, question, Attributes::none())
}

/// [`decide`] where attributes of the request or the resource are known.
pub fn decide_with(policy: &Policy, question: &Question<'_>, attributes: &Attributes) -> Decision {
    explain(&scan::Scan::new(policy), question, attributes)
}

/// Decides a question from a source.
pub(crate) fn explain<'p>(
    source: &impl Source<'p>,
    question: &Question<'p>,
    attributes: &Attributes,
) -> Decision {
    let case = Case {
        action: &fold(question.action),
        closure: Closure::new(question.principal, question.groups, |id| source.parents(id)),
        ancestors: Ancestors::new(source.hierarchy(), question.scope),
        source,
        question,
        attributes,
    };
    let denies = case.deny_steps();
    let (grants, misses) = case.candidates();
    case.conclude(denies, grants, misses)
}

/// One question, with everything that is the same for every assignment.
struct Case<'c, 'p, S> {
    source: &'c S,
    question: &'c Question<'p>,
    attributes: &'c Attributes,
    /// Folded.
    action: &'c str,
    closure: Closure<'p>,
    ancestors: Ancestors<'p>,
}

impl<'p, S: Source<'p>> Case<'_, 'p, S> {
    fn deny_steps(&self) -> Vec<DenyStep> {
        let denies = self.source.denies(&self.ancestors);
        denies
            .into_iter()
            .map(|deny| self.deny_step(deny))
            .collect()
    }

    fn deny_step(&self, deny: &DenyAssignment) -> DenyStep {
        let means = |id: &&PrincipalId| id.is_everyone() || self.closure.contains(id);
        let principal = deny.principals.iter().find(means);
        // The zero GUID means everyone among the principals only: an exclusion of everyone would
        // turn a deny assignment off without a trace.
        let spared = deny
            .exclude_principals
            .iter()
            .find(|id| !id.is_everyone() && self.closure.contains(id));
        let (outcome, by) = if deny.not_to_children && deny.scope != *self.question.scope {
            (DenyOutcome::NotToChildren, None)
        } else if principal.is_none() {
            (DenyOutcome::OtherPrincipals, None)
        } else if let Some(spared) = spared {
            (DenyOutcome::Excluded(spared.clone()), Some(spared))
        } else {
            (self.deny_outcome(deny), principal)
        };
        DenyStep {
            assignment: Arc::clone(&deny.id),
            name: deny.name.clone(),
            scope: deny.scope.clone(),
            principal: principal.cloned(),
            path: by.map_or_else(Vec::new, |id| self.path(id)),
            outcome,
        }
    }

    fn deny_outcome(&self, deny: &DenyAssignment) -> DenyOutcome {
        let (action, plane) = (self.action, self.question.plane);
        let naming = deny
            .permissions
            .iter()
            .filter(|block| block.covers_folded(action, plane));
        let blocks = naming
            .map(|block| denying(block.condition.as_ref(), action, self.attributes))
            .max();
        let Some(blocks) = blocks else {
            return DenyOutcome::OtherAction;
        };
        match blocks.and(denying(deny.condition.as_ref(), action, self.attributes)) {
            Truth::True => DenyOutcome::Denies,
            Truth::Unknown => DenyOutcome::MayDeny,
            Truth::False => DenyOutcome::ConditionNotMet,
        }
    }

    /// The caller's assignments that hold at the scope, and those of all its assignments that
    /// almost granted.
    fn candidates(&self) -> (Vec<Candidate>, Vec<Candidate>) {
        let (mut here, mut misses) = (Vec::new(), Vec::new());
        for assignment in self.source.assignments(&self.closure) {
            let delay = self.source.propagation_delay();
            let state = assignment.state(self.question.now, delay);
            let outcome = self.outcome(assignment, state);
            if self.ancestors.covered_by(&assignment.scope) {
                let candidate = self.candidate(assignment, outcome);
                if candidate.is_near_miss(state) {
                    misses.push(candidate.clone());
                }
                here.push(candidate);
            } else if matches!(outcome, GrantOutcome::Grants | GrantOutcome::MayGrant) {
                let below = assignment.scope.is_at_or_below(self.question.scope);
                let outcome = match below {
                    true => GrantOutcome::BelowScope,
                    false => GrantOutcome::OtherScope,
                };
                misses.push(self.candidate(assignment, outcome));
            }
        }
        (here, misses)
    }

    /// What an assignment would do if it held at the scope.
    fn outcome(&self, assignment: &RoleAssignment, state: AssignmentState) -> GrantOutcome {
        let (action, plane) = (self.action, self.question.plane);
        let role = self.source.role(&assignment.role);
        let permits = role.map_or(Truth::True, |role| {
            role.permits_folded(action, plane, self.attributes)
        });
        let condition = assignment.condition.as_ref();
        let grants = permits.and(granting(condition, action, self.attributes));
        match role {
            Some(role) if permits == Truth::False => self.shortfall(role),
            _ if state != AssignmentState::Active => {
                let when = match state {
                    AssignmentState::Expired => assignment.ends,
                    _ => assignment.effective(self.source.propagation_delay()),
                };
                GrantOutcome::NotInForce(state, when)
            }
            _ if grants == Truth::False => condition_outcome(condition),
            None => GrantOutcome::RoleUnknown,
            Some(_) if grants == Truth::Unknown => GrantOutcome::MayGrant,
            Some(_) => GrantOutcome::Grants,
        }
    }

    /// Why a role does not permit the action.
    fn shortfall(&self, role: &RoleDefinition) -> GrantOutcome {
        let (action, plane) = (self.action, self.question.plane);
        let other = match plane {
            Plane::Control => Plane::Data,
            Plane::Data => Plane::Control,
        };
        let mut blocks = role.permissions.iter();
        if let Some(block) = blocks
            .clone()
            .find(|block| block.covers_folded(action, plane))
        {
            return condition_outcome(block.condition.as_ref());
        }
        if blocks.any(|block| block.excludes_folded(action, plane)) {
            return GrantOutcome::Excluded;
        }
        match (role.has_any(plane), role.has_any(other), plane) {
            (true, _, Plane::Data) if !reaches_family(role, Family::of(action)) => {
                GrantOutcome::OtherFamily
            }
            (true, _, _) => GrantOutcome::ActionMissing,
            (false, true, Plane::Data) => GrantOutcome::ManagementOnly,
            (false, true, Plane::Control) => GrantOutcome::DataOnly,
            (false, false, _) => GrantOutcome::NoPermission,
        }
    }

    fn candidate(&self, assignment: &RoleAssignment, outcome: GrantOutcome) -> Candidate {
        let role = self.source.role(&assignment.role);
        Candidate {
            assignment: Arc::clone(&assignment.id),
            role: assignment.role.clone(),
            role_name: role.map(|role| role.name.clone()),
            scope: assignment.scope.clone(),
            principal: assignment.principal.clone(),
            path: self.path(&assignment.principal),
            outcome,
        }
    }

    fn path(&self, id: &PrincipalId) -> Vec<crate::decision::PathGroup> {
        self.closure.path(id, |id| self.source.group_name(id))
    }

    fn conclude(
        &self,
        mut denies: Vec<DenyStep>,
        mut grants: Vec<Candidate>,
        mut misses: Vec<Candidate>,
    ) -> Decision {
        let plane = self.question.plane;
        misses.sort_by_key(|miss| miss.outcome.denial(plane));
        let verdict = verdict(&denies, &grants, &misses, plane);
        denies.sort_by_key(|step| deny_rank(&step.outcome));
        grants.sort_by_key(|step| grant_rank(&step.outcome));

        let mut unknown_roles: Vec<RoleId> = grants
            .iter()
            .filter(|grant| grant.outcome == GrantOutcome::RoleUnknown)
            .map(|grant| grant.role.clone())
            .collect();
        unknown_roles.sort_unstable();
        unknown_roles.dedup();

        let denied_outright = verdict == Verdict::Denied(Denial::DenyAssignment);
        if verdict == Verdict::Allowed {
            misses.clear();
        }
        let near_miss_total = misses.len();
        misses.truncate(MAX_NEAR_MISSES);
        let suggested_role = match verdict {
            Verdict::Allowed => None,
            _ if denied_outright => None,
            _ => suggest::least_privileged(self.action, plane, |id| self.source.role(id)),
        };

        let considered = denies.len() + grants.len();
        let steps: Vec<Step> = denies
            .into_iter()
            .take(MAX_STEPS / 2)
            .map(Step::Deny)
            .chain(grants.into_iter().take(MAX_STEPS / 2).map(Step::Grant))
            .collect();
        Decision {
            verdict,
            principal: self.question.principal.clone(),
            action: self.question.action.to_owned(),
            plane,
            scope: self.question.scope.clone(),
            now: self.question.now,
            steps_omitted: considered - steps.len(),
            steps,
            near_misses: misses,
            near_miss_total,
            suggested_role,
            unknown_roles,
            groups_considered: self.closure.principals().count() - 1,
        }
    }
}

/// Step 5. `misses` are sorted, most telling first.
fn verdict(
    denies: &[DenyStep],
    grants: &[Candidate],
    misses: &[Candidate],
    plane: Plane,
) -> Verdict {
    let denied = |outcome: DenyOutcome| denies.iter().any(|step| step.outcome == outcome);
    let granted = |outcome: GrantOutcome| grants.iter().any(|step| step.outcome == outcome);
    if denied(DenyOutcome::Denies) {
        Verdict::Denied(Denial::DenyAssignment)
    } else if granted(GrantOutcome::Grants) && !denied(DenyOutcome::MayDeny) {
        Verdict::Allowed
    } else if granted(GrantOutcome::Grants) || granted(GrantOutcome::MayGrant) {
        Verdict::Conditional
    } else if granted(GrantOutcome::RoleUnknown) {
        Verdict::Unknown
    } else {
        let telling = misses.first();
        Verdict::Denied(telling.map_or(Denial::RoleMissing, |miss| miss.outcome.denial(plane)))
    }
}

fn condition_outcome(condition: Option<&Condition>) -> GrantOutcome {
    match condition.and_then(Condition::error) {
        Some(error) => GrantOutcome::ConditionUnreadable(error.to_string()),
        None => GrantOutcome::ConditionNotMet,
    }
}

/// Whether the role has a data action of the family: one that an operation checks, or one that it
/// spells out.
fn reaches_family(role: &RoleDefinition, family: Family) -> bool {
    if family == Family::Other {
        return true;
    }
    let mut checked = OperationTable::standard().data_actions().iter();
    let mut patterns = role
        .permissions
        .iter()
        .flat_map(|block| &block.data_actions);
    checked.any(|action| {
        action.family() == family
            && role.permits_folded(action.folded(), Plane::Data, Attributes::none()) != Truth::False
    }) || patterns.any(|pattern| Family::of(pattern.as_str()) == family)
}

fn deny_rank(outcome: &DenyOutcome) -> u8 {
    match outcome {
        DenyOutcome::Denies => 0,
        DenyOutcome::MayDeny => 1,
        DenyOutcome::Excluded(_) => 2,
        DenyOutcome::ConditionNotMet => 3,
        DenyOutcome::NotToChildren => 4,
        DenyOutcome::OtherAction => 5,
        DenyOutcome::OtherPrincipals => 6,
    }
}

fn grant_rank(outcome: &GrantOutcome) -> u8 {
    match outcome {
        GrantOutcome::Grants => 0,
        GrantOutcome::MayGrant => 1,
        GrantOutcome::RoleUnknown => 2,
        _ => 3,
    }
}
