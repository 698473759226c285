//! The proxies under test, each with the configuration that makes it comparable: one thread, HTTP/1.1
//! with kept connections on both sides, no access log.

mod entrada;
mod envoy;
mod haproxy;
mod nginx;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

pub(crate) use entrada::{Installation, SUBSCRIPTION, install, other};

use crate::client::Target;
use crate::options::Common;
use crate::process::{self, PROXY_CORE, Process, free_port, loopback};

/// Idle connections that every proxy may keep to the model server.
const IDLE: usize = 128;

/// A proxy in one configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proxy {
    /// Our own forwarder with hyper-util's client.
    Plain,
    /// Our own forwarder with a stack of connections.
    PlainDirect,
    /// nginx without checks.
    Nginx,
    /// HAProxy without checks.
    Haproxy,
    /// HAProxy that verifies tokens.
    HaproxyJwt,
    /// Envoy without checks.
    Envoy,
    /// Envoy that verifies tokens and looks at their groups.
    EnvoyJwt,
    /// The same with a cache of 20,000 tokens.
    EnvoyJwtCached,
    /// Entrada with this many role assignments beside the one that counts.
    Entrada {
        /// How many.
        assignments: usize,
        /// Whether clients come by TLS.
        tls: bool,
        /// Whether it is the other of two binaries.
        other: bool,
    },
}

/// What proxies are started with.
pub(crate) struct Setting {
    pub(crate) folder: PathBuf,
    pub(crate) entrada: Installation,
    pub(crate) other: Option<Installation>,
    pub(crate) envoy: PathBuf,
    pub(crate) model_server: SocketAddr,
}

/// A proxy that listens.
pub(crate) struct Running {
    pub(crate) process: Process,
    pub(crate) target: Target,
}

impl Setting {
    /// Installs Entrada and starts the model server, which lives as long as the second of the two.
    pub(crate) fn new(options: &Common) -> Result<(Self, Process)> {
        fs::create_dir_all(&options.folder)?;
        let folder = options.folder.canonicalize()?;
        let (process, model_server) = model_server(&folder)?;
        let setting = Self {
            entrada: install(&options.entrada, &folder, "data")?,
            other: None,
            envoy: PathBuf::new(),
            model_server,
            folder,
        };
        Ok((setting, process))
    }

    /// The Entrada that this proxy is, or whose tokens it takes.
    pub(crate) fn installation(&self, proxy: Proxy) -> Result<&Installation> {
        match proxy {
            Proxy::Entrada { other: true, .. } => self.other.as_ref().context("--other is missing"),
            _ => Ok(&self.entrada),
        }
    }
}

impl Proxy {
    /// Entrada over plain HTTP with one assignment.
    pub(crate) const ENTRADA: Self = Self::Entrada {
        assignments: 0,
        tls: false,
        other: false,
    };

    /// Whether it is neither Entrada nor ours.
    pub(crate) fn is_peer(self) -> bool {
        !matches!(self, Self::Plain | Self::PlainDirect | Self::Entrada { .. })
    }

    /// Whether it must refuse those who may not call.
    pub(crate) fn checks_tokens(self) -> bool {
        matches!(
            self,
            Self::HaproxyJwt | Self::EnvoyJwt | Self::EnvoyJwtCached | Self::Entrada { .. }
        )
    }

    /// Starts it on its core.
    pub(crate) fn start(self, setting: &Setting) -> Result<Running> {
        let port = free_port()?;
        let mut target = Target {
            address: loopback(port),
            authority: None,
        };
        let command = match self {
            Self::Plain | Self::PlainDirect => own(port, setting.model_server, self)?,
            Self::Nginx => nginx::command(setting, port)?,
            Self::Haproxy => haproxy::command(setting, port, false)?,
            Self::HaproxyJwt => haproxy::command(setting, port, true)?,
            Self::Envoy => envoy::command(setting, port, envoy::Checks::None)?,
            Self::EnvoyJwt => envoy::command(setting, port, envoy::Checks::Jwt { cache: 0 })?,
            Self::EnvoyJwtCached => {
                envoy::command(setting, port, envoy::Checks::Jwt { cache: 20_000 })?
            }
            Self::Entrada {
                assignments, tls, ..
            } => {
                let entrada = setting.installation(self)?;
                if tls {
                    target.authority = Some(entrada.authority());
                }
                entrada::command(setting, entrada, port, assignments, tls)?
            }
        };
        let log = setting.folder.join("proxy.log");
        let mut process = Process::start(&format!("{self:?}"), PROXY_CORE, &command, &log)?;
        process
            .wait_for(target.address)
            .with_context(|| fs::read_to_string(&log).unwrap_or_default())?;
        Ok(Running { process, target })
    }
}

fn own(port: u16, model_server: SocketAddr, proxy: Proxy) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .arg("forward")
        .arg(port.to_string())
        .arg(model_server.to_string());
    if proxy == Proxy::PlainDirect {
        command.arg("--direct");
    }
    Ok(command)
}

/// Starts the model server beside the clients.
fn model_server(folder: &Path) -> Result<(Process, SocketAddr)> {
    let port = free_port()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("model-server").arg(port.to_string());
    let log = folder.join("model-server.log");
    let mut server = Process::start("the model server", process::other_core(), &command, &log)?;
    server.wait_for(loopback(port))?;
    Ok((server, loopback(port)))
}
