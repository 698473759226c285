//! The operator's own certificate, read again when its file changes: whoever renews it restarts nothing.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::{TlsError, provider};

/// A certificate with its key, from two PEM files.
#[derive(Debug)]
pub(super) struct Provided {
    certificate: PathBuf,
    key: PathBuf,
    /// The certificate file as it was read last.
    read: Mutex<Vec<u8>>,
    current: ArcSwap<CertifiedKey>,
}

impl Provided {
    /// Reads both.
    pub(super) fn open(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let pem = read("certificate", certificate)?;
        Ok(Self {
            current: ArcSwap::from_pointee(certified(certificate, &pem, key)?),
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            read: Mutex::new(pem),
        })
    }

    /// Reads both again if the certificate is another one. If they do not fit together, what was there
    /// stays: perhaps only one of them is written yet.
    pub(super) fn read_if_changed(&self) -> Result<(), TlsError> {
        let pem = read("certificate", &self.certificate)?;
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if *read != pem {
            let next = certified(&self.certificate, &pem, &self.key)?;
            self.current.store(Arc::new(next));
            *read = pem;
        }
        Ok(())
    }
}

impl ResolvesServerCert for Provided {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.load_full())
    }
}

fn certified(certificate: &Path, pem: &[u8], key: &Path) -> Result<CertifiedKey, TlsError> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|error| unreadable("certificate", certificate, &error))?;
    if chain.is_empty() {
        return Err(unreadable(
            "certificate",
            certificate,
            &pem::Error::NoItemsFound,
        ));
    }
    let der = PrivateKeyDer::from_pem_slice(&read("key", key)?)
        .map_err(|error| unreadable("key", key, &error))?;
    Ok(CertifiedKey::from_der(chain, der, &provider())?)
}

fn read(what: &'static str, path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|error| unreadable(what, path, &error))
}

fn unreadable(what: &'static str, path: &Path, reason: &dyn std::fmt::Display) -> TlsError {
    TlsError::Given {
        what,
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}
