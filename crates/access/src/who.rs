//! The question backwards: who can do this, there, now?
//!
//! ```
//! use access::{action::Plane, assignment::RoleAssignment, builtin, policy::{Group, Policy}};
//! use access::{principal::PrincipalId, scope::Scope, who::who_can, Timestamp};
//!
//! let (alice, devs) = (PrincipalId::new("alice"), PrincipalId::new("devs"));
//! let account = Scope::parse("/subscriptions/s/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/a").unwrap();
//! let role = builtin::by_name("Cognitive Services User").unwrap().id.clone();
//! let policy = Policy {
//!     groups: vec![Group { id: devs.clone(), name: "Developers".into(), members: vec![alice.clone()] }],
//!     assignments: vec![RoleAssignment::new("1", devs, role, account.clone())],
//!     ..Policy::default()
//! };
//! let chat = "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action";
//! let found = who_can(&policy, chat, Plane::Data, &account, Timestamp(0));
//! let through_group = found.holders.iter().find(|holder| holder.principal == alice).unwrap();
//! assert_eq!(through_group.by.as_ref().unwrap().path[0].name, "Developers");
//! ```

use std::collections::HashMap;
use std::sync::Arc;

use crate::Timestamp;
use crate::action::Plane;
use crate::condition::{Attributes, Truth};
use crate::decide::Question;
use crate::decision::{Candidate, Decision, DenyOutcome, DenyStep, Step};
use crate::hierarchy::{Ancestors, Hierarchy};
use crate::index::{Here, Index, Outcome};
use crate::operation::OperationTable;
use crate::policy::Policy;
use crate::principal::{PrincipalId, PrincipalKind};
use crate::role::granting;
use crate::scope::Scope;
use crate::text::fold;

/// Who can, and who could if no deny assignment stood in the way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhoCan {
    /// Everyone for whom the answer is not no: first those who surely can, then those for whom it
    /// hangs on something; by id within. Groups are listed beside their members.
    pub holders: Vec<Holder>,
    /// Those whom a deny assignment stops.
    pub blocked: Vec<Blocked>,
}

/// Someone who can, or may be able to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub principal: PrincipalId,
    /// What the principal is, as far as the policy tells.
    pub kind: PrincipalKind,
    /// A group's name; empty if not known.
    pub name: String,
    /// Allowed, conditional or unknown; never denied.
    pub outcome: Outcome,
    /// The assignment that decides, with the path through groups. Absent if it is a deny
    /// assignment's condition that leaves the answer open.
    pub by: Option<Candidate>,
}

/// Someone who holds a role for it and is stopped by a deny assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// Who.
    pub principal: PrincipalId,
    /// What the principal is, as far as the policy tells.
    pub kind: PrincipalKind,
    /// A group's name; empty if not known.
    pub name: String,
    /// By what.
    pub by: DenyStep,
}

/// Who can do this, there, now? The policy is compiled for the answer; with an index at hand use
/// [`who_can_by`].
///
/// Membership that only tokens tell (the `groups` claim) is not known here.
pub fn who_can(
    policy: &Policy,
    action: &str,
    plane: Plane,
    scope: &Scope,
    now: Timestamp,
) -> WhoCan {
    let index = Index::new(Arc::new(policy.clone()), OperationTable::standard());
    who_can_by(&index, action, plane, scope, now)
}

/// Who cannot do this now and could by activating eligible assignments of theirs (Privileged Identity
/// Management): the holders that [`who_can_by`] would name if all of those were activated, less those it
/// names as it is. The policy is compiled once more for the answer.
pub fn who_could(
    index: &Index,
    action: &str,
    plane: Plane,
    scope: &Scope,
    now: Timestamp,
) -> Vec<Holder> {
    let mut activated = (**index.policy()).clone();
    for assignment in &mut activated.assignments {
        assignment.eligible = false;
    }
    let present = who_can_by(index, action, plane, scope, now);
    let activated = Index::new(Arc::new(activated), OperationTable::standard());
    let mut could = who_can_by(&activated, action, plane, scope, now).holders;
    could.retain(|holder| {
        let mut holders = present.holders.iter();
        !holders.any(|present| present.principal == holder.principal)
    });
    could
}

/// [`who_can`] by an index.
pub fn who_can_by(
    index: &Index,
    action: &str,
    plane: Plane,
    scope: &Scope,
    now: Timestamp,
) -> WhoCan {
    let people = People::new(index.policy(), action, plane, scope, now);
    let (mut evaluator, here) = (index.evaluator(), Here::new(index, scope));
    let mut found = WhoCan::default();
    for (principal, kind) in people.all() {
        let question = Question {
            principal,
            groups: &[],
            action,
            plane,
            scope,
            now,
        };
        let outcome = evaluator.decide(&question);
        // Whom nothing denies, and who may not all the same, is of no interest here.
        if outcome == Outcome::Denied && !here.has_denies() {
            continue;
        }
        let decision = here.decide(&question);
        let name = people.group_name(principal);
        match (outcome, decisive(&decision)) {
            (Outcome::Denied, Some(Step::Deny(by))) => found.blocked.push(Blocked {
                principal: principal.clone(),
                kind,
                name,
                by: by.clone(),
            }),
            (Outcome::Denied, _) => {}
            (outcome, by) => found.holders.push(Holder {
                principal: principal.clone(),
                kind,
                name,
                outcome,
                by: match by {
                    Some(Step::Grant(by)) => Some(by.clone()),
                    _ => None,
                },
            }),
        }
    }
    found.holders.sort_by(|a, b| {
        let by_outcome = b.outcome.cmp(&a.outcome);
        by_outcome.then_with(|| a.principal.cmp(&b.principal))
    });
    found.blocked.sort_by(|a, b| a.principal.cmp(&b.principal));
    found
}

/// The deciding step; for an answer that hangs on a deny assignment's condition, the grant behind it.
fn decisive(decision: &Decision) -> Option<&Step> {
    match decision.decisive() {
        Some(Step::Deny(deny)) if deny.outcome != DenyOutcome::Denies => decision
            .steps
            .iter()
            .find(|step| matches!(step, Step::Grant(grant) if grant.grants_or_may())),
        step => step,
    }
}

/// Everyone who holds, directly or through groups, something at or above the scope that may grant.
struct People<'p> {
    kinds: HashMap<&'p PrincipalId, PrincipalKind>,
    group_names: HashMap<&'p PrincipalId, &'p str>,
}

impl<'p> People<'p> {
    fn new(policy: &'p Policy, action: &str, plane: Plane, scope: &Scope, now: Timestamp) -> Self {
        let action = &*fold(action);
        let hierarchy = Hierarchy::new(&policy.management_groups);
        let ancestors = Ancestors::new(&hierarchy, scope);
        let roles = policy.role_book();
        let mut people = Self {
            kinds: HashMap::new(),
            group_names: HashMap::new(),
        };
        let mut members: HashMap<&PrincipalId, Vec<&PrincipalId>> = HashMap::new();
        for group in &policy.groups {
            people.group_names.entry(&group.id).or_insert(&group.name);
            members.entry(&group.id).or_default().extend(&group.members);
        }
        let none = Attributes::none();
        let may_grant = policy.assignments.iter().filter(|assignment| {
            ancestors.covered_by(&assignment.scope)
                && assignment.state(now, policy.propagation_delay)
                    == crate::assignment::AssignmentState::Active
                && granting(assignment.condition.as_ref(), action, none) != Truth::False
                && roles
                    .role(&assignment.role)
                    .is_none_or(|role| role.permits_folded(action, plane, none) != Truth::False)
        });
        let mut open = Vec::new();
        for assignment in may_grant {
            people.enter(&assignment.principal, assignment.principal_kind, &mut open);
        }
        while let Some(group) = open.pop() {
            for &member in members.get(group).into_iter().flatten() {
                people.enter(member, PrincipalKind::Unknown, &mut open);
            }
        }
        // Another assignment, wherever it is, may tell what a member is.
        for assignment in &policy.assignments {
            if let Some(kind) = people.kinds.get_mut(&assignment.principal)
                && *kind == PrincipalKind::Unknown
            {
                *kind = assignment.principal_kind;
            }
        }
        people
    }

    fn enter(&mut self, id: &'p PrincipalId, kind: PrincipalKind, open: &mut Vec<&'p PrincipalId>) {
        let kind = match self.group_names.contains_key(id) {
            true => PrincipalKind::Group,
            false => kind,
        };
        if let std::collections::hash_map::Entry::Vacant(entry) = self.kinds.entry(id) {
            entry.insert(kind);
            open.push(id);
        }
    }

    fn all(&self) -> impl Iterator<Item = (&'p PrincipalId, PrincipalKind)> {
        self.kinds.iter().map(|(id, kind)| (*id, *kind))
    }

    fn group_name(&self, id: &PrincipalId) -> String {
        self.group_names
            .get(id)
            .map_or_else(String::new, |name| (*name).to_owned())
    }
}
