//! The journal's tables.

use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Connection, Row};

use super::{SqliteStore, error, within_limit};
use crate::journal::EXPLANATIONS;
use crate::{Explanation, Journal, JournalRow, Pending, StoreError};

impl Journal for SqliteStore {
    fn append<'a>(
        &'a self,
        rows: &'a [JournalRow],
        explanations: &'a [Explanation],
    ) -> Pending<'a, ()> {
        Box::pin(self.with_connection(async move |connection| {
            let mut transaction = connection.begin().await?;
            add(&mut transaction, rows).await?;
            explain(&mut transaction, explanations).await?;
            transaction.commit().await
        }))
    }

    fn last_row(&self) -> Pending<'_, Option<JournalRow>> {
        Box::pin(async {
            let found = self
                .with_connection(async |connection| {
                    sqlx::query("SELECT * FROM journal ORDER BY sequence DESC LIMIT 1")
                        .fetch_optional(connection)
                        .await
                })
                .await?;
            found.map(|found| self.journal_row(&found)).transpose()
        })
    }

    fn rows_after(&self, sequence: u64, limit: u32) -> Pending<'_, Vec<JournalRow>> {
        let after = i64::try_from(sequence).unwrap_or(i64::MAX);
        Box::pin(async move {
            let found = self
                .with_connection(async |connection| {
                    sqlx::query(
                        "SELECT * FROM journal WHERE sequence > ? ORDER BY sequence LIMIT ?",
                    )
                    .bind(after)
                    .bind(limit)
                    .fetch_all(connection)
                    .await
                })
                .await?;
            found.iter().map(|found| self.journal_row(found)).collect()
        })
    }

    fn explanation<'a>(&'a self, id: &'a str) -> Pending<'a, Option<String>> {
        Box::pin(self.with_connection(async move |connection| {
            sqlx::query_scalar("SELECT body FROM explanations WHERE id = ?")
                .bind(id)
                .fetch_optional(connection)
                .await
        }))
    }

    fn newest_explanations(&self, limit: u32) -> Pending<'_, Vec<String>> {
        Box::pin(self.with_connection(async move |connection| {
            sqlx::query_scalar("SELECT body FROM explanations ORDER BY position DESC LIMIT ?")
                .bind(limit)
                .fetch_all(connection)
                .await
        }))
    }
}

impl SqliteStore {
    /// Does something with the connection, in its turn, within the limit of a call.
    pub(super) async fn with_connection<T>(
        &self,
        work: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, StoreError> {
        let done = async {
            let mut connection = self.connection.lock().await;
            let done = work(&mut connection).await;
            done.map_err(|source| error::refine(&self.path, &source))
        };
        within_limit(&self.path, done).await
    }

    fn journal_row(&self, row: &SqliteRow) -> Result<JournalRow, StoreError> {
        let read = || -> Result<JournalRow, Box<dyn std::error::Error>> {
            Ok(JournalRow {
                sequence: row.try_get::<i64, _>("sequence")?.try_into()?,
                body: row.try_get("body")?,
                mac: row.try_get::<&[u8], _>("mac")?.try_into()?,
            })
        };
        read().map_err(|source| StoreError::Corrupt {
            path: self.path.clone(),
            detail: source.to_string(),
        })
    }
}

/// Puts rows behind the others.
pub(super) async fn add(
    connection: &mut SqliteConnection,
    rows: &[JournalRow],
) -> Result<(), sqlx::Error> {
    for row in rows {
        sqlx::query("INSERT INTO journal (sequence, body, mac) VALUES (?, ?, ?)")
            .bind(i64::try_from(row.sequence).unwrap_or(i64::MAX))
            .bind(&row.body)
            .bind(row.mac.as_slice())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn explain(
    connection: &mut SqliteConnection,
    explanations: &[Explanation],
) -> Result<(), sqlx::Error> {
    for explanation in explanations {
        sqlx::query("INSERT OR REPLACE INTO explanations (id, body) VALUES (?, ?)")
            .bind(&explanation.id)
            .bind(&explanation.body)
            .execute(&mut *connection)
            .await?;
    }
    if !explanations.is_empty() {
        sqlx::query(
            "DELETE FROM explanations WHERE position <= (SELECT max(position) FROM explanations) - ?",
        )
        .bind(EXPLANATIONS)
        .execute(connection)
        .await?;
    }
    Ok(())
}
