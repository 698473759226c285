//! The client against an HTTPS server on loopback: what it refuses and how it names what went wrong.

mod common;

use std::time::Duration;

use azure::client::{Answer, Client, ClientError, Options};
use common::Server;

fn options(server: &Server) -> Options {
    Options {
        extra_roots: Some(server.certificate.clone().into_bytes()),
        system_roots: false,
        platform_http: false,
        timeout: Duration::from_millis(500),
        max_body: 1000,
        ..Options::default()
    }
}

async fn get(server: &Server, options: &Options, path: &str) -> Result<Answer, ClientError> {
    let client = Client::new(options).expect("a client");
    client.get(&format!("{}{path}", server.origin)).await
}

#[tokio::test]
async fn answers_are_read_whole_within_limits() {
    let server = Server::start().await;
    server.serve("/good", 200, "body");
    server.serve("/bad", 500, "oops");
    server.serve("/fits", 200, "x".repeat(1000));
    server.serve("/large", 200, "x".repeat(1001));
    server.serve("/slow", 0, "");
    let options = options(&server);
    assert_eq!(
        get(&server, &options, "/good")
            .await
            .expect("an answer")
            .body,
        "body"
    );
    assert_eq!(
        get(&server, &options, "/bad")
            .await
            .expect("an answer")
            .status,
        500
    );
    get(&server, &options, "/fits").await.expect("an answer");
    let large = get(&server, &options, "/large").await;
    assert!(
        matches!(large, Err(ClientError::TooLarge { limit: 1000, .. })),
        "{large:?}"
    );
    let slow = get(&server, &options, "/slow").await;
    assert!(matches!(slow, Err(ClientError::Timeout { .. })), "{slow:?}");
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let server = Server::start().await;
    server.serve("/moved", 302, "/elsewhere");
    let answer = get(&server, &options(&server), "/moved")
        .await
        .expect("an answer");
    assert_eq!(answer.status, 302);
    assert_eq!(server.asked(), ["/moved"]);
}

#[tokio::test]
async fn an_untrusted_certificate_is_told_from_a_closed_port_and_an_unknown_name() {
    let (server, other) = (Server::start().await, Server::start().await);
    let untrusting = options(&other);
    let tls = get(&server, &untrusting, "/").await;
    assert!(matches!(tls, Err(ClientError::Tls { .. })), "{tls:?}");

    let client = Client::new(&untrusting).expect("a client");
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = free.local_addr().expect("an address").port();
    drop(free);
    let connect = client.get(&format!("https://127.0.0.1:{port}/")).await;
    assert!(
        matches!(connect, Err(ClientError::Connect { .. })),
        "{connect:?}"
    );

    let dns = client.get("https://no-such-host.invalid/").await;
    assert!(
        matches!(
            dns,
            Err(ClientError::Dns { .. } | ClientError::Timeout { .. })
        ),
        "{dns:?}"
    );
}

#[tokio::test]
async fn plain_http_is_for_loopback_addresses_only() {
    let server = Server::start().await;
    let client = Client::new(&options(&server)).expect("a client");
    for url in [
        "http://localhost/",
        "http://169.254.169.254/",
        "http://example.com/",
        "ftp://127.0.0.1/",
        "/relative",
        "not a url",
    ] {
        let answer = client.get(url).await;
        assert!(
            matches!(answer, Err(ClientError::Url(_))),
            "{url}: {answer:?}"
        );
    }
    let loopback = client.get("http://127.0.0.1:1/").await;
    assert!(
        !matches!(loopback, Err(ClientError::Url(_))),
        "{loopback:?}"
    );
}

#[test]
fn a_client_that_would_trust_nothing_is_not_made() {
    let nothing = Options {
        system_roots: false,
        ..Options::default()
    };
    assert!(matches!(Client::new(&nothing), Err(ClientError::Roots(_))));
    let garbage = Options {
        extra_roots: Some(
            b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec(),
        ),
        ..nothing
    };
    assert!(matches!(Client::new(&garbage), Err(ClientError::Roots(_))));
}
