//! Files that somebody names in a configuration or on the command line, read no further than a bound.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// The text of a file; `None` if it has more than `most` bytes.
///
/// What its metadata say about its length does not count: a device has none, and no end either.
///
/// # Errors
///
/// The file cannot be read, or is not UTF-8.
pub fn text(path: &Path, most: u64) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    let read = File::open(path)?
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if read as u64 > most {
        return Ok(None);
    }
    // The error names a place only: the file may hold a secret.
    let text = String::from_utf8(bytes)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.utf8_error()))?;
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_bound() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, "12345").unwrap();
        assert_eq!(text(&path, 5).unwrap().as_deref(), Some("12345"));
        assert_eq!(text(&path, 4).unwrap(), None);
        std::fs::write(&path, "123\u{e9}\u{e9}").unwrap();
        assert_eq!(text(&path, 3).unwrap(), None, "cut within a character");
        std::fs::write(&path, b"key\xff").unwrap();
        let fault = text(&path, 5).unwrap_err();
        assert_eq!(fault.kind(), io::ErrorKind::InvalidData);
        assert!(!format!("{fault:?}").contains("107"), "no byte of it");
        let missing = text(&folder.path().join("none"), 4).unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    }

    #[cfg(unix)]
    #[test]
    fn a_device_without_an_end_is_too_long() {
        assert_eq!(text(Path::new("/dev/zero"), 16).unwrap(), None);
    }
}
