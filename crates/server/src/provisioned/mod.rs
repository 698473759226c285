//! Resources that were made, changed or deleted at run time: how they are written down, and how they change
//! the world that the configuration declares.
//!
//! A record is what somebody asked for, in our own words. One record per id counts, the last; they are
//! applied by depth (groups, accounts, what is in them), so that the order in which they were written says
//! nothing. Keys of accounts are not written down: they are derived, see [`AccountKeys`].

mod account;
mod deployment;
mod directory;
mod group;
mod identity;
mod keys;
mod place;
mod request;

use access::principal::PrincipalId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Change, Changes, Kind, Record, Resource};

pub(crate) use self::account::{AccountRecord, DeletedAccount, DeletedRecord, key_after};
pub(crate) use self::deployment::DeploymentRecord;
pub(crate) use self::directory::{
    ApplicationRecord, DirectoryPlace, GroupRecord as DirectoryGroupRecord, MadeDirectory,
    PasswordRecord, SignInsRecord, UserRecord, directory_told, is_of_directory,
};
pub(crate) use self::group::GroupRecord;
pub(crate) use self::identity::IdentityRecord;
pub(crate) use self::keys::AccountKeys;
pub(crate) use self::place::Place;
pub(crate) use self::request::RequestRecord;
use crate::config::World;

/// Projects have nothing but a name.
#[derive(Debug, Default, PartialEq, Eq, serde::Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProjectRecord {}

/// Why a record cannot be applied.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionedError {
    /// It is not what this type of resource looks like.
    #[error("the kept resource `{id}` cannot be read: {error}")]
    Unreadable {
        /// The resource.
        id: String,
        /// What is wrong.
        error: serde_json::Error,
    },
    /// The resource cannot be as it says.
    #[error("the kept resource `{id}` cannot be: {problem}")]
    Impossible {
        /// The resource.
        id: String,
        /// What is wrong.
        problem: String,
    },
}

/// Applies everything that was kept.
///
/// # Errors
/// A record means nothing.
pub(crate) fn apply_all(
    world: &mut World,
    changes: &Changes,
    keys: &AccountKeys,
) -> Result<(), ProvisionedError> {
    let mut known: Vec<(Place, Option<&Resource>)> = changes
        .resources()
        .filter_map(|(id, resource)| Some((Place::parse(id)?, resource)))
        .collect();
    known.sort_by_key(|(place, _)| place.depth());
    for (place, resource) in known {
        apply(world, &place, resource, keys)?;
    }
    for (id, resource) in changes.resources() {
        if let Some(place) = DirectoryPlace::parse(id) {
            apply_directory(world, &place, resource)?;
        }
    }
    apply_requests(world, changes)
}

/// Applies what was kept of requests, which concern every server.
///
/// # Errors
/// A record means nothing.
pub(crate) fn apply_requests(world: &mut World, changes: &Changes) -> Result<(), ProvisionedError> {
    let requests = changes.resources();
    for (id, resource) in requests.filter(|(id, _)| request::is_request(id)) {
        request::put(world, id, resource.map(read).transpose()?);
    }
    Ok(())
}

/// Applies those changes that are about resources, in their order.
///
/// # Errors
/// A record means nothing.
pub(crate) fn apply_changes(
    world: &mut World,
    changes: &[Change],
    keys: &AccountKeys,
) -> Result<(), ProvisionedError> {
    for change in changes {
        let (Kind::Resource, id) = change.subject() else {
            continue;
        };
        let resource = match change {
            Change::Put(Record::Resource(resource)) => Some(resource),
            Change::Put(_) | Change::Remove(..) => None,
        };
        if request::is_request(&id) {
            request::put(world, &id, resource.map(read).transpose()?);
        } else if let Some(place) = DirectoryPlace::parse(&id) {
            apply_directory(world, &place, resource)?;
        } else if let Some(place) = Place::parse(&id) {
            apply(world, &place, resource, keys)?;
        }
    }
    Ok(())
}

/// The change that puts a resource.
///
/// # Errors
/// The record has no form as JSON, which none of ours has.
pub(crate) fn put(place: &Place, record: &impl Serialize) -> Result<Change, serde_json::Error> {
    put_at(place.id(), record)
}

/// The change that puts an object of the directory.
///
/// # Errors
/// As for [`put`].
pub(crate) fn put_in_directory(
    place: &DirectoryPlace,
    record: &impl Serialize,
) -> Result<Change, serde_json::Error> {
    put_at(place.id(), record)
}

/// The change that puts the request behind an activation.
///
/// # Errors
/// As for [`put`].
pub(crate) fn put_request(
    activation: &str,
    record: &RequestRecord,
) -> Result<Change, serde_json::Error> {
    put_at(request::request_id(activation), record)
}

fn put_at(id: String, record: &impl Serialize) -> Result<Change, serde_json::Error> {
    let body = match serde_json::to_value(record)? {
        serde_json::Value::Object(body) => body,
        _ => serde_json::Map::new(),
    };
    Ok(Change::Put(Record::Resource(Resource { id, body })))
}

/// The change that takes a resource away.
pub(crate) fn remove(place: &Place) -> Change {
    Change::Remove(Kind::Resource, place.id())
}

fn apply_directory(
    world: &mut World,
    place: &DirectoryPlace,
    resource: Option<&Resource>,
) -> Result<(), ProvisionedError> {
    match (place, resource) {
        (DirectoryPlace::Group(id), Some(resource)) => {
            directory::put_group(world, id, read(resource)?);
        }
        (DirectoryPlace::Group(id), None) => directory::remove_group(world, id),
        (DirectoryPlace::User(id), Some(resource)) => {
            directory::put_user(world, id, read(resource)?);
        }
        (DirectoryPlace::User(id), None) => directory::remove_user(world, id),
        (DirectoryPlace::SignIns(id), resource) => {
            directory::put_sign_ins(world, id, resource.map(read).transpose()?);
        }
        (DirectoryPlace::Application(id), Some(resource)) => {
            directory::put_application(world, id, read(resource)?);
        }
        (DirectoryPlace::Application(id), None) => {
            let gone = directory::remove_application(world, id);
            if let Some(principal) = gone.and_then(|gone| gone.service_principal) {
                directory::leave_groups(world, &PrincipalId::new(&principal));
            }
        }
    }
    Ok(())
}

fn apply(
    world: &mut World,
    place: &Place,
    resource: Option<&Resource>,
    keys: &AccountKeys,
) -> Result<(), ProvisionedError> {
    let Some(resource) = resource else {
        take_away(world, place);
        return Ok(());
    };
    match place {
        Place::Group(scope) => group::put(world, scope, read(resource)?),
        Place::Account(scope) => account::put(world, scope, &read(resource)?, keys),
        Place::Deployment(scope) => {
            let put = deployment::put(world, scope, read(resource)?);
            put.map_err(|problem| ProvisionedError::Impossible {
                id: resource.id.clone(),
                problem,
            })?;
        }
        Place::Project(scope) => {
            let _: ProjectRecord = read(resource)?;
            account::put_project(world, scope);
        }
        Place::Deleted { .. } => account::put_deleted(world, place, read(resource)?),
    }
    Ok(())
}

fn take_away(world: &mut World, place: &Place) {
    match place {
        Place::Group(scope) => world.groups.retain(|known| known.scope != *scope),
        Place::Account(scope) => {
            world.accounts.retain(|known| known.scope != *scope);
            identity::put(world, scope, None);
        }
        Place::Deployment(scope) => account::change(world, scope, |account| {
            account.deployments.retain(|known| known.scope != *scope);
        }),
        Place::Project(scope) => account::change(world, scope, |account| {
            account.projects.retain(|known| known.scope != *scope);
        }),
        Place::Deleted { .. } => world.deleted_accounts.retain(|known| known.place != *place),
    }
}

fn read<T: DeserializeOwned>(resource: &Resource) -> Result<T, ProvisionedError> {
    let body = serde_json::Value::Object(resource.body.clone());
    serde_json::from_value(body).map_err(|error| ProvisionedError::Unreadable {
        id: resource.id.clone(),
        error,
    })
}
