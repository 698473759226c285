//! Developer tasks: `cargo xtask` lists them.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

mod doctor_tables;
mod fit;
mod generate;
mod messages;
mod new_rule;
mod roles;
mod rules;
mod score;

/// What a task does, below the project's root.
type Task = fn(&Path) -> Result<(), Box<dyn Error>>;

/// Name, purpose and function of every task.
const TASKS: &[(&str, &str, Task)] = &[
    (
        "fit",
        "which words go with which cause, for the doctor",
        fit::run,
    ),
    (
        "generate",
        "write the files that are made from others",
        generate::run,
    ),
    (
        "new-rule",
        "begin a rule of the doctor: CODE LABEL TITLE",
        new_rule::run,
    ),
    (
        "score",
        "how often the doctor names the cause of real failures",
        score::run,
    ),
];

fn main() -> ExitCode {
    let name = std::env::args().nth(1).unwrap_or_default();
    let result = match TASKS.iter().find(|(task, ..)| *task == name) {
        Some((_, _, task)) => task(&root()),
        None => Err(usage().into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[allow(clippy::print_stderr, reason = "this is a command line tool's main")]
            {
                eprintln!("xtask: {error}");
            }
            ExitCode::FAILURE
        }
    }
}

/// The project's root.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn usage() -> String {
    let tasks = TASKS
        .iter()
        .map(|(name, purpose, _)| format!("\n  {name:<10} {purpose}"));
    format!("usage: cargo xtask TASK{}", tasks.collect::<String>())
}
