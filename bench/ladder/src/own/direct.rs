//! Connections to the model server on a stack: the one that was used last is used next.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;

use anyhow::Result;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::Answer;

/// The connections to one server.
pub(super) struct Direct {
    address: SocketAddr,
    idle: RefCell<Vec<SendRequest<Incoming>>>,
}

/// A connection in use.
pub(super) struct Lent {
    sender: SendRequest<Incoming>,
    home: Rc<Direct>,
}

impl Direct {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            idle: RefCell::default(),
        }
    }

    /// Sends a request on an idle connection, or on a new one.
    pub(super) async fn call(
        self: &Rc<Self>,
        request: Request<Incoming>,
    ) -> Result<Response<Answer>> {
        let mut sender = self.take().await?;
        let mut answer = sender.send_request(request).await?.map(Answer::new);
        answer.body_mut().lent = Some(Lent {
            sender,
            home: Rc::clone(self),
        });
        Ok(answer)
    }

    async fn take(&self) -> Result<SendRequest<Incoming>> {
        loop {
            let idle = self.idle.borrow_mut().pop();
            match idle {
                None => return self.connect().await,
                Some(mut sender) => {
                    if sender.ready().await.is_ok() {
                        return Ok(sender);
                    }
                }
            }
        }
    }

    async fn connect(&self) -> Result<SendRequest<Incoming>> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::task::spawn_local(async move {
            // Whoever waits for an answer learns of a fault as well.
            let _ = connection.await;
        });
        Ok(sender)
    }
}

impl Lent {
    /// The answer was read to its end: somebody else may use the connection.
    pub(super) fn give_back(self) {
        self.home.idle.borrow_mut().push(self.sender);
    }
}
