//! Accept loops: one runtime per core, each with sockets of its own (`SO_REUSEPORT`).
//!
//! The kernel spreads connections over the workers, a connection never leaves its worker, and
//! nothing on a request's path is shared between cores but immutable snapshots.

mod bounded;
mod connection;
mod proxy;
mod socket;
mod worker;

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::watch;

use crate::app::App;
pub use bounded::{Bounded, BoundedError};
pub(crate) use connection::{Peer, Transport};
pub use socket::{BindError, ListenAddress};

/// Bounds on what a client may hold.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Open connections per worker; further ones wait in the kernel's queue.
    pub connections: usize,
    /// Time for a TLS handshake.
    pub handshake: Duration,
    /// Time for a request's head, and how long an idle connection is kept.
    pub head: Duration,
    /// Bytes of a request's head.
    pub head_bytes: usize,
    /// Number of request headers.
    pub headers: usize,
    /// Time between two pieces of a request's body.
    pub body_idle: Duration,
    /// Time for a whole body, however steadily it drips.
    pub body: Duration,
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// Bytes of all bodies that are held at once.
    pub bodies_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 2048,
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(30),
            head_bytes: 64 * 1024,
            headers: 100,
            body_idle: Duration::from_secs(30),
            body: Duration::from_secs(300),
            body_bytes: 16 * 1024 * 1024,
            bodies_bytes: 256 * 1024 * 1024,
        }
    }
}

/// Where a running server can be reached.
#[derive(Clone, Debug, Default)]
pub struct Addresses {
    /// TLS listeners.
    pub https: Vec<SocketAddr>,
    /// Plain listeners.
    pub http: Vec<SocketAddr>,
    /// The proxy of transparent mode.
    pub proxy: Vec<SocketAddr>,
}

/// The workers of a running server. Dropping it does not stop them; [`Listening::stop`] does.
#[derive(Debug)]
pub struct Listening {
    addresses: Addresses,
    stop: watch::Sender<bool>,
    workers: Vec<JoinHandle<()>>,
}

impl Listening {
    /// Binds all addresses, then starts one worker per core.
    ///
    /// # Errors
    /// [`BindError`] names the address that is taken or not allowed.
    pub fn start(
        app: &Arc<App>,
        https: &ListenAddress,
        http: &ListenAddress,
        proxy: Option<&ListenAddress>,
        limits: Limits,
        workers: usize,
    ) -> Result<Self, BindError> {
        let workers = workers.max(1);
        let https = socket::bind_all(https, workers)?;
        let http = socket::bind_all(http, workers)?;
        let proxy = match proxy {
            Some(proxy) => socket::bind_all(proxy, workers)?,
            None => socket::Bound::none(workers),
        };
        let addresses = Addresses {
            https: https.addresses,
            http: http.addresses,
            proxy: proxy.addresses,
        };
        let (stop, stopped) = watch::channel(false);
        let mut threads = Vec::with_capacity(workers);
        let sockets = https.per_worker.into_iter().zip(http.per_worker);
        for (number, ((https, http), proxy)) in sockets.zip(proxy.per_worker).enumerate() {
            let sockets = worker::Sockets { https, http, proxy };
            let (app, stopped) = (Arc::clone(app), stopped.clone());
            let thread = std::thread::Builder::new()
                .name(format!("entrada-{number}"))
                .spawn(move || worker::run(&app, sockets, limits, stopped))
                .map_err(BindError::Thread)?;
            threads.push(thread);
        }
        Ok(Self {
            addresses,
            stop,
            workers: threads,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Stops accepting, lets requests under way finish (at most a few seconds) and returns.
    pub fn stop(self) {
        let _ = self.stop.send(true);
        for worker in self.workers {
            let _ = worker.join();
        }
    }
}
