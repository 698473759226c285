//! Cedar: groups and scopes as entity hierarchies, a role as a group of actions, an assignment as a
//! policy linked to the role's template.

use std::collections::{HashMap, HashSet};

use anyhow::{Context as _, Result};
use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicyId,
    PolicySet, Request, SlotId, Template,
};

use super::Engine;
use crate::tenant::{self, Question, ROLES, Tenant};

pub(super) const NAME: &str = "cedar-policy";

struct Cedar {
    policies: PolicySet,
    entities: Entities,
    authorizer: Authorizer,
    names: Names,
}

struct Names {
    principal: EntityTypeName,
    scope: EntityTypeName,
    action: EntityTypeName,
}

pub(super) fn build(tenant: &Tenant) -> Result<Box<dyn Engine>> {
    let names = Names {
        principal: "Principal".parse()?,
        scope: "Scope".parse()?,
        action: "Action".parse()?,
    };
    let mut policies = PolicySet::new();
    for role in ROLES {
        let text = format!(
            "permit (principal in ?principal, action in Action::\"{role}\", resource in ?resource);"
        );
        policies.add_template(Template::parse(Some(PolicyId::new(role)), text)?)?;
    }
    for assignment in &tenant.assignments {
        let slots = HashMap::from([
            (SlotId::principal(), names.principal(&assignment.principal)),
            (SlotId::resource(), names.scope(&assignment.scope)),
        ]);
        policies.link(
            PolicyId::new(assignment.role),
            PolicyId::new(&assignment.id),
            slots,
        )?;
    }
    Ok(Box::new(Cedar {
        policies,
        entities: names.entities(tenant)?,
        authorizer: Authorizer::new(),
        names,
    }))
}

impl Names {
    fn principal(&self, id: &str) -> EntityUid {
        EntityUid::from_type_name_and_id(self.principal.clone(), EntityId::new(id))
    }

    fn scope(&self, id: &str) -> EntityUid {
        EntityUid::from_type_name_and_id(self.scope.clone(), EntityId::new(id))
    }

    fn action(&self, id: &str) -> EntityUid {
        EntityUid::from_type_name_and_id(self.action.clone(), EntityId::new(id))
    }

    fn entities(&self, tenant: &Tenant) -> Result<Entities> {
        let mut parents: HashMap<EntityUid, HashSet<EntityUid>> = HashMap::new();
        for group in &tenant.groups {
            parents.entry(self.principal(&group.id)).or_default();
            for member in &group.members {
                let groups = parents.entry(self.principal(member)).or_default();
                groups.insert(self.principal(&group.id));
            }
        }
        for user in &tenant.users {
            parents.entry(self.principal(user)).or_default();
        }
        for subscription in &tenant.subscriptions {
            parents.entry(self.scope(subscription)).or_default();
        }
        for place in tenant.resource_groups.iter().chain(&tenant.accounts) {
            let above = parents.entry(self.scope(&place.scope)).or_default();
            above.insert(self.scope(&place.parent));
        }
        let permitting = tenant::permitting();
        for role in ROLES {
            parents.entry(self.action(role)).or_default();
        }
        let roles = permitting.iter().map(|role| self.action(role)).collect();
        parents.insert(self.action("chat"), roles);
        let entities = parents
            .into_iter()
            .map(|(id, parents)| Entity::new_no_attrs(id, parents));
        Ok(Entities::from_entities(entities, None)?)
    }
}

impl Engine for Cedar {
    fn name(&self) -> &'static str {
        NAME
    }

    fn allows(&mut self, question: &Question) -> Result<bool> {
        let request = Request::new(
            self.names.principal(&question.principal),
            self.names.action("chat"),
            self.names.scope(&question.account),
            Context::empty(),
            None,
        )
        .context("a request")?;
        let response = self
            .authorizer
            .is_authorized(&request, &self.policies, &self.entities);
        Ok(response.decision() == Decision::Allow)
    }
}
