//! The certificate of an application, from a file: PEM, or PKCS#12 with or without a password.

use std::io;

use aws_lc_rs::rsa::KeyPair;
use p12_keystore::error::Error;
use p12_keystore::{KeyStore, Pkcs12ImportPolicy};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::AsyncReadExt as _;

use crate::credential::client_secret::CertificateKey;

/// The longest file that is read.
const MAX_FILE: u64 = 256 * 1024;

/// Reads certificate and key from a file. The libraries take it for PEM if it looks so, too.
pub(super) async fn read(path: &str, password: Option<String>) -> Result<CertificateKey, String> {
    let file = whole(path).await;
    let file =
        file.map_err(|error| format!("the certificate `{path}` cannot be read: {}", error.kind()))?;
    if file.len() as u64 > MAX_FILE {
        return Err(format!("the certificate `{path}` is too long"));
    }
    if memchr::memmem::find(&file, b"-----BEGIN").is_some() {
        return of_pem(path, &file, password.is_some());
    }
    // A password is tried as often as the file says: that is no work for the thread that waits for others.
    let opened = tokio::task::spawn_blocking(move || {
        let password = password.unwrap_or_default();
        KeyStore::from_pkcs12(&file, &password, Pkcs12ImportPolicy::Relaxed)
    });
    let store = opened
        .await
        .map_err(|_| format!("`{path}` could not be read"))?
        .map_err(|error| match error {
            Error::MacError(_) | Error::UnpadError => format!(
                "AZURE_CLIENT_CERTIFICATE_PASSWORD is not the password of the certificate `{path}`"
            ),
            _ => format!("`{path}` is neither PEM nor a PKCS#12 file that can be read"),
        })?;
    let (_, chain) = store
        .private_key_chain()
        .ok_or_else(|| format!("no private key with its certificate stands in `{path}`"))?;
    let certificate = chain.certs().first();
    let certificate = certificate
        .ok_or_else(|| format!("no certificate of its private key stands in `{path}`"))?;
    let pair = KeyPair::from_pkcs8(chain.key().as_der()).map_err(|_| not_rsa(path))?;
    Ok(CertificateKey::new(pair, certificate.as_der()))
}

/// A file, or as much of it as tells that it is too long.
async fn whole(path: &str) -> io::Result<Vec<u8>> {
    let file = tokio::fs::File::open(path).await?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).await?;
    Ok(bytes)
}

fn of_pem(path: &str, pem: &[u8], password: bool) -> Result<CertificateKey, String> {
    let certificate = CertificateDer::from_pem_slice(pem)
        .map_err(|_| format!("no certificate stands in `{path}`"))?;
    let key = PrivateKeyDer::from_pem_slice(pem).map_err(|_| match password {
        true => format!("the private key in `{path}` has a password; in PEM it is not read here"),
        false => format!("no private key without a password stands in `{path}`"),
    })?;
    let pair = match &key {
        PrivateKeyDer::Pkcs1(key) => KeyPair::from_der(key.secret_pkcs1_der()),
        _ => KeyPair::from_pkcs8(key.secret_der()),
    };
    Ok(CertificateKey::new(
        pair.map_err(|_| not_rsa(path))?,
        &certificate,
    ))
}

fn not_rsa(path: &str) -> String {
    format!("the private key in `{path}` is not an RSA key")
}

#[cfg(test)]
mod tests;
