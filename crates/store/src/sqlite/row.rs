//! The statements, and what rows mean.

use access::Timestamp;
use access::assignment::RoleAssignment;
use access::condition::Condition;
use access::principal::{PrincipalId, PrincipalKind};
use access::role::RoleId;
use access::scope::Scope;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Row, Sqlite};

use crate::Changes;

/// Every row, in the order of the last change.
pub(super) fn all() -> Query<'static, Sqlite, SqliteArguments> {
    sqlx::query("SELECT * FROM changes ORDER BY position")
}

/// Keeps a role assignment.
pub(super) fn grant(assignment: &RoleAssignment) -> Query<'_, Sqlite, SqliteArguments> {
    sqlx::query(
        "INSERT OR REPLACE INTO changes (id, state, principal, principal_kind, role, scope,
             condition, created, starts, ends, eligible)
         VALUES (?, 'granted', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&assignment.id)
    .bind(assignment.principal.to_string())
    .bind(assignment.principal_kind.as_str())
    .bind(assignment.role.to_string())
    .bind(assignment.scope.as_str())
    .bind(assignment.condition.as_ref().map(Condition::as_str))
    .bind(assignment.created.map(|time| time.0))
    .bind(assignment.starts.map(|time| time.0))
    .bind(assignment.ends.map(|time| time.0))
    .bind(assignment.eligible)
}

/// Keeps revocations: one statement for any number of ids, so all or none and one commit.
pub(super) fn revoke(ids: &[String]) -> Query<'static, Sqlite, SqliteArguments> {
    sqlx::query(
        "INSERT OR REPLACE INTO changes (id, state)
         SELECT value, 'revoked' FROM json_each(?) ORDER BY key",
    )
    .bind(serde_json::Value::from(ids).to_string())
}

/// What the rows of `changes` mean, or which one means nothing.
pub(super) fn read(rows: &[SqliteRow]) -> Result<Changes, String> {
    let mut changes = Changes::default();
    for row in rows {
        let id: String = row.try_get("id").map_err(|source| source.to_string())?;
        let state: &str = row.try_get("state").map_err(|source| source.to_string())?;
        if state == "revoked" {
            changes.revoked.push(id);
        } else {
            let assignment = granted(&id, row)
                .map_err(|source| format!("assignment `{id}` is damaged: {source}"))?;
            changes.granted.push(assignment);
        }
    }
    Ok(changes)
}

fn granted(id: &str, row: &SqliteRow) -> Result<RoleAssignment, Box<dyn std::error::Error>> {
    let time = |column| Ok::<_, sqlx::Error>(row.try_get::<Option<i64>, _>(column)?.map(Timestamp));
    Ok(RoleAssignment {
        id: id.into(),
        principal: PrincipalId::new(row.try_get("principal")?),
        principal_kind: PrincipalKind::parse(row.try_get("principal_kind")?),
        role: RoleId::parse(row.try_get("role")?),
        scope: Scope::parse(row.try_get("scope")?)?,
        condition: row
            .try_get::<Option<&str>, _>("condition")?
            .map(Condition::new),
        created: time("created")?,
        starts: time("starts")?,
        ends: time("ends")?,
        eligible: row.try_get("eligible")?,
    })
}
