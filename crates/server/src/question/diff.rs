//! What a change of the policy would alter.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use access::action::{ActionPattern, Plane};
use access::assignment::RoleAssignment;
use access::change::{Change, changed};
use access::diff::{Difference, diff};
use access::index::Index;
use access::policy::Policy;
use access::principal::PrincipalId;
use access::role::{RoleDefinition, RoleId};
use wire::entrada::{DiffAnswer, DiffEntry, DiffPrincipal, DiffQuestion, ProposedChange};

use super::{Asker, Kind, QuestionError, UnknownName, unknown};
use crate::route::table::management_actions;

/// The most principals that an answer lists, and the most differences of one of them.
const MAX_LISTED: usize = 100;
/// The most patterns of roles that are measured beside the known actions.
const MAX_PATTERNS: usize = 1000;

/// Something that is asked of both policies.
struct Measure {
    action: String,
    plane: Plane,
    /// The action, or the pattern that it is an example of.
    shown: String,
}

impl Asker<'_> {
    /// What these changes would alter.
    ///
    /// # Errors
    /// A name means nothing, or a change cannot be made.
    pub fn diff(&self, asked: &DiffQuestion) -> Result<DiffAnswer, QuestionError> {
        let mut policy = Policy::clone(self.index.policy());
        let mut changes = Vec::new();
        for proposed in &asked.changes {
            // A change may build on the ones before it.
            let next = self.changes(proposed, &policy)?;
            policy = changed(&policy, &next);
            changes.extend(next);
        }
        let mut answer = self.compare(policy);
        answer.changes = changes
            .iter()
            .map(|change| self.change_entry(change))
            .collect();
        Ok(answer)
    }

    /// What differs if this policy takes the place of the present one.
    #[must_use]
    pub fn compare(&self, after: Policy) -> DiffAnswer {
        let table = self.names.operations();
        let after = Index::new(Arc::new(after), table);
        let measures = self.measures(after.policy());
        let actions: Vec<_> = measures
            .iter()
            .map(|one| (one.action.clone(), one.plane))
            .collect();
        let found = diff(
            self.index,
            &after,
            &self.names.accounts(),
            &actions,
            self.now,
        );
        let mut by_principal: BTreeMap<&PrincipalId, Vec<&Difference>> = BTreeMap::new();
        for difference in &found.differences {
            by_principal
                .entry(&difference.principal)
                .or_default()
                .push(difference);
        }
        let having = |wanted: bool| {
            let differences = by_principal.values();
            let having = differences.filter(|all| all.iter().any(|one| one.is_gain() == wanted));
            having.count()
        };
        let listed = by_principal.iter().take(MAX_LISTED);
        DiffAnswer {
            changes: Vec::new(),
            principals: listed
                .map(|(id, differences)| DiffPrincipal {
                    principal: self.name_of(id),
                    id: id.to_string(),
                    differences_total: differences.len(),
                    differences: differences
                        .iter()
                        .take(MAX_LISTED)
                        .map(|one| diff_entry(one, &measures[one.action]))
                        .collect(),
                })
                .collect(),
            principals_total: by_principal.len(),
            gaining: having(true),
            losing: having(false),
            differences_total: found.differences.len(),
            not_compared: found.not_compared,
            not_known: self.names.not_known(),
        }
    }

    /// The actions of the endpoint and of the management plane, and an example of every pattern of the roles
    /// that are assigned or of the policy's own.
    fn measures(&self, after: &Policy) -> Vec<Measure> {
        let known = |action: &str, plane| Measure {
            action: action.to_owned(),
            plane,
            shown: action.to_owned(),
        };
        let data = self.names.operations().data_actions().iter();
        let mut measures: Vec<Measure> = data.map(|one| known(one.as_str(), Plane::Data)).collect();
        let actions: BTreeSet<&str> = management_actions().collect();
        measures.extend(
            actions
                .into_iter()
                .map(|action| known(action, Plane::Control)),
        );

        let before = &**self.index.policy();
        let mut patterns: BTreeSet<(Plane, String)> = BTreeSet::new();
        for policy in [before, after] {
            let assigned: BTreeSet<&RoleId> =
                policy.assignments.iter().map(|one| &one.role).collect();
            let own = policy.roles.iter().map(|role| &role.id);
            let book = policy.role_book();
            let ids: BTreeSet<&RoleId> = assigned.into_iter().chain(own).collect();
            for role in ids.into_iter().filter_map(|id| book.role(id)) {
                patterns.extend(patterns_of(role));
            }
        }
        let mut seen: BTreeSet<(Plane, String)> = measures
            .iter()
            .map(|one| (one.plane, one.action.to_ascii_lowercase()))
            .collect();
        for (plane, pattern) in patterns.into_iter().take(MAX_PATTERNS) {
            let action = pattern.replace('*', "something");
            if seen.insert((plane, action.to_ascii_lowercase())) {
                measures.push(Measure {
                    action,
                    plane,
                    shown: pattern,
                });
            }
        }
        measures
    }

    /// A proposed change as the policy knows it.
    fn changes(
        &self,
        proposed: &ProposedChange,
        policy: &Policy,
    ) -> Result<Vec<Change>, QuestionError> {
        Ok(match proposed {
            ProposedChange::Assign {
                principal,
                role,
                scope,
            } => {
                let assignment = self.assignment(principal, role, scope, policy)?;
                vec![Change::Assign(assignment)]
            }
            ProposedChange::Unassign {
                principal,
                role,
                scope,
            } => {
                let wanted = self.assignment(principal, role, scope, policy)?;
                let same = |one: &&RoleAssignment| {
                    (&one.principal, &one.role, &one.scope)
                        == (&wanted.principal, &wanted.role, &wanted.scope)
                };
                let there: Vec<_> = policy.assignments.iter().filter(same).cloned().collect();
                if there.is_empty() {
                    return Err(QuestionError::NotAssigned {
                        principal: principal.clone(),
                        role: role.clone(),
                        scope: scope.clone(),
                    });
                }
                there.into_iter().map(Change::Unassign).collect()
            }
            ProposedChange::AddMember { group, member } => vec![Change::AddMember {
                group: self.principal(group)?.id,
                member: self.principal(member)?.id,
            }],
            ProposedChange::RemoveMember { group, member } => vec![Change::RemoveMember {
                group: self.principal(group)?.id,
                member: self.principal(member)?.id,
            }],
            ProposedChange::DefineRole { definition } => {
                vec![Change::Define(defined(definition, policy)?)]
            }
            ProposedChange::RemoveRole { role } => {
                vec![Change::Undefine(role_named(role, policy)?.id.clone())]
            }
        })
    }

    fn assignment(
        &self,
        principal: &str,
        role: &str,
        scope: &str,
        policy: &Policy,
    ) -> Result<RoleAssignment, UnknownName> {
        let principal = self.principal(principal)?;
        let role = role_named(role, policy)?.id.clone();
        let scope = self.scope(scope)?;
        let id = format!("proposed: {role} to {} at {scope}", principal.id);
        Ok(RoleAssignment {
            principal_kind: principal.kind,
            ..RoleAssignment::new(&id, principal.id, role, scope)
        })
    }
}

pub(super) fn role_named<'p>(
    name: &str,
    policy: &'p Policy,
) -> Result<&'p RoleDefinition, UnknownName> {
    let found = policy
        .role_by_name(name)
        .or_else(|| policy.role(&RoleId::parse(name)));
    found.ok_or_else(|| {
        let known = "the built-in roles around inference, and the policy's own".to_owned();
        unknown(Kind::Role, name, known)
    })
}

/// A role definition as people write it: one that has no id is the one of its name, or a new one.
fn defined(
    definition: &serde_json::Value,
    policy: &Policy,
) -> Result<RoleDefinition, QuestionError> {
    let text = |name: &str| {
        let fields = [definition.as_object(), definition["properties"].as_object()];
        let mut fields = fields.into_iter().flatten().flatten();
        let found = fields.find(|(key, _)| key.eq_ignore_ascii_case(name));
        found
            .and_then(|(_, value)| value.as_str())
            .map(str::to_owned)
    };
    let name = text("roleName")
        .or_else(|| text("name"))
        .unwrap_or_default();
    let id = match (text("id"), policy.role_by_name(&name)) {
        (Some(id), _) if !id.is_empty() => RoleId::parse(&id),
        (_, Some(known)) => known.id.clone(),
        _ => RoleId::parse(&name),
    };
    let json = definition.to_string();
    let mut role = wire::arm::read_role_definition(&id, json.as_bytes())?;
    if !name.is_empty() {
        role.name = name;
    }
    Ok(role)
}

fn patterns_of(role: &RoleDefinition) -> impl Iterator<Item = (Plane, String)> {
    role.permissions.iter().flat_map(|block| {
        [Plane::Control, Plane::Data]
            .into_iter()
            .flat_map(move |plane| {
                let (patterns, exclusions) = block.patterns(plane);
                let texts = patterns.iter().chain(exclusions).map(ActionPattern::as_str);
                texts.map(move |text| (plane, text.to_owned()))
            })
    })
}

fn diff_entry(difference: &Difference, measure: &Measure) -> DiffEntry {
    DiffEntry {
        action: measure.shown.clone(),
        data: measure.plane == Plane::Data,
        scope: difference.scope.to_string(),
        before: difference.before.as_str().to_owned(),
        after: difference.after.as_str().to_owned(),
        gain: difference.is_gain(),
    }
}
