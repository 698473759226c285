//! What the lists are made of, and what it means.

use std::collections::HashMap;

use access::Timestamp;
use access::action::ActionPattern;
use access::assignment::{DenyAssignment, RoleAssignment};
use access::condition::Condition;
use access::policy::{Group, ManagementGroup, Policy};
use access::principal::{PrincipalId, PrincipalKind};
use access::role::{Permission, RoleDefinition, RoleId, RoleKind};
use access::scope::{Scope, ScopeError};
use serde::Deserialize;

use super::resource::{List, Resource, entry};
use super::time::Time;

/// Why an entry makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// A field that the entry cannot do without.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A scope that is none.
    #[error(transparent)]
    Scope(#[from] ScopeError),
}

entry! {
    /// A role definition. Its patterns stand in blocks or, in role files, at the top.
    RoleDefinitionEntry ("a role definition") {
        "id" => id: String,
        "name" => name: String,
        "rolename" => role_name: String,
        "roletype" => role_type: String,
        "type" => kind: String,
        "description" => description: String,
        "assignablescopes" => assignable_scopes: Vec<String>,
        "permissions" => permissions: List<Resource<PermissionEntry>>,
        "actions" => actions: Vec<String>,
        "notactions" => not_actions: Vec<String>,
        "dataactions" => data_actions: Vec<String>,
        "notdataactions" => not_data_actions: Vec<String>,
    }
}

entry! {
    /// A permission block.
    PermissionEntry ("a permission block") {
        "actions" => actions: Vec<String>,
        "notactions" => not_actions: Vec<String>,
        "dataactions" => data_actions: Vec<String>,
        "notdataactions" => not_data_actions: Vec<String>,
        "condition" => condition: String,
    }
}

entry! {
    /// A role assignment, or a schedule instance of Privileged Identity Management.
    RoleAssignmentEntry ("a role assignment") {
        "id" => id: String,
        "name" => name: String,
        "principalid" => principal_id: String,
        "principaltype" => principal_type: String,
        "roledefinitionid" => role_definition_id: String,
        "roledefinitionname" => role_definition_name: String,
        "scope" => scope: String,
        "condition" => condition: String,
        "description" => description: String,
        "createdon" => created_on: String,
        "startdatetime" => starts: Time,
        "enddatetime" => ends: Time,
    }
}

entry! {
    /// A deny assignment.
    DenyAssignmentEntry ("a deny assignment") {
        "id" => id: String,
        "name" => name: String,
        "denyassignmentname" => deny_assignment_name: String,
        "scope" => scope: String,
        "permissions" => permissions: List<Resource<PermissionEntry>>,
        "actions" => actions: Vec<String>,
        "notactions" => not_actions: Vec<String>,
        "dataactions" => data_actions: Vec<String>,
        "notdataactions" => not_data_actions: Vec<String>,
        "principals" => principals: List<Reference>,
        "excludeprincipals" => exclude_principals: List<Reference>,
        "donotapplytochildscopes" => not_to_children: bool,
        "issystemprotected" => system_protected: bool,
        "condition" => condition: String,
    }
}

entry! {
    /// A group with its direct members.
    GroupEntry ("a group") {
        "id" => id: String,
        "displayname" => display_name: String,
        "name" => name: String,
        "members" => members: List<Reference>,
    }
}

entry! {
    /// A management group with its direct children, which may bring their own along.
    ManagementGroupEntry ("a management group") {
        "id" => id: String,
        "name" => name: String,
        "children" => children: List<Child>,
    }
}

/// A principal: its id, or an object with one.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Reference {
    /// The id alone.
    Id(String),
    /// Graph's and ARM's objects.
    Object {
        /// The id.
        #[serde(alias = "Id", alias = "objectId", alias = "principalId")]
        id: String,
    },
}

/// A child of a management group.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Child {
    /// Its id or name.
    Id(String),
    /// ARM's object, with its own children if the tree was expanded.
    Object(Resource<ManagementGroupEntry>),
}

impl TryFrom<RoleDefinitionEntry> for RoleDefinition {
    type Error = EntryError;

    fn try_from(entry: RoleDefinitionEntry) -> Result<Self, EntryError> {
        // ARM's `name` is the GUID; a role file's is the title, and then there is an `id`.
        let id = entry.id.as_ref().or(entry.name.as_ref());
        let id = RoleId::parse(id.ok_or(EntryError::Missing("id"))?);
        if id.is_empty() {
            return Err(EntryError::Missing("id"));
        }
        let name = entry.role_name.or(entry.name);
        let built_in = [entry.role_type, entry.kind]
            .into_iter()
            .flatten()
            .any(|kind| kind.eq_ignore_ascii_case("BuiltInRole"));
        let mut permissions = blocks(entry.permissions);
        permissions.extend(block_at_the_top(
            entry.actions,
            entry.not_actions,
            entry.data_actions,
            entry.not_data_actions,
        ));
        Ok(Self {
            name: name.unwrap_or_else(|| id.to_string()),
            id,
            aliases: Vec::new(),
            description: entry.description.unwrap_or_default(),
            kind: if built_in {
                RoleKind::BuiltIn
            } else {
                RoleKind::Custom
            },
            assignable_scopes: entry.assignable_scopes.unwrap_or_default(),
            permissions,
        })
    }
}

impl RoleAssignmentEntry {
    /// The assignment. `roles` finds a role that is given by name only.
    pub(super) fn assignment(
        self,
        roles: &Policy,
        texts: &mut Texts,
    ) -> Result<RoleAssignment, EntryError> {
        let id = self.id.or(self.name).unwrap_or_default();
        let principal = required(self.principal_id, "principalId")?;
        let role = match (self.role_definition_id, self.role_definition_name) {
            (Some(id), _) if !id.is_empty() => RoleId::parse(&id),
            (_, Some(name)) if !name.is_empty() => match roles.role_by_name(&name) {
                Some(role) => role.id.clone(),
                None => RoleId::parse(&name), // unknown, and named so
            },
            _ => return Err(EntryError::Missing("roleDefinitionId")),
        };
        let scope = match &self.scope {
            Some(scope) => texts.scope(scope)?,
            None => texts.scope(scope_of(&id).ok_or(EntryError::Missing("scope"))?)?,
        };
        let kind = self.principal_type.as_deref().map(PrincipalKind::parse);
        // When it was made only explains, so a time that cannot be read is no reason to refuse.
        let created = self
            .created_on
            .and_then(|text| Timestamp::parse(&text).ok());
        Ok(RoleAssignment {
            principal_kind: kind.unwrap_or_default(),
            condition: self.condition.and_then(|text| texts.condition(&text)),
            description: self
                .description
                .filter(|text| !text.is_empty())
                .map(Into::into),
            created,
            starts: self.starts.map(|time| time.0),
            ends: self.ends.map(|time| time.0),
            ..RoleAssignment::new(&id, PrincipalId::new(&principal), role, scope)
        })
    }
}

impl TryFrom<DenyAssignmentEntry> for DenyAssignment {
    type Error = EntryError;

    fn try_from(entry: DenyAssignmentEntry) -> Result<Self, EntryError> {
        let id = entry.id.or_else(|| entry.name.clone()).unwrap_or_default();
        let scope = match &entry.scope {
            Some(scope) => Scope::parse(scope)?,
            None => Scope::parse(scope_of(&id).ok_or(EntryError::Missing("scope"))?)?,
        };
        // A deny assignment for nobody would be a prohibition that someone believes in.
        let principals = entry.principals.ok_or(EntryError::Missing("principals"))?;
        let mut permissions = blocks(entry.permissions);
        permissions.extend(block_at_the_top(
            entry.actions,
            entry.not_actions,
            entry.data_actions,
            entry.not_data_actions,
        ));
        Ok(Self {
            name: entry
                .deny_assignment_name
                .or(entry.name)
                .unwrap_or_default(),
            permissions,
            principals: references(principals)?,
            exclude_principals: references(entry.exclude_principals.unwrap_or_default())?,
            not_to_children: entry.not_to_children.unwrap_or_default(),
            system_protected: entry.system_protected.unwrap_or_default(),
            condition: entry.condition.and_then(|text| condition(&text)),
            ..Self::new(&id, scope)
        })
    }
}

impl TryFrom<GroupEntry> for Group {
    type Error = EntryError;

    fn try_from(entry: GroupEntry) -> Result<Self, EntryError> {
        Ok(Self {
            id: PrincipalId::new(&required(entry.id, "id")?),
            name: entry.display_name.or(entry.name).unwrap_or_default(),
            members: references(entry.members.unwrap_or_default())?,
        })
    }
}

impl ManagementGroupEntry {
    /// The management group, and those that it brought along. The reader bounds the depth.
    pub(super) fn flatten(self, into: &mut Vec<ManagementGroup>) -> Result<String, EntryError> {
        let id = required(self.id.or(self.name), "id")?;
        let Some(children) = self.children else {
            return Ok(id);
        };
        let mut named = Vec::with_capacity(children.0.len());
        for child in children.0 {
            named.push(match child {
                Child::Id(id) => id,
                Child::Object(child) => child.0.flatten(into)?,
            });
        }
        into.push(ManagementGroup {
            id: id.clone(),
            children: named,
        });
        Ok(id)
    }
}

fn required(value: Option<String>, name: &'static str) -> Result<String, EntryError> {
    value
        .filter(|value| !value.is_empty())
        .ok_or(EntryError::Missing(name))
}

fn references(list: List<Reference>) -> Result<Vec<PrincipalId>, EntryError> {
    let ids = list.0.into_iter().map(|reference| match reference {
        Reference::Id(id) | Reference::Object { id } => PrincipalId::new(&id),
    });
    ids.map(|id| match id.is_empty() {
        true => Err(EntryError::Missing("id")),
        false => Ok(id),
    })
    .collect()
}

/// What an ARM id of an assignment says about its scope.
fn scope_of(id: &str) -> Option<&str> {
    let marker = "/providers/microsoft.authorization/";
    let at = id.to_ascii_lowercase().rfind(marker)?;
    Some(if at == 0 { "/" } else { &id[..at] })
}

fn condition(text: &str) -> Option<Condition> {
    (!text.trim().is_empty()).then(|| Condition::new(text))
}

/// Assignments are many, their scopes and conditions few: each is read once and shared.
#[derive(Default)]
pub(super) struct Texts {
    scopes: HashMap<String, Scope>,
    conditions: HashMap<String, Option<Condition>>,
}

impl Texts {
    fn scope(&mut self, text: &str) -> Result<Scope, ScopeError> {
        if let Some(scope) = self.scopes.get(text) {
            return Ok(scope.clone());
        }
        let scope = Scope::parse(text)?;
        self.scopes.insert(text.to_owned(), scope.clone());
        Ok(scope)
    }

    fn condition(&mut self, text: &str) -> Option<Condition> {
        if let Some(condition) = self.conditions.get(text) {
            return condition.clone();
        }
        let condition = condition(text);
        self.conditions.insert(text.to_owned(), condition.clone());
        condition
    }
}

fn blocks(list: Option<List<Resource<PermissionEntry>>>) -> Vec<Permission> {
    let entries = list.unwrap_or_default().0.into_iter();
    entries
        .map(|Resource(entry)| Permission {
            actions: patterns(entry.actions),
            not_actions: patterns(entry.not_actions),
            data_actions: patterns(entry.data_actions),
            not_data_actions: patterns(entry.not_data_actions),
            condition: entry.condition.and_then(|text| condition(&text)),
        })
        .collect()
}

/// The block that a role file writes without `permissions`.
fn block_at_the_top(
    actions: Option<Vec<String>>,
    not_actions: Option<Vec<String>>,
    data_actions: Option<Vec<String>>,
    not_data_actions: Option<Vec<String>>,
) -> Option<Permission> {
    if actions.is_none() && data_actions.is_none() {
        return None;
    }
    Some(Permission {
        actions: patterns(actions),
        not_actions: patterns(not_actions),
        data_actions: patterns(data_actions),
        not_data_actions: patterns(not_data_actions),
        condition: None,
    })
}

fn patterns(list: Option<Vec<String>>) -> Vec<ActionPattern> {
    let list = list.unwrap_or_default();
    list.iter().map(|text| ActionPattern::new(text)).collect()
}
