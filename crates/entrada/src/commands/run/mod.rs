//! `entrada run`: a program that calls Azure's own host names, against Entrada.
//!
//! ```text
//! host          the running server, or one of the program's own
//! environment   what the program finds set, and what it does not find
//! sign_in       folders in which az and azd are signed in already
//! child         the program: streams and signals pass through, its exit status is ours
//! ```

mod child;
mod environment;
mod host;
mod sign_in;

use std::ffi::OsStr;
use std::path::Path;

use wire::entrada::{EnvironmentAnswer, RequestList};

use self::environment::{Changes, Given};
use self::host::Host;
use super::env::{current_shell, encoded, render};
use crate::args::{ReportFormat, Run};
use crate::client::Client;
use crate::exit::{Answer, Failure, Outcome};
use crate::render::{FAINT, print, rendered, tell};

/// Programs that manage resources rather than call models.
const ADMINISTRATE: [&str; 7] = ["az", "azd", "bicep", "pulumi", "pwsh", "terraform", "tofu"];

pub(crate) fn run(run: &Run) -> Outcome {
    let host = Host::find_or_start(run)?;
    let outcome = with(&host, run);
    host.stop();
    outcome
}

fn with(host: &Host, run: &Run) -> Outcome {
    let client = host.client();
    let answer: EnvironmentAnswer = client.get(&question(run))?;
    let folders = sign_in::folders(client.data().root(), &answer)?;
    let changes = Changes::new(run.credential, host, &answer, &folders, &Given::here())?;
    if run.print_env {
        if host.is_own() && !run.quiet {
            tell("no server with --intercept is running: these addresses end with this command");
        }
        let shell = run.shell.unwrap_or_else(current_shell);
        let unset: Vec<&str> = changes.unset.iter().map(String::as_str).collect();
        print(render(shell, &changes.set, &unset)?)?;
        return Ok(Answer::Yes);
    }
    if !run.quiet {
        tell(format!(
            "{FAINT}entrada: as {} of {}{FAINT:#}",
            answer.principal_name,
            host.described()
        ));
    }
    let status = child::run(&run.command, &changes)?;
    if status != 0 && host.is_own() && !run.quiet {
        explain(client)?;
    }
    Ok(Answer::Exited(status))
}

/// Why the last call was refused: when this server has ended, nobody can ask it any more.
fn explain(client: &Client) -> Result<(), Failure> {
    let list: RequestList = client.get("/entrada/requests?limit=1")?;
    if let Some(record) = list.requests.first() {
        tell(rendered(&record.report, ReportFormat::Human)?.trim_end());
    }
    Ok(())
}

/// Whom the server is asked about.
fn question(run: &Run) -> String {
    match &run.principal {
        Some(name) => format!("/entrada/environment?principal={}", encoded(name)),
        None => {
            let program = run.command.first().map(Path::new);
            let name = program.and_then(Path::file_stem).and_then(OsStr::to_str);
            let manages = name.is_some_and(|name| ADMINISTRATE.contains(&name));
            let purpose = if manages { "administration" } else { "calls" };
            format!("/entrada/environment?for={purpose}")
        }
    }
}

/// A server for the program alone is asked as any other.
impl Host {
    fn client(&self) -> &Client {
        match self {
            Self::Running(client) | Self::Own { client, .. } => client,
        }
    }
}
