//! A store in one SQLite file.
//!
//! One connection, one writer: the file is locked for as long as the store lives. Every change is
//! one transaction, together with the rows of the journal that tell of it, and committed to disk (write-ahead log, `synchronous = FULL`)
//! before the future is ready.

mod error;
mod file;
mod journal;
mod row;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::query::Query;
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteLockingMode,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, SqlSafeStr, Sqlite};
use tokio::sync::Mutex;

use crate::{Change, Changes, JournalRow, Pending, Store, StoreError};

/// The longest that a call waits, other calls' turns included.
const CALL_LIMIT: Duration = Duration::from_secs(10);

/// How long a lock held by another process is waited for: a server that is just stopping.
const LOCK_LIMIT: Duration = Duration::from_secs(2);

/// The layouts of the file, oldest first. A published one is never edited: add the next.
const LAYOUTS: [(&str, &str); 3] = [
    ("changes", include_str!("../migrations/0001_changes.sql")),
    ("records", include_str!("../migrations/0002_records.sql")),
    ("journal", include_str!("../migrations/0003_journal.sql")),
];

/// Changes in a file of their own.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    connection: Mutex<SqliteConnection>,
}

impl SqliteStore {
    /// Opens the store in this file, or makes one, readable and writable for its owner only. The
    /// folder must exist. Must be called in a Tokio runtime that has timers.
    ///
    /// Errors: [`StoreError::Locked`] if another process has it open, [`StoreError::Corrupt`] if the
    /// file is something else, [`StoreError::TooNew`], [`StoreError::Unusable`],
    /// [`StoreError::TimedOut`].
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        file::prepare(path).map_err(|source| error::unusable(path, &source))?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .locking_mode(SqliteLockingMode::Exclusive)
            .synchronous(SqliteSynchronous::Full)
            .pragma("fullfsync", "ON") // macOS: a plain fsync leaves data in the drive's cache
            .busy_timeout(LOCK_LIMIT)
            .disable_statement_logging();
        let opened = async {
            let mut connection = SqliteConnection::connect_with(&options)
                .await
                .map_err(|source| error::refine(path, &source))?;
            migrations()
                .run(&mut connection)
                .await
                .map_err(|source| error::refine_migration(path, source))?;
            Ok(connection)
        };
        Ok(Self {
            connection: Mutex::new(within_limit(path, opened).await?),
            path: path.to_owned(),
        })
    }

    /// Closes the file and gives the lock back. Dropping the store does so too, but a moment later.
    pub async fn close(self) -> Result<(), StoreError> {
        let Self { path, connection } = self;
        let closed = async {
            let connection = connection.into_inner();
            connection
                .close()
                .await
                .map_err(|source| error::refine(&path, &source))
        };
        within_limit(&path, closed).await
    }

    fn unusable(&self, source: &dyn std::error::Error) -> StoreError {
        error::unusable(&self.path, source)
    }

    /// Runs one statement and adds rows to the journal, in one transaction.
    async fn change(
        &self,
        statement: Query<'_, Sqlite, SqliteArguments>,
        rows: &[JournalRow],
    ) -> Result<(), StoreError> {
        self.with_connection(async |connection| {
            let mut transaction = connection.begin().await?;
            statement.execute(&mut *transaction).await?;
            journal::add(&mut transaction, rows).await?;
            transaction.commit().await
        })
        .await
    }
}

impl Store for SqliteStore {
    fn load(&self) -> Pending<'_, Changes> {
        let loaded = async {
            let mut connection = self.connection.lock().await;
            let rows = row::all().fetch_all(&mut *connection).await;
            let rows = rows.map_err(|source| error::refine(&self.path, &source))?;
            row::read(&rows).map_err(|detail| StoreError::Corrupt {
                path: self.path.clone(),
                detail,
            })
        };
        Box::pin(within_limit(&self.path, loaded))
    }

    fn keep<'a>(&'a self, changes: &'a [Change], rows: &'a [JournalRow]) -> Pending<'a, ()> {
        Box::pin(async move {
            let statement = row::keep(changes).map_err(|source| self.unusable(&source))?;
            self.change(statement, rows).await
        })
    }
}

fn migrations() -> Migrator {
    let layouts = (1..).zip(LAYOUTS).map(|(version, (name, sql))| {
        let kind = MigrationType::Simple;
        Migration::new(version, name.into(), kind, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(layouts.collect())
}

async fn within_limit<T>(
    path: &Path,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    tokio::time::timeout(CALL_LIMIT, work)
        .await
        .unwrap_or_else(|_| {
            Err(StoreError::TimedOut {
                path: path.to_owned(),
                limit: CALL_LIMIT,
            })
        })
}
