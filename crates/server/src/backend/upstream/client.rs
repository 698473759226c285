//! Connections to upstreams. Each worker thread has its own pool, so that a
//! request never crosses threads.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use super::config::{Upstream, UpstreamError};
use super::payload::Sending;

/// How long an unused connection is kept: just less than the five seconds after
/// which uvicorn and cpp-httplib close theirs, or a request would meet the close.
const IDLE: Duration = Duration::from_secs(4);
/// Unused connections kept for one upstream.
const MAX_IDLE: usize = 64;
/// Upstreams remembered by a pool; then it starts afresh, which costs connections only.
const MAX_UPSTREAMS: usize = 1_024;

pub(super) type UpstreamClient = Client<HttpsConnector<HttpConnector>, Sending>;

/// The connections of one worker thread, to be made on it.
#[derive(Default)]
pub struct Pool {
    clients: RefCell<HashMap<u64, UpstreamClient>>,
}

impl Pool {
    /// A pool without connections.
    pub fn new() -> Self {
        Self::default()
    }

    /// The client for `upstream`.
    pub(super) fn client(&self, upstream: &Upstream) -> UpstreamClient {
        let mut clients = self.clients.borrow_mut();
        if clients.len() >= MAX_UPSTREAMS && !clients.contains_key(&upstream.id) {
            clients.clear();
        }
        clients
            .entry(upstream.id)
            .or_insert_with(|| connect(upstream))
            .clone()
    }
}

fn connect(upstream: &Upstream) -> UpstreamClient {
    let mut http = HttpConnector::new();
    http.set_connect_timeout(Some(upstream.connect));
    http.set_nodelay(true);
    http.enforce_http(false);
    let tls = upstream.tls.as_deref().cloned().unwrap_or_else(no_roots);
    let https = HttpsConnectorBuilder::new()
        .with_tls_config(tls)
        .https_or_http()
        .enable_all_versions()
        .wrap_connector(http);
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(MAX_IDLE)
        .build(https)
}

/// TLS with the authorities in `file`, or with the system's.
///
/// # Errors
/// If there is not one authority to trust.
pub(super) fn tls(file: Option<&Path>) -> Result<Arc<ClientConfig>, UpstreamError> {
    let mut roots = RootCertStore::empty();
    let path = file.map_or_else(|| "system".to_owned(), |file| file.display().to_string());
    let fault = |problem: String| UpstreamError::Roots {
        path: path.clone(),
        problem,
    };
    match file {
        Some(file) => {
            let certificates = CertificateDer::pem_file_iter(file)
                .map_err(|problem| fault(problem.to_string()))?;
            for certificate in certificates {
                let certificate = certificate.map_err(|problem| fault(problem.to_string()))?;
                roots
                    .add(certificate)
                    .map_err(|problem| fault(problem.to_string()))?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if roots.is_empty() {
        return Err(fault("there is none".to_owned()));
    }
    Ok(Arc::new(config(roots)))
}

/// For upstreams that are called without TLS: no certificate is ever trusted.
fn no_roots() -> ClientConfig {
    config(RootCertStore::empty())
}

fn config(roots: RootCertStore) -> ClientConfig {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider's own default versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}
