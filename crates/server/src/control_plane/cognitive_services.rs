//! `Microsoft.CognitiveServices`: accounts, their keys, deployments, projects and models, as configured.

mod accounts;
mod deleted;
mod deployments;
mod identity;
mod view;

pub(super) use self::accounts::deleted;

use access::scope::Scope;
use serde_json::{Value, json};
use wire::arm::view::Page;

use super::permit::{Permit, may};
use super::{Call, Fault, Reply, Unanswered, inventory, page};
use crate::config::{Account, Deployment, Model, World};
use crate::route::table::CognitiveServicesRoute;

pub(super) async fn handle(
    route: CognitiveServicesRoute,
    call: &Call<'_>,
    permit: &Permit,
) -> Result<Reply, Unanswered> {
    use CognitiveServicesRoute::*;
    match route {
        WriteAccount => accounts::write(call, permit).await,
        UpdateAccount => accounts::update(call, permit).await,
        DeleteAccount => accounts::delete(call, permit).await,
        RegenerateKey => accounts::regenerate(call, permit).await,
        PurgeDeleted => deleted::purge(call, permit).await,
        WriteDeployment => deployments::write(call, permit).await,
        UpdateDeployment => deployments::update(call, permit).await,
        DeleteDeployment => deployments::delete(call, permit).await,
        WriteProject => deployments::write_project(call, permit).await,
        DeleteProject => deployments::delete_project(call, permit).await,
        _ => Ok(read(route, call)?),
    }
}

fn read(route: CognitiveServicesRoute, call: &Call<'_>) -> Result<Reply, Fault> {
    use CognitiveServicesRoute::*;
    let find = |call| find(call, &call.snapshot.world);
    match route {
        ListAccounts => list_accounts(call),
        ReadAccount => {
            let world = &call.snapshot.world;
            Reply::ok(&view::account(world, find(call)?, call.origin))
        }
        ListKeys => keys(find(call)?),
        ListDeleted => deleted::list(call),
        ReadDeleted => deleted::read(call),
        ListDeployments => list_deployments(call),
        ReadDeployment => {
            let found = find(call)?.deployment(call.name());
            found.map_or_else(
                || Err(inventory::unknown_resource(&call.found.scope)),
                |found| Reply::ok(&view::deployment(found)),
            )
        }
        ListProjects => {
            let account = find(call)?;
            let projects = account.projects.iter();
            let views = projects.map(|project| view::project(account, project, call.origin));
            list(views)
        }
        ReadProject => {
            let account = find(call)?;
            let found = account.project(call.name());
            found.map_or_else(
                || Err(inventory::unknown_resource(&call.found.scope)),
                |found| Reply::ok(&view::project(account, found, call.origin)),
            )
        }
        ListModels => list(models(find(call)?).into_iter().map(view::model)),
        ListLocationModels => location_models(call),
        ListUsages => {
            let deployments = find(call)?.deployments.iter();
            list(deployments.map(|deployment| view::usage(deployment)))
        }
        CheckDomain => check_domain(call),
        WriteAccount | UpdateAccount | DeleteAccount | RegenerateKey | PurgeDeleted
        | WriteDeployment | UpdateDeployment | DeleteDeployment | WriteProject | DeleteProject => {
            Err(Fault::RouteUnknown)
        }
    }
}

fn list(views: impl Iterator<Item = Value>) -> Result<Reply, Fault> {
    Reply::ok(&json!({ "value": views.collect::<Vec<_>>() }))
}

/// The account that the path names: the first of its names.
fn find<'world>(call: &Call<'_>, world: &'world World) -> Result<&'world Account, Fault> {
    let name = call.found.names.first().map_or("", String::as_str);
    let found = world.account(name).filter(|account| {
        // An account of that name in another resource group is another account.
        call.found.scope.is_at_or_below(&account.scope)
    });
    match found {
        Some(found) => Ok(found),
        None => {
            inventory::exists(world, &call.found.scope)?;
            Err(inventory::unknown_resource(&call.found.scope))
        }
    }
}

/// Those that the caller may read.
fn list_accounts(call: &Call<'_>) -> Result<Reply, Fault> {
    let world = &call.snapshot.world;
    inventory::exists(world, &call.found.scope)?;
    let read = "Microsoft.CognitiveServices/accounts/read";
    let visible = world.accounts.iter().filter(|account| {
        account.scope.is_at_or_below(&call.found.scope) && may(call, read, &account.scope)
    });
    let page = page::page(call, visible.collect(), |account| account.scope.as_str());
    let views = page
        .value
        .iter()
        .map(|account| view::account(world, account, call.origin));
    Reply::ok(&Page {
        value: views.collect(),
        next_link: page.next_link,
    })
}

fn keys(account: &Account) -> Result<Reply, Fault> {
    if !account.local_auth {
        return Err(Fault::KeysDisabled);
    }
    let key = |index: usize| account.keys.get(index).map(crate::secret::Secret::expose);
    Reply::ok(&json!({ "key1": key(0), "key2": key(1).or(key(0)) }))
}

fn list_deployments(call: &Call<'_>) -> Result<Reply, Fault> {
    let account = find(call, &call.snapshot.world)?;
    let all: Vec<&Deployment> = account.deployments.iter().map(|one| &**one).collect();
    let page = page::page(call, all, |deployment| deployment.scope.as_str());
    Reply::ok(&Page {
        value: page.value.into_iter().map(view::deployment).collect(),
        next_link: page.next_link,
    })
}

/// The models that an account has deployed, each once.
fn models(account: &Account) -> Vec<&Model> {
    let mut models: Vec<&Model> = Vec::new();
    for deployment in &account.deployments {
        let model = &deployment.model;
        let is_known = |known: &&Model| {
            known.format == model.format
                && known.name == model.name
                && known.version == model.version
        };
        if !models.iter().any(is_known) {
            models.push(model);
        }
    }
    models
}

/// What is deployed somewhere in the subscription at a location; nothing else is known here.
fn location_models(call: &Call<'_>) -> Result<Reply, Fault> {
    let world = &call.snapshot.world;
    let subscription = subscription(&call.found.scope);
    inventory::exists(world, &subscription)?;
    let here = world.accounts.iter().filter(|account| {
        account.scope.is_at_or_below(&subscription)
            && account.location.eq_ignore_ascii_case(call.name())
    });
    let models = here.flat_map(|account| models(account));
    list(
        models.map(
            |model| json!({ "kind": "AIServices", "skuName": "S0", "model": view::model(model) }),
        ),
    )
}

pub(super) fn subscription(scope: &Scope) -> Scope {
    let above: Vec<&str> = scope.as_str().splitn(4, '/').take(3).collect();
    Scope::parse(&above.join("/")).unwrap_or_else(|_| scope.clone())
}

fn check_domain(call: &Call<'_>) -> Result<Reply, Fault> {
    let asked: Value = call.json()?;
    let name = asked["subdomainName"].as_str().unwrap_or_default();
    if name.is_empty() {
        return Err(Fault::BodyMalformed("subdomainName is missing".to_owned()));
    }
    let taken = call.snapshot.world.account(name).is_some();
    Reply::ok(&json!({
        "isSubdomainAvailable": !taken,
        "reason": taken.then_some("Sub domain name is already used."),
        "subdomainName": name,
        "type": asked["type"],
        "kind": asked["kind"],
    }))
}
