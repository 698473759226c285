//! Resource groups.

use std::collections::BTreeMap;

use access::scope::Scope;
use serde::{Deserialize, Serialize};

use crate::config::{ResourceGroup, World};

/// What is kept of a resource group.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupRecord {
    pub(crate) location: String,
    #[serde(default)]
    pub(crate) tags: BTreeMap<String, String>,
}

pub(super) fn put(world: &mut World, scope: &Scope, record: GroupRecord) {
    world.groups.retain(|known| known.scope != *scope);
    world.groups.push(ResourceGroup {
        scope: scope.clone(),
        location: record.location,
        tags: record.tags,
    });
}
