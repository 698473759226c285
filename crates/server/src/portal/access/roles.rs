//! Roles, and what each really permits.

use access::action::{ActionPattern, Plane};
use access::builtin;
use access::condition::{Attributes, Truth};
use access::role::{RoleDefinition, RoleId, RoleKind};
use access::scope::Scope;
use askama::Template;

use super::super::page::{self, Frame};
use super::super::trouble::Trouble;
use super::super::visit::{Answer, Visit};
use super::{Head, READ_ROLES, SECTION, Tab};
use crate::question::{self, SHORT};

#[derive(Template)]
#[template(path = "portal/access/roles.html")]
struct RolesPage {
    frame: Frame,
    head: Head,
    roles: Vec<Row>,
}

struct Row {
    id: String,
    name: String,
    description: String,
    is_custom: bool,
    /// The operations that it permits, by their short words.
    operations: Vec<&'static str>,
    manages: bool,
}

#[derive(Template)]
#[template(path = "portal/access/role.html")]
struct RolePage {
    frame: Frame,
    head: Head,
    id: String,
    name: String,
    description: String,
    is_custom: bool,
    operations: Vec<(&'static str, String, &'static str, &'static str)>,
    blocks: Vec<Block>,
    assignable: Vec<String>,
}

/// One block of a definition: lists with their titles.
struct Block {
    lists: Vec<(&'static str, Vec<String>)>,
    condition: String,
}

/// `GET /portal/access/roles?scope=ID&role=ID`
pub(in super::super) fn show(visit: &Visit<'_>) -> Answer {
    let head = Head::of(visit, Tab::Roles)?;
    visit.demand(READ_ROLES, &head.scope)?;
    if let Some(id) = visit.query.value("role") {
        return one(visit, head, id);
    }
    let roles = assignable(visit, &head.scope).into_iter();
    let roles = roles.map(|role| Row {
        id: role.id.to_string(),
        name: role.name.clone(),
        description: role.description.clone(),
        is_custom: role.kind == RoleKind::Custom,
        operations: SHORT
            .iter()
            .map(|(word, _)| *word)
            .filter(|word| permits(visit, &head.scope, role, word) == Truth::True)
            .collect(),
        manages: role.has_any(Plane::Control),
    });
    page::page(&RolesPage {
        frame: visit.frame(SECTION),
        roles: roles.collect(),
        head,
    })
}

fn one(visit: &Visit<'_>, head: Head, id: &str) -> Answer {
    let role = visit.world().policy.role(&RoleId::parse(id));
    let role = role.ok_or_else(|| Trouble::Missing("There is no such role.".to_owned()))?;
    let operations = SHORT.iter().map(|(word, operation)| {
        let (effect, told) = match permits(visit, &head.scope, role, word) {
            Truth::True => ("yes", "permitted"),
            Truth::False => ("no", "not permitted"),
            Truth::Unknown => ("maybe", "depends on a condition"),
        };
        (*word, operation.to_string(), effect, told)
    });
    let blocks = role.permissions.iter().map(|block| {
        let texts = |list: &[ActionPattern]| -> Vec<String> {
            list.iter().map(|one| one.as_str().to_owned()).collect()
        };
        let lists = [
            ("Actions", texts(&block.actions)),
            ("Not actions", texts(&block.not_actions)),
            ("Data actions", texts(&block.data_actions)),
            ("Not data actions", texts(&block.not_data_actions)),
        ];
        let condition = block.condition.as_ref();
        Block {
            lists: lists
                .into_iter()
                .filter(|(_, list)| !list.is_empty())
                .collect(),
            condition: condition.map_or_else(String::new, |one| one.as_str().to_owned()),
        }
    });
    page::page(&RolePage {
        frame: visit.frame(SECTION),
        id: role.id.to_string(),
        name: role.name.clone(),
        description: role.description.clone(),
        is_custom: role.kind == RoleKind::Custom,
        operations: operations.collect(),
        blocks: blocks.collect(),
        assignable: role.assignable_scopes.clone(),
        head,
    })
}

fn permits(visit: &Visit<'_>, scope: &Scope, role: &RoleDefinition, word: &str) -> Truth {
    match question::read(visit.world(), word, scope) {
        Some(asked) => role.permits(&asked.action, asked.plane, Attributes::none()),
        None => Truth::False,
    }
}

/// The roles that can be assigned at a scope, by name.
pub(super) fn assignable<'v>(visit: &'v Visit<'_>, scope: &Scope) -> Vec<&'v RoleDefinition> {
    let index = &visit.snapshot.index;
    let own = visit.snapshot.world.policy.roles.iter().rev();
    let mut roles: Vec<&RoleDefinition> = Vec::new();
    for role in own.chain(builtin::role_definitions()) {
        let mut scopes = role
            .assignable_scopes
            .iter()
            .filter_map(|one| Scope::parse(one).ok());
        let here = role.kind == RoleKind::BuiltIn
            || role.assignable_scopes.is_empty()
            || scopes.any(|outer| index.is_within(scope, &outer));
        if here && !roles.iter().any(|known| known.id == role.id) {
            roles.push(role);
        }
    }
    roles.sort_by_key(|role| role.name.to_lowercase());
    roles
}
