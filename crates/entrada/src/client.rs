//! Asking the running server, as its operator.

use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{Method, Request};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde::de::DeserializeOwned;
use server::{DataFolder, ServerAddresses};
use tokio::net::TcpStream;
use wire::entrada::Problem;

use crate::args;
use crate::exit::Failure;

/// How long the server may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Bytes of an answer.
const ANSWER_BYTES: usize = 64 * 1024 * 1024;

/// A running server, found through its data folder.
pub(crate) struct Client {
    data: DataFolder,
    addresses: ServerAddresses,
}

impl Client {
    /// Finds the server.
    pub(crate) fn find(folder: &args::DataFolder) -> Result<Self, Failure> {
        let root = folder.resolve()?;
        let data = DataFolder::existing(&root);
        let addresses = data.addresses().map_err(|_| {
            Failure::new(format!(
                "no server is running with the data folder `{}`",
                root.display()
            ))
            .hint("start one with `entrada serve`, or name its folder with --data")
        })?;
        Ok(Self { data, addresses })
    }

    /// The server of this data folder.
    pub(crate) fn at(data: DataFolder) -> Result<Self, Failure> {
        let addresses = data.addresses()?;
        Ok(Self { data, addresses })
    }

    /// Where the server listens.
    pub(crate) fn addresses(&self) -> &ServerAddresses {
        &self.addresses
    }

    /// Its data folder.
    pub(crate) fn data(&self) -> &DataFolder {
        &self.data
    }

    /// Reads.
    pub(crate) fn get<A: DeserializeOwned>(&self, path: &str) -> Result<A, Failure> {
        self.call(Method::GET, path, Bytes::new())
    }

    /// Asks or changes.
    pub(crate) fn post<A: DeserializeOwned>(
        &self,
        path: &str,
        question: &impl Serialize,
    ) -> Result<A, Failure> {
        self.call(Method::POST, path, serde_json::to_vec(question)?.into())
    }

    fn call<A: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<A, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let answer = runtime.block_on(async {
            tokio::time::timeout(PATIENCE, self.exchange(method, path, body)).await
        });
        let (ok, body) = answer.map_err(|_| Failure::new("the server does not answer"))??;
        if ok {
            return Ok(serde_json::from_slice(&body)?);
        }
        Err(match serde_json::from_slice::<Problem>(&body) {
            Ok(problem) if problem.error.code == "no_local_tenant" => Failure::new(
                problem.error.message,
            )
            .hint(
                "real identities sign in with Entra: `az login`, a managed identity, a federated \
                     workload; `entrada check` and `entrada explain` work as always",
            ),
            Ok(problem) => Failure::new(problem.error.message),
            Err(_) => Failure::new("the server answered with something that is no answer"),
        })
    }

    async fn exchange(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<(bool, Bytes), Failure> {
        let address = self.addresses.http_address;
        let gone = |_| {
            Failure::new(format!("no server answers at {address}"))
                .hint("it has stopped: start it again with `entrada serve`")
        };
        let stream = TcpStream::connect(address).await.map_err(gone)?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let token = self.data.operator_token()?;
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, format!("localhost:{}", address.port()))
            .header(AUTHORIZATION, format!("Bearer {}", token.expose()))
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(body))?;
        let response = sender.send_request(request).await?;
        let ok = response.status().is_success();
        let body = Limited::new(response.into_body(), ANSWER_BYTES)
            .collect()
            .await;
        let body = body.map_err(|error| Failure::new(format!("the answer broke off: {error}")))?;
        Ok((ok, body.to_bytes()))
    }
}
