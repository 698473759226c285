//! The files of the project.

use std::path::{Path, PathBuf};

/// Folders that hold what others made: builds, packages, caches, the repository's own data.
const FOREIGN: [&str; 5] = ["target", ".git", "node_modules", "__pycache__", ".venv"];

/// The project's root.
pub(crate) fn root() -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    crates.parent().unwrap().to_owned()
}

/// Every file of the project whose name ends in one of `endings`, by its path below the root with
/// `/` between the parts, and its text. A file that is not UTF-8 is left out.
pub(crate) fn files(endings: &[&str]) -> Vec<(String, String)> {
    let root = root();
    let mut found = Vec::new();
    collect(&root, &mut found);
    found.sort();
    let named = found.into_iter().map(|path| {
        let below = path.strip_prefix(&root).unwrap();
        let name = below.to_str().unwrap().replace('\\', "/");
        (name, path)
    });
    named
        .filter(|(name, _)| endings.iter().any(|ending| name.ends_with(ending)))
        .filter_map(|(name, path)| Some((name, std::fs::read_to_string(path).ok()?)))
        .collect()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let kind = entry.file_type().unwrap();
        if kind.is_file() {
            found.push(entry.path());
        } else if kind.is_dir() && !FOREIGN.iter().any(|name| entry.file_name() == *name) {
            collect(&entry.path(), found);
        }
    }
}
