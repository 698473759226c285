use std::sync::Arc;

use rcgen::{CertificateParams, Issuer, KeyPair};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConnection};

use super::*;

const NOW: Timestamp = Timestamp(1_795_000_000);
const DAY: i64 = 24 * 3600;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn read(folder: &tempfile::TempDir, name: &str) -> Vec<u8> {
    std::fs::read(folder.path().join(name)).unwrap()
}

fn roots(folder: &tempfile::TempDir, file: &str) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(
        CertificateDer::pem_slice_iter(&read(folder, file)).map(Result::unwrap),
    );
    assert!(added > 0);
    roots
}

/// Shakes hands in memory at [`NOW`]; returns the protocol agreed on.
fn shake_hands(
    tls: &Tls,
    folder: &tempfile::TempDir,
    name: &str,
) -> Result<Vec<u8>, rustls::Error> {
    #[derive(Debug)]
    struct At(i64);
    impl rustls::time_provider::TimeProvider for At {
        fn current_time(&self) -> Option<UnixTime> {
            let seconds = u64::try_from(self.0).ok()?;
            Some(UnixTime::since_unix_epoch(std::time::Duration::from_secs(
                seconds,
            )))
        }
    }
    let mut config = ClientConfig::builder_with_details(provider(), Arc::new(At(NOW.0)))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots(folder, "ca.pem"))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let mut client = ClientConnection::new(Arc::new(config), name)?;
    let mut server = ServerConnection::new(tls.server_config())?;
    while client.is_handshaking() || server.is_handshaking() {
        let mut bytes = Vec::new();
        while client.wants_write() {
            client.write_tls(&mut bytes).unwrap();
        }
        server.read_tls(&mut bytes.as_slice()).unwrap();
        server.process_new_packets()?;
        bytes.clear();
        while server.wants_write() {
            server.write_tls(&mut bytes).unwrap();
        }
        client.read_tls(&mut bytes.as_slice()).unwrap();
        client.process_new_packets()?;
    }
    Ok(client.alpn_protocol().unwrap_or_default().to_vec())
}

#[test]
fn clients_that_trust_the_authority_connect_under_every_local_name() {
    let folder = folder();
    let tls = Tls::local(folder.path(), NOW).unwrap();
    for name in [
        "localhost",
        "127.0.0.1",
        "::1",
        "login.localhost",
        "contoso.openai.localhost",
        "contoso.services.ai.localhost",
    ] {
        assert_eq!(
            shake_hands(&tls, &folder, name),
            Ok(b"h2".to_vec()),
            "{name}"
        );
    }
    for name in [
        "example.localhost",
        "login.microsoftonline.com",
        "127.0.0.2",
    ] {
        shake_hands(&tls, &folder, name).unwrap_err();
    }
}

#[test]
fn the_authority_can_sign_for_nothing_but_this_machine() {
    let folder = folder();
    Tls::local(folder.path(), NOW).unwrap();
    let key =
        KeyPair::from_pem(std::str::from_utf8(&read(&folder, "ca-key.pem")).unwrap()).unwrap();
    let ca = CertificateDer::from_pem_slice(&read(&folder, "ca.pem")).unwrap();
    let thief = Issuer::from_ca_cert_der(&ca, key).unwrap();
    let verifier =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots(&folder, "ca.pem")), provider())
            .build()
            .unwrap();
    let check = |name: &str| {
        let stolen = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        authority::set_validity(&mut params, NOW, 1);
        let leaf = params.signed_by(&stolen, &thief).unwrap();
        let server = ServerName::try_from(name.to_owned()).unwrap();
        let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(1_795_000_000));
        verifier
            .verify_server_cert(leaf.der(), &[], &server, &[], time)
            .map(|_| ())
    };
    check("localhost").unwrap();
    check("anything.localhost").unwrap();
    check("127.1.2.3").unwrap();
    for name in [
        "login.microsoftonline.com",
        "contoso.openai.azure.com",
        "localhost.example.com",
        "notlocalhost",
        "169.254.169.254",
        "::2",
    ] {
        let refused = check(name).unwrap_err();
        assert!(
            format!("{refused:?}").contains("NameConstraint"),
            "{name}: {refused:?}"
        );
    }
}

#[test]
fn the_authority_stays_between_starts_and_is_replaced_before_it_expires() {
    let folder = folder();
    let start = |now| {
        Tls::local(folder.path(), now).unwrap();
        read(&folder, "ca.pem")
    };
    let first = start(NOW);
    assert_eq!(start(NOW.plus(1000 * DAY)), first);
    assert_ne!(start(NOW.plus(1700 * DAY)), first);
}

#[test]
fn files_that_are_not_what_they_should_be_are_made_anew() {
    let folder = folder();
    let start = || {
        Tls::local(folder.path(), NOW).unwrap();
        read(&folder, "ca.pem")
    };
    let mut last = start();
    let mut expect_another = |why: &str| {
        let next = start();
        assert_ne!(next, last, "{why}");
        last = next;
    };
    std::fs::remove_file(folder.path().join("ca.pem")).unwrap();
    expect_another("no certificate");
    std::fs::write(folder.path().join("ca.pem"), "garbage").unwrap();
    expect_another("an unreadable certificate");
    std::fs::remove_file(folder.path().join("ca-key.pem")).unwrap();
    expect_another("no key");
    let foreign = KeyPair::generate().unwrap().serialize_pem();
    private_file::write(&folder.path().join("ca-key.pem"), foreign.as_bytes()).unwrap();
    expect_another("another key");
    let unlimited = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let certificate = params.self_signed(&unlimited).unwrap();
    std::fs::write(folder.path().join("ca.pem"), certificate.pem()).unwrap();
    let key = unlimited.serialize_pem();
    private_file::write(&folder.path().join("ca-key.pem"), key.as_bytes()).unwrap();
    expect_another("an authority without constraints");
}

#[cfg(unix)]
#[test]
fn the_key_is_private_and_a_key_that_is_not_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    Tls::local(folder.path(), NOW).unwrap();
    let key = folder.path().join("ca-key.pem");
    assert_eq!(
        std::fs::metadata(&key).unwrap().permissions().mode() & 0o777,
        0o600
    );
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let refused = Tls::local(folder.path(), NOW).unwrap_err();
    assert!(matches!(
        refused,
        TlsError::File(PrivateFileError::Exposed { .. })
    ));
}

#[test]
fn the_bundle_holds_the_authority_and_the_systems_roots() {
    let folder = folder();
    let tls = Tls::local(folder.path(), NOW).unwrap();
    assert_eq!(
        tls.bundle_pem(),
        Some(folder.path().join("bundle.pem").as_path())
    );
    let system = rustls_native_certs::load_native_certs().certs.len();
    assert_eq!(roots(&folder, "ca.pem").len(), 1);
    let bundle = read(&folder, "bundle.pem");
    assert_eq!(CertificateDer::pem_slice_iter(&bundle).count(), system + 1);
    assert!(bundle.starts_with(&read(&folder, "ca.pem")));
}

#[test]
fn the_bundle_follows_the_systems_roots_once_a_day() {
    let folder = folder();
    Tls::local(folder.path(), NOW).unwrap();
    let path = folder.path().join("bundle.pem");
    let bundle = read(&folder, "bundle.pem");
    let stale = [bundle.as_slice(), &read(&folder, "ca.pem")].concat();
    std::fs::write(&path, &stale).unwrap();
    let written = UNIX_EPOCH + std::time::Duration::from_secs(1_795_000_000);
    let file = std::fs::File::options().append(true).open(&path).unwrap();
    file.set_modified(written).unwrap();
    let tls = Tls::local(folder.path(), NOW).unwrap();
    tls.renew_if_due(NOW.plus(DAY - 1)).unwrap();
    assert_eq!(read(&folder, "bundle.pem"), stale);
    tls.renew_if_due(NOW.plus(DAY)).unwrap();
    assert_eq!(read(&folder, "bundle.pem"), bundle);
}

#[test]
fn the_servers_certificate_is_renewed_a_month_before_it_expires() {
    let folder = folder();
    let tls = Tls::local(folder.path(), NOW.plus(-85 * DAY)).unwrap();
    assert!(shake_hands(&tls, &folder, "localhost").is_ok());
    let tls = Tls::local(folder.path(), NOW.plus(-95 * DAY)).unwrap();
    shake_hands(&tls, &folder, "localhost").unwrap_err();
    tls.renew_if_due(NOW).unwrap();
    assert!(shake_hands(&tls, &folder, "localhost").is_ok());
}

#[test]
fn a_given_certificate_is_used_as_it_is() {
    let made = rcgen::generate_simple_self_signed(["gateway.example".to_owned()]).unwrap();
    let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    let folder = folder();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let (certificate, key) = (file("tls.crt", &certificate), file("tls.key", &key));
    let tls = Tls::provided(&certificate, &key).unwrap();
    assert!(tls.ca_pem().is_none());
    let other = file("other.key", &KeyPair::generate().unwrap().serialize_pem());
    let refused = Tls::provided(&certificate, &other);
    assert!(matches!(refused, Err(TlsError::Rustls(_))));
    let refused = Tls::provided(&certificate, &file("no.key", "no key"));
    assert!(matches!(refused, Err(TlsError::Given { what: "key", .. })));

    // A renewed one is taken when both files are there.
    let renewed = rcgen::generate_simple_self_signed(["renewed.example".to_owned()]).unwrap();
    tls.renew_if_due(NOW).unwrap();
    file("tls.crt", &renewed.cert.pem());
    tls.renew_if_due(NOW).unwrap_err();
    file("tls.key", &renewed.signing_key.serialize_pem());
    tls.renew_if_due(NOW).unwrap();
}
