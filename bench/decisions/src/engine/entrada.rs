//! Entrada: `access::index`, as its server uses it.

use std::sync::Arc;

use access::Timestamp;
use access::assignment::RoleAssignment;
use access::builtin;
use access::index::{Index, KnownGrants};
use access::operation::{DataAction, OperationTable};
use access::policy::{Group, Policy};
use access::principal::PrincipalId;
use access::role::RoleId;
use access::scope::Scope;
use anyhow::{Context as _, Result};

use super::Engine;
use crate::tenant::{self, Question, Tenant};

pub(crate) const NOW: Timestamp = Timestamp(1_800_000_000);

pub(crate) struct Entrada {
    pub(crate) index: Index,
    pub(crate) table: &'static OperationTable,
    pub(crate) action: &'static DataAction,
}

/// A question, parsed as the server has it when it decides.
pub(crate) struct Parsed {
    pub(crate) principal: PrincipalId,
    pub(crate) scope: Scope,
}

impl Entrada {
    pub(crate) fn new(tenant: &Tenant) -> Result<Self> {
        let mut policy = Policy::default();
        for group in &tenant.groups {
            policy.groups.push(Group {
                id: PrincipalId::new(&group.id),
                name: String::new(),
                members: group
                    .members
                    .iter()
                    .map(|id| PrincipalId::new(id))
                    .collect(),
            });
        }
        for assignment in &tenant.assignments {
            policy.assignments.push(role_assignment(assignment)?);
        }
        let table = OperationTable::standard();
        Ok(Self {
            index: Index::new(Arc::new(policy), table),
            table,
            action: table.find(tenant::ACTION).context("a data action")?,
        })
    }

    /// The snapshot after one more assignment, as the server makes it.
    pub(crate) fn granted(&self, assignment: &RoleAssignment) -> Option<Self> {
        let policy = self.index.policy();
        let is_known = policy.assignments.iter().any(|known| {
            known.principal == assignment.principal
                && known.role == assignment.role
                && known.scope == assignment.scope
        });
        if is_known {
            return None;
        }
        let mut policy = Policy::clone(policy);
        policy.assignments.push(assignment.clone());
        Some(Self {
            index: Index::new(Arc::new(policy), self.table),
            ..*self
        })
    }

    /// The first decision for a caller at a scope.
    pub(crate) fn first(&self, question: &Parsed) -> bool {
        let grant = self
            .index
            .grant(&question.principal, &[], &question.scope, NOW);
        grant.data_actions.contains(self.action)
    }

    /// The decision for a caller who was decided about before.
    pub(crate) fn warm(&self, known: &mut KnownGrants, question: &Parsed) -> bool {
        let grant = known.grant(1, &question.scope, NOW, || {
            self.index
                .grant(&question.principal, &[], &question.scope, NOW)
        });
        grant.data_actions.contains(self.action)
    }
}

impl Parsed {
    pub(crate) fn new(question: &Question) -> Result<Self> {
        Ok(Self {
            principal: PrincipalId::new(&question.principal),
            scope: Scope::parse(&question.account)?,
        })
    }
}

impl Engine for Entrada {
    fn name(&self) -> &'static str {
        "Entrada"
    }

    fn allows(&mut self, question: &Question) -> Result<bool> {
        Ok(self.first(&Parsed::new(question)?))
    }
}

pub(crate) fn role_assignment(assignment: &tenant::Assignment) -> Result<RoleAssignment> {
    Ok(RoleAssignment::new(
        &assignment.id,
        PrincipalId::new(&assignment.principal),
        role_id(assignment.role)?,
        Scope::parse(&assignment.scope)?,
    ))
}

fn role_id(name: &str) -> Result<RoleId> {
    Ok(builtin::by_name(name)
        .context("a built-in role")?
        .id
        .clone())
}
