//! A model server that does one thing, written on sockets so that it can also
//! misbehave.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// What the server does with each request.
#[derive(Clone)]
pub(super) enum Act {
    /// Answers with a status and a body.
    Answer(u16, &'static str),
    /// Answers, and closes without having said so.
    AnswerAndClose,
    /// Answers with a status and a page of a media type.
    Page(u16, &'static str),
    /// Answers in chunks, each after a pause in milliseconds.
    Stream(Vec<(&'static str, u64)>),
    /// Answers in chunks without end.
    Forever,
    /// Reads and says nothing.
    Silent,
    /// Reads and closes.
    HangUp,
    /// Promises more than it sends.
    Short,
}

/// A request as it arrived.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) line: String,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

#[derive(Default)]
struct Notes {
    seen: Mutex<Vec<Seen>>,
    connections: AtomicUsize,
    gone: AtomicBool,
}

pub(super) struct Server {
    pub(super) url: String,
    /// PEM of the authority that signed its certificate, with TLS.
    pub(super) authority: String,
    notes: Arc<Notes>,
    task: JoinHandle<()>,
}

impl Server {
    pub(super) async fn start(act: Act) -> Self {
        Self::listen(act, None).await
    }

    pub(super) async fn start_tls(act: Act) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key"))
            .expect("an authority");
        let key = KeyPair::generate().expect("a key");
        let leaf =
            CertificateParams::new(vec!["127.0.0.1".to_owned(), "models.example".to_owned()])
                .expect("names")
                .signed_by(&key, &authority);
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(
                vec![leaf.expect("a certificate").der().clone()],
                PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
            )
            .expect("a configuration");
        let mut server = Self::listen(act, Some(TlsAcceptor::from(Arc::new(config)))).await;
        server.authority = authority.pem();
        server
    }

    async fn listen(act: Act, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let scheme = if tls.is_some() { "https" } else { "http" };
        let notes = Arc::new(Notes::default());
        let shared = Arc::clone(&notes);
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let (act, notes, tls) = (act.clone(), Arc::clone(&shared), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => serve(socket, act, &notes).await,
                        Some(tls) => {
                            if let Ok(socket) = tls.accept(socket).await {
                                serve(socket, act, &notes).await;
                            }
                        }
                    }
                });
            }
        });
        Self {
            url: format!("{scheme}://{address}"),
            authority: String::new(),
            notes,
            task,
        }
    }

    /// The newest request.
    pub(super) fn seen(&self) -> Seen {
        self.notes
            .seen
            .lock()
            .expect("notes")
            .last()
            .expect("a request")
            .clone()
    }

    pub(super) fn count(&self) -> usize {
        self.notes.seen.lock().expect("notes").len()
    }

    pub(super) fn connections(&self) -> usize {
        self.notes.connections.load(Ordering::SeqCst)
    }

    /// Whether a client closed the connection.
    pub(super) fn client_gone(&self) -> bool {
        self.notes.gone.load(Ordering::SeqCst)
    }

    /// Stops listening.
    pub(super) async fn stop(self) {
        self.task.abort();
        let _aborted = self.task.await;
    }
}

async fn serve(mut socket: impl AsyncRead + AsyncWrite + Unpin, act: Act, notes: &Notes) {
    let mut pending = Vec::new();
    while let Some(seen) = read(&mut socket, &mut pending).await {
        notes.seen.lock().expect("notes").push(seen);
        let good = match &act {
            Act::Answer(status, body) => {
                let head = format!(
                    "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nlocation: /else\r\ncontent-length: {}\r\n\r\n",
                    body.len()
                );
                socket
                    .write_all(format!("{head}{body}").as_bytes())
                    .await
                    .is_ok()
            }
            Act::Page(status, media_type) => {
                let page = format!(
                    "HTTP/1.1 {status} X\r\ncontent-type: {media_type}\r\ncontent-length: 6\r\n\r\na page"
                );
                socket.write_all(page.as_bytes()).await.is_ok()
            }
            Act::Stream(chunks) => {
                let mut good = begin(&mut socket).await;
                for (text, pause) in chunks {
                    tokio::time::sleep(Duration::from_millis(*pause)).await;
                    good = good && chunk(&mut socket, text).await;
                }
                good && socket.write_all(b"0\r\n\r\n").await.is_ok()
            }
            Act::Forever => {
                let mut good = begin(&mut socket).await;
                while good {
                    good = chunk(&mut socket, "data: more\n\n").await;
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                notes.gone.store(true, Ordering::SeqCst);
                false
            }
            Act::Silent => {
                let mut byte = [0];
                if !matches!(socket.read(&mut byte).await, Ok(1..)) {
                    notes.gone.store(true, Ordering::SeqCst);
                }
                false
            }
            Act::AnswerAndClose => {
                let answer = "HTTP/1.1 200 X\r\ncontent-length: 2\r\n\r\n{}";
                let _sent = socket.write_all(answer.as_bytes()).await;
                false
            }
            Act::HangUp => false,
            Act::Short => {
                let _sent = socket
                    .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")
                    .await;
                false
            }
        };
        if !good {
            return;
        }
    }
}

async fn begin(socket: &mut (impl AsyncWrite + Unpin)) -> bool {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nset-cookie: a=b\r\ntransfer-encoding: chunked\r\n\r\n";
    socket.write_all(head.as_bytes()).await.is_ok() && socket.flush().await.is_ok()
}

async fn chunk(socket: &mut (impl AsyncWrite + Unpin), text: &str) -> bool {
    let chunk = format!("{:x}\r\n{text}\r\n", text.len());
    socket.write_all(chunk.as_bytes()).await.is_ok() && socket.flush().await.is_ok()
}

async fn read(socket: &mut (impl AsyncRead + Unpin), pending: &mut Vec<u8>) -> Option<Seen> {
    loop {
        if let Some(end) = pending.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&pending[..end]).into_owned();
            let mut lines = head.lines();
            let line = lines.next()?.trim_end_matches(" HTTP/1.1").to_owned();
            let headers: HeaderMap = lines
                .filter_map(|line| line.split_once(": "))
                .filter_map(|(name, value)| {
                    Some((
                        name.parse::<HeaderName>().ok()?,
                        value.parse::<HeaderValue>().ok()?,
                    ))
                })
                .collect();
            let length = headers
                .get("content-length")
                .and_then(|value| value.to_str().ok()?.parse().ok())
                .unwrap_or(0);
            if pending.len() >= end + 4 + length {
                let body =
                    String::from_utf8_lossy(&pending[end + 4..end + 4 + length]).into_owned();
                pending.drain(..end + 4 + length);
                return Some(Seen {
                    line,
                    headers,
                    body,
                });
            }
        }
        let mut buffer = [0; 4096];
        match socket.read(&mut buffer).await {
            Ok(read @ 1..) => pending.extend_from_slice(&buffer[..read]),
            _ => return None,
        }
    }
}
