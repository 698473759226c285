//! The server behind the program.

use std::fs;
use std::path::Path;

use server::listen::{Limits, ListenAddress};
use server::{DataFolder, KeyRefresh, Options, Server};
use tempfile::TempDir;
use wire::entrada::RequestList;

use crate::args::Run;
use crate::client::Client;
use crate::exit::Failure;
use crate::render::tell;

/// A server with a proxy for Azure's names.
pub(super) enum Host {
    /// The one of the data folder.
    Running(Client),
    /// One that ends with the program.
    Own {
        server: Box<Server>,
        client: Client,
        tenant: String,
        /// Removed when dropped, after the server has stopped.
        folder: TempDir,
    },
}

impl Host {
    pub(super) fn find_or_start(run: &Run) -> Result<Self, Failure> {
        if run.config.is_none()
            && let Some(client) = running(run)?
        {
            if client.addresses().intercept.is_some() {
                return Ok(Self::Running(client));
            }
            if !run.quiet {
                tell(
                    "entrada: the running server has no --intercept; the program gets a server of its own",
                );
            }
        }
        Self::start(run)
    }

    fn start(run: &Run) -> Result<Self, Failure> {
        let config = match &run.config {
            None => None,
            Some(path) => Some(fs::read_to_string(path).map_err(|error| {
                Failure::new(format!("cannot read `{}`: {error}", path.display()))
            })?),
        };
        let folder = tempfile::Builder::new().prefix("entrada-run-").tempdir()?;
        let config_folder = run.config.as_deref().and_then(Path::parent);
        let server = Server::start(&Options {
            config,
            config_folder: config_folder.unwrap_or(Path::new("")).to_owned(),
            // Made by the server, for its owner only.
            data: folder.path().join("data"),
            ephemeral: true,
            https: ListenAddress::Localhost(0),
            http: ListenAddress::Localhost(0),
            intercept: Some(0),
            allow_remote: false,
            print_refusals: !run.quiet,
            workers: Some(1),
            limits: Limits::default(),
            key_refresh: KeyRefresh::default(),
        })?;
        let tenant = match server.serves() {
            server::Serves::Local(name) => name.clone(),
            server::Serves::Tenants { .. } => String::new(),
        };
        let client = Client::at(server.data().clone())?;
        Ok(Self::Own {
            server: Box::new(server),
            client,
            tenant,
            folder,
        })
    }

    pub(super) fn is_own(&self) -> bool {
        matches!(self, Self::Own { .. })
    }

    /// The proxy's URL.
    pub(super) fn proxy(&self) -> &str {
        let addresses = self.client().addresses();
        addresses.intercept.as_deref().unwrap_or_default()
    }

    /// For people.
    pub(super) fn described(&self) -> String {
        match self {
            Self::Running(client) => format!("the server at {}", client.addresses().https),
            Self::Own { tenant, .. } => format!("{tenant}, on a server of its own"),
        }
    }

    pub(super) fn stop(self) {
        if let Self::Own { server, folder, .. } = self {
            server.stop();
            drop(folder);
        }
    }
}

/// The server of the data folder, if it answers.
fn running(run: &Run) -> Result<Option<Client>, Failure> {
    let data = DataFolder::existing(&run.data.resolve()?);
    let Ok(client) = Client::at(data) else {
        return Ok(None);
    };
    let answers = client.get::<RequestList>("/entrada/requests?limit=1");
    Ok(answers.is_ok().then_some(client))
}
