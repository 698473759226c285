//! HTTPS on loopback: an authority of our own, and certificates it signs.
//!
//! Every client that fetches a token insists on HTTPS, so the server needs a certificate that clients
//! can be told to trust. At the first start it makes an authority that can sign for nothing but this
//! machine: its certificate carries critical name constraints (`localhost` and names below it,
//! `127.0.0.0/8`, `::1`), so that whoever got hold of its key could still impersonate no one else.
//! Trusting it is therefore harmless.
//!
//! The server's own certificate is made anew at every start and before it expires; its key never
//! touches the disk.
//!
//! ```text
//! ca.pem       the authority, for clients that add roots (NODE_EXTRA_CA_CERTS)
//! bundle.pem   the same with the system's roots, for clients that replace them (SSL_CERT_FILE)
//! ca-key.pem   the authority's key, mode 0600
//! ```
//!
//! Transparent mode has an authority of its own, whose key is never written: see `interception`.

mod authority;
mod interception;
mod leaf;
mod provided;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use access::Timestamp;
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use thiserror::Error;

use crate::private_file::{self, PrivateFileError};
use authority::Authority;
pub(crate) use interception::Interception;
use leaf::CurrentCertificate;
use provided::Provided;

/// Why there is no HTTPS.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A file of the data folder cannot be read or written.
    #[error(transparent)]
    File(#[from] PrivateFileError),
    /// A certificate could not be made.
    #[error("cannot make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// TLS cannot be set up with this certificate and key.
    #[error("cannot set up TLS: {0}")]
    Rustls(#[from] rustls::Error),
    /// A given certificate or key file cannot be read, or is not PEM.
    #[error("{what} `{}`: {reason}", path.display())]
    Given {
        /// `certificate` or `key`.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
}

/// The server's side of TLS.
pub struct Tls {
    config: Arc<ServerConfig>,
    source: Source,
}

/// Where the certificate comes from.
enum Source {
    Own(Box<Own>),
    Provided(Arc<Provided>),
}

/// What belongs to a certificate that we signed ourselves.
struct Own {
    authority: Authority,
    certificate: Arc<CurrentCertificate>,
    ca: PathBuf,
    bundle: PathBuf,
}

impl Tls {
    /// TLS with a certificate of our own authority in `folder`, which is made if it is not there, is
    /// about to expire, or is not what it should be.
    ///
    /// Writes `ca.pem`, `bundle.pem` and `ca-key.pem`. `folder` must exist.
    ///
    /// # Errors
    /// A file cannot be used, or a certificate cannot be made.
    pub fn local(folder: &Path, now: Timestamp) -> Result<Tls, TlsError> {
        let (ca, bundle) = (folder.join("ca.pem"), folder.join("bundle.pem"));
        let authority = Authority::open(&ca, &folder.join("ca-key.pem"), now)?;
        // Reading the system's roots takes longer than everything else at a start, so a bundle of this
        // authority is left as it is until `renew_if_due`.
        let present = std::fs::read(&bundle).unwrap_or_default();
        if !present.starts_with(authority.certificate_pem().as_bytes()) {
            write_bundle(&bundle, &authority)?;
        }
        let certificate = Arc::new(CurrentCertificate::new(&authority, now)?);
        let config = server_config()?.with_cert_resolver(Arc::clone(&certificate) as _);
        Ok(Tls {
            config: finish(config),
            source: Source::Own(Box::new(Own {
                authority,
                certificate,
                ca,
                bundle,
            })),
        })
    }

    /// TLS with the operator's certificate chain and key, both PEM files.
    ///
    /// # Errors
    /// They are unreadable or do not belong together.
    pub fn provided(certificate: &Path, key: &Path) -> Result<Tls, TlsError> {
        let provided = Arc::new(Provided::open(certificate, key)?);
        let config = server_config()?.with_cert_resolver(Arc::clone(&provided) as _);
        Ok(Tls {
            config: finish(config),
            source: Source::Provided(provided),
        })
    }

    /// The configuration for listeners: HTTP/2 and HTTP/1.1, TLS 1.2 and 1.3.
    pub fn server_config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }

    /// `ca.pem`, if the authority is our own.
    pub fn ca_pem(&self) -> Option<&Path> {
        self.own().map(|own| own.ca.as_path())
    }

    /// `bundle.pem`, if the authority is our own.
    pub fn bundle_pem(&self) -> Option<&Path> {
        self.own().map(|own| own.bundle.as_path())
    }

    fn own(&self) -> Option<&Own> {
        match &self.source {
            Source::Own(own) => Some(own),
            Source::Provided(_) => None,
        }
    }

    /// Makes a new certificate if the present one expires within a month, and brings a `bundle.pem` that
    /// is more than a day old up to date with the system's roots. A certificate of the operator's is read
    /// again if its file has changed. Connections under way keep their certificate. To be called at least
    /// once a day.
    ///
    /// # Errors
    /// Something could not be made; what was there stays.
    pub fn renew_if_due(&self, now: Timestamp) -> Result<(), TlsError> {
        let own = match &self.source {
            Source::Own(own) => own,
            Source::Provided(provided) => return provided.read_if_changed(),
        };
        own.certificate.renew_if_due(&own.authority, now)?;
        if is_of_today(&own.bundle, now) {
            return Ok(());
        }
        write_bundle(&own.bundle, &own.authority)
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

fn server_config()
-> Result<rustls::ConfigBuilder<ServerConfig, rustls::server::WantsServerCert>, rustls::Error> {
    let builder = ServerConfig::builder_with_provider(provider());
    Ok(builder
        .with_safe_default_protocol_versions()?
        .with_no_client_auth())
}

fn finish(mut config: ServerConfig) -> Arc<ServerConfig> {
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Arc::new(config)
}

/// The authority and the system's roots in one file.
fn write_bundle(path: &Path, authority: &Authority) -> Result<(), TlsError> {
    let mut bundle = authority.certificate_pem();
    push_system_roots(&mut bundle);
    Ok(private_file::write_public(path, bundle.as_bytes())?)
}

fn push_system_roots(bundle: &mut String) {
    for root in rustls_native_certs::load_native_certs().certs {
        bundle.push_str(&authority::pem(&root));
    }
}

/// Whether a file was written within the last 24 hours.
fn is_of_today(path: &Path, now: Timestamp) -> bool {
    const DAY: i64 = 24 * 3600;
    let written = std::fs::metadata(path).and_then(|file| file.modified());
    let since_epoch = written
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let seconds = since_epoch.and_then(|since| i64::try_from(since.as_secs()).ok());
    seconds.is_some_and(|seconds| now < Timestamp(seconds).plus(DAY))
}

#[cfg(test)]
mod tests;
