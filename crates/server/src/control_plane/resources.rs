//! `Microsoft.Resources`: metadata of the cloud, tenants, subscriptions, locations, resource groups.

mod groups;

use access::scope::Scope;
use serde_json::{Value, json};

use super::inventory::{self, Group};
use super::permit::{Permit, may};
use super::{Attempt, Call, Fault, Reply, Unanswered, page};
use crate::config::{Subscription, World};
use crate::route::table::ResourcesRoute;

/// Regions that have Foundry models, with the names that people read.
const LOCATIONS: [(&str, &str); 12] = [
    ("australiaeast", "Australia East"),
    ("canadaeast", "Canada East"),
    ("eastus", "East US"),
    ("eastus2", "East US 2"),
    ("francecentral", "France Central"),
    ("japaneast", "Japan East"),
    ("northcentralus", "North Central US"),
    ("swedencentral", "Sweden Central"),
    ("switzerlandnorth", "Switzerland North"),
    ("uksouth", "UK South"),
    ("westeurope", "West Europe"),
    ("westus3", "West US 3"),
];

pub(super) async fn handle(
    route: ResourcesRoute,
    call: &Call<'_>,
    permit: &Permit,
) -> Result<Reply, Unanswered> {
    match route {
        ResourcesRoute::WriteGroup => groups::write(call, permit).await,
        ResourcesRoute::UpdateGroup => groups::update(call, permit).await,
        ResourcesRoute::DeleteGroup => groups::delete(call, permit).await,
        _ => Ok(read(route, call)?),
    }
}

fn read(route: ResourcesRoute, call: &Call<'_>) -> Result<Reply, Fault> {
    let world = &call.snapshot.world;
    match route {
        ResourcesRoute::ListTenants => Reply::ok(&json!({ "value": [tenant(world)] })),
        ResourcesRoute::ListSubscriptions => {
            let visible = world.subscriptions.iter();
            let visible = visible.filter(|one| is_visible(call, one));
            let views = visible.map(|one| subscription(world, one));
            Reply::ok(&json!({ "value": views.collect::<Vec<_>>() }))
        }
        ResourcesRoute::ReadSubscription => {
            inventory::exists(world, &call.found.scope)?;
            let id = call.found.scope.name();
            let found = world.subscription(id);
            let found = found.ok_or_else(|| Fault::SubscriptionUnknown(id.to_owned()))?;
            Reply::ok(&subscription(world, found))
        }
        ResourcesRoute::ListLocations => {
            inventory::exists(world, &call.found.scope)?;
            let id = call.found.scope.as_str();
            let views = LOCATIONS.map(|(name, shown)| {
                json!({
                    "id": format!("{id}/locations/{name}"), "name": name, "type": "Region",
                    "displayName": shown, "regionalDisplayName": shown,
                    "metadata": { "regionType": "Physical", "regionCategory": "Recommended" },
                })
            });
            Reply::ok(&json!({ "value": views }))
        }
        ResourcesRoute::ListGroups => {
            inventory::exists(world, &call.found.scope)?;
            let groups = inventory::groups(world, &call.found.scope).into_iter();
            let read = "Microsoft.Resources/subscriptions/resourceGroups/read";
            let visible = groups
                .filter(|group| may(call, read, &group.scope))
                .collect();
            let page = page::page(call, visible, |group: &Group| group.scope.as_str());
            let views: Vec<Value> = page.value.iter().map(group).collect();
            let page = wire::arm::view::Page {
                value: views,
                next_link: page.next_link,
            };
            Reply::ok(&page)
        }
        ResourcesRoute::ReadGroup => Reply::ok(&group(&find_group(call)?)),
        ResourcesRoute::ProbeGroup => find_group(call).map(|_| Reply::nothing()),
        ResourcesRoute::WriteGroup | ResourcesRoute::UpdateGroup | ResourcesRoute::DeleteGroup => {
            Err(Fault::RouteUnknown)
        }
    }
}

/// `/metadata/endpoints`: an object since 2022, before that a list with one.
pub(super) fn metadata(attempt: &Attempt<'_>, world: &World) -> Result<Reply, Fault> {
    let origin = attempt.origin();
    let audiences = &world.endpoint.audiences.management;
    let audiences: Vec<String> = if world.entra.is_some() {
        audiences.iter().map(str::to_owned).collect()
    } else {
        // As Azure's own list begins: clients take the first, slash included.
        [
            "https://management.core.windows.net/",
            "https://management.azure.com/",
        ]
        .map(str::to_owned)
        .into()
    };
    let sign_in = match &world.entra {
        None => origin.to_owned(),
        Some(entra) => entra.sign_in_origin(),
    };
    // By ARM's own name we stand in for the public cloud, whose parts have names of their own.
    let (name, portal, sign_in, graph) = if origin == "https://management.azure.com" {
        (
            "AzureCloud",
            "https://portal.azure.com".to_owned(),
            "https://login.microsoftonline.com".to_owned(),
            "https://graph.microsoft.com".to_owned(),
        )
    } else {
        let (portal, graph) = (format!("{origin}/portal"), format!("{origin}/graph"));
        ("Entrada", portal, sign_in, graph)
    };
    let cloud = json!({
        "name": name,
        "portal": portal,
        "authentication": {
            "loginEndpoint": sign_in, "audiences": audiences, "tenant": "common",
            "identityProvider": "AAD",
        },
        "resourceManager": origin,
        "microsoftGraphResourceId": graph,
        "graph": graph,
        "graphAudience": graph,
        "gallery": origin,
        "batch": "https://batch.core.windows.net/",
        "media": "https://rest.media.azure.net",
        "sqlManagement": "https://management.core.windows.net:8443/",
        "vmImageAliasDoc": "",
        "activeDirectoryDataLake": "https://datalake.azure.net/",
        "suffixes": {
            "acrLoginServer": "azurecr.io", "keyVaultDns": "vault.azure.net",
            "sqlServerHostname": "database.windows.net", "storage": "core.windows.net",
        },
    });
    let is_list = attempt
        .query
        .api_version()
        .is_some_and(|version| version < "2022");
    if is_list {
        Reply::ok(&[cloud])
    } else {
        Reply::ok(&cloud)
    }
}

fn tenant(world: &World) -> Value {
    let tenant = &world.tenant;
    json!({
        "id": format!("/tenants/{}", tenant.id), "tenantId": tenant.id, "displayName": tenant.name,
        "defaultDomain": tenant.domain, "domains": [tenant.domain], "tenantType": "AAD",
        "tenantCategory": "Home", "countryCode": "US",
    })
}

fn subscription(world: &World, subscription: &Subscription) -> Value {
    json!({
        "id": format!("/subscriptions/{}", subscription.id), "subscriptionId": subscription.id,
        "tenantId": world.tenant.id, "displayName": subscription.name, "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01", "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
        "authorizationSource": "RoleBased", "managedByTenants": [],
    })
}

fn group(group: &Group) -> Value {
    json!({
        "id": group.scope.as_str(), "name": group.scope.name(),
        "type": "Microsoft.Resources/resourceGroups", "location": group.location,
        "tags": group.tags,
        "properties": { "provisioningState": "Succeeded" },
    })
}

fn find_group(call: &Call<'_>) -> Result<Group, Fault> {
    let world = &call.snapshot.world;
    inventory::exists(world, &call.found.scope)?;
    let mut groups = inventory::groups(world, &call.found.scope).into_iter();
    groups
        .next()
        .ok_or_else(|| Fault::GroupUnknown(call.name().to_owned()))
}

/// Azure shows a subscription to whoever has a role that holds in it or somewhere below.
fn is_visible(call: &Call<'_>, subscription: &Subscription) -> bool {
    let Ok(scope) = Scope::parse(&format!("/subscriptions/{}", subscription.id)) else {
        return false;
    };
    let index = &call.snapshot.index;
    let policy = index.policy();
    let callers = index.memberships(&call.caller.principal, &call.caller.groups);
    let ancestors = index.ancestors(&scope);
    policy.assignments.iter().any(|assignment| {
        let state = assignment.state(call.now, policy.propagation_delay);
        callers.contains(&assignment.principal)
            && state == access::assignment::AssignmentState::Active
            && (assignment.scope.is_at_or_below(&scope) || ancestors.covered_by(&assignment.scope))
    })
}
