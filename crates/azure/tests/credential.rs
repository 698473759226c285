//! Managed and workload identities against an endpoint that remembers what it was asked.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use access::Timestamp;
use azure::client::{Client, Options};
use azure::credential::managed_identity::{ManagedIdentity, Selector};
use azure::credential::workload_identity::WorkloadIdentity;
use azure::credential::{CredentialError, Source, TokenCache, Turn};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const NOW: Timestamp = Timestamp(1_795_000_000);
const SCOPE: &str = "https://cognitiveservices.azure.com/.default";

/// An identity endpoint that gives what it is told to.
#[derive(Clone)]
struct Endpoint {
    origin: String,
    asked: Arc<Mutex<Vec<String>>>,
    answer: Arc<Mutex<(u16, String)>>,
}

impl Endpoint {
    async fn start() -> Endpoint {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = Endpoint {
            origin: format!("http://{}", listener.local_addr().unwrap()),
            asked: Arc::default(),
            answer: Arc::default(),
        };
        let this = endpoint.clone();
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let mut request = vec![0; 8192];
                let length = socket.read(&mut request).await.unwrap();
                let request = String::from_utf8_lossy(&request[..length]).into_owned();
                this.asked.lock().unwrap().push(request);
                let (status, body) = this.answer.lock().unwrap().clone();
                let answer = format!(
                    "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
                    body.len()
                );
                socket.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        endpoint
    }

    fn gives(&self, token: &str, expires: Timestamp) {
        let body = format!(
            r#"{{"access_token":"{token}","expires_on":"{}"}}"#,
            expires.0
        );
        *self.answer.lock().unwrap() = (200, body);
    }

    fn fails(&self) {
        *self.answer.lock().unwrap() = (503, r#"{"error":"down"}"#.to_owned());
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    fn imds(&self) -> TokenCache {
        let identity = ManagedIdentity::imds(client(), &self.origin, None);
        TokenCache::new(Source::ManagedIdentity(identity), SCOPE)
    }
}

fn client() -> Client {
    Client::new(&Options {
        extra_roots: Some(some_certificate()),
        system_roots: false,
        platform_http: true,
        ..Options::default()
    })
    .unwrap()
}

/// Some certificate: a client that trusts nobody is refused.
fn some_certificate() -> Vec<u8> {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    certified.cert.pem().into_bytes()
}

#[tokio::test]
async fn each_shape_is_asked_in_its_own_words() {
    let endpoint = Endpoint::start().await;
    endpoint.gives("t", NOW.plus(3600));
    let imds = |selector| ManagedIdentity::imds(client(), &endpoint.origin, selector);
    let path = format!("{}/msi/token", endpoint.origin);
    let app_service =
        |selector| ManagedIdentity::app_service(client(), &path, "the-secret", selector).unwrap();
    let resource = "resource=https%3A%2F%2Fcognitiveservices.azure.com";
    let arm = || Some(Selector::ResourceId("/a/b".to_owned()));
    for (identity, line, header) in [
        (
            imds(None),
            format!("GET /metadata/identity/oauth2/token?api-version=2018-02-01&{resource} "),
            "metadata: true",
        ),
        (
            imds(arm()),
            format!(
                "GET /metadata/identity/oauth2/token?api-version=2018-02-01&{resource}&msi_res_id=%2Fa%2Fb "
            ),
            "metadata: true",
        ),
        (
            app_service(Some(Selector::ClientId("c".to_owned()))),
            format!("GET /msi/token?api-version=2019-08-01&{resource}&client_id=c "),
            "x-identity-header: the-secret",
        ),
        (
            app_service(arm()),
            format!("GET /msi/token?api-version=2019-08-01&{resource}&mi_res_id=%2Fa%2Fb "),
            "x-identity-header: the-secret",
        ),
    ] {
        let shown = format!("{identity:?}");
        assert!(!shown.contains("the-secret"), "{shown}");
        let tokens = TokenCache::new(Source::ManagedIdentity(identity), SCOPE);
        assert_eq!(tokens.token(NOW).await.unwrap().authorization, "Bearer t");
        let asked = endpoint.asked().pop().unwrap();
        assert!(asked.starts_with(&line), "{asked}");
        assert!(asked.contains(header), "{asked}");
    }
}

#[tokio::test]
async fn a_federated_token_is_read_anew_for_every_exchange() {
    let endpoint = Endpoint::start().await;
    let folder = tempfile::tempdir().unwrap();
    let token_file = folder.path().join("token");
    let source = |tenant: &str| {
        Source::WorkloadIdentity(WorkloadIdentity {
            client: client(),
            authority: format!("{}/", endpoint.origin),
            tenant_id: tenant.to_owned(),
            client_id: "the-client".to_owned(),
            token_file: token_file.clone(),
        })
    };
    let missing = TokenCache::new(source("t"), SCOPE).token(NOW).await;
    assert!(
        matches!(missing, Err(CredentialError::File { .. })),
        "{missing:?}"
    );
    for content in ["first.to.ken\n", "second.to.ken"] {
        std::fs::write(&token_file, content).unwrap();
        endpoint.gives("t", NOW.plus(3600));
        TokenCache::new(source("tenant"), SCOPE)
            .token(NOW)
            .await
            .unwrap();
        let asked = endpoint.asked().pop().unwrap();
        assert!(
            asked.starts_with("POST /tenant/oauth2/v2.0/token "),
            "{asked}"
        );
        let assertion = format!("client_assertion={}&", content.trim());
        assert!(asked.contains(&assertion), "{asked}");
        assert!(
            asked.ends_with("scope=https%3A%2F%2Fcognitiveservices.azure.com%2F.default"),
            "{asked}"
        );
    }
}

#[tokio::test]
async fn whoever_comes_together_is_served_by_one_fetch() {
    let endpoint = Endpoint::start().await;
    endpoint.gives("t", NOW.plus(3600));
    let tokens = Arc::new(endpoint.imds());
    let calls = (0..50).map(|_| {
        let tokens = Arc::clone(&tokens);
        tokio::spawn(async move { tokens.token(NOW).await.unwrap().expires })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap(), NOW.plus(3600));
    }
    assert_eq!(endpoint.asked().len(), 1);
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends_and_nobody_waits_for_it() {
    let endpoint = Endpoint::start().await;
    endpoint.gives("old", NOW.plus(3600));
    let tokens = endpoint.imds();
    tokens.token(NOW).await.unwrap();
    endpoint.gives("new", NOW.plus(7200));
    let late = NOW.plus(3400);
    assert_eq!(
        tokens.token(late).await.unwrap().authorization,
        "Bearer old"
    );
    while tokens.token(late).await.unwrap().authorization != "Bearer new" {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(endpoint.asked().len(), 2);
}

#[tokio::test]
async fn an_endpoint_that_gives_the_same_token_again_is_not_asked_by_every_request() {
    let endpoint = Endpoint::start().await;
    endpoint.gives("t", NOW.plus(100));
    let tokens = endpoint.imds();
    for _ in 0..20 {
        tokens.token(NOW).await.unwrap();
        tokio::task::yield_now().await;
    }
    assert_eq!(endpoint.asked().len(), 1);
}

#[tokio::test]
async fn a_token_that_ended_is_not_sent_and_a_failing_endpoint_is_left_alone() {
    let endpoint = Endpoint::start().await;
    endpoint.gives("t", NOW.plus(3600));
    let tokens = endpoint.imds();
    tokens.token(NOW).await.unwrap();
    endpoint.fails();
    let over = NOW.plus(3600);
    for _ in 0..20 {
        let refused = tokens.token(over).await.unwrap_err();
        assert!(
            matches!(refused, CredentialError::Refused { .. }),
            "{refused}"
        );
    }
    assert_eq!(endpoint.asked().len(), 2, "once, for all of them");
    endpoint.gives("new", NOW.plus(7200));
    tokens.token(over).await.unwrap_err();
    assert_eq!(
        tokens.token(over.plus(5)).await.unwrap().authorization,
        "Bearer new"
    );
}

/// A cache of a federated identity, and what its watcher was told.
fn watched(
    endpoint: &Endpoint,
    token_file: &std::path::Path,
) -> (TokenCache, Arc<Mutex<Vec<String>>>) {
    let source = Source::WorkloadIdentity(WorkloadIdentity {
        client: client(),
        authority: endpoint.origin.clone(),
        tenant_id: "tenant".to_owned(),
        client_id: "the-client".to_owned(),
        token_file: token_file.to_owned(),
    });
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let noted = Arc::clone(&told);
    let watcher = move |turn: &Turn<'_>| {
        let words = match turn {
            Turn::Failed { good_until, .. } => format!("failed, {good_until:?}"),
            Turn::Recovered { failures } => format!("recovered from {failures}"),
        };
        noted.lock().unwrap().push(words);
    };
    (TokenCache::watched(source, SCOPE, Box::new(watcher)), told)
}

/// Waits until the endpoint was asked so often.
async fn asked(endpoint: &Endpoint, times: usize) {
    while endpoint.asked().len() < times {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // Until the answer has arrived, too.
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(endpoint.asked().len(), times);
}

#[tokio::test]
async fn a_renewal_takes_the_federated_token_that_is_there_then() {
    let endpoint = Endpoint::start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "first").unwrap();
    let (tokens, _told) = watched(&endpoint, &file);
    endpoint.gives("one", NOW.plus(3600));
    tokens.token(NOW).await.unwrap();
    // As Kubernetes does it: another file takes its place.
    std::fs::write(folder.path().join("next"), "second").unwrap();
    std::fs::rename(folder.path().join("next"), &file).unwrap();
    endpoint.gives("two", NOW.plus(7200));
    let late = NOW.plus(3400);
    assert_eq!(
        tokens.token(late).await.unwrap().authorization,
        "Bearer one"
    );
    asked(&endpoint, 2).await;
    assert_eq!(
        tokens.token(late).await.unwrap().authorization,
        "Bearer two"
    );
    let newest = endpoint.asked().pop().unwrap();
    assert!(newest.contains("client_assertion=second&"), "{newest}");
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_is_used_to_its_end_and_asked_for_less_and_less() {
    let endpoint = Endpoint::start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "federated").unwrap();
    let (tokens, told) = watched(&endpoint, &file);
    endpoint.gives("old", NOW.plus(3600));
    tokens.token(NOW).await.unwrap();
    endpoint.fails();
    let mut times = 1;
    // Five minutes before its end, and 30, 60 and 120 seconds after each other.
    for (second, asks) in [
        (3300, true),
        (3329, false),
        (3330, true),
        (3389, false),
        (3390, true),
    ] {
        let token = tokens.token(NOW.plus(second)).await.unwrap();
        assert_eq!(token.authorization, "Bearer old", "{second}");
        times += usize::from(asks);
        asked(&endpoint, times).await;
    }
    // Over: asked at once, and from then on every 30 seconds.
    for (second, asks) in [
        (3595, true),
        (3614, false),
        (3625, true),
        (3654, false),
        (3655, true),
    ] {
        tokens.token(NOW.plus(second)).await.unwrap_err();
        times += usize::from(asks);
        asked(&endpoint, times).await;
    }
    endpoint.gives("new", NOW.plus(7200));
    let token = tokens.token(NOW.plus(3700)).await.unwrap();
    assert_eq!(token.authorization, "Bearer new");
    let told = told.lock().unwrap().clone();
    let first = format!("failed, {:?}", Some(NOW.plus(3600)));
    assert_eq!(told, [first, "recovered from 6".to_owned()]);
}
