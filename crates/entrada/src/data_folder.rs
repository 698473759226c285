//! Where the data folder is: `--data`, `ENTRADA_DATA`, or the platform's data directory.

use std::path::PathBuf;

use crate::args::DataFolder;
use crate::exit::Failure;

impl DataFolder {
    /// The folder's path.
    pub(crate) fn resolve(&self) -> Result<PathBuf, Failure> {
        if let Some(path) = &self.path {
            return Ok(path.clone());
        }
        directories::ProjectDirs::from("", "", "entrada")
            .map(|directories| directories.data_dir().to_owned())
            .ok_or_else(|| {
                Failure::new("this platform has no data directory")
                    .hint("name one with --data or ENTRADA_DATA")
            })
    }
}
