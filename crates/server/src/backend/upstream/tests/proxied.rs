//! Through forward proxies, to servers whose names only these know.

use std::time::{Duration, Instant};

use http::HeaderMap;
use http_body_util::BodyExt;

use super::server::{Act, Server};
use super::*;
use crate::tests::forward_proxy::ForwardProxy;

/// `ada:hunter2`
const ADA: &str = "Basic YWRhOmh1bnRlcjI=";

/// An upstream at `models.example`, through a proxy whose URL is in a file.
fn through(proxy: &str, server: &Server, more: &str) -> (Upstream, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let (ca, url) = (folder.path().join("ca.pem"), folder.path().join("proxy"));
    std::fs::write(&ca, &server.authority).expect("a file");
    std::fs::write(&url, proxy).expect("a file");
    let config = format!(
        "url = '{}/v1'\nmodel = 'llama3'\nca_file = '{}'\nproxy = {{ file = '{}' }}\n{more}",
        server.url.replace("127.0.0.1", "models.example"),
        ca.display(),
        url.display(),
    );
    let config: UpstreamConfig = toml::from_str(&config).expect("a configuration");
    let upstream = Upstream::new(&config, "gpt-4o", &Proxies::default());
    (upstream.expect("an upstream"), folder)
}

async fn fault(upstream: &Upstream) -> Fault {
    let headers = HeaderMap::new();
    let (pool, call) = (Pool::new(), call(CHAT, &headers, "{}"));
    let fault = upstream.forward(&pool, call).await;
    fault.err().expect("a fault")
}

#[tokio::test]
async fn an_https_server_is_reached_through_a_tunnel_that_is_kept() {
    let server = Server::start_tls(Act::Answer(200, r#"{"ok":1}"#)).await;
    let proxy = ForwardProxy::start(Some(ADA));
    let url = format!("http://ada:hunter2@{}", proxy.address);
    let (upstream, _folder) = through(&url, &server, "credential = { env = 'CARGO_PKG_NAME' }");
    let pool = Pool::new();
    for _ in 0..3 {
        let headers = HeaderMap::new();
        let answer = upstream.forward(&pool, call(CHAT, &headers, "{}")).await;
        let body = answer.expect("an answer").into_body();
        assert_eq!(
            body.collect().await.expect("a body").to_bytes(),
            r#"{"ok":1}"#
        );
    }
    let seen = server.seen();
    assert_eq!(seen.line, "POST /v1/chat/completions");
    assert_eq!(seen.headers["authorization"], "Bearer server");
    assert!(!seen.headers.contains_key("proxy-authorization"));
    let asked = proxy.seen();
    assert_eq!(asked.len(), 1, "{asked:?}");
    let port = server.url.rsplit(':').next().expect("a port");
    assert!(asked[0].starts_with(&format!("CONNECT models.example:{port} HTTP/1.1\r\n")));
    assert!(
        !asked[0].contains("Bearer"),
        "the server's credential is not the proxy's"
    );
    assert!(!format!("{upstream:?}").contains("YWRh"));
}

#[tokio::test]
async fn a_plain_server_is_asked_for_in_absolute_form() {
    let server = Server::start(Act::Answer(200, "{}")).await;
    let proxy = ForwardProxy::start(Some(ADA));
    let url = format!("http://ada:hunter2@{}", proxy.address);
    let (upstream, _folder) = through(&url, &server, "");
    assert_eq!(ask(&upstream, CHAT, "{}").await, (200, "{}".to_owned()));
    let named = server.url.replace("127.0.0.1", "models.example");
    assert_eq!(
        server.seen().line,
        format!("POST {named}/v1/chat/completions")
    );
    assert_eq!(
        format!("http://{}", server.seen().headers["host"].to_str().unwrap()),
        named
    );
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named_to_the_operator_and_not_to_the_client() {
    let tls = Server::start_tls(Act::Answer(200, "{}")).await;
    let plain = Server::start(Act::Answer(200, "{}")).await;
    let guarded = ForwardProxy::start(Some(ADA));
    let forbidding = ForwardProxy::answering("403 Forbidden", "text/html");
    let asking = ForwardProxy::answering("407 Proxy Authentication Required", "application/json");
    let refused = "UpstreamProxyRefused";
    for (server, url, code, detail) in [
        (
            &tls,
            guarded.address.clone(),
            refused,
            "wants a user and a password",
        ),
        (
            &tls,
            format!("eve:letmein@{}", guarded.address),
            refused,
            "refuses the user and the password that it was given",
        ),
        (
            &tls,
            forbidding.address.clone(),
            refused,
            "answers HTTP/1.1 403 Forbidden",
        ),
        (
            &plain,
            forbidding.address.clone(),
            refused,
            "the proxy answered 403",
        ),
        (
            &plain,
            asking.address.clone(),
            refused,
            "the proxy answered 407",
        ),
        (
            &tls,
            "127.0.0.1:1".to_owned(),
            "UpstreamProxyUnreachable",
            "`127.0.0.1:1` cannot be reached: Connection refused",
        ),
    ] {
        let (upstream, _folder) = through(&format!("http://{url}"), server, "");
        let fault = fault(&upstream).await;
        assert_eq!((fault.status().as_u16(), fault.code()), (502, code));
        let (said, told) = (fault.detail(), fault.message());
        assert!(said.contains(detail), "{said}");
        assert!(told.contains("proxy"), "{told}");
        assert!(!told.contains("127.0.0.1"), "{told}");
        assert!(!format!("{said}{told}{fault:?}").contains("letmein"));
    }
    assert_eq!((tls.count(), plain.count()), (0, 0));
}

#[tokio::test]
async fn a_servers_own_refusal_is_not_taken_for_the_proxys() {
    let server = Server::start(Act::Answer(403, "{}")).await;
    let proxy = ForwardProxy::start(None);
    let (upstream, _folder) = through(&format!("http://{}", proxy.address), &server, "");
    assert_eq!(fault(&upstream).await.code(), "UpstreamCredentialRefused");
}

#[tokio::test]
async fn a_proxy_that_says_nothing_is_waited_for_as_long_as_for_a_connection() {
    let server = Server::start_tls(Act::Answer(200, "{}")).await;
    let proxy = ForwardProxy::silent();
    let url = format!("http://{}", proxy.address);
    let (upstream, _folder) = through(&url, &server, "connect_seconds = 1");
    let begun = Instant::now();
    let fault = fault(&upstream).await;
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(fault.code(), "UpstreamUnreachable");
    let said = fault.detail();
    assert!(
        said.contains(&format!("through the proxy `{}`", proxy.address)),
        "{said}"
    );
}

#[tokio::test]
async fn a_server_of_this_machine_is_reached_directly_whatever_the_environment_says() {
    let server = Server::start(Act::Answer(200, "{}")).await;
    let proxies = Proxies::new(|_| Some("http://127.0.0.1:1".to_owned())).of_server("1.1 us");
    let config = format!("url = '{}/v1'", server.url);
    let config: UpstreamConfig = toml::from_str(&config).expect("a configuration");
    let upstream = Upstream::new(&config, "d", &proxies).expect("an upstream");
    assert_eq!(ask(&upstream, CHAT, "{}").await.0, 200);
}

#[test]
fn a_proxy_that_cannot_be_used_is_found_at_start_if_it_is_needed() {
    let proxies = Proxies::new(|name| (name == "ALL_PROXY").then(|| "socks5://p".to_owned()));
    let proxies = proxies.of_server("1.1 us");
    let fault = |config: &str| {
        let config: UpstreamConfig = toml::from_str(config).expect("a configuration");
        let upstream = Upstream::new(&config, "d", &proxies);
        upstream.err().map(|fault| fault.to_string())
    };
    let usual = fault("url = 'http://models.example'").unwrap_or_default();
    assert!(
        usual.contains("ALL_PROXY") && usual.contains("only http proxies"),
        "{usual}"
    );
    let own = fault("url = 'http://models.example'\nproxy = { url = 'https://p' }");
    assert!(own.unwrap_or_default().starts_with("proxy: only http"));
    for needless in [
        "url = 'http://localhost:11434'",
        "url = 'http://models.example'\nproxy = { direct = true }",
    ] {
        assert_eq!(fault(needless), None);
    }
}
