//! The server's own certificate, replaced while the server runs.

use std::sync::Arc;

use access::Timestamp;
use arc_swap::ArcSwap;
use rcgen::{
    CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256,
};
use rustls::pki_types::PrivateKeyDer;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::authority::{Authority, set_validity};
use super::{TlsError, provider};

/// Every name the server answers to. Clients reject a star directly below `localhost`, so the names are
/// enumerated; accounts are one label below theirs.
const NAMES: [&str; 10] = [
    "localhost",
    "*.openai.localhost",
    "*.services.ai.localhost",
    "*.cognitiveservices.localhost",
    "*.api.cognitive.localhost",
    "login.localhost",
    "management.localhost",
    "graph.localhost",
    "127.0.0.1",
    "::1",
];

const LIFETIME_DAYS: i64 = 90;
const RENEW_BEFORE: i64 = 30 * 24 * 3600;

/// The certificate in use.
#[derive(Debug)]
pub(super) struct CurrentCertificate(ArcSwap<Leaf>);

#[derive(Debug)]
struct Leaf {
    key: Arc<CertifiedKey>,
    expires: Timestamp,
}

impl CurrentCertificate {
    pub(super) fn new(
        authority: &Authority,
        now: Timestamp,
    ) -> Result<CurrentCertificate, TlsError> {
        let leaf = make(authority, now)?;
        Ok(CurrentCertificate(ArcSwap::from_pointee(leaf)))
    }

    pub(super) fn renew_if_due(
        &self,
        authority: &Authority,
        now: Timestamp,
    ) -> Result<(), TlsError> {
        if now.plus(RENEW_BEFORE) >= self.0.load().expires {
            self.0.store(Arc::new(make(authority, now)?));
        }
        Ok(())
    }
}

impl ResolvesServerCert for CurrentCertificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.load().key))
    }
}

fn make(authority: &Authority, now: Timestamp) -> Result<Leaf, TlsError> {
    let names = NAMES.map(str::to_owned).into();
    let (key, expires) = sign(authority, names, "Entrada on localhost", LIFETIME_DAYS, now)?;
    Ok(Leaf {
        key: Arc::new(key),
        expires,
    })
}

/// A certificate for these names with a key of its own, and until when it lasts.
pub(super) fn sign(
    authority: &Authority,
    names: Vec<String>,
    called: &str,
    days: i64,
    now: Timestamp,
) -> Result<(CertifiedKey, Timestamp), TlsError> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.remove(DnType::CommonName);
    params.distinguished_name.push(DnType::CommonName, called);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let expires = set_validity(&mut params, now, days).min(authority.expires());
    let certificate = params.signed_by(&key, authority.issuer())?;
    let chain = vec![certificate.der().clone(), authority.certificate().clone()];
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    Ok((CertifiedKey::from_der(chain, key, &provider())?, expires))
}
