//! One worker: a single-threaded runtime with its own sockets.

use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::runtime::LocalOptions;
use tokio::sync::{Semaphore, watch};

use super::Limits;
use super::connection::{self, Peer, Served, Transport};
use super::proxy;
use crate::app::App;
use crate::authenticate::Worker;

/// How long requests under way may take after a stop.
const DRAIN: Duration = Duration::from_secs(5);

/// Pause after a failed `accept`, so that a full file table does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `stopped` turns true, then drains.
pub(super) fn run(
    app: &Arc<App>,
    sockets: Sockets,
    limits: Limits,
    stopped: watch::Receiver<bool>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build_local(LocalOptions::default())
        .expect("a runtime needs only an epoll descriptor");
    let permits = Arc::new(Semaphore::new(limits.connections));
    let state = Rc::new(Worker::new(Arc::clone(&app.authority)));
    runtime.block_on(async {
        for (listeners, role) in [
            (sockets.https, Role::Transport(Transport::Https)),
            (sockets.http, Role::Transport(Transport::Http)),
            (sockets.proxy, Role::Proxy),
        ] {
            for listener in listeners {
                let worker = Accepting {
                    app: Arc::clone(app),
                    state: Rc::clone(&state),
                    permits: Arc::clone(&permits),
                    limits,
                    role,
                    stopped: stopped.clone(),
                };
                tokio::task::spawn_local(worker.accept(listener));
            }
        }
        let mut stopped = stopped;
        let _ = stopped.wait_for(|stopped| *stopped).await;
        let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
        let _ = tokio::time::timeout(DRAIN, permits.acquire_many(all)).await;
    });
}

/// A worker's own sockets.
pub(super) struct Sockets {
    pub(super) https: Vec<TcpListener>,
    pub(super) http: Vec<TcpListener>,
    /// Of transparent mode.
    pub(super) proxy: Vec<TcpListener>,
}

/// What a socket is for.
#[derive(Clone, Copy)]
enum Role {
    Transport(Transport),
    Proxy,
}

struct Accepting {
    app: Arc<App>,
    state: Rc<Worker>,
    permits: Arc<Semaphore>,
    limits: Limits,
    role: Role,
    stopped: watch::Receiver<bool>,
}

impl Accepting {
    async fn accept(self, listener: TcpListener) {
        let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
            return;
        };
        let shared = Rc::new(self);
        let mut stopped = shared.stopped.clone();
        loop {
            let Ok(permit) = Arc::clone(&shared.permits).acquire_owned().await else {
                return;
            };
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                _ = stopped.wait_for(|stopped| *stopped) => return,
            };
            let Ok((stream, peer)) = accepted else {
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            };
            let _ = stream.set_nodelay(true);
            let shared = Rc::clone(&shared);
            tokio::task::spawn_local(async move {
                shared.serve(stream, peer).await;
                drop(permit);
            });
        }
    }

    async fn serve(&self, stream: TcpStream, address: SocketAddr) {
        let (limits, stopped) = (self.limits, self.stopped.clone());
        let (transport, intercepted) = match self.role {
            Role::Transport(transport) => (transport, false),
            Role::Proxy => (Transport::Http, true),
        };
        let peer = Peer {
            address,
            transport,
            intercepted,
        };
        let served = Served::new(&self.app, &self.state, peer);
        match (self.role, &self.app.interception) {
            (Role::Proxy, Some(interception)) => {
                // Boxed, so that other connections do not carry the room for this.
                Box::pin(proxy::serve(served, interception, stream, limits, stopped)).await;
            }
            (Role::Proxy, None) => {}
            (Role::Transport(_), _) => connection::serve(served, stream, limits, stopped).await,
        }
    }
}
