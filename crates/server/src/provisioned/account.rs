//! Accounts, their projects, and what is left of them when they are deleted.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::Timestamp;
use access::scope::Scope;
use serde::{Deserialize, Serialize};

use super::AccountKeys;
use super::identity::{self, IdentityRecord};
use super::place::{Place, account_of};
use crate::config::file::NetworkEntry;
use crate::config::{Account, AccountDetails, Project, World};

/// What is kept of an account.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountRecord {
    pub(crate) location: String,
    pub(crate) kind: String,
    pub(crate) sku: String,
    #[serde(default)]
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) custom_subdomain: bool,
    pub(crate) local_auth: bool,
    pub(crate) network: NetworkEntry,
    /// How often each key was regenerated; none for a key of the configuration.
    pub(crate) keys: [Option<u32>; 2],
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) identity: Option<IdentityRecord>,
}

impl AccountRecord {
    /// What an account is now.
    pub(crate) fn of(account: &Account) -> Self {
        Self {
            location: account.location.clone(),
            kind: account.details.kind.clone(),
            sku: account.details.sku.clone(),
            tags: account.details.tags.clone(),
            custom_subdomain: account.custom_subdomain,
            local_auth: account.local_auth,
            network: account.network,
            keys: account.details.keys,
            identity: account.details.identity.clone(),
        }
    }
}

/// What is kept of a deleted account.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeletedRecord {
    /// When, in seconds since 1970.
    pub(crate) deleted: i64,
    pub(crate) account: AccountRecord,
}

/// A deleted account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeletedAccount {
    /// What it was and where.
    pub(crate) place: Place,
    /// When it was deleted.
    pub(crate) deleted: Timestamp,
    /// As it is restored.
    pub(crate) account: AccountRecord,
}

/// The number of the key that comes after this one.
pub(crate) fn key_after(generation: Option<u32>) -> Option<u32> {
    Some(generation.map_or(0, |generation| generation.wrapping_add(1)))
}

pub(super) fn put(world: &mut World, scope: &Scope, record: &AccountRecord, keys: &AccountKeys) {
    let at = world
        .accounts
        .iter()
        .position(|known| known.scope == *scope);
    let known = at.map(|at| Arc::clone(&world.accounts[at]));
    let key = |which: usize| match record.keys[which] {
        Some(generation) => Some(keys.key(scope.as_str(), which, generation)),
        None => known.as_ref()?.keys.get(which).cloned(),
    };
    let made = Arc::new(Account {
        name: known
            .as_ref()
            .map_or_else(|| scope.name().into(), |known| Arc::clone(&known.name)),
        scope: scope.clone(),
        location: record.location.clone(),
        local_auth: record.local_auth,
        keys: [key(0), key(1)].into_iter().flatten().collect(),
        custom_subdomain: record.custom_subdomain,
        network: record.network,
        lenient_api_version: known
            .as_ref()
            .is_some_and(|known| known.lenient_api_version),
        projects: known
            .as_ref()
            .map_or_else(Vec::new, |known| known.projects.clone()),
        deployments: known
            .as_ref()
            .map_or_else(Vec::new, |known| known.deployments.clone()),
        details: AccountDetails {
            kind: record.kind.clone(),
            sku: record.sku.clone(),
            tags: record.tags.clone(),
            keys: record.keys,
            identity: record.identity.clone(),
        },
    });
    identity::put(world, scope, record.identity.as_ref());
    match at {
        Some(at) => world.accounts[at] = made,
        None => world.accounts.push(made),
    }
}

pub(super) fn put_project(world: &mut World, scope: &Scope) {
    change(world, scope, |account| {
        if !account.projects.iter().any(|known| known.scope == *scope) {
            account.projects.push(Project {
                name: scope.name().to_owned(),
                scope: scope.clone(),
            });
        }
    });
}

pub(super) fn put_deleted(world: &mut World, place: &Place, record: DeletedRecord) {
    world.deleted_accounts.retain(|known| known.place != *place);
    world.deleted_accounts.push(DeletedAccount {
        place: place.clone(),
        deleted: Timestamp(record.deleted),
        account: record.account,
    });
}

/// Changes the account that a deployment or project belongs to, if it is there.
pub(super) fn change(world: &mut World, child: &Scope, change: impl FnOnce(&mut Account)) {
    let Some(scope) = account_of(child) else {
        return;
    };
    let mut accounts = world.accounts.iter_mut();
    if let Some(account) = accounts.find(|account| account.scope == scope) {
        change(Arc::make_mut(account));
    }
}
