//! `entrada serve`: the endpoint, until it is interrupted.

use std::fs;
use std::path::Path;

use server::listen::Limits;
use server::{KeyRefresh, Options, Server, Serves};

use crate::args::Serve;
use crate::exit::{Answer, Failure, Outcome};
use crate::render::{ADVICE, HEADING, tell};

pub(crate) fn run(serve: &Serve) -> Outcome {
    let config = match &serve.config {
        Some(path) => {
            let text = fs::read_to_string(path);
            Some(text.map_err(|error| {
                Failure::new(format!("cannot read `{}`: {error}", path.display()))
            })?)
        }
        None => None,
    };
    let temporary;
    let data = match (&serve.data.path, serve.ephemeral) {
        // Nobody else is to find an ephemeral server that has no folder of its own.
        (None, true) => {
            temporary = tempfile::Builder::new().prefix("entrada-").tempdir()?;
            temporary.path().to_owned()
        }
        _ => serve.data.resolve()?,
    };
    let folder = serve.config.as_deref().and_then(Path::parent);
    let options = Options {
        config,
        config_folder: folder.unwrap_or(Path::new("")).to_owned(),
        data: data.clone(),
        ephemeral: serve.ephemeral,
        https: serve.https.clone(),
        http: serve.http.clone(),
        intercept: serve.intercept.then_some(serve.intercept_port),
        allow_remote: serve.allow_remote,
        print_refusals: !serve.quiet,
        workers: None,
        limits: Limits::default(),
        key_refresh: KeyRefresh::default(),
    };
    let server = Server::start(&options)?;
    greet(&server, serve);
    wait_for_interrupt()?;
    tell("stopping");
    server.stop();
    Ok(Answer::Yes)
}

fn greet(server: &Server, serve: &Serve) {
    let addresses = server.addresses();
    let tenant = match server.serves() {
        Serves::Local(_) if serve.config.is_none() => "the sample tenant Contoso".to_owned(),
        Serves::Local(name) => format!("the local tenant {name}"),
        Serves::Tenants { ids, .. } => {
            format!("the Entra {} {}", plural("tenant", ids), ids.join(", "))
        }
    };
    tell(format!("{HEADING}Entrada{HEADING:#} serves {tenant}"));
    tell(format!("  https  {}", addresses.https));
    tell(format!("  http   {}", addresses.http));
    if let Some(portal) = server.portal() {
        tell(format!("  portal {portal}"));
        if serve.config.is_none() {
            tell("         sign in as admin@contoso.onmicrosoft.com, contoso-admin-password");
        }
    }
    if let Some(proxy) = &addresses.intercept {
        tell(format!(
            "  proxy  {proxy}   {ADVICE}entrada run -- COMMAND{ADVICE:#}"
        ));
    }
    tell(format!("  data   {}", server.data().root().display()));
    match server.serves() {
        Serves::Local(_) => tell(format!(
            "\n  {ADVICE}eval \"$(entrada env --as developer)\"{ADVICE:#}   in another terminal, then run your program"
        )),
        Serves::Tenants { audience, .. } => tell(format!(
            "\n  {ADVICE}az account get-access-token --scope {audience}/.default{ADVICE:#}   what clients ask for"
        )),
    }
    tell("  Refused calls are explained here, one line each.\n");
}

fn plural(word: &str, things: &[String]) -> String {
    let ending = if things.len() == 1 { "" } else { "s" };
    format!("{word}{ending}")
}

fn wait_for_interrupt() -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let mut terminate = signal(SignalKind::terminate())?;
            tokio::select! {
                interrupted = tokio::signal::ctrl_c() => interrupted?,
                _ = terminate.recv() => {}
            }
        }
        #[cfg(not(unix))]
        tokio::signal::ctrl_c().await?;
        Ok(())
    })
}
