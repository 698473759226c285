//! A whole policy as one JSON object of lists.

use access::assignment::{DenyAssignment, RoleAssignment};
use access::policy::{Group, Policy};
use access::principal::{PrincipalId, PrincipalKind};
use access::role::{RoleDefinition, RoleId};
use access::scope::Scope;

use super::entries::{
    DenyAssignmentEntry, EntryError, GroupEntry, ManagementGroupEntry, RoleAssignmentEntry,
    RoleDefinitionEntry, Texts,
};
use super::estate::{
    AccountEntry, DeploymentEntry, DirectoryEntry, Estate, KnownDeployment, KnownSubscription,
    SubscriptionEntry,
};
use super::resource::{List, Resource, entry};

entry! {
    /// The lists. Each may be missing, `null`, or a page of ARM's.
    Lists ("an object with lists of role definitions, assignments and groups") {
        "roledefinitions" => role_definitions: List<Resource<RoleDefinitionEntry>>,
        "roleassignments" => role_assignments: List<Resource<RoleAssignmentEntry>>,
        "roleeligibilityscheduleinstances" => eligible: List<Resource<RoleAssignmentEntry>>,
        "denyassignments" => deny_assignments: List<Resource<DenyAssignmentEntry>>,
        "groups" => groups: List<Resource<GroupEntry>>,
        "managementgroups" => management_groups: List<Resource<ManagementGroupEntry>>,
        "users" => users: List<Resource<DirectoryEntry>>,
        "serviceprincipals" => service_principals: List<Resource<DirectoryEntry>>,
        "subscriptions" => subscriptions: List<Resource<SubscriptionEntry>>,
        "accounts" => accounts: List<Resource<AccountEntry>>,
        "deployments" => deployments: List<Resource<DeploymentEntry>>,
        "propagationseconds" => propagation_seconds: i64,
        "unreadgroups" => unread_groups: Vec<String>,
        "notread" => not_read: Vec<String>,
    }
}

/// A policy file as it was read, before it is understood.
#[derive(Debug)]
pub struct PolicyFile(Lists);

impl<'de> serde::Deserialize<'de> for PolicyFile {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Resource::deserialize(deserializer).map(|Resource(lists)| Self(lists))
    }
}

/// Why a policy cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The text is not JSON, or a value has the wrong shape.
    #[error("the policy cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// An entry makes no sense.
    #[error("{list}[{place}]: {error}")]
    Entry {
        /// The list's name.
        list: &'static str,
        /// Where in the list, from 0.
        place: usize,
        /// What is wrong with it.
        error: EntryError,
    },
}

/// Reads a policy: one JSON object with the lists `roleDefinitions`, `roleAssignments`,
/// `denyAssignments`, `groups` and `managementGroups`, and optionally
/// `roleEligibilityScheduleInstances`.
pub fn read_policy(json: &[u8]) -> Result<Policy, PolicyError> {
    Ok(read_estate(json)?.policy)
}

/// Reads a policy together with what is known beside it: the same object, optionally with the lists
/// `users`, `servicePrincipals`, `subscriptions`, `accounts`, `deployments` and `notRead`.
pub fn read_estate(json: &[u8]) -> Result<Estate, PolicyError> {
    // Windows writes a byte order mark before JSON; JSON has none.
    let json = json.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(json);
    serde_json::from_slice::<PolicyFile>(json)?.try_into()
}

/// Reads the body of a PUT of a role definition, whose id is in the path.
///
/// # Errors
/// The body is not JSON, or is no role definition.
pub fn read_role_definition(id: &RoleId, json: &[u8]) -> Result<RoleDefinition, RequestError> {
    let Resource(entry) = serde_json::from_slice::<Resource<RoleDefinitionEntry>>(json)?;
    let entry = RoleDefinitionEntry {
        id: Some(id.to_string()),
        ..entry
    };
    Ok(entry.try_into()?)
}

/// Reads the body of a PUT of a deny assignment, whose name and scope are in the path.
///
/// # Errors
/// The body is not JSON, or is no deny assignment.
pub fn read_deny_assignment(
    name: &str,
    scope: &Scope,
    json: &[u8],
) -> Result<DenyAssignment, RequestError> {
    let Resource(entry) = serde_json::from_slice::<Resource<DenyAssignmentEntry>>(json)?;
    let entry = DenyAssignmentEntry {
        id: Some(name.to_owned()),
        name: None,
        scope: Some(scope.to_string()),
        ..entry
    };
    Ok(entry.try_into()?)
}

/// Why the body of a request cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The text is not JSON, or a value has the wrong shape.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// It makes no sense.
    #[error(transparent)]
    Entry(#[from] EntryError),
}

impl TryFrom<PolicyFile> for Estate {
    type Error = PolicyError;

    fn try_from(PolicyFile(lists): PolicyFile) -> Result<Self, PolicyError> {
        let mut policy = Policy {
            roles: each(
                "roleDefinitions",
                lists.role_definitions,
                RoleDefinition::try_from,
            )?,
            denies: each(
                "denyAssignments",
                lists.deny_assignments,
                DenyAssignment::try_from,
            )?,
            groups: each("groups", lists.groups, Group::try_from)?,
            propagation_delay: lists.propagation_seconds.unwrap_or_default(),
            ..Policy::default()
        };
        each("managementGroups", lists.management_groups, |entry| {
            entry.flatten(&mut policy.management_groups)
        })?;
        let mut texts = Texts::default();
        let mut assignments = each("roleAssignments", lists.role_assignments, |entry| {
            entry.assignment(&policy, &mut texts)
        })?;
        let eligible = each(
            "roleEligibilityScheduleInstances",
            lists.eligible,
            |entry| entry.assignment(&policy, &mut texts),
        )?;
        assignments.extend(eligible.into_iter().map(|assignment| RoleAssignment {
            eligible: true,
            ..assignment
        }));
        policy.assignments = assignments;
        let mut principals = each("users", lists.users, |entry| {
            entry.known(PrincipalKind::User)
        })?;
        principals.extend(each(
            "servicePrincipals",
            lists.service_principals,
            |entry| entry.known(PrincipalKind::ServicePrincipal),
        )?);
        Ok(Self {
            policy,
            principals,
            subscriptions: each(
                "subscriptions",
                lists.subscriptions,
                KnownSubscription::try_from,
            )?,
            accounts: each("accounts", lists.accounts, AccountEntry::scope)?,
            deployments: each("deployments", lists.deployments, KnownDeployment::try_from)?,
            unread_groups: lists
                .unread_groups
                .unwrap_or_default()
                .iter()
                .map(|id| PrincipalId::new(id))
                .collect(),
            not_read: lists.not_read.unwrap_or_default(),
        })
    }
}

fn each<E, T>(
    list: &'static str,
    entries: Option<List<Resource<E>>>,
    mut convert: impl FnMut(E) -> Result<T, EntryError>,
) -> Result<Vec<T>, PolicyError> {
    let entries = entries.unwrap_or_default().0.into_iter().enumerate();
    entries
        .map(|(place, Resource(entry))| {
            convert(entry).map_err(|error| PolicyError::Entry { list, place, error })
        })
        .collect()
}
