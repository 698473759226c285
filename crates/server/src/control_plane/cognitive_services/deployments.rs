//! Deploying models, and making projects.

use http::StatusCode;
use wire::arm::DeploymentRequest;

use super::super::permit::Permit;
use super::super::provisioning::{self as provision, ProvisioningFault};
use super::super::{Call, Fault, Reply, Unanswered, inventory};
use super::{find, view};
use crate::config::{Backend, Deployment, DeploymentSku, World};
use crate::policy::Plan;
use crate::provisioned::{self, DeploymentRecord, Place, ProjectRecord};

/// `PUT …/deployments/{deployment}`: durable before it is acknowledged. Any model can be deployed; what
/// answers is a simulated one.
pub(super) async fn write(call: &Call<'_>, permit: &Permit) -> Result<Reply, Unanswered> {
    let asked: DeploymentRequest = call.json()?;
    let status = put(call, permit, &asked).await?;
    let snapshot = call.app.snapshot.load();
    let found = find(call, &snapshot.world)?.deployment(call.name());
    let found = found.ok_or_else(|| inventory::unknown_resource(&call.found.scope))?;
    Ok(Reply::json(status, &view::deployment(found))?)
}

/// `PATCH …/deployments/{deployment}`: its capacity.
pub(super) async fn update(call: &Call<'_>, permit: &Permit) -> Result<Reply, Unanswered> {
    find_deployment(call, &call.snapshot.world)?;
    write(call, permit).await
}

async fn put(
    call: &Call<'_>,
    permit: &Permit,
    asked: &DeploymentRequest,
) -> Result<StatusCode, Unanswered> {
    check_name(call.name())?;
    provision::change(call, permit, |snapshot| {
        let world = &snapshot.world;
        let account = find(call, world)?;
        let known = account.deployment(call.name());
        if known.is_none() && account.deployments.len() >= provision::LIMIT {
            return Err(ProvisioningFault::Limit.into());
        }
        let record = record(asked, known.map(|known| &**known), world)?;
        if let Some(known) = known
            && matches!(&*known.backend, Backend::Upstream(_))
            && (known.model.name != record.model || known.model.format.as_str() != record.format)
        {
            return Err(ProvisioningFault::ModelServer(known.name.to_string()).into());
        }
        let scope = match known {
            Some(known) => known.scope.clone(),
            None => account.scope.child("deployments", call.name()),
        };
        Ok(Plan {
            changes: vec![provision::put(&Place::Deployment(scope), &record)?],
            answer: provision::status(known.is_none()),
        })
    })
    .await
}

/// `DELETE …/deployments/{deployment}`
pub(super) async fn delete(call: &Call<'_>, permit: &Permit) -> Result<Reply, Unanswered> {
    let status = provision::change(call, permit, |snapshot| {
        let known = find(call, &snapshot.world)?.deployment(call.name());
        Ok(removal(
            known.map(|known| Place::Deployment(known.scope.clone())),
        ))
    });
    Ok(Reply::bare(status.await?))
}

/// `PUT …/projects/{project}`
pub(super) async fn write_project(call: &Call<'_>, permit: &Permit) -> Result<Reply, Unanswered> {
    check_name(call.name())?;
    let status = provision::change(call, permit, |snapshot| {
        let account = find(call, &snapshot.world)?;
        let known = account.project(call.name());
        if known.is_none() && account.projects.len() >= provision::LIMIT {
            return Err(ProvisioningFault::Limit.into());
        }
        let place = Place::Project(account.scope.child("projects", call.name()));
        let change = provision::put(&place, &ProjectRecord {})?;
        Ok(Plan {
            changes: if known.is_some() {
                Vec::new()
            } else {
                vec![change]
            },
            answer: provision::status(known.is_none()),
        })
    });
    let status = status.await?;
    let snapshot = call.app.snapshot.load();
    let account = find(call, &snapshot.world)?;
    let found = account.project(call.name());
    let found = found.ok_or_else(|| inventory::unknown_resource(&call.found.scope))?;
    Ok(Reply::json(
        status,
        &view::project(account, found, call.origin),
    )?)
}

/// `DELETE …/projects/{project}`
pub(super) async fn delete_project(call: &Call<'_>, permit: &Permit) -> Result<Reply, Unanswered> {
    let status = provision::change(call, permit, |snapshot| {
        let known = find(call, &snapshot.world)?.project(call.name());
        Ok(removal(
            known.map(|known| Place::Project(known.scope.clone())),
        ))
    });
    Ok(Reply::bare(status.await?))
}

/// 200 for what was there, 204 for what was not.
fn removal(place: Option<Place>) -> Plan<StatusCode> {
    match place {
        Some(place) => Plan {
            changes: vec![provisioned::remove(&place)],
            answer: StatusCode::OK,
        },
        None => Plan {
            changes: Vec::new(),
            answer: StatusCode::NO_CONTENT,
        },
    }
}

fn find_deployment(call: &Call<'_>, world: &World) -> Result<(), Fault> {
    match find(call, world)?.deployment(call.name()) {
        Some(_) => Ok(()),
        None => Err(inventory::unknown_resource(&call.found.scope)),
    }
}

fn record(
    asked: &DeploymentRequest,
    known: Option<&Deployment>,
    world: &World,
) -> Result<DeploymentRecord, Fault> {
    let model = asked.properties.model.clone().unwrap_or_default();
    let format = model
        .format
        .or_else(|| known.map(|known| known.model.format.as_str().to_owned()));
    let name = model
        .name
        .or_else(|| known.map(|known| known.model.name.clone()));
    let (Some(format), Some(name)) = (format, name) else {
        let problem = "a deployment has a model with format and name".to_owned();
        return Err(ProvisioningFault::Invalid(problem).into());
    };
    let version = model.version.filter(|version| !version.is_empty());
    let version = version.unwrap_or_else(|| usual_version(world, known, &name));
    for (what, text) in [("format", &format), ("name", &name), ("version", &version)] {
        let fits = |c: char| c.is_ascii_graphic() || c == ' ';
        if !(1..=128).contains(&text.len()) || !text.chars().all(fits) {
            let problem = format!("`{}` is no {what} of a model", provision::shown(text));
            return Err(ProvisioningFault::Invalid(problem).into());
        }
    }
    let sku = asked.sku.clone().unwrap_or_default();
    let usual = known.map_or_else(DeploymentSku::default, |known| known.sku.clone());
    let sku_name = sku.name.unwrap_or(usual.name);
    if !(1..=40).contains(&sku_name.len()) || !sku_name.bytes().all(|b| b.is_ascii_alphanumeric()) {
        let problem = format!("`{}` is no SKU", provision::shown(&sku_name));
        return Err(ProvisioningFault::Invalid(problem).into());
    }
    Ok(DeploymentRecord {
        format,
        model: name,
        version,
        sku: sku_name,
        capacity: sku.capacity.unwrap_or(usual.capacity),
    })
}

/// The version of a model for which none is asked: the one that is deployed already, here or elsewhere.
fn usual_version(world: &World, known: Option<&Deployment>, model: &str) -> String {
    let elsewhere = world
        .accounts
        .iter()
        .flat_map(|account| account.deployments.iter().map(|one| &**one));
    let mut all = known.into_iter().chain(elsewhere);
    let found = all.find(|one| one.model.name.eq_ignore_ascii_case(model));
    found.map_or_else(|| "1".to_owned(), |found| found.model.version.clone())
}

/// 2 to 64 letters, digits and `-_.`, the first no sign.
fn check_name(name: &str) -> Result<(), Fault> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let begins = name
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_alphanumeric());
    if (2..=64).contains(&name.len()) && begins && name.bytes().all(fits) {
        return Ok(());
    }
    let problem = format!(
        "`{}` is not a name of 2 to 64 letters, digits, `-`, `_` and `.`",
        provision::shown(name)
    );
    Err(ProvisioningFault::Invalid(problem).into())
}
