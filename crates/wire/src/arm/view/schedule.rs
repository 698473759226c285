//! What Privileged Identity Management says of assignments: who could be active, and who is.

use access::assignment::RoleAssignment;
use access::scope::{Scope, ScopeKind};
use serde::Serialize;

use super::role::{CONDITION_VERSION, condition_text};
use super::{authorization_id, name_of, role_definition_id};

/// Which of the two lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScheduleKind {
    /// `roleEligibilityScheduleInstances`
    Eligible,
    /// `roleAssignmentScheduleInstances`
    Active,
}

impl ScheduleKind {
    const fn instances(self) -> &'static str {
        match self {
            Self::Eligible => "roleEligibilityScheduleInstances",
            Self::Active => "roleAssignmentScheduleInstances",
        }
    }
}

/// An instance of a schedule.
#[derive(Clone, Debug, Serialize)]
pub struct ScheduleView {
    properties: ScheduleProperties,
    /// ARM id.
    pub id: String,
    r#type: String,
    /// The GUID.
    pub name: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ScheduleProperties {
    scope: String,
    role_definition_id: String,
    principal_id: String,
    principal_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_eligibility_schedule_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_assignment_schedule_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assignment_type: Option<&'static str>,
    start_date_time: Option<String>,
    end_date_time: Option<String>,
    status: &'static str,
    member_type: &'static str,
    created_on: Option<String>,
    condition: Option<String>,
    condition_version: Option<&'static str>,
    expanded_properties: Expanded,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Expanded {
    scope: Named,
    role_definition: Named,
    principal: Named,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    id: String,
    display_name: String,
    r#type: &'static str,
}

impl ScheduleView {
    /// The instance as it is shown to somebody who asked about `asked`. `role` and `principal` are names
    /// for people; `through_group` says that somebody asked for what its groups hold.
    pub fn new(
        kind: ScheduleKind,
        assignment: &RoleAssignment,
        asked: &Scope,
        role: &str,
        principal: &str,
        through_group: bool,
    ) -> Self {
        let name = name_of(&assignment.id).to_owned();
        let time = |time: Option<access::Timestamp>| time.map(|time| time.to_string());
        let schedule = kind.instances().replace("Instances", "s");
        let schedule = authorization_id(&assignment.scope, &schedule, &name);
        let (eligible, active) = match kind {
            ScheduleKind::Eligible => (Some(schedule), None),
            ScheduleKind::Active => (None, Some(schedule)),
        };
        let role_id = role_definition_id(&assignment.role, asked);
        let named = |id: &str, display_name: &str, kind| Named {
            id: id.to_owned(),
            display_name: display_name.to_owned(),
            r#type: kind,
        };
        let scope = assignment.scope.as_str();
        let condition = assignment.condition.as_ref();
        Self {
            id: authorization_id(&assignment.scope, kind.instances(), &name),
            r#type: format!("Microsoft.Authorization/{}", kind.instances()),
            properties: ScheduleProperties {
                expanded_properties: Expanded {
                    scope: named(scope, assignment.scope.name(), level(&assignment.scope)),
                    role_definition: named(&role_id, role, "BuiltInRole"),
                    principal: named(
                        &assignment.principal.to_string(),
                        principal,
                        assignment.principal_kind.as_str(),
                    ),
                },
                scope: scope.to_owned(),
                role_definition_id: role_id,
                principal_id: assignment.principal.to_string(),
                principal_type: assignment.principal_kind.as_str(),
                role_eligibility_schedule_id: eligible,
                assignment_type: active.is_some().then_some("Assigned"),
                role_assignment_schedule_id: active,
                start_date_time: time(assignment.starts.or(assignment.created)),
                end_date_time: time(assignment.ends),
                status: "Provisioned",
                member_type: if through_group { "Group" } else { "Direct" },
                created_on: time(assignment.created),
                condition: condition.map(condition_text),
                condition_version: condition.map(|_| CONDITION_VERSION),
            },
            name,
        }
    }
}

fn level(scope: &Scope) -> &'static str {
    match scope.kind() {
        ScopeKind::Root => "tenant",
        ScopeKind::ManagementGroup => "managementgroup",
        ScopeKind::Subscription => "subscription",
        ScopeKind::ResourceGroup => "resourcegroup",
        ScopeKind::Resource => "resource",
    }
}
