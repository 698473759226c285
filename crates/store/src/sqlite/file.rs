//! The file itself: who may read it.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Makes the file if there is none, and keeps everyone but its owner out. SQLite gives the files
/// that it makes beside it the same permissions.
///
/// A file that others can read is made private: it holds no secret. One that others can *write* is
/// refused: they may have granted themselves a role.
pub(super) fn prepare(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    keep_private(&file)
}

#[cfg(unix)]
fn keep_private(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mut permissions = file.metadata()?.permissions();
    if permissions.mode() & 0o022 != 0 {
        return Err(io::Error::other(
            "other users can write to it, and may have granted themselves roles; \
             set its mode to 0600 if nobody did",
        ));
    }
    if permissions.mode() & 0o044 != 0 {
        permissions.set_mode(0o600);
        file.set_permissions(permissions)?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn keep_private(_: &File) -> io::Result<()> {
    Ok(()) // the data folder's access list is inherited
}
