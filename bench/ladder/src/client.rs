//! An HTTP/1.1 client that does no more than a load generator needs, so that it does not hold up what
//! it measures: one request at a time, answers with `content-length` or chunks.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail, ensure};
use memchr::memmem;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Where to connect.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    /// With TLS, trusting the authorities in this file.
    pub(crate) authority: Option<PathBuf>,
}

/// Something that bytes go through.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin {}
impl<S: AsyncRead + AsyncWrite + Unpin> Stream for S {}

/// One connection, kept alive.
pub(crate) struct Connection {
    stream: Box<dyn Stream>,
    /// What was received and not used yet.
    received: Vec<u8>,
    body: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(target: &Target) -> Result<Self> {
        let stream = TcpStream::connect(target.address).await?;
        stream.set_nodelay(true)?;
        let stream: Box<dyn Stream> = match &target.authority {
            None => Box::new(stream),
            Some(authority) => {
                let name = ServerName::try_from("localhost")?;
                let connector = TlsConnector::from(Arc::new(tls(authority)?));
                Box::new(connector.connect(name, stream).await?)
            }
        };
        Ok(Self {
            stream,
            received: Vec::with_capacity(16 * 1024),
            body: Vec::with_capacity(16 * 1024),
        })
    }

    /// Sends a request and reads its answer to the end; gives its status.
    pub(crate) async fn call(&mut self, request: &[u8]) -> Result<u16> {
        self.stream.write_all(request).await?;
        self.stream.flush().await?;
        let length = loop {
            if let Some(at) = memmem::find(&self.received, b"\r\n\r\n") {
                break at + 4;
            }
            self.receive().await?;
        };
        let head = Head::read(&self.received[..length])?;
        self.received.drain(..length);
        self.body.clear();
        match head.length {
            Length::Bytes(length) => self.take(length).await?,
            Length::Chunks => while self.take_chunk().await? > 0 {},
        }
        Ok(head.status)
    }

    /// The last answer's body.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    async fn take(&mut self, length: usize) -> Result<()> {
        while self.received.len() < length {
            self.receive().await?;
        }
        self.body.extend(self.received.drain(..length));
        Ok(())
    }

    /// Takes one chunk; gives its length, 0 for the last.
    async fn take_chunk(&mut self) -> Result<usize> {
        let end = loop {
            if let Some(at) = memmem::find(&self.received, b"\r\n") {
                break at;
            }
            self.receive().await?;
        };
        let size = std::str::from_utf8(&self.received[..end])?;
        let size = size.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).context("the size of a chunk")?;
        self.received.drain(..end + 2);
        self.take(size).await?;
        while self.received.len() < 2 {
            self.receive().await?;
        }
        ensure!(&self.received[..2] == b"\r\n", "a chunk does not end");
        self.received.drain(..2);
        Ok(size)
    }

    async fn receive(&mut self) -> Result<()> {
        let count = self.stream.read_buf(&mut self.received).await?;
        ensure!(
            count > 0,
            "the connection was closed before the answer's end"
        );
        Ok(())
    }
}

struct Head {
    status: u16,
    length: Length,
}

enum Length {
    Bytes(usize),
    Chunks,
}

impl Head {
    fn read(head: &[u8]) -> Result<Self> {
        let head = std::str::from_utf8(head)?;
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.get(9..12));
        let status = status.context("no status")?.parse()?;
        for line in lines {
            let Some((name, value)) = line.split_once(':') else {
                continue;
            };
            if name.eq_ignore_ascii_case("content-length") {
                let length = Length::Bytes(value.trim().parse()?);
                return Ok(Self { status, length });
            }
            if name.eq_ignore_ascii_case("transfer-encoding") {
                ensure!(value.trim().eq_ignore_ascii_case("chunked"), "`{value}`");
                return Ok(Self {
                    status,
                    length: Length::Chunks,
                });
            }
        }
        bail!("the answer {status} does not say where it ends")
    }
}

fn tls(authority: &Path) -> Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(authority)? {
        roots.add(certificate?)?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
