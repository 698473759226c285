//! The statements, and what rows mean.

use serde_json::{Value, json};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Row, Sqlite};

use crate::Changes;
use crate::record::{Change, Kind, Record};

/// Every row, in the order of the last change.
pub(super) fn all() -> Query<'static, Sqlite, SqliteArguments> {
    sqlx::query("SELECT kind, id, body FROM records ORDER BY position")
}

/// Keeps changes: one statement for any number of them, so all or none and one commit.
pub(super) fn keep(
    changes: &[Change],
) -> Result<Query<'static, Sqlite, SqliteArguments>, serde_json::Error> {
    let rows = changes.iter().map(|change| {
        let (kind, id) = change.subject();
        let body = match change {
            Change::Put(record) => Some(record.write()?),
            Change::Remove(..) => None,
        };
        Ok(json!([kind.as_str(), id, body]))
    });
    let rows: Vec<Value> = rows.collect::<Result<_, serde_json::Error>>()?;
    let statement = sqlx::query(
        "INSERT OR REPLACE INTO records (kind, id, body)
         SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) ORDER BY key",
    );
    Ok(statement.bind(Value::from(rows).to_string()))
}

/// What the rows of `records` mean, or which one means nothing.
pub(super) fn read(rows: &[SqliteRow]) -> Result<Changes, String> {
    rows.iter().map(change).collect()
}

fn change(row: &SqliteRow) -> Result<Change, String> {
    let text = |source: sqlx::Error| source.to_string();
    let word: &str = row.try_get("kind").map_err(text)?;
    let id: String = row.try_get("id").map_err(text)?;
    let kind = Kind::parse(word).ok_or_else(|| format!("nobody knows what a `{word}` is"))?;
    let damaged = |source: &dyn std::error::Error| {
        format!("{} `{id}` is damaged: {source}", word.replace('-', " "))
    };
    let body: Option<&str> = row.try_get("body").map_err(|source| damaged(&source))?;
    match body {
        None => Ok(Change::Remove(kind, id)),
        Some(body) => Record::read(kind, &id, body)
            .map(Change::Put)
            .map_err(|source| damaged(&source)),
    }
}
