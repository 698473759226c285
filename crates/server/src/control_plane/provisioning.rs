//! Making, changing and deleting resources: what all kinds of them have in common.

use access::scope::Scope;
use http::StatusCode;
use store::{Change, Kind};

use super::permit::Permit;
use super::{Call, Fault, Unanswered};
use crate::config::World;
use crate::policy::Plan;
use crate::provisioned::{self, Place};
use crate::snapshot::Snapshot;

/// Resources of one kind that there may be: of accounts in all, of what is in an account in each.
pub(super) const LIMIT: usize = 500;

/// Why a resource is not made, changed or deleted.
#[derive(Debug)]
pub(crate) enum ProvisioningFault {
    /// On a gateway, what exists is its configuration.
    IsGateway,
    /// A property has a value that it cannot have, or a name is none.
    Invalid(String),
    /// Another account has this name.
    NameTaken(String),
    /// An account of this id was deleted and can be restored or purged.
    SoftDeleted(String),
    /// There is nothing to restore.
    NothingToRestore(String),
    /// A resource stays where it is.
    LocationFixed {
        /// The resource's id.
        id: String,
        /// Where it is.
        location: String,
    },
    /// The model server of a deployment is the configuration's to say.
    ModelServer(String),
    /// Something in a group stays: a managed identity of the configuration, or what the caller may not delete.
    GroupHolds(String),
    /// As many as there may be.
    Limit,
}

impl ProvisioningFault {
    /// Status, code and message.
    pub(super) fn told(&self) -> (StatusCode, &'static str, String) {
        const BAD: StatusCode = StatusCode::BAD_REQUEST;
        const CONFLICT: StatusCode = StatusCode::CONFLICT;
        match self {
            Self::IsGateway => (
                CONFLICT,
                "OperationNotAllowed",
                "This server takes tokens of real tenants: its accounts and deployments are those of its \
                 configuration."
                    .to_owned(),
            ),
            Self::Invalid(problem) => (BAD, "BadRequest", format!("{problem}.")),
            Self::NameTaken(name) => (
                CONFLICT,
                "CustomDomainInUse",
                format!(
                    "Please pick a different name. The subdomain name '{name}' is not available as it's \
                     already used by a resource."
                ),
            ),
            Self::SoftDeleted(id) => (
                CONFLICT,
                "FlagMustBeSetForRestore",
                format!(
                    "An existing resource with ID '{id}' has been soft-deleted. To restore the resource, \
                     you must specify 'restore' to be 'true' in the property. If you don't want to restore \
                     existing resource, please purge it first."
                ),
            ),
            Self::NothingToRestore(id) => (
                BAD,
                "CanNotRestoreANonExistingResource",
                format!("There is no soft-deleted resource with ID '{id}'."),
            ),
            Self::LocationFixed { id, location } => (
                CONFLICT,
                "InvalidResourceLocation",
                format!("The resource '{id}' already exists in location '{location}'."),
            ),
            Self::ModelServer(name) => (
                CONFLICT,
                "OperationNotAllowed",
                format!("Which model server answers for '{name}' is said by the configuration."),
            ),
            Self::GroupHolds(id) => (
                CONFLICT,
                "OperationNotAllowed",
                format!(
                    "The resource group holds '{id}', which the caller may not delete or the configuration \
                     declares."
                ),
            ),
            Self::Limit => (
                BAD,
                "QuotaExceeded",
                format!("There may be {LIMIT} of these."),
            ),
        }
    }
}

/// Changes resources by a plan that sees the world as it is while nobody else changes it.
pub(super) async fn change<T>(
    call: &Call<'_>,
    permit: &Permit,
    plan: impl FnOnce(&Snapshot) -> Result<Plan<T>, Fault>,
) -> Result<T, Unanswered> {
    let actor = call.actor();
    let done = call.app.policy.change(&actor, |snapshot| {
        permit.still_holds(snapshot, call.now)?;
        if snapshot.world.entra.is_some() {
            return Err(Fault::from(ProvisioningFault::IsGateway).into());
        }
        plan(snapshot).map_err(Unanswered::from)
    });
    done.await.map_err(Fault::from)?
}

/// The changes that take away a resource with everything in it, and the role assignments there.
pub(super) fn without(world: &World, scope: &Scope) -> Vec<Change> {
    let below = |known: &Scope| known.is_at_or_below(scope);
    let mut changes = Vec::new();
    for account in &world.accounts {
        let deployments = account.deployments.iter();
        let deployments = deployments.map(|one| Place::Deployment(one.scope.clone()));
        let projects = account.projects.iter();
        let projects = projects.map(|one| Place::Project(one.scope.clone()));
        let own = Place::Account(account.scope.clone());
        let all = deployments.chain(projects).chain([own]);
        changes.extend(
            all.filter(|place| Scope::parse(&place.id()).is_ok_and(|id| below(&id)))
                .map(|place| provisioned::remove(&place)),
        );
    }
    let assignments = world.policy.assignments.iter();
    let there = assignments.filter(|assignment| below(&assignment.scope));
    changes.extend(there.map(|one| Change::Remove(Kind::RoleAssignment, one.id.to_string())));
    changes
}

/// The change that puts a resource.
pub(super) fn put(place: &Place, record: &impl serde::Serialize) -> Result<Change, Fault> {
    provisioned::put(place, record).map_err(|error| Fault::Internal(error.to_string()))
}

/// 201 for what is new, else 200.
pub(super) fn status(is_new: bool) -> StatusCode {
    if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    }
}

/// The scope that the path names, as the template spells it.
pub(super) fn resource(call: &Call<'_>) -> Result<Scope, Fault> {
    Scope::parse(&call.found.resource).map_err(|error| Fault::BodyMalformed(error.to_string()))
}

/// The resource group of a resource.
pub(super) fn group_of(resource: &Scope) -> Scope {
    let above: Vec<&str> = resource.as_str().splitn(6, '/').take(5).collect();
    Scope::parse(&above.join("/")).unwrap_or_else(|_| resource.clone())
}

/// A region as ARM writes it: `Sweden Central` is `swedencentral`.
pub(super) fn region(text: &str) -> Result<String, ProvisioningFault> {
    let region: String = text.split(' ').collect::<String>().to_ascii_lowercase();
    let well_formed =
        (2..=40).contains(&region.len()) && region.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if well_formed {
        Ok(region)
    } else {
        Err(ProvisioningFault::Invalid(format!(
            "`{}` is no region",
            shown(text)
        )))
    }
}

/// Tags within Azure's bounds: 50, names of 512 and values of 256 characters.
pub(super) fn check_tags(
    tags: &std::collections::BTreeMap<String, String>,
) -> Result<(), ProvisioningFault> {
    let fits = |(name, value): (&String, &String)| {
        (1..=512).contains(&name.chars().count()) && value.chars().count() <= 256
    };
    if tags.len() <= 50 && tags.iter().all(fits) {
        Ok(())
    } else {
        let problem = "a resource has at most 50 tags, names of 512 and values of 256 characters";
        Err(ProvisioningFault::Invalid(problem.to_owned()))
    }
}

/// What a caller sent, not longer than anybody can mean it.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(80).collect()
}
