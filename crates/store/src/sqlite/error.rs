//! The database's errors in the store's words.

use std::path::Path;

use sqlx::migrate::MigrateError;

use crate::StoreError;

/// The file cannot be made, opened or changed.
pub(super) fn unusable(path: &Path, source: &dyn std::error::Error) -> StoreError {
    StoreError::Unusable {
        path: path.to_owned(),
        detail: source.to_string(),
    }
}

/// What an error of the driver means for the caller.
pub(super) fn refine(path: &Path, source: &sqlx::Error) -> StoreError {
    // SQLite's primary result codes: <https://www.sqlite.org/rescode.html>
    const BUSY: i32 = 5;
    const LOCKED: i32 = 6;
    const CORRUPT: i32 = 11;
    const NOT_A_DATABASE: i32 = 26;
    match primary_code(source) {
        Some(BUSY | LOCKED) => StoreError::Locked {
            path: path.to_owned(),
        },
        Some(CORRUPT | NOT_A_DATABASE) => corrupt(path, source),
        _ => match source {
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::ColumnNotFound(_) => {
                corrupt(path, source)
            }
            _ => unusable(path, source),
        },
    }
}

/// What an error met while bringing the layout up to date means for the caller.
pub(super) fn refine_migration(path: &Path, source: MigrateError) -> StoreError {
    match source {
        MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _) => {
            refine(path, &source)
        }
        MigrateError::VersionMissing(found) => StoreError::TooNew {
            path: path.to_owned(),
            found,
        },
        other => corrupt(path, &other),
    }
}

fn corrupt(path: &Path, source: &dyn std::error::Error) -> StoreError {
    StoreError::Corrupt {
        path: path.to_owned(),
        detail: source.to_string(),
    }
}

/// The lowest byte of SQLite's extended result code.
fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let code: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}
