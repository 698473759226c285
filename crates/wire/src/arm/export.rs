//! A policy file as `az` would print its parts: what [`read_estate`](super::read_estate) reads back.

use access::action::ActionPattern;
use access::assignment::{DenyAssignment, RoleAssignment};
use access::condition::Condition;
use access::policy::{Group, ManagementGroup};
use access::principal::{PrincipalId, PrincipalKind};
use access::role::{Permission, RoleDefinition, RoleKind};
use access::scope::Scope;
use serde::Serialize;

use super::estate::{Estate, KnownDeployment, KnownPrincipal, KnownSubscription};
use super::view::{name_of, role_definition_id};

/// The file: each list as the command prints it that its comment names.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EstateView<'e> {
    /// `az role definition list --custom-role-only true`
    role_definitions: Vec<RoleOut<'e>>,
    /// `az role assignment list --all`
    role_assignments: Vec<AssignmentOut<'e>>,
    /// `GET …/roleEligibilityScheduleInstances`
    role_eligibility_schedule_instances: Vec<AssignmentOut<'e>>,
    /// `az role deny-assignment list`
    deny_assignments: Vec<DenyOut<'e>>,
    /// `az ad group list`, each with `az ad group member list`
    groups: Vec<GroupOut<'e>>,
    /// `az account management-group show --expand`
    management_groups: Vec<ManagementGroupOut<'e>>,
    /// `az ad user list`
    users: Vec<DirectoryOut<'e>>,
    /// `az ad sp list`
    service_principals: Vec<DirectoryOut<'e>>,
    /// `az account list`
    subscriptions: Vec<SubscriptionOut<'e>>,
    /// `az cognitiveservices account list`
    accounts: Vec<AccountOut<'e>>,
    /// `az cognitiveservices account deployment list`
    deployments: Vec<DeploymentOut<'e>>,
    /// Seconds until a new assignment is effective.
    #[serde(skip_serializing_if = "is_zero")]
    propagation_seconds: i64,
    /// Groups whose members are not known.
    unread_groups: Vec<String>,
    /// What could not be read, as sentences.
    not_read: &'e [String],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RoleOut<'e> {
    id: String,
    name: String,
    role_name: &'e str,
    role_type: &'static str,
    description: &'e str,
    assignable_scopes: &'e [String],
    permissions: Vec<BlockOut<'e>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct BlockOut<'e> {
    actions: Vec<&'e str>,
    not_actions: Vec<&'e str>,
    data_actions: Vec<&'e str>,
    not_data_actions: Vec<&'e str>,
    condition: Option<&'e str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AssignmentOut<'e> {
    id: &'e str,
    name: &'e str,
    principal_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal_type: Option<&'static str>,
    role_definition_id: String,
    role_definition_name: Option<&'e str>,
    scope: &'e str,
    condition: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'e str>,
    created_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_date_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date_time: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DenyOut<'e> {
    id: &'e str,
    name: &'e str,
    deny_assignment_name: &'e str,
    scope: &'e str,
    permissions: Vec<BlockOut<'e>>,
    principals: Vec<IdOut>,
    exclude_principals: Vec<IdOut>,
    do_not_apply_to_child_scopes: bool,
    is_system_protected: bool,
    condition: Option<&'e str>,
}

#[derive(Debug, Serialize)]
struct IdOut {
    id: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct GroupOut<'e> {
    id: String,
    display_name: &'e str,
    members: Vec<IdOut>,
}

#[derive(Debug, Serialize)]
struct ManagementGroupOut<'e> {
    id: &'e str,
    children: Vec<IdOut>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DirectoryOut<'e> {
    id: String,
    display_name: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_principal_name: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_id: Option<&'e str>,
}

#[derive(Debug, Serialize)]
struct SubscriptionOut<'e> {
    id: &'e str,
    name: &'e str,
}

#[derive(Debug, Serialize)]
struct AccountOut<'e> {
    id: &'e str,
    name: &'e str,
}

#[derive(Debug, Serialize)]
struct DeploymentOut<'e> {
    id: &'e str,
    name: &'e str,
    properties: DeploymentProperties<'e>,
}

#[derive(Debug, Serialize)]
struct DeploymentProperties<'e> {
    model: ModelOut<'e>,
}

#[derive(Debug, Serialize)]
struct ModelOut<'e> {
    format: &'e str,
    name: &'e str,
    version: &'e str,
}

impl<'e> From<&'e Estate> for EstateView<'e> {
    fn from(estate: &'e Estate) -> Self {
        let policy = &estate.policy;
        let assignments = |eligible: bool| {
            let chosen = policy.assignments.iter();
            let chosen = chosen.filter(|one| one.eligible == eligible);
            chosen.map(|one| assignment(one, estate)).collect()
        };
        let directory = |kind: PrincipalKind| {
            let chosen = estate.principals.iter().filter(|known| known.kind == kind);
            chosen.map(known).collect()
        };
        Self {
            role_definitions: policy.roles.iter().map(role).collect(),
            role_assignments: assignments(false),
            role_eligibility_schedule_instances: assignments(true),
            deny_assignments: policy.denies.iter().map(deny).collect(),
            groups: policy.groups.iter().map(group).collect(),
            management_groups: policy
                .management_groups
                .iter()
                .map(management_group)
                .collect(),
            users: directory(PrincipalKind::User),
            service_principals: directory(PrincipalKind::ServicePrincipal),
            subscriptions: estate.subscriptions.iter().map(subscription).collect(),
            accounts: estate.accounts.iter().map(account).collect(),
            deployments: estate.deployments.iter().map(deployment).collect(),
            propagation_seconds: policy.propagation_delay,
            unread_groups: estate
                .unread_groups
                .iter()
                .map(ToString::to_string)
                .collect(),
            not_read: &estate.not_read,
        }
    }
}

fn role(role: &RoleDefinition) -> RoleOut<'_> {
    RoleOut {
        id: role_definition_id(&role.id, &Scope::root()),
        name: role.id.to_string(),
        role_name: &role.name,
        role_type: match role.kind {
            RoleKind::BuiltIn => "BuiltInRole",
            RoleKind::Custom => "CustomRole",
        },
        description: &role.description,
        assignable_scopes: &role.assignable_scopes,
        permissions: blocks(&role.permissions),
    }
}

fn blocks(permissions: &[Permission]) -> Vec<BlockOut<'_>> {
    permissions.iter().map(block).collect()
}

fn block(block: &Permission) -> BlockOut<'_> {
    BlockOut {
        actions: texts(&block.actions),
        not_actions: texts(&block.not_actions),
        data_actions: texts(&block.data_actions),
        not_data_actions: texts(&block.not_data_actions),
        condition: block.condition.as_ref().map(Condition::as_str),
    }
}

fn texts(patterns: &[ActionPattern]) -> Vec<&str> {
    patterns.iter().map(ActionPattern::as_str).collect()
}

fn assignment<'e>(one: &'e RoleAssignment, estate: &'e Estate) -> AssignmentOut<'e> {
    let kind = one.principal_kind;
    AssignmentOut {
        id: &one.id,
        name: name_of(&one.id),
        principal_id: one.principal.to_string(),
        principal_type: (kind != PrincipalKind::Unknown).then_some(kind.as_str()),
        role_definition_id: role_definition_id(&one.role, &one.scope),
        role_definition_name: estate.policy.role(&one.role).map(|role| &*role.name),
        scope: one.scope.as_str(),
        condition: one.condition.as_ref().map(Condition::as_str),
        description: one.description.as_deref(),
        created_on: one.created.map(|time| time.to_string()),
        start_date_time: one.starts.map(|time| time.to_string()),
        end_date_time: one.ends.map(|time| time.to_string()),
    }
}

fn deny(deny: &DenyAssignment) -> DenyOut<'_> {
    DenyOut {
        id: &deny.id,
        name: name_of(&deny.id),
        deny_assignment_name: &deny.name,
        scope: deny.scope.as_str(),
        permissions: blocks(&deny.permissions),
        principals: ids(&deny.principals),
        exclude_principals: ids(&deny.exclude_principals),
        do_not_apply_to_child_scopes: deny.not_to_children,
        is_system_protected: deny.system_protected,
        condition: deny.condition.as_ref().map(Condition::as_str),
    }
}

fn ids(list: &[PrincipalId]) -> Vec<IdOut> {
    list.iter().map(|id| IdOut { id: id.to_string() }).collect()
}

fn group(group: &Group) -> GroupOut<'_> {
    GroupOut {
        id: group.id.to_string(),
        display_name: &group.name,
        members: ids(&group.members),
    }
}

fn management_group(group: &ManagementGroup) -> ManagementGroupOut<'_> {
    let children = group.children.iter().map(|id| IdOut { id: id.clone() });
    ManagementGroupOut {
        id: &group.id,
        children: children.collect(),
    }
}

fn known(known: &KnownPrincipal) -> DirectoryOut<'_> {
    let alias = (!known.alias.is_empty()).then_some(&*known.alias);
    let is_user = known.kind == PrincipalKind::User;
    DirectoryOut {
        id: known.id.to_string(),
        display_name: &known.name,
        user_principal_name: alias.filter(|_| is_user),
        app_id: alias.filter(|_| !is_user),
    }
}

fn subscription(known: &KnownSubscription) -> SubscriptionOut<'_> {
    SubscriptionOut {
        id: &known.id,
        name: &known.name,
    }
}

fn account(scope: &Scope) -> AccountOut<'_> {
    AccountOut {
        id: scope.as_str(),
        name: scope.name(),
    }
}

fn deployment(known: &KnownDeployment) -> DeploymentOut<'_> {
    DeploymentOut {
        id: known.scope.as_str(),
        name: known.scope.name(),
        properties: DeploymentProperties {
            model: ModelOut {
                format: known.format.as_str(),
                name: &known.model,
                version: &known.version,
            },
        },
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(number: &i64) -> bool {
    *number == 0
}
