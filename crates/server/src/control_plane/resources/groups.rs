//! Making, changing and deleting resource groups.

use std::collections::BTreeMap;

use http::StatusCode;
use wire::arm::GroupRequest;

use super::super::cognitive_services::{deleted, subscription};
use super::super::permit::{Permit, may_in};
use super::super::provisioning::{self as provision, ProvisioningFault};
use super::super::{Call, Fault, Reply, Unanswered, inventory};
use crate::policy::Plan;
use crate::provisioned::{self, GroupRecord, Place};

/// `PUT {subscription}/resourcegroups/{name}`: durable before it is acknowledged.
pub(super) async fn write(call: &Call<'_>, permit: &Permit) -> Result<Reply, Unanswered> {
    let asked: GroupRequest = call.json()?;
    let Some(location) = &asked.location else {
        let problem = "a resource group has a location".to_owned();
        return Err(Fault::from(ProvisioningFault::Invalid(problem)).into());
    };
    let location = provision::region(location).map_err(Fault::from)?;
    let tags = asked.tags.unwrap_or_default();
    put(call, permit, Some(location), Some(tags)).await
}

/// `PATCH {subscription}/resourcegroups/{name}`: its tags.
pub(super) async fn update(call: &Call<'_>, permit: &Permit) -> Result<Reply, Unanswered> {
    let asked: GroupRequest = call.json()?;
    put(call, permit, None, asked.tags).await
}

/// A group with this location, which an existing one has already, and these tags or the ones that it has.
async fn put(
    call: &Call<'_>,
    permit: &Permit,
    location: Option<String>,
    tags: Option<BTreeMap<String, String>>,
) -> Result<Reply, Unanswered> {
    check_name(call.name())?;
    provision::check_tags(tags.as_ref().unwrap_or(&BTreeMap::new())).map_err(Fault::from)?;
    let scope = call.found.scope.clone();
    let above = subscription(&scope);
    let status = provision::change(call, permit, |snapshot| {
        let world = &snapshot.world;
        inventory::exists(world, &above)?;
        let groups = inventory::groups(world, &above);
        let known = groups.iter().find(|group| group.scope == scope);
        let at = match (known, location) {
            (Some(known), Some(wanted)) if known.location != wanted => {
                let (id, location) = (scope.to_string(), known.location.clone());
                return Err(ProvisioningFault::LocationFixed { id, location }.into());
            }
            (Some(known), _) => known.location.clone(),
            (None, Some(wanted)) => wanted,
            (None, None) => return Err(Fault::GroupUnknown(call.name().to_owned())),
        };
        if known.is_none() && groups.len() >= provision::LIMIT {
            return Err(ProvisioningFault::Limit.into());
        }
        let record = GroupRecord {
            location: at,
            tags: match (tags, known) {
                (Some(tags), _) => tags,
                (None, Some(known)) => known.tags.clone(),
                (None, None) => BTreeMap::new(),
            },
        };
        Ok(Plan {
            changes: vec![provision::put(&Place::Group(scope.clone()), &record)?],
            answer: provision::status(known.is_none()),
        })
    });
    let status = status.await?;
    let snapshot = call.app.snapshot.load();
    let group = inventory::groups(&snapshot.world, &scope)
        .into_iter()
        .next();
    let group = group.ok_or_else(|| Fault::GroupUnknown(call.name().to_owned()))?;
    Ok(Reply::json(status, &super::group(&group))?)
}

/// `DELETE {subscription}/resourcegroups/{name}`: with everything in it; accounts can be restored.
pub(super) async fn delete(call: &Call<'_>, permit: &Permit) -> Result<Reply, Unanswered> {
    let scope = call.found.scope.clone();
    provision::change(call, permit, |snapshot| {
        let world = &snapshot.world;
        inventory::exists(world, &scope)?;
        let mut identities = inventory::identities(world).into_iter();
        if let Some(held) = identities.find(|one| one.is_at_or_below(&scope)) {
            return Err(ProvisioningFault::GroupHolds(held.to_string()).into());
        }
        let mut changes = provision::without(world, &scope);
        for account in &world.accounts {
            if account.scope.is_at_or_below(&scope) {
                let delete = "Microsoft.CognitiveServices/accounts/delete";
                if !may_in(snapshot, call, delete, &account.scope) {
                    let held = account.scope.to_string();
                    return Err(ProvisioningFault::GroupHolds(held).into());
                }
                changes.push(deleted(account, call.now)?);
            }
        }
        changes.push(provisioned::remove(&Place::Group(scope.clone())));
        Ok(Plan {
            changes,
            answer: (),
        })
    })
    .await?;
    Ok(Reply::bare(StatusCode::OK))
}

/// 1 to 90 letters, digits and `-_.()`, no full stop at the end.
fn check_name(name: &str) -> Result<(), Fault> {
    let fits = |c: char| c.is_alphanumeric() || "-_.()".contains(c);
    let count = name.chars().count();
    if (1..=90).contains(&count) && name.chars().all(fits) && !name.ends_with('.') {
        return Ok(());
    }
    let problem = format!(
        "`{}` is no name of a resource group",
        provision::shown(name)
    );
    Err(ProvisioningFault::Invalid(problem).into())
}
