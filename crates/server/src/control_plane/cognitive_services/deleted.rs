//! Accounts that were deleted: listed, read and purged.

use access::scope::Scope;
use http::StatusCode;
use serde_json::{Value, json};
use wire::arm::view::Page;

use super::super::permit::Permit;
use super::super::provisioning as provision;
use super::super::{Call, Fault, Reply, Unanswered, inventory, page};
use crate::policy::Plan;
use crate::provisioned::{self, DeletedAccount, Place};

/// Days after which Azure purges by itself. Here nothing is purged unless somebody asks.
const RETENTION_DAYS: i64 = 2;

/// `GET {subscription}/…/deletedAccounts`
pub(super) fn list(call: &Call<'_>) -> Result<Reply, Fault> {
    let world = &call.snapshot.world;
    let subscription = super::subscription(&call.found.scope);
    inventory::exists(world, &subscription)?;
    let all = world.deleted_accounts.iter();
    let here = all.filter(|one| was(one).is_some_and(|was| was.is_at_or_below(&subscription)));
    let views: Vec<(String, Value)> = here.map(|one| (one.place.id(), view(one))).collect();
    let page = page::page(call, views, |(id, _)| id);
    Reply::ok(&Page {
        value: page.value.into_iter().map(|(_, view)| view).collect(),
        next_link: page.next_link,
    })
}

/// `GET …/locations/{location}/resourceGroups/{group}/deletedAccounts/{account}`
pub(super) fn read(call: &Call<'_>) -> Result<Reply, Fault> {
    let place = Place::parse(&call.found.resource);
    let mut all = call.snapshot.world.deleted_accounts.iter();
    match all.find(|one| is_at(one, place.as_ref())) {
        Some(found) => Reply::ok(&view(found)),
        None => Err(inventory::unknown_resource(&call.found.scope)),
    }
}

/// `DELETE` of the same: its name can be used again, and nothing brings it back.
pub(super) async fn purge(call: &Call<'_>, permit: &Permit) -> Result<Reply, Unanswered> {
    let place = Place::parse(&call.found.resource);
    let status = provision::change(call, permit, |snapshot| {
        let mut all = snapshot.world.deleted_accounts.iter();
        let found = all.find(|one| is_at(one, place.as_ref()));
        Ok(Plan {
            changes: found
                .map(|found| provisioned::remove(&found.place))
                .into_iter()
                .collect(),
            answer: match found {
                Some(_) => StatusCode::OK,
                None => StatusCode::NO_CONTENT,
            },
        })
    });
    Ok(Reply::bare(status.await?))
}

fn is_at(deleted: &DeletedAccount, place: Option<&Place>) -> bool {
    let (
        Place::Deleted { account, location },
        Some(Place::Deleted {
            account: wanted,
            location: at,
        }),
    ) = (&deleted.place, place)
    else {
        return false;
    };
    account == wanted && location.eq_ignore_ascii_case(at)
}

fn was(deleted: &DeletedAccount) -> Option<&Scope> {
    match &deleted.place {
        Place::Deleted { account, .. } => Some(account),
        _ => None,
    }
}

fn view(deleted: &DeletedAccount) -> Value {
    let account = &deleted.account;
    json!({
        "id": deleted.place.id(),
        "name": was(deleted).map(Scope::name),
        "type": "Microsoft.CognitiveServices/locations/resourceGroups/deletedAccounts",
        "kind": account.kind,
        "location": account.location,
        "sku": { "name": account.sku },
        "tags": account.tags,
        "properties": {
            "provisioningState": "Succeeded",
            "deletionDate": deleted.deleted.to_string(),
            "scheduledPurgeDate": deleted.deleted.plus(RETENTION_DAYS * 86_400).to_string(),
            "internalId": null,
        },
    })
}
