//! The authority: a key, and a certificate that limits what the key can sign.

use std::net::Ipv6Addr;
use std::path::Path;
use std::time::Duration;

use access::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, GeneralSubtree, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, NameConstraints, PKCS_ECDSA_P256_SHA256,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::TlsError;
use crate::private_file;

const DAY: i64 = 24 * 3600;

/// How long an authority lasts.
const LIFETIME_DAYS: i64 = 5 * 365;

/// An authority with less left than this is replaced at the next start.
const REPLACE_BEFORE_DAYS: i64 = 180;

/// What the authority can sign for: `localhost` (which includes every name below it) and loopback
/// addresses.
const PERMITTED_NAME: &str = "localhost";
const PERMITTED_V4: ([u8; 4], [u8; 4]) = ([127, 0, 0, 0], [255, 0, 0, 0]);
const PERMITTED_V6: ([u8; 16], [u8; 16]) = (Ipv6Addr::LOCALHOST.octets(), [255; 16]);

/// An authority that is ready to sign.
pub(super) struct Authority {
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
    expires: Timestamp,
}

impl Authority {
    /// Reads the authority from its files, or makes a new one and writes them.
    pub(super) fn open(
        certificate: &Path,
        key: &Path,
        now: Timestamp,
    ) -> Result<Authority, TlsError> {
        if let Some(present) = Authority::read(certificate, key, now)? {
            return Ok(present);
        }
        let permitted = vec![
            GeneralSubtree::DnsName(PERMITTED_NAME.to_owned()),
            GeneralSubtree::IpAddress(CidrSubnet::V4(PERMITTED_V4.0, PERMITTED_V4.1)),
            GeneralSubtree::IpAddress(CidrSubnet::V6(PERMITTED_V6.0, PERMITTED_V6.1)),
        ];
        let called = "Entrada local authority";
        let made = Authority::make(called, permitted, Vec::new(), LIFETIME_DAYS, now)?;
        // The key first: after a crash in between, the two do not fit and are made anew.
        private_file::write(key, made.issuer.key().serialize_pem().as_bytes())?;
        private_file::write_public(certificate, made.certificate_pem().as_bytes())?;
        Ok(made)
    }

    /// What is on disk, if it can still be used as it is.
    fn read(certificate: &Path, key: &Path, now: Timestamp) -> Result<Option<Authority>, TlsError> {
        let (Some(key), Ok(certificate)) = (private_file::read(key)?, std::fs::read(certificate))
        else {
            return Ok(None);
        };
        let key = std::str::from_utf8(&key)
            .ok()
            .and_then(|pem| KeyPair::from_pem(pem).ok());
        let certificate = CertificateDer::from_pem_slice(&certificate).ok();
        let (Some(key), Some(certificate)) = (key, certificate) else {
            return Ok(None);
        };
        let Some(expires) = usable_until(&certificate, &key) else {
            return Ok(None);
        };
        if now.plus(REPLACE_BEFORE_DAYS * DAY) > expires {
            return Ok(None);
        }
        let issuer = Issuer::from_ca_cert_der(&certificate, key)?;
        Ok(Some(Authority {
            certificate,
            issuer,
            expires,
        }))
    }

    /// An authority that exists in memory: it signs what `permitted` and `excluded` allow, and no authorities.
    pub(super) fn make(
        called: &str,
        permitted: Vec<GeneralSubtree>,
        excluded: Vec<GeneralSubtree>,
        days: i64,
        now: Timestamp,
    ) -> Result<Authority, TlsError> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let mut params = CertificateParams::default();
        let id = uuid::Uuid::new_v4().simple().to_string();
        let name = &mut params.distinguished_name;
        name.remove(DnType::CommonName);
        name.push(DnType::CommonName, format!("{called} {}", &id[..8]));
        name.push(DnType::OrganizationName, "Entrada (this machine only)");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: permitted,
            excluded_subtrees: excluded,
        });
        let expires = set_validity(&mut params, now, days);
        let certificate = params.self_signed(&key)?.der().clone();
        Ok(Authority {
            issuer: Issuer::new(params, key),
            certificate,
            expires,
        })
    }

    pub(super) fn issuer(&self) -> &Issuer<'static, KeyPair> {
        &self.issuer
    }

    pub(super) fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    pub(super) fn certificate_pem(&self) -> String {
        pem(&self.certificate)
    }

    /// When nothing signed by this authority counts any more.
    pub(super) fn expires(&self) -> Timestamp {
        self.expires
    }
}

/// Makes a certificate valid from a day ago (clocks differ) for so many days; returns until when.
pub(super) fn set_validity(params: &mut CertificateParams, now: Timestamp, days: i64) -> Timestamp {
    let expires = now.plus(days * DAY);
    let since_epoch = |time: Timestamp| Duration::from_secs(u64::try_from(time.0).unwrap_or(0));
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    params.not_before = epoch + since_epoch(now.plus(-DAY));
    params.not_after = epoch + since_epoch(expires);
    expires
}

/// A certificate as PEM.
pub(super) fn pem(certificate: &CertificateDer<'_>) -> String {
    let text = STANDARD.encode(certificate);
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    for line in text.as_bytes().chunks(64) {
        pem.push_str(std::str::from_utf8(line).unwrap_or_default());
        pem.push('\n');
    }
    pem.push_str("-----END CERTIFICATE-----\n");
    pem
}

/// When a certificate expires, if it is an authority of ours: of this key, and limited as it should be.
fn usable_until(certificate: &CertificateDer<'_>, key: &KeyPair) -> Option<Timestamp> {
    let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
    let of_this_key = parsed.public_key().raw == rcgen::PublicKeyData::subject_public_key_info(key);
    let limited = parsed.is_ca()
        && parsed
            .extensions()
            .iter()
            .any(|extension| extension.critical && is_our_constraint(extension.parsed_extension()));
    let expires = parsed.validity().not_after.timestamp();
    (of_this_key && limited).then_some(Timestamp(expires))
}

fn is_our_constraint(extension: &ParsedExtension<'_>) -> bool {
    let ParsedExtension::NameConstraints(constraints) = extension else {
        return false;
    };
    let v4 = [PERMITTED_V4.0, PERMITTED_V4.1].concat();
    let v6 = [PERMITTED_V6.0, PERMITTED_V6.1].concat();
    let permitted = constraints
        .permitted_subtrees
        .as_deref()
        .unwrap_or_default();
    permitted.len() == 3
        && permitted.iter().all(|subtree| match &subtree.base {
            GeneralName::DNSName(name) => *name == PERMITTED_NAME,
            GeneralName::IPAddress(range) => *range == v4 || *range == v6,
            _ => false,
        })
}
