//! Deny assignments.

use access::assignment::DenyAssignment;
use access::condition::Condition;
use access::principal::PrincipalId;
use access::role::Permission;
use access::scope::Scope;
use serde::{Deserialize, Serialize};

use super::ReadError;
use super::role::Block;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Row {
    name: String,
    scope: String,
    permissions: Vec<Block>,
    principals: Vec<String>,
    exclude_principals: Vec<String>,
    not_to_children: bool,
    system_protected: bool,
    condition: Option<String>,
}

pub(super) fn write(deny: &DenyAssignment) -> Result<String, serde_json::Error> {
    let ids = |list: &[PrincipalId]| list.iter().map(ToString::to_string).collect();
    serde_json::to_string(&Row {
        name: deny.name.clone(),
        scope: deny.scope.to_string(),
        permissions: deny.permissions.iter().map(Block::from).collect(),
        principals: ids(&deny.principals),
        exclude_principals: ids(&deny.exclude_principals),
        not_to_children: deny.not_to_children,
        system_protected: deny.system_protected,
        condition: deny
            .condition
            .as_ref()
            .map(|condition| condition.as_str().to_owned()),
    })
}

pub(super) fn read(id: &str, body: &str) -> Result<DenyAssignment, ReadError> {
    let row: Row = serde_json::from_str(body)?;
    let ids = |list: &[String]| list.iter().map(|id| PrincipalId::new(id)).collect();
    Ok(DenyAssignment {
        name: row.name,
        permissions: row.permissions.into_iter().map(Permission::from).collect(),
        principals: ids(&row.principals),
        exclude_principals: ids(&row.exclude_principals),
        not_to_children: row.not_to_children,
        system_protected: row.system_protected,
        condition: row.condition.as_deref().map(Condition::new),
        ..DenyAssignment::new(id, Scope::parse(&row.scope)?)
    })
}
