use rcgen::{CertificateParams, KeyPair};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};

use super::*;
use crate::tls::authority::set_validity;
use crate::tls::provider;

const NOW: Timestamp = Timestamp(1_795_000_000);

fn first_certificate(pem: &std::path::Path) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(&std::fs::read(pem).unwrap()).unwrap()
}

#[test]
fn whoever_had_the_key_could_sign_for_the_list_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let ours = Interception::new(folder.path(), NOW).unwrap();
    let mut roots = RootCertStore::empty();
    roots
        .add(first_certificate(&folder.path().join("intercept-ca.pem")))
        .unwrap();
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider())
        .build()
        .unwrap();
    let check = |name: &str| {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        set_validity(&mut params, NOW, 1);
        let authority = ours.authority.load();
        let leaf = params.signed_by(&key, authority.issuer()).unwrap();
        let server = ServerName::try_from(name.to_owned()).unwrap();
        let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(1_795_000_000));
        verifier
            .verify_server_cert(leaf.der(), &[], &server, &[], time)
            .map(|_| ())
    };
    for name in [
        "login.microsoftonline.com",
        "management.azure.com",
        "contoso.openai.azure.com",
        "eastus.api.cognitive.microsoft.com",
    ] {
        check(name).unwrap();
    }
    for name in [
        "example.com",
        "localhost",
        "portal.azure.com",
        "contoso.blob.core.windows.net",
        "microsoft.com",
        "127.0.0.1",
        "169.254.169.254",
        "8.8.8.8",
        "::1",
    ] {
        let refused = format!("{:?}", check(name).unwrap_err());
        assert!(refused.contains("NameConstraint"), "{name}: {refused}");
    }
}

#[test]
fn no_key_is_written() {
    let folder = tempfile::tempdir().unwrap();
    Interception::new(folder.path(), NOW).unwrap();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains("PRIVATE KEY"), "{}", path.display());
    }
}

#[test]
fn certificates_are_kept_by_entry_of_the_list_and_renewed() {
    let folder = tempfile::tempdir().unwrap();
    let ours = Interception::new(folder.path(), NOW).unwrap();
    let at = |hours: i64| ours.server_config(3, NOW.plus(hours * 3600)).unwrap();
    let first = at(0);
    assert!(Arc::ptr_eq(&first, &at(11)));
    assert!(!Arc::ptr_eq(&first, &at(13)));
}

#[test]
fn the_authority_is_replaced_before_it_expires() {
    let folder = tempfile::tempdir().unwrap();
    let ours = Interception::new(folder.path(), NOW).unwrap();
    let file = folder.path().join("intercept-ca.pem");
    let first = first_certificate(&file);
    ours.renew_if_due(NOW.plus(80 * 24 * 3600)).unwrap();
    assert_eq!(first, first_certificate(&file));
    let leaf = ours.server_config(0, NOW).unwrap();
    ours.renew_if_due(NOW.plus(84 * 24 * 3600)).unwrap();
    assert_ne!(first, first_certificate(&file));
    assert!(!Arc::ptr_eq(&leaf, &ours.server_config(0, NOW).unwrap()));
}
