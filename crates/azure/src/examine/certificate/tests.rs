use std::path::Path;

use access::Timestamp;
use p12_keystore::{
    Certificate, EncryptionAlgorithm, KeyStoreEntry, MacAlgorithm, PrivateKey, PrivateKeyChain,
};

use super::*;

const PASSWORD: &str = "hunter2-pfx";

struct Made {
    certificate: Vec<u8>,
    key: Vec<u8>,
    pem: String,
}

fn made(algorithm: &'static rcgen::SignatureAlgorithm) -> Made {
    let key = rcgen::KeyPair::generate_for(algorithm).unwrap();
    let parameters = rcgen::CertificateParams::new(["app".to_owned()]).unwrap();
    let certificate = parameters.self_signed(&key).unwrap();
    Made {
        certificate: certificate.der().to_vec(),
        key: key.serialize_der(),
        pem: format!("{}{}", key.serialize_pem(), certificate.pem()),
    }
}

fn pfx(made: &Made, encryption: EncryptionAlgorithm, mac: MacAlgorithm, password: &str) -> Vec<u8> {
    let key = PrivateKey::from_der(&made.key).unwrap();
    let certificate = Certificate::from_der(&made.certificate).unwrap();
    let chain = PrivateKeyChain::new("1", key, [certificate]);
    let mut store = KeyStore::new();
    store.add_entry("app", KeyStoreEntry::PrivateKeyChain(chain));
    let writer = store.writer(password).encryption_algorithm(encryption);
    writer
        .mac_algorithm(mac)
        .encryption_iterations(2_048)
        .mac_iterations(2_048)
        .write()
        .unwrap()
}

async fn reading(folder: &Path, bytes: &[u8], password: Option<&str>) -> Result<String, String> {
    let file = folder.join("app.pfx");
    std::fs::write(&file, bytes).unwrap();
    let key = read(file.to_str().unwrap(), password.map(str::to_owned)).await;
    let assertion = key.map(|key| key.assertion("app", "https://login", Timestamp(0)).unwrap());
    // Whose certificate it is, stands in the head; the signature of RSA is always the same.
    assertion.map_err(|error| error.replace(folder.to_str().unwrap(), ""))
}

#[tokio::test]
async fn certificates_are_read_in_the_forms_in_which_they_are_handed_out() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let made = made(&rcgen::PKCS_RSA_SHA256);
    let expected = reading(folder, made.pem.as_bytes(), None).await;
    assert!(expected.is_ok(), "{expected:?}");
    use EncryptionAlgorithm::{PbeWithHmacSha256AndAes256, PbeWithShaAnd3KeyTripleDesCbc};
    for (encryption, mac, password) in [
        (
            PbeWithHmacSha256AndAes256,
            MacAlgorithm::HmacSha256,
            PASSWORD,
        ),
        // What Windows writes, and OpenSSL before its third version.
        (
            PbeWithShaAnd3KeyTripleDesCbc,
            MacAlgorithm::HmacSha1,
            PASSWORD,
        ),
        (PbeWithHmacSha256AndAes256, MacAlgorithm::HmacSha256, ""),
    ] {
        let file = pfx(&made, encryption, mac, password);
        let given = Some(password).filter(|password| !password.is_empty());
        assert_eq!(reading(folder, &file, given).await, expected);
        for wrong in [None, Some("wrong")]
            .into_iter()
            .filter(|wrong| *wrong != given)
        {
            let error = reading(folder, &file, wrong).await.unwrap_err();
            assert_eq!(
                error,
                "AZURE_CLIENT_CERTIFICATE_PASSWORD is not the password of the certificate `/app.pfx`"
            );
        }
    }
}

#[tokio::test]
async fn what_is_no_certificate_is_told_and_its_password_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let curve = made(&rcgen::PKCS_ECDSA_P256_SHA256);
    let (encryption, mac) = (
        EncryptionAlgorithm::PbeWithHmacSha256AndAes256,
        MacAlgorithm::HmacSha256,
    );
    let whole = pfx(&curve, encryption, mac, PASSWORD);
    for (file, expected) in [
        (
            whole.clone(),
            "the private key in `/app.pfx` is not an RSA key",
        ),
        (
            curve.pem.into_bytes(),
            "the private key in `/app.pfx` is not an RSA key",
        ),
        (
            whole[..whole.len() / 2].to_vec(),
            "`/app.pfx` is neither PEM nor a PKCS#12 file that can be read",
        ),
        (
            b"nonsense".to_vec(),
            "`/app.pfx` is neither PEM nor a PKCS#12 file that can be read",
        ),
        (
            vec![],
            "`/app.pfx` is neither PEM nor a PKCS#12 file that can be read",
        ),
        (
            vec![0x30; MAX_FILE as usize + 1],
            "the certificate `/app.pfx` is too long",
        ),
    ] {
        let error = reading(folder, &file, Some(PASSWORD)).await.unwrap_err();
        assert_eq!(error, expected);
    }
    let missing = read("/nowhere/app.pfx", None).await.err().unwrap();
    assert_eq!(
        missing,
        "the certificate `/nowhere/app.pfx` cannot be read: entity not found"
    );
}
