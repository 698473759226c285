//! An HTTPS server on loopback that serves what a test puts there.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

type Pages = HashMap<String, (u16, String)>;

/// The server. Stops with the runtime of the test.
pub(crate) struct Server {
    /// `https://localhost:port`.
    pub(crate) origin: String,
    /// The certificate to trust, PEM.
    pub(crate) certificate: String,
    pages: Arc<Mutex<Pages>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts it, empty.
    pub(crate) async fn start() -> Server {
        let certified =
            rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let key = rustls::pki_types::PrivateKeyDer::try_from(certified.signing_key.serialize_der());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certified.cert.der().clone()], key.expect("a key"))
            .expect("a configuration");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let server = Server {
            origin: format!("https://localhost:{port}"),
            certificate: certified.cert.pem(),
            pages: Arc::default(),
            asked: Arc::default(),
        };
        let (pages, asked) = (Arc::clone(&server.pages), Arc::clone(&server.asked));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (acceptor, pages, asked) =
                    (acceptor.clone(), Arc::clone(&pages), Arc::clone(&asked));
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
                    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                    asked.lock().expect("no panic").push(path.clone());
                    let page = pages.lock().expect("no panic").get(&path).cloned();
                    let (status, body) = page.unwrap_or((404, String::new()));
                    let extra = match status {
                        302 => format!("location: {body}\r\n"),
                        _ => String::new(),
                    };
                    let answer = format!(
                        "HTTP/1.1 {status} X\r\ncontent-length: {}\r\n{extra}connection: close\r\n\r\n{body}",
                        body.len()
                    );
                    // A page of status 0 is never answered.
                    if status == 0 {
                        std::future::pending::<()>().await;
                    }
                    let _ = socket.write_all(answer.as_bytes()).await;
                    let _ = socket.shutdown().await;
                });
            }
        });
        server
    }

    /// Puts a page there.
    pub(crate) fn serve(&self, path: &str, status: u16, body: impl Into<String>) {
        let mut pages = self.pages.lock().expect("no panic");
        pages.insert(path.to_owned(), (status, body.into()));
    }

    /// What was asked since the last call.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().expect("no panic"))
    }
}
