//! What only the doctor asks for tokens with, and proxies, against a server that says what it is told to.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::sync::{Arc, Mutex};

use access::Timestamp;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use azure::client::{Client, ClientError, Options};
use azure::credential::arc::ArcIdentity;
use azure::credential::client_secret::{CertificateKey, ClientSecret, Proof};
use azure::credential::managed_identity::{ManagedIdentity, Selector};
use azure::credential::{CredentialError, Source};
use azure::proxy::{Proxies, Proxy};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const NOW: Timestamp = Timestamp(1_795_000_000);
const SCOPE: &str = "https://cognitiveservices.azure.com/.default";
const TOKEN: &str = r#"{"access_token":"t","expires_in":3600}"#;

/// Answers with what a function makes of each request.
struct Server {
    origin: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Server {
            origin: format!("http://{}", listener.local_addr().unwrap()),
            asked: Arc::default(),
        };
        let asked = Arc::clone(&server.asked);
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let mut request = vec![0; 16 * 1024];
                let length = socket.read(&mut request).await.unwrap();
                let request = String::from_utf8_lossy(&request[..length]).into_owned();
                let answer = answer(&request);
                asked.lock().unwrap().push(request);
                socket.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        server
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn page(status: u16, header: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} X\r\n{header}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn options() -> Options {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    Options {
        extra_roots: Some(certified.cert.pem().into_bytes()),
        system_roots: false,
        platform_http: true,
        ..Options::default()
    }
}

fn client() -> Client {
    Client::new(&options()).unwrap()
}

#[tokio::test]
async fn an_application_proves_itself_with_a_secret_or_a_certificate() {
    let server = Server::start(|_| page(200, "", TOKEN)).await;
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let proofs = [
        (Proof::Secret("s e/c".to_owned()), "client_secret=s%20e%2Fc"),
        (
            Proof::Certificate(CertificateKey::new(pair, b"a certificate")),
            "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=eyJ",
        ),
    ];
    for (proof, expected) in proofs {
        let credential = ClientSecret {
            client: client(),
            authority: server.origin.clone(),
            tenant_id: "contoso.com".to_owned(),
            client_id: "app".to_owned(),
            proof,
        };
        credential.token(SCOPE, NOW).await.unwrap();
        let asked = server.asked().pop().unwrap();
        assert!(
            asked.starts_with("POST /contoso.com/oauth2/v2.0/token "),
            "{asked}"
        );
        assert!(asked.contains(expected), "{asked}");
    }
}

#[tokio::test]
async fn a_machine_of_arc_shows_a_file_of_its_own_agent_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("1.key");
    std::fs::write(&own, "proof\n").unwrap();
    let other = folder.path().join("sub");
    std::fs::create_dir(&other).unwrap();
    let other = other.join("2.key");
    std::fs::write(&other, "stolen").unwrap();
    for (named, given) in [(own, true), (other, false), ("/etc/passwd".into(), false)] {
        let challenge = format!("www-authenticate: Basic realm={}\r\n", named.display());
        let server = Server::start(
            move |request| match request.contains("authorization: Basic") {
                true => page(200, "", TOKEN),
                false => page(401, &challenge, ""),
            },
        )
        .await;
        let identity = ArcIdentity::with_folder(client(), &server.origin, folder.path());
        let answer = identity.token(SCOPE, NOW).await;
        let asked = server.asked();
        if given {
            assert!(answer.is_ok());
            assert!(
                asked[1].contains("authorization: Basic proof\r\n"),
                "{asked:?}"
            );
        } else {
            assert!(matches!(answer, Err(CredentialError::File { .. })));
            assert_eq!(asked.len(), 1, "{asked:?}");
        }
    }
}

#[tokio::test]
async fn a_proxy_that_does_not_connect_is_told_from_a_host_that_does_not_answer() {
    let proxy = Server::start(|_| page(407, "proxy-authenticate: Basic\r\n", "")).await;
    let address = proxy.origin.replace("http://", "http://user:hunter2@");
    let named = Proxy::new(&address).unwrap();
    assert_eq!(format!("http://{}", named.address()), proxy.origin);
    let proxies = Proxies::one(&named, "spared.invalid");
    let client = Client::new(&Options {
        proxies,
        ..options()
    })
    .unwrap();
    let refused = client.get("https://host.invalid/x").await.unwrap_err();
    assert!(matches!(refused, ClientError::Proxy { .. }), "{refused}");
    assert!(refused.to_string().contains("407") && !refused.to_string().contains("hunter2"));
    let asked = proxy.asked();
    assert!(
        asked[0].starts_with("CONNECT host.invalid:443 HTTP/1.1\r\n"),
        "{asked:?}"
    );
    assert!(
        asked[0].contains("Proxy-Authorization: Basic dXNlcjpodW50ZXIy\r\n"),
        "{asked:?}"
    );
    let spared = client.get("https://spared.invalid/").await.unwrap_err();
    assert!(!matches!(spared, ClientError::Proxy { .. }), "{spared}");
    assert_eq!(proxy.asked().len(), 1);
}

#[tokio::test]
async fn older_platforms_are_asked_in_their_own_ways() {
    let server = Server::start(|_| page(200, "", TOKEN)).await;
    let endpoint = format!("{}/oauth2/token", server.origin);
    let named = Some(Selector::ClientId("some app".to_owned()));
    let learning = ManagedIdentity::machine_learning(client(), &endpoint, "s3cret", named).unwrap();
    let shell = ManagedIdentity::cloud_shell(client(), &endpoint);
    for identity in [learning, shell] {
        assert!(!format!("{identity:?}").contains("s3cret"));
        Source::ManagedIdentity(identity)
            .token(SCOPE, NOW)
            .await
            .unwrap();
    }
    let asked = server.asked();
    let resource = "resource=https%3A%2F%2Fcognitiveservices.azure.com";
    let learning = format!(
        "GET /oauth2/token?api-version=2017-09-01&{resource}&clientid=some%20app HTTP/1.1\r\n"
    );
    assert!(asked[0].starts_with(&learning), "{asked:?}");
    assert!(asked[0].contains("\r\nsecret: s3cret\r\n"), "{asked:?}");
    assert!(
        asked[1].starts_with("POST /oauth2/token HTTP/1.1\r\n"),
        "{asked:?}"
    );
    assert!(asked[1].contains("\r\nmetadata: true\r\n"), "{asked:?}");
    assert!(
        asked[1].ends_with(&format!("\r\n\r\n{resource}")),
        "{asked:?}"
    );
}
