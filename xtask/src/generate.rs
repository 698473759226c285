//! `cargo xtask generate`: writes the files that are made from others.

use std::error::Error;
use std::path::Path;

use crate::{doctor_tables, messages, roles, rules};

/// A generated file.
pub(crate) struct File {
    /// Where, below the project's root.
    pub(crate) path: String,
    /// What should be there.
    pub(crate) content: String,
}

impl File {
    fn is_fresh(&self, root: &Path) -> bool {
        std::fs::read_to_string(root.join(&self.path)).is_ok_and(|content| content == self.content)
    }
}

/// Writes what is not fresh.
pub(crate) fn run(root: &Path) -> Result<(), Box<dyn Error>> {
    for file in files(root)? {
        if !file.is_fresh(root) {
            let path = root.join(&file.path);
            std::fs::create_dir_all(path.parent().unwrap_or(root))?;
            std::fs::write(path, &file.content)?;
        }
    }
    Ok(())
}

/// Every generated file of the project. Who adds one, adds it here, and it is checked.
fn files(root: &Path) -> Result<Vec<File>, Box<dyn Error>> {
    let mut files = roles::files(root)?;
    files.extend(rules::files());
    files.extend(doctor_tables::files());
    files.push(messages::file());
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_files_are_fresh() {
        let root = crate::root();
        let files = files(&root).unwrap();
        let stale: Vec<&str> = files
            .iter()
            .filter(|file| !file.is_fresh(&root))
            .map(|file| file.path.as_str())
            .collect();
        assert!(
            stale.is_empty(),
            "{stale:?} are not what their sources say: run `cargo xtask generate`"
        );
    }
}
