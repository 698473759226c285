//! Role definitions, and the permission blocks that deny assignments have, too.

use access::action::ActionPattern;
use access::condition::Condition;
use access::role::{Permission, RoleDefinition, RoleId, RoleKind};
use serde::{Deserialize, Serialize};

use super::ReadError;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Row {
    name: String,
    description: String,
    assignable_scopes: Vec<String>,
    permissions: Vec<Block>,
}

/// A permission block.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Block {
    actions: Vec<String>,
    not_actions: Vec<String>,
    data_actions: Vec<String>,
    not_data_actions: Vec<String>,
    condition: Option<String>,
}

pub(super) fn write(role: &RoleDefinition) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Row {
        name: role.name.clone(),
        description: role.description.clone(),
        assignable_scopes: role.assignable_scopes.clone(),
        permissions: role.permissions.iter().map(Block::from).collect(),
    })
}

pub(super) fn read(id: RoleId, body: &str) -> Result<RoleDefinition, ReadError> {
    let row: Row = serde_json::from_str(body)?;
    Ok(RoleDefinition {
        id,
        name: row.name,
        aliases: Vec::new(),
        description: row.description,
        // Azure's own roles are not changed at run time.
        kind: RoleKind::Custom,
        assignable_scopes: row.assignable_scopes,
        permissions: row.permissions.into_iter().map(Permission::from).collect(),
    })
}

impl From<&Permission> for Block {
    fn from(permission: &Permission) -> Self {
        let texts = |patterns: &[ActionPattern]| {
            let patterns = patterns.iter();
            patterns.map(|one| one.as_str().to_owned()).collect()
        };
        Self {
            actions: texts(&permission.actions),
            not_actions: texts(&permission.not_actions),
            data_actions: texts(&permission.data_actions),
            not_data_actions: texts(&permission.not_data_actions),
            condition: permission
                .condition
                .as_ref()
                .map(|condition| condition.as_str().to_owned()),
        }
    }
}

impl From<Block> for Permission {
    fn from(block: Block) -> Self {
        let patterns =
            |texts: &[String]| texts.iter().map(|text| ActionPattern::new(text)).collect();
        Self {
            actions: patterns(&block.actions),
            not_actions: patterns(&block.not_actions),
            data_actions: patterns(&block.data_actions),
            not_data_actions: patterns(&block.not_data_actions),
            condition: block.condition.as_deref().map(Condition::new),
        }
    }
}
