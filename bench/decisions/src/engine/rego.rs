//! regorus: assignments by principal, groups as a graph, scopes with what is above them; the rule looks
//! up and does not search.

use std::collections::BTreeMap;

use anyhow::Result;
use regorus::Value;
use serde_json::{Map, json};

use super::Engine;
use crate::tenant::{self, Question, Tenant};

pub(super) const NAME: &str = "regorus";

const POLICY: &str = r#"package azure
import rego.v1

default allow := false

allow if {
    some principal in graph.reachable(data.member_of, {input.principal})
    some assignment in data.assignments[principal]
    data.above[input.account][assignment.scope]
    data.roles[assignment.role][input.action]
}
"#;

struct Rego {
    engine: regorus::Engine,
}

pub(super) fn build(tenant: &Tenant) -> Result<Box<dyn Engine>> {
    let mut engine = regorus::Engine::new();
    engine.add_policy("azure.rego".to_owned(), POLICY.to_owned())?;
    engine.add_data(Value::from(data(tenant)?))?;
    Ok(Box::new(Rego { engine }))
}

fn data(tenant: &Tenant) -> Result<serde_json::Value> {
    let mut member_of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for user in &tenant.users {
        member_of.entry(user).or_default();
    }
    for group in &tenant.groups {
        member_of.entry(&group.id).or_default();
        for member in &group.members {
            member_of.entry(member).or_default().push(&group.id);
        }
    }
    let mut assignments: BTreeMap<&str, Vec<serde_json::Value>> = BTreeMap::new();
    for assignment in &tenant.assignments {
        let held = assignments.entry(&assignment.principal).or_default();
        held.push(json!({"role": assignment.role, "scope": assignment.scope}));
    }
    let parents: BTreeMap<_, _> = tenant
        .resource_groups
        .iter()
        .map(|place| (&place.scope, &place.parent))
        .collect();
    let mut above = Map::new();
    for account in &tenant.accounts {
        let scopes = json!({
            &account.scope: true, &account.parent: true, parents[&account.parent]: true,
        });
        above.insert(account.scope.clone(), scopes);
    }
    let permitting = tenant::permitting();
    let roles: Map<_, _> = permitting
        .iter()
        .map(|role| ((*role).to_owned(), json!({"chat": true})))
        .collect();
    Ok(json!({
        "member_of": member_of, "assignments": assignments, "above": above, "roles": roles,
    }))
}

impl Engine for Rego {
    fn name(&self) -> &'static str {
        NAME
    }

    fn allows(&mut self, question: &Question) -> Result<bool> {
        self.engine.set_input(Value::from(json!({
            "principal": question.principal, "account": question.account, "action": "chat",
        })));
        let allow = self.engine.eval_rule("data.azure.allow".to_owned())?;
        Ok(allow == Value::Bool(true))
    }
}
