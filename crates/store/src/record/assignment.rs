//! Role assignments.

use access::Timestamp;
use access::assignment::RoleAssignment;
use access::condition::Condition;
use access::principal::{PrincipalId, PrincipalKind};
use access::role::RoleId;
use access::scope::Scope;
use serde::{Deserialize, Serialize};

use super::ReadError;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Row {
    principal: String,
    principal_kind: String,
    role: String,
    scope: String,
    condition: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    created: Option<i64>,
    starts: Option<i64>,
    ends: Option<i64>,
    eligible: bool,
}

pub(super) fn write(assignment: &RoleAssignment) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Row {
        principal: assignment.principal.to_string(),
        principal_kind: assignment.principal_kind.as_str().to_owned(),
        role: assignment.role.to_string(),
        scope: assignment.scope.to_string(),
        condition: assignment
            .condition
            .as_ref()
            .map(|condition| condition.as_str().to_owned()),
        description: assignment.description.as_deref().map(str::to_owned),
        created: assignment.created.map(|time| time.0),
        starts: assignment.starts.map(|time| time.0),
        ends: assignment.ends.map(|time| time.0),
        eligible: assignment.eligible,
    })
}

pub(super) fn read(id: &str, body: &str) -> Result<RoleAssignment, ReadError> {
    let row: Row = serde_json::from_str(body)?;
    Ok(RoleAssignment {
        id: id.into(),
        principal: PrincipalId::new(&row.principal),
        principal_kind: PrincipalKind::parse(&row.principal_kind),
        role: RoleId::parse(&row.role),
        scope: Scope::parse(&row.scope)?,
        condition: row.condition.as_deref().map(Condition::new),
        description: row.description.map(Into::into),
        created: row.created.map(Timestamp),
        starts: row.starts.map(Timestamp),
        ends: row.ends.map(Timestamp),
        eligible: row.eligible,
    })
}
