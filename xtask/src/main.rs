//! Developer tasks: `cargo xtask roles`.

use std::path::Path;
use std::process::ExitCode;

mod roles;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let result = match std::env::args().nth(1).as_deref() {
        Some("roles") => roles::run(&root),
        _ => Err("usage: cargo xtask roles".into()),
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
