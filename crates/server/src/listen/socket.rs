//! Binding: every worker gets a socket of its own for every address.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::str::FromStr;

use socket2::{Domain, Protocol, Socket, Type};

/// Where to listen: an address, or `localhost:PORT` for both loopback families.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListenAddress {
    /// 127.0.0.1 and, where the machine has IPv6, ::1.
    Localhost(u16),
    /// Just this one.
    Address(SocketAddr),
}

impl ListenAddress {
    /// Whether nobody outside this machine can connect.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match self {
            Self::Localhost(_) => true,
            Self::Address(address) => address.ip().is_loopback(),
        }
    }

    /// The port; 0 for any that is free.
    #[must_use]
    pub fn port(&self) -> u16 {
        match self {
            Self::Localhost(port) => *port,
            Self::Address(address) => address.port(),
        }
    }
}

impl FromStr for ListenAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let problem = || {
            format!(
                "`{text}` is not an address such as `localhost:8443`, `127.0.0.1:0` or `[::1]:8443`"
            )
        };
        if let Some(port) = text.strip_prefix("localhost:") {
            return port.parse().map(Self::Localhost).map_err(|_| problem());
        }
        text.parse().map(Self::Address).map_err(|_| problem())
    }
}

/// Why the server cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Somebody listens there already.
    #[error(
        "{0} is already in use: stop what listens there, or choose another with --https, --http and --intercept-port (port 0 takes a free one)"
    )]
    Taken(SocketAddr),
    /// The system refuses.
    #[error("cannot listen on {address}: {error}")]
    Refused {
        /// The address.
        address: SocketAddr,
        /// The system's words.
        error: io::Error,
    },
    /// No thread could be started.
    #[error("cannot start a worker thread: {0}")]
    Thread(io::Error),
}

/// Sockets for all workers.
pub(super) struct Bound {
    pub(super) addresses: Vec<SocketAddr>,
    pub(super) per_worker: Vec<Vec<TcpListener>>,
}

/// Binds `address` once per worker.
pub(super) fn bind_all(address: &ListenAddress, workers: usize) -> Result<Bound, BindError> {
    let mut bound = Bound::none(workers);
    match *address {
        ListenAddress::Address(address) => {
            bound.add(address)?;
        }
        ListenAddress::Localhost(port) => {
            let first = bound.add(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port))?;
            let sixth = SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), first.port());
            match bound.add(sixth) {
                // A machine without IPv6 is fine; a taken port is not.
                Ok(_) | Err(BindError::Refused { .. }) => {}
                Err(taken) => return Err(taken),
            }
        }
    }
    Ok(bound)
}

impl Bound {
    /// No socket for anybody.
    pub(super) fn none(workers: usize) -> Self {
        Self {
            addresses: Vec::new(),
            per_worker: (0..workers).map(|_| Vec::new()).collect(),
        }
    }

    fn add(&mut self, address: SocketAddr) -> Result<SocketAddr, BindError> {
        // SO_REUSEPORT would let a second server share the port unnoticed, so ask without it first;
        // without listening, because whoever connected to the question would be hung up on.
        if address.port() != 0 {
            drop(bind(address, false)?);
        }
        let first = listen(address)?;
        let actual = first
            .local_addr()
            .map_err(|error| BindError::Refused { address, error })?;
        let mut sockets = vec![first];
        for _ in 1..self.per_worker.len() {
            sockets.push(listen(actual)?);
        }
        for (worker, socket) in self.per_worker.iter_mut().zip(sockets) {
            worker.push(socket);
        }
        self.addresses.push(actual);
        Ok(actual)
    }
}

fn listen(address: SocketAddr) -> Result<TcpListener, BindError> {
    let socket = bind(address, true)?;
    let refused = |error| refused(address, error);
    socket.listen(1024).map_err(refused)?;
    socket.set_nonblocking(true).map_err(refused)?;
    Ok(socket.into())
}

fn bind(address: SocketAddr, shared: bool) -> Result<Socket, BindError> {
    let refused = |error| refused(address, error);
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )
    .map_err(refused)?;
    if address.is_ipv6() {
        socket.set_only_v6(true).map_err(refused)?;
    }
    socket.set_reuse_address(true).map_err(refused)?;
    if shared {
        socket.set_reuse_port(true).map_err(refused)?;
    }
    socket.bind(&address.into()).map_err(refused)?;
    Ok(socket)
}

fn refused(address: SocketAddr, error: io::Error) -> BindError {
    match error.kind() {
        io::ErrorKind::AddrInUse => BindError::Taken(address),
        _ => BindError::Refused { address, error },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_an_error_even_though_sockets_are_shared() {
        let mine = bind_all(&ListenAddress::Localhost(0), 2).unwrap();
        let port = mine.addresses[0].port();
        assert!(matches!(
            bind_all(&ListenAddress::Localhost(port), 2),
            Err(BindError::Taken(_))
        ));
    }

    #[test]
    fn every_worker_listens_on_the_same_port() {
        let bound = bind_all(&ListenAddress::Localhost(0), 3).unwrap();
        for worker in &bound.per_worker {
            assert_eq!(worker[0].local_addr().unwrap(), bound.addresses[0]);
        }
    }

    #[test]
    fn addresses_are_parsed_with_a_helpful_error() {
        assert_eq!("localhost:8443".parse(), Ok(ListenAddress::Localhost(8443)));
        assert!(
            "8443"
                .parse::<ListenAddress>()
                .unwrap_err()
                .contains("localhost:8443")
        );
    }
}
