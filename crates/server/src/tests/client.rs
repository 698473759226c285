//! A server for tests, and the smallest client that shows everything that came back.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

use crate::listen::{Limits, ListenAddress};
use crate::{KeyRefresh, Options, Server, StartError, config};

/// A running server with the sample tenant; stops when dropped.
pub(super) struct TestServer {
    server: Option<Server>,
    address: SocketAddr,
    operator: String,
    _folder: tempfile::TempDir,
}

/// The sample with more deployments of the first account, and with more accounts behind.
pub(super) fn sample_with(deployments: &str, accounts: &str) -> String {
    let first = "[[account.deployment]]";
    let sample = config::SAMPLE.replacen(first, &format!("{deployments}\n{first}"), 1);
    format!("{sample}\n{accounts}")
}

/// A response, exactly as it came.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) reason: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

impl TestServer {
    /// The sample tenant.
    pub(super) fn start() -> Self {
        Self::with_config(config::SAMPLE)
    }

    /// A configuration of the test's own.
    pub(super) fn with_config(config: &str) -> Self {
        Self::with_limits(config, Limits::default())
    }

    pub(super) fn with_limits(config: &str, limits: Limits) -> Self {
        Self::with_options(config, |options| options.limits = limits).unwrap()
    }

    pub(super) fn with_options(
        config: &str,
        change: impl FnOnce(&mut Options),
    ) -> Result<Self, StartError> {
        let folder = tempfile::tempdir().unwrap();
        let mut options = Options {
            config: Some(config.to_owned()),
            config_folder: folder.path().to_owned(),
            data: folder.path().to_owned(),
            ephemeral: true,
            https: ListenAddress::Localhost(0),
            http: ListenAddress::Localhost(0),
            intercept: None,
            allow_remote: false,
            print_refusals: false,
            workers: Some(1),
            limits: Limits::default(),
            key_refresh: KeyRefresh::default(),
        };
        change(&mut options);
        let server = Server::start(&options)?;
        let operator = server.data().operator_token().unwrap().expose().to_owned();
        Ok(Self {
            address: server.addresses().http_address,
            server: Some(server),
            operator,
            _folder: folder,
        })
    }

    /// A server that keeps what is changed in a folder of the test's own.
    pub(super) fn kept_in(folder: &std::path::Path, config: &str) -> Self {
        let kept = Self::with_options(config, |options| {
            options.ephemeral = false;
            folder.clone_into(&mut options.data);
        });
        kept.unwrap()
    }

    /// Where the plain listener is.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The running server: its addresses and its folder.
    pub(super) fn server(&self) -> &Server {
        self.server.as_ref().unwrap()
    }

    /// A token for a principal of the tenant.
    pub(super) fn token(&self, principal: &str, audience: &str) -> String {
        let body = serde_json::json!({ "principal": principal, "scope": audience }).to_string();
        let answer = self.operator("POST", "/entrada/token", &body);
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// A request with the operator's token.
    pub(super) fn operator(&self, method: &str, path: &str, body: &str) -> Answer {
        self.send(
            method,
            path,
            &[("Authorization", &format!("Bearer {}", self.operator))],
            body,
        )
    }

    /// A request with these headers; Host and Content-Length are added unless given.
    pub(super) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        let given = |name: &str| {
            headers
                .iter()
                .any(|(known, _)| known.eq_ignore_ascii_case(name))
        };
        if !given("Host") {
            request += "Host: localhost\r\n";
        }
        if !given("Content-Length") && !given("Transfer-Encoding") {
            request += &format!("Content-Length: {}\r\n", body.len());
        }
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        request += "\r\n";
        request += body;
        self.raw(request.as_bytes())
    }

    /// These very bytes.
    pub(super) fn raw(&self, request: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        // A server that answers before it has read everything may close: that is no failure.
        let _ = stream.write_all(request);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        parse(&bytes)
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop();
        }
    }
}

pub(super) fn parse(bytes: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text
        .split_once("\r\n\r\n")
        .unwrap_or_else(|| panic!("no response: {text:?}"));
    let mut lines = head.split("\r\n");
    let mut status_line = lines.next().unwrap().splitn(3, ' ').skip(1);
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let chunked = headers
        .iter()
        .any(|(name, value)| name.eq_ignore_ascii_case("transfer-encoding") && value == "chunked");
    Answer {
        status: status_line.next().unwrap().parse().unwrap(),
        reason: status_line.next().unwrap_or_default().to_owned(),
        headers,
        body: if chunked {
            unchunked(body)
        } else {
            body.to_owned()
        },
    }
}

fn unchunked(mut body: &str) -> String {
    let mut whole = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        whole += &rest[..size];
        body = rest[size..].strip_prefix("\r\n").unwrap_or_default();
    }
    whole
}
