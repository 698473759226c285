//! Files that hold keys and secrets: readable by their owner only, written whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;

use crate::token_service::random;

/// The longest file that is read. What is kept in such files is a few kilobytes.
const MAX_BYTES: u64 = 1024 * 1024;

/// Why such a file cannot be used.
#[derive(Debug, Error)]
pub enum PrivateFileError {
    /// The system's word.
    #[error("`{}`: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Others may read the file, so what is in it is no secret.
    #[error("`{}` can be read by other users; remove it, or set its mode to 0600 if nobody did", path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
    },
    /// The file holds something else than expected.
    #[error("`{}` is not {expected}; remove it to have it made anew", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        expected: &'static str,
    },
}

/// Reads a private file; `None` if there is none.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>, PrivateFileError> {
    let failed = |error| PrivateFileError::Io {
        path: path.to_owned(),
        error,
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    if is_exposed(&file).map_err(failed)? {
        return Err(PrivateFileError::Exposed {
            path: path.to_owned(),
        });
    }
    let mut content = Vec::new();
    file.take(MAX_BYTES)
        .read_to_end(&mut content)
        .map_err(failed)?;
    Ok(Some(content))
}

/// Writes a file that only its owner can read (mode 0600), replacing what is there.
pub(crate) fn write(path: &Path, content: &[u8]) -> Result<(), PrivateFileError> {
    replace(path, content, 0o600)
}

/// The 32 random bytes in a private file (base64url), made if there is none.
pub(crate) fn random_key(path: &Path) -> Result<[u8; 32], PrivateFileError> {
    if let Some(known) = known_key(path)? {
        return Ok(known);
    }
    let bytes = random::bytes();
    write(path, URL_SAFE_NO_PAD.encode(bytes).as_bytes())?;
    Ok(bytes)
}

/// The 32 bytes in a private file (base64url); `None` if there is no such file.
pub(crate) fn known_key(path: &Path) -> Result<Option<[u8; 32]>, PrivateFileError> {
    let Some(text) = read(path)? else {
        return Ok(None);
    };
    let bytes = URL_SAFE_NO_PAD.decode(text.trim_ascii_end());
    let bytes = bytes.ok().and_then(|bytes| bytes.try_into().ok());
    bytes.map(Some).ok_or_else(|| PrivateFileError::Unusable {
        path: path.to_owned(),
        expected: "a key of 32 bytes in base64url",
    })
}

/// Writes a file that everybody may read (mode 0644), replacing what is there.
pub(crate) fn write_public(path: &Path, content: &[u8]) -> Result<(), PrivateFileError> {
    replace(path, content, 0o644)
}

/// A new file beside the old one takes its place, so that a reader sees all or nothing, and so that the
/// content never lies in a file with other permissions.
fn replace(path: &Path, content: &[u8], mode: u32) -> Result<(), PrivateFileError> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(format!(".{}", uuid::Uuid::new_v4().simple()));
    let temporary = PathBuf::from(temporary);
    let written = (|| {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
        #[cfg(not(unix))]
        let _ = mode;
        let mut file = options.open(&temporary)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    })();
    written.map_err(|error| {
        let _ = fs::remove_file(&temporary);
        PrivateFileError::Io {
            path: path.to_owned(),
            error,
        }
    })
}

#[cfg(unix)]
fn is_exposed(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(file.metadata()?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_exposed(_: &File) -> io::Result<bool> {
    Ok(false)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_private_file_is_whole_and_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        assert!(read(&path).unwrap().is_none());
        write(&path, b"one").unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(read(&path).unwrap().as_deref(), Some(&b"two"[..]));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "nothing is left beside it"
        );
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(read(&path), Err(PrivateFileError::Exposed { .. })));
        let public = folder.path().join("public");
        write_public(&public, b"x").unwrap();
        assert_eq!(mode(&public) & 0o700, 0o600);
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error_with_its_name() {
        let error = write(Path::new("/no/such/folder/file"), b"x").unwrap_err();
        assert!(
            error.to_string().starts_with("`/no/such/folder/file`"),
            "{error}"
        );
    }
}
