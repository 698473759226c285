//! Another Entra for tests: discovery documents and keys over HTTPS on loopback, with an authority of its own.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, mpsc};

use rustls::pki_types::PrivateKeyDer;
use serde_json::json;
use testkit::{Bearer, SigningKey, Tenant, TokenBuilder};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

type Pages = Arc<Mutex<HashMap<String, String>>>;

/// The server; ends with the test.
pub(super) struct Entra {
    /// `https://NAME:PORT`
    pub(super) origin: String,
    pages: Pages,
    folder: tempfile::TempDir,
    _stop: tokio::sync::oneshot::Sender<()>,
}

impl Entra {
    /// One that publishes nothing yet: every answer is 404.
    pub(super) fn start() -> Self {
        Self::start_as("localhost")
    }

    /// The same with another name.
    pub(super) fn start_as(name: &str) -> Self {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), made.cert.pem()).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let pages = Pages::default();
        let (served, (port, listening)) = (Arc::clone(&pages), mpsc::channel());
        let (stop, stopped) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                port.send(listener.local_addr().unwrap().port()).unwrap();
                tokio::select! {
                    () = serve(listener, acceptor, served) => {}
                    _ = stopped => {}
                }
            });
        });
        Self {
            origin: format!("https://{name}:{}", listening.recv().unwrap()),
            pages,
            folder,
            _stop: stop,
        }
    }

    /// The certificate to trust.
    pub(super) fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Publishes these keys for a tenant: documents of both versions.
    pub(super) fn publish(&self, tenant: &str, keys: &[&SigningKey]) {
        let keys: Vec<_> = keys.iter().map(|key| key.jwk()).collect();
        let origin = &self.origin;
        let path = if tenant == "{tenantid}" {
            "common"
        } else {
            tenant
        };
        let mut pages = self.pages.lock().unwrap();
        for (below, issuer) in [
            ("", format!("https://sts.windows.net/{tenant}/")),
            ("/v2.0", format!("{origin}/{tenant}/v2.0")),
        ] {
            let jwks = format!("/{path}/discovery{below}/keys");
            let document = json!({ "issuer": issuer, "jwks_uri": format!("{origin}{jwks}") });
            let metadata = format!("/{path}{below}/.well-known/openid-configuration");
            pages.insert(metadata, document.to_string());
            pages.insert(jwks, json!({ "keys": keys }).to_string());
        }
    }

    /// Answers requests to this path so.
    pub(super) fn answer(&self, path: &str, body: String) {
        self.pages.lock().unwrap().insert(path.to_owned(), body);
    }

    /// The newest body that was sent to this path.
    pub(super) fn asked(&self, path: &str) -> Option<String> {
        let pages = self.pages.lock().unwrap();
        pages.get(&format!("asked {path}")).cloned()
    }

    /// A version 1.0 token of a tenant, good now.
    pub(super) fn v1(tenant: &str, bearer: &Bearer) -> TokenBuilder {
        let now = crate::clock::now().0;
        Tenant::with_id(tenant)
            .token(bearer)
            .claim("iat", now)
            .claim("nbf", now)
            .claim("exp", now + 3600)
    }

    /// A version 2.0 token of a tenant, good now.
    pub(super) fn v2(&self, tenant: &str, bearer: &Bearer) -> TokenBuilder {
        let issuer = format!("{}/{tenant}/v2.0", self.origin);
        Self::v1(tenant, bearer).version_2().claim("iss", issuer)
    }
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, pages: Pages) {
    while let Ok((socket, _)) = listener.accept().await {
        let (acceptor, pages) = (acceptor.clone(), Arc::clone(&pages));
        tokio::spawn(async move {
            let Ok(mut socket) = acceptor.accept(socket).await else {
                return;
            };
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let Ok(byte) = socket.read_u8().await else {
                    return;
                };
                head.push(byte);
            }
            let head = String::from_utf8_lossy(&head).into_owned();
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                let is_length = name.eq_ignore_ascii_case("content-length");
                is_length.then(|| value.trim().parse::<usize>().ok())?
            });
            let mut body = vec![0; length.unwrap_or_default()];
            if socket.read_exact(&mut body).await.is_err() {
                return;
            }
            let path = head.split(' ').nth(1).unwrap_or_default();
            let page = pages.lock().unwrap().get(path).cloned();
            let asked = String::from_utf8_lossy(&body).into_owned();
            if !asked.is_empty() {
                pages.lock().unwrap().insert(format!("asked {path}"), asked);
            }
            let status = if page.is_some() {
                "200 OK"
            } else {
                "404 Not Found"
            };
            let body = page.unwrap_or_default();
            let answer = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            let _ = socket.write_all(answer.as_bytes()).await;
            let _ = socket.shutdown().await;
        });
    }
}
