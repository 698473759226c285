//! casbin: three role hierarchies (principals, scopes, actions) and a policy line an assignment.

use std::fmt::Write as _;

use anyhow::Result;
use casbin::{CoreApi as _, DefaultModel, Enforcer, StringAdapter};

use super::Engine;
use crate::tenant::{self, Question, Tenant};

pub(super) const NAME: &str = "casbin";

const MODEL: &str = "
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[role_definition]
g = _, _
g2 = _, _
g3 = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub) && g2(r.obj, p.obj) && g3(r.act, p.act)
";

struct Casbin {
    enforcer: Enforcer,
}

pub(super) fn build(tenant: &Tenant) -> Result<Box<dyn Engine>> {
    let mut lines = String::new();
    for assignment in &tenant.assignments {
        let (principal, scope) = (&assignment.principal, &assignment.scope);
        writeln!(lines, "p, {principal}, {scope}, {}", assignment.role)?;
    }
    for group in &tenant.groups {
        for member in &group.members {
            writeln!(lines, "g, {member}, {}", group.id)?;
        }
    }
    for place in tenant.resource_groups.iter().chain(&tenant.accounts) {
        writeln!(lines, "g2, {}, {}", place.scope, place.parent)?;
    }
    for role in tenant::permitting() {
        writeln!(lines, "g3, chat, {role}")?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let enforcer = runtime.block_on(async {
        let model = DefaultModel::from_str(MODEL).await?;
        Enforcer::new(model, StringAdapter::new(lines)).await
    })?;
    Ok(Box::new(Casbin { enforcer }))
}

impl Engine for Casbin {
    fn name(&self) -> &'static str {
        NAME
    }

    fn allows(&mut self, question: &Question) -> Result<bool> {
        Ok(self
            .enforcer
            .enforce((&*question.principal, &*question.account, "chat"))?)
    }
}
