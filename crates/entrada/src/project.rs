//! The files of a project that list packages.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use doctor::Facts;
use doctor::evidence::{is_project_file, project_file};

use crate::exit::Failure;

/// Folders that are not the project's own: what tools installed or made.
const PASSED_OVER: [&str; 16] = [
    ".git",
    ".gradle",
    ".hg",
    ".nox",
    ".tox",
    ".venv",
    ".yarn",
    "__pycache__",
    "bin",
    "build",
    "dist",
    "node_modules",
    "obj",
    "site-packages",
    "target",
    "venv",
];
/// How deep folders are followed.
const DEPTH: usize = 12;
/// How many entries of folders are looked at.
const ENTRIES: usize = 200_000;
/// How many files are read.
const FILES: usize = 2_000;
/// How much of one file is read.
const FILE_BYTES: u64 = 16 * 1024 * 1024;

/// What was found in a project.
#[derive(Default)]
pub(crate) struct Project {
    /// What each file says, in the order of their paths.
    pub(crate) facts: Vec<Facts>,
    /// How many files were read.
    pub(crate) files: usize,
    /// What was not read, and why.
    pub(crate) unread: Vec<String>,
}

/// Reads every file of a project that lists packages. Links are not followed.
pub(crate) fn read(root: &Path) -> Result<Project, Failure> {
    let shown = root.display();
    let kind = fs::metadata(root)
        .map_err(|error| Failure::new(format!("cannot read `{shown}`: {error}")))?;
    if !kind.is_dir() {
        return Err(Failure::new(format!("`{shown}` is no folder"))
            .hint("`entrada explain` reads single files"));
    }
    let mut walk = Walk::default();
    walk.folder(root, 0);
    walk.found.sort();
    let mut project = Project {
        unread: walk.unread,
        ..Project::default()
    };
    for path in walk.found {
        let name = path.strip_prefix(root).unwrap_or(&path);
        let name = name.to_string_lossy().replace('\\', "/");
        match text(&path) {
            Ok(text) => {
                project.facts.push(project_file(&name, &text));
                project.files += 1;
            }
            Err(error) => project.unread.push(format!("{name}: {error}")),
        }
    }
    Ok(project)
}

#[derive(Default)]
struct Walk {
    found: Vec<PathBuf>,
    entries: usize,
    unread: Vec<String>,
}

impl Walk {
    fn folder(&mut self, folder: &Path, depth: usize) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                self.unread.push(format!("{}: {error}", folder.display()));
                return;
            }
        };
        for entry in entries.flatten() {
            self.entries += 1;
            if self.entries > ENTRIES || self.found.len() >= FILES {
                let limit = format!("{}: there is more than is looked at", folder.display());
                self.unread.push(limit);
                return;
            }
            let (Ok(kind), name) = (entry.file_type(), entry.file_name()) else {
                continue;
            };
            let name = name.to_string_lossy();
            if kind.is_dir() && !PASSED_OVER.contains(&&*name) {
                if depth < DEPTH {
                    self.folder(&entry.path(), depth + 1);
                } else {
                    self.unread
                        .push(format!("{}: too deep", entry.path().display()));
                }
            } else if kind.is_file() && is_project_file(&name) {
                self.found.push(entry.path());
            }
        }
    }
}

fn text(path: &Path) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(FILE_BYTES)
        .read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
