//! Step 7, the roles: what the caller may do at the account, decided as Azure decides it.

mod others;
mod policy;

use std::collections::BTreeSet;

use access::Timestamp;
use access::action::Plane;
use access::builtin;
use access::decide::{Question, decide};
use access::decision::{Decision, Denial, Step as DecisionStep, Verdict};
use access::operation::{ModelFormat, Operation, OperationTable};
use access::policy::Policy;
use access::principal::PrincipalId;
use access::role::RoleId;
use access::scope::Scope;
use serde_json::json;

use super::account::unread;
use super::ask::{Check, Place, Purpose, Request};
use super::credential::id;
use super::examination::Examination;
use super::fault::Remedy;
use super::step::{Note, Step};
use crate::RuleId;
use crate::diagnose::diagnose;
use crate::evidence::client::Protocol;
use crate::fact::{Facts, Name};
use crate::known::Call;
use crate::report::Certainty;

/// Versions that are documented and stable.
const ASSIGNMENTS_VERSION: &str = "2022-04-01";
const ELIGIBILITY_VERSION: &str = "2020-10-01";
/// How many role definitions are read.
const DEFINITIONS: usize = 40;
/// Seconds in which a grant may not be effective everywhere yet.
pub(super) const PROPAGATION: i64 = 600;

/// What the caller may do, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Permitted {
    /// It could not be evaluated.
    Unknown,
    /// Allowed, by an assignment of this time, if it has one, and through a group or not.
    Yes {
        since: Option<Timestamp>,
        group: bool,
        summary: String,
    },
    /// Denied.
    No,
}

impl Examination {
    fn caller(&self) -> Option<(String, bool)> {
        let claims = self.chosen.as_ref()?.claims.as_ref()?;
        Some((id(claims.object_id.as_deref())?, claims.application))
    }

    pub(super) fn wanted_of_roles(&self) -> Vec<Check> {
        let (Some(account), Some((caller, application))) = (&self.account, self.caller()) else {
            return Vec::new();
        };
        let subscription = account.id.split('/').nth(2).unwrap_or_default();
        let assignments = |caller: &str| {
            format!(
                "/subscriptions/{subscription}/providers/Microsoft.Authorization/roleAssignments?api-version={ASSIGNMENTS_VERSION}&$filter=assignedTo('{caller}')"
            )
        };
        let mut wanted: Vec<Check> = [
            self.management(assignments(&caller), Purpose::Assignments),
            self.management(
                format!(
                    "{}/providers/Microsoft.Authorization/denyAssignments?api-version={ASSIGNMENTS_VERSION}",
                    account.id
                ),
                Purpose::Denies,
            ),
            self.management(
                format!(
                    "{}/providers/Microsoft.Authorization/roleEligibilityScheduleInstances?api-version={ELIGIBILITY_VERSION}&$filter=asTarget()",
                    account.id
                ),
                Purpose::Eligible,
            ),
        ]
        .into_iter()
        .flatten()
        .collect();
        wanted.extend(self.groups_of(&caller, application));
        for (_, other) in self.other_callers() {
            wanted.extend(self.management(assignments(&other), Purpose::Assignments));
        }
        let known = wanted.iter().all(|check| self.answer(check).is_some());
        if known {
            for role in self.unknown_roles() {
                let path = format!(
                    "/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}?api-version={ASSIGNMENTS_VERSION}"
                );
                wanted.extend(self.management(path, Purpose::Definition));
            }
        }
        wanted
    }

    /// Which groups the caller is in: users and applications are asked about in different ways.
    fn groups_of(&self, caller: &str, application: bool) -> Option<Check> {
        let chosen = self.chosen.as_ref()?;
        let (method, path, body) = if application {
            let path = format!(
                "/v1.0/servicePrincipals/{caller}/transitiveMemberOf?$select=id,displayName"
            );
            ("GET", path, None)
        } else {
            let path = format!("/v1.0/users/{caller}/getMemberGroups");
            (
                "POST",
                path,
                Some(json!({ "securityEnabledOnly": true }).to_string()),
            )
        };
        Some(Check::Request(Request {
            place: Place::Directory,
            method,
            path,
            bearer: Some(chosen.source),
            body,
            headers: Vec::new(),
            purpose: Purpose::Groups,
        }))
    }

    /// Roles that are assigned and that are no built-in ones.
    fn unknown_roles(&self) -> Vec<String> {
        let lists = [Purpose::Assignments, Purpose::Eligible];
        let entries = lists.iter().flat_map(|purpose| self.lists(purpose));
        let roles: BTreeSet<String> = entries
            .filter_map(|entry| {
                let role = entry["properties"]["roleDefinitionId"].as_str()?;
                let guid = id(role.rsplit('/').next())?;
                builtin::by_id(&RoleId::parse(&guid))
                    .is_none()
                    .then_some(guid)
            })
            .collect();
        roles.into_iter().take(DEFINITIONS).collect()
    }

    pub(super) fn evaluate_roles(&mut self) -> Vec<Note> {
        let (Some(account), Some((caller, _))) = (self.account.clone(), self.caller()) else {
            return vec![Note::unknown(match self.caller() {
                None => "without a token that can be read, nobody's roles can be looked up",
                Some(_) => "without the account, its roles cannot be looked up",
            })];
        };
        let mut notes = Vec::new();
        let own = self.answers_for(&Purpose::Assignments);
        let own = own.first().map(|(_, answer)| (*answer).clone());
        let refused = own
            .as_ref()
            .and_then(|answer| unread(answer, "Microsoft.Authorization/roleAssignments/read"));
        if let Some(note) = refused {
            return vec![note];
        }
        for (purpose, what, permission) in [
            (
                Purpose::Denies,
                "deny assignments",
                "Microsoft.Authorization/denyAssignments/read",
            ),
            (
                Purpose::Eligible,
                "roles that could be activated",
                "Microsoft.Authorization/roleEligibilityScheduleInstances/read",
            ),
            (
                Purpose::Groups,
                "groups",
                "GroupMember.Read.All of Microsoft Graph",
            ),
            (
                Purpose::Definition,
                "a role's definition",
                "Microsoft.Authorization/roleDefinitions/read",
            ),
        ] {
            let answers = self.answers_for(&purpose);
            let note = answers
                .iter()
                .find_map(|(_, answer)| unread(answer, permission));
            notes.extend(note.map(|note| Note::unknown(format!("{what}: {}", note.words))));
        }
        let Some(policy) = self.policy(&caller) else {
            notes.push(Note::unknown(
                "the role assignments could not be understood",
            ));
            return notes;
        };
        let Some((operation, decision)) = self.decision(&policy, &caller, &account.id) else {
            notes.push(Note::unknown(
                "no data action is known for this client's call",
            ));
            return notes;
        };
        notes.splice(0..0, self.judged(&policy, operation, &decision));
        if self.permitted == Permitted::No {
            notes.extend(self.somebody_else(&account.id));
        }
        notes
    }

    fn decision(
        &self,
        policy: &Policy,
        caller: &str,
        account: &str,
    ) -> Option<(Operation, Decision)> {
        let operation = self.operation();
        let format = self
            .deployment()
            .map_or(ModelFormat::OpenAi, |one| ModelFormat::parse(&one.format));
        let action = OperationTable::standard().data_action(operation, &format);
        let scope = Scope::parse(account).ok()?;
        let scope = match &self.target().url.endpoint.project {
            Some(project) => scope.child("projects", project),
            None => scope,
        };
        let question = Question {
            principal: &PrincipalId::new(caller),
            groups: &[],
            action: action.as_str(),
            plane: Plane::Data,
            scope: &scope,
            now: self.now(),
        };
        Some((operation, decide(policy, &question)))
    }

    /// What the client's usual call is.
    fn operation(&self) -> Operation {
        let model = self.deployment().map(|one| one.model.to_ascii_lowercase());
        let embeds = model.is_some_and(|model| model.contains("embed"));
        match (self.target().protocol(), embeds) {
            (Protocol::AzureOpenAi, false) => Operation::DeploymentChatCompletions,
            (Protocol::AzureOpenAi, true) => Operation::DeploymentEmbeddings,
            (Protocol::Inference, false) => Operation::InferenceChatCompletions,
            (Protocol::Inference, true) => Operation::InferenceEmbeddings,
            (Protocol::Anthropic, _) => Operation::AnthropicMessages,
            (Protocol::Project, false) => Operation::ProjectChatCompletions,
            (Protocol::Project, true) => Operation::ProjectEmbeddings,
            (_, true) => Operation::V1Embeddings,
            (_, false) => Operation::V1ChatCompletions,
        }
    }

    fn judged(&mut self, policy: &Policy, operation: Operation, decision: &Decision) -> Vec<Note> {
        self.value(Name::DataAction, &decision.action, Step::Roles);
        match decision.verdict {
            Verdict::Allowed => vec![self.allowed(policy, operation, decision)],
            Verdict::Denied(denial) => self.denied(decision, denial),
            Verdict::Unknown | Verdict::Conditional => {
                let what = match decision.verdict {
                    Verdict::Unknown => "a role is assigned whose definition could not be read",
                    _ => "it hangs on a condition whose attributes are not known here",
                };
                vec![Note::unknown(format!("{operation}: {what}"))]
            }
        }
    }

    fn allowed(&mut self, policy: &Policy, operation: Operation, decision: &Decision) -> Note {
        let granting = decision.decisive().and_then(|step| match step {
            DecisionStep::Grant(grant) => Some(grant),
            DecisionStep::Deny(_) => None,
        });
        let since = granting.and_then(|grant| {
            let known = policy
                .assignments
                .iter()
                .find(|one| one.id == grant.assignment);
            known.and_then(|one| one.created)
        });
        let summary = granting.map_or(String::new(), |grant| {
            let name = grant.role_name.as_deref().unwrap_or("a role");
            let through = match grant.path.is_empty() {
                true => "",
                false => " through a group",
            };
            format!("{name} at {}{through}", grant.scope.described())
        });
        self.permitted = Permitted::Yes {
            since,
            group: granting.is_some_and(|grant| !grant.path.is_empty()),
            summary: summary.clone(),
        };
        let age = since.map(|since| self.now().0 - since.0);
        match age.filter(|age| (0..PROPAGATION).contains(age)) {
            Some(age) => Note::notable(format!(
                "{operation} is permitted by {summary}, granted {age} s ago: it may not be effective yet"
            )),
            None => Note::seen(format!("{operation} is permitted by {summary}")),
        }
    }

    fn denied(&mut self, decision: &Decision, denial: Denial) -> Vec<Note> {
        self.permitted = Permitted::No;
        let account = self.account.clone();
        let call = Call {
            account: account.as_ref().map(|one| one.name.clone()),
            account_id: account.as_ref().map(|one| one.id.clone()),
            ..Call::default()
        };
        let told = diagnose(&Facts::from_denial(decision, &call))
            .findings
            .into_iter()
            .next();
        let rule = RuleId::of_denial(denial);
        let statement = told
            .as_ref()
            .map_or_else(String::new, |told| told.cause.clone());
        let mut notes = vec![Note::wrong(format!(
            "`{}` is not permitted",
            decision.action
        ))];
        for near in decision.near_misses.iter().take(3) {
            notes.push(Note::notable(near.summary()));
        }
        let remedy = self.grant(decision, denial);
        let fault = self.fault(Step::Roles, rule, Certainty::Proven);
        fault.says(statement);
        for near in decision.near_misses.iter().take(3) {
            fault.shown_by(near.summary());
        }
        if decision.near_misses.is_empty() {
            fault.shown_by(
                "no role is assigned to the caller in this subscription that comes near it",
            );
        }
        if let Some(told) = told {
            fault.fixed_by(told.fix);
        }
        fault.remedies.extend(remedy);
        notes
    }

    /// The assignment that would permit it, where one more assignment is what is missing.
    fn grant(&self, decision: &Decision, denial: Denial) -> Option<Remedy> {
        let mends = match denial {
            Denial::BelowScope
            | Denial::OtherFamilyOnly
            | Denial::DataActionMissing
            | Denial::WrongScope
            | Denial::ControlPlaneOnly
            | Denial::Expired
            | Denial::RoleMissing => true,
            Denial::DenyAssignment
            | Denial::NotYetEffective
            | Denial::StartsLater
            | Denial::NotActivated
            | Denial::ConditionNotMet
            | Denial::ConditionUnreadable
            | Denial::ActionMissing
            | Denial::DataPlaneOnly => false,
        };
        let role = decision.suggested_role.as_ref().filter(|_| mends)?;
        let (principal, application) = self.caller()?;
        Some(Remedy::AssignRole {
            principal,
            principal_type: if application {
                "ServicePrincipal"
            } else {
                "User"
            },
            role: role.name.clone(),
            role_id: role.id.to_string(),
            scope: self.account.as_ref()?.id.clone(),
        })
    }
}
