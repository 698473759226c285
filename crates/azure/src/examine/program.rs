//! Other programs that sign in: `az`, `azd`.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::process::Command;

use super::surroundings::Surroundings;

/// How long a program may take. `az` needs one to three seconds.
const PATIENCE: Duration = Duration::from_secs(20);
/// How much of its output is read.
const OUTPUT: u64 = 256 * 1024;

/// What a program printed.
pub(super) struct Printed {
    pub(super) success: bool,
    pub(super) output: String,
    pub(super) errors: String,
}

/// Where a program is: in a folder of `PATH`, never in the present one.
pub(super) fn find(surroundings: &Surroundings, name: &str) -> Option<PathBuf> {
    let names: &[String] = &match cfg!(windows) {
        true => vec![format!("{name}.cmd"), format!("{name}.exe")],
        false => vec![name.to_owned()],
    };
    let path = surroundings.environment.get("PATH")?;
    let folders = std::env::split_paths(path).filter(|folder| folder.is_absolute());
    folders
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)))
        .find(|file| file.is_file())
}

/// Runs a program to its end.
pub(super) async fn run(
    surroundings: &Surroundings,
    program: &Path,
    arguments: &[&str],
) -> Result<Printed, String> {
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(&surroundings.environment)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("it cannot be run: {}", error.kind()))?;
    let (output, errors) = (child.stdout.take(), child.stderr.take());
    let all = async {
        let (output, errors) = tokio::join!(text(output), text(errors));
        (child.wait().await, output, errors)
    };
    let (status, output, errors) = tokio::time::timeout(PATIENCE, all)
        .await
        .map_err(|_| format!("it did not end within {} s", PATIENCE.as_secs()))?;
    Ok(Printed {
        success: status.is_ok_and(|status| status.success()),
        output,
        errors,
    })
}

async fn text(stream: Option<impl tokio::io::AsyncRead + Unpin>) -> String {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        // What cannot be read is not there; the program's status tells whether that matters.
        let _ = stream.take(OUTPUT).read_to_end(&mut bytes).await;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
