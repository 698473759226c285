//! Names, connections and certificates.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use access::Timestamp;
use doctor::live::{Certificate, Connection, Trouble, TroubleKind};
use http::Uri;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::surroundings::Surroundings;
use crate::client::{Dialer, Options, roots};
use crate::proxy::Proxies;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(8);
/// How long the metadata service may take to be there: it is a hop away, or it is not.
const LISTENS: Duration = Duration::from_millis(700);

/// Variables that name certificates to trust, in the order in which they are tried.
pub(super) const TRUST: [&str; 4] = [
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
];

/// Whether something listens at an origin.
pub(super) async fn listens(origin: &str) -> bool {
    let Ok(url) = origin.parse::<Uri>() else {
        return false;
    };
    let host = url
        .host()
        .unwrap_or_default()
        .trim_matches(['[', ']'])
        .to_owned();
    let port = url
        .port_u16()
        .unwrap_or(if url.scheme_str() == Some("https") {
            443
        } else {
            80
        });
    let connected = tokio::time::timeout(LISTENS, TcpStream::connect((host, port))).await;
    matches!(connected, Ok(Ok(_)))
}

/// The addresses of a host.
pub(super) async fn resolve(host: &str, port: u16) -> Result<Vec<IpAddr>, Trouble> {
    let found = tokio::time::timeout(CONNECT, tokio::net::lookup_host((host, port))).await;
    match found {
        Ok(Ok(addresses)) => {
            let mut addresses: Vec<IpAddr> = addresses.map(|address| address.ip()).collect();
            addresses.dedup();
            Ok(addresses)
        }
        Ok(Err(error)) => Err(trouble(
            TroubleKind::Name,
            format!("{host} does not resolve: {error}"),
        )),
        Err(_) => Err(trouble(
            TroubleKind::Time,
            format!("{host} does not resolve in time"),
        )),
    }
}

/// A connection as a request would make it, with TLS if it is `https`, and nothing sent.
pub(super) async fn connect(surroundings: &Surroundings, url: &Uri) -> Result<Connection, Trouble> {
    let host = url
        .host()
        .unwrap_or_default()
        .trim_matches(['[', ']'])
        .to_owned();
    let secure = url.scheme_str() == Some("https");
    let proxies = surroundings.proxies();
    let proxy = match proxies.of(url) {
        Ok(proxy) => proxy.map(|proxy| proxy.address()),
        Err(error) => return Err(trouble(TroubleKind::Proxy, error.to_string())),
    };
    let (stream, address) = tokio::time::timeout(CONNECT, dial(proxies, url))
        .await
        .map_err(|_| {
            trouble(
                TroubleKind::Time,
                format!("no connection within {} s", CONNECT.as_secs()),
            )
        })?
        .map_err(|words| {
            let kind = if proxy.is_some() {
                TroubleKind::Proxy
            } else {
                TroubleKind::Connection
            };
            trouble(kind, words)
        })?;
    let connection = Connection {
        address: address.filter(|_| proxy.is_none()),
        proxy,
        certificate: None,
    };
    if !secure {
        return Ok(connection);
    }
    drop(stream);
    let mut last = None;
    for (name, options) in trust(surroundings) {
        let Ok((stream, _)) = dial(surroundings.proxies(), url).await else {
            break;
        };
        match handshake(stream, &host, &options).await {
            Ok(mut certificate) => {
                certificate.trusted_by = name;
                return Ok(Connection {
                    certificate: Some(certificate),
                    ..connection
                });
            }
            // What the system says of a certificate comes before what others say of it.
            Err(trouble) => last = last.or(Some(trouble)),
        }
    }
    Err(last.unwrap_or_else(|| trouble(TroubleKind::Tls, "nothing is trusted here".to_owned())))
}

async fn dial(proxies: Proxies, url: &Uri) -> Result<(TcpStream, Option<IpAddr>), String> {
    let mut dialer = Dialer::new(proxies);
    let stream = dialer
        .dial(url.clone())
        .await
        .map_err(|error| root_cause(&*error))?;
    let stream = stream.into_inner();
    let address = stream.peer_addr().ok().map(|address| address.ip());
    Ok((stream, address))
}

/// Whom to trust: the system first, then each variable's file beside it.
fn trust(surroundings: &Surroundings) -> Vec<(Option<&'static str>, Options)> {
    let mut all = vec![(None, Options::default())];
    for name in TRUST {
        let file = surroundings
            .get(name)
            .and_then(|path| std::fs::read(path).ok());
        if let Some(pem) = file {
            let options = Options {
                extra_roots: Some(pem),
                ..Options::default()
            };
            all.push((Some(name), options));
        }
    }
    all
}

async fn handshake(
    stream: TcpStream,
    host: &str,
    options: &Options,
) -> Result<Certificate, Trouble> {
    let failed = |words: String| trouble(TroubleKind::Tls, words);
    let store = roots(options).map_err(|error| failed(error.to_string()))?;
    let (verifier, seen) = Recorder::new(store).map_err(failed)?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(error.to_string()))?
        .dangerous() // it judges by the same rules, and remembers what it saw
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(|error| failed(error.to_string()))?;
    let made = TlsConnector::from(Arc::new(config)).connect(name, stream);
    let made = tokio::time::timeout(CONNECT, made).await;
    let certificate = seen
        .lock()
        .ok()
        .and_then(|mut seen| seen.take())
        .map(|der| described(&der));
    match made {
        Ok(Ok(_)) => Ok(certificate.unwrap_or(Certificate {
            issuer: "an issuer that cannot be read".to_owned(),
            expires: None,
            trusted_by: None,
        })),
        Ok(Err(error)) => Err(Trouble {
            kind: TroubleKind::Tls,
            words: root_cause(&error),
            issuer: certificate.map(|certificate| certificate.issuer),
        }),
        Err(_) => Err(failed("no TLS in time".to_owned())),
    }
}

fn described(der: &[u8]) -> Certificate {
    let parsed = X509Certificate::from_der(der)
        .ok()
        .map(|(_, certificate)| certificate);
    let issuer = parsed.as_ref().and_then(|certificate| {
        let issuer = certificate.issuer();
        let name = issuer
            .iter_organization()
            .chain(issuer.iter_common_name())
            .next()?;
        Some(name.as_str().ok()?.to_owned())
    });
    Certificate {
        issuer: issuer.unwrap_or_else(|| "an unnamed issuer".to_owned()),
        expires: parsed.map(|certificate| Timestamp(certificate.validity().not_after.timestamp())),
        trusted_by: None,
    }
}

fn trouble(kind: TroubleKind, words: String) -> Trouble {
    Trouble {
        kind,
        words,
        issuer: None,
    }
}

fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

/// The usual verifier, which remembers the certificate that it judged.
#[derive(Debug)]
struct Recorder {
    judge: Arc<WebPkiServerVerifier>,
    seen: Seen,
}

type Seen = Arc<Mutex<Option<Vec<u8>>>>;

impl Recorder {
    fn new(roots: RootCertStore) -> Result<(Arc<Recorder>, Seen), String> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let judge = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .map_err(|error| error.to_string())?;
        let seen = Seen::default();
        let recorder = Recorder {
            judge,
            seen: Arc::clone(&seen),
        };
        Ok((Arc::new(recorder), seen))
    }
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if let Ok(mut seen) = self.seen.lock() {
            *seen = Some(end_entity.to_vec());
        }
        self.judge
            .verify_server_cert(end_entity, intermediates, name, ocsp, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.judge
            .verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.judge
            .verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.judge.supported_verify_schemes()
    }
}
