//! What can go wrong with a store, and what to do about it.

use std::path::PathBuf;
use std::time::Duration;

/// A store could not be opened, read or written. Every message names the file.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process holds the file.
    #[error("the store `{}` is in use by another process", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// The file is not a store, or its content is damaged.
    #[error("the store `{}` cannot be understood: {detail}", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// A later version of this program has changed the file's layout.
    #[error("the store `{}` has layout {found}, which is newer than this program", path.display())]
    TooNew {
        /// The file.
        path: PathBuf,
        /// The layout's number.
        found: i64,
    },
    /// The file could not be made, opened or written.
    #[error("the store `{}` cannot be used: {detail}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why, in the words of the operating system or the database.
        detail: String,
    },
    /// The store did not answer in time. A change may have been kept or not.
    #[error("the store `{}` did not answer within {} s", path.display(), limit.as_secs())]
    TimedOut {
        /// The file.
        path: PathBuf,
        /// How long was waited.
        limit: Duration,
    },
}

impl StoreError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Locked { .. } => {
                "another server runs on this data folder: stop it, or name another folder"
            }
            Self::Corrupt { .. } => {
                "restore the file from a copy; without it, what was granted and revoked at run time is lost"
            }
            Self::TooNew { .. } => "use the newer version, or name another data folder",
            Self::Unusable { .. } => "the folder must exist, be writable and have room",
            Self::TimedOut { .. } => "the disk is slow or stuck",
        }
    }
}
