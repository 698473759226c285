//! The certificate of an application, from a file.

use aws_lc_rs::rsa::KeyPair;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::credential::client_secret::CertificateKey;

/// The longest file that is read.
const MAX_FILE: u64 = 256 * 1024;

/// Reads certificate and key from a PEM file.
pub(super) async fn read(path: &str) -> Result<CertificateKey, String> {
    let size = tokio::fs::metadata(path).await.map(|file| file.len());
    let size =
        size.map_err(|error| format!("the certificate `{path}` cannot be read: {}", error.kind()))?;
    if size > MAX_FILE {
        return Err(format!("the certificate `{path}` is too long"));
    }
    let pem = tokio::fs::read(path).await;
    let pem =
        pem.map_err(|error| format!("the certificate `{path}` cannot be read: {}", error.kind()))?;
    let certificate = CertificateDer::from_pem_slice(&pem).map_err(|_| {
        format!("no certificate stands in `{path}` (PEM is read here, PKCS#12 is not)")
    })?;
    let key = PrivateKeyDer::from_pem_slice(&pem)
        .map_err(|_| format!("no private key without a password stands in `{path}`"))?;
    let pair = match &key {
        PrivateKeyDer::Pkcs1(key) => KeyPair::from_der(key.secret_pkcs1_der()),
        _ => KeyPair::from_pkcs8(key.secret_der()),
    };
    let pair = pair.map_err(|_| format!("the private key in `{path}` is not an RSA key"))?;
    Ok(CertificateKey::new(pair, &certificate))
}
