//! Calls to model servers on loopback that note what reaches them.

mod answers;
mod proxied;
mod server;

use azure::proxy::Proxies;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use http_body_util::BodyExt;

use self::server::{Act, Server};
use super::*;
use crate::backend::{Api, Dialect, Route};

const CHAT: Route = Route::new(Api::ChatCompletions, Dialect::Classic);
const RESPONSES: Route = Route::new(Api::Responses, Dialect::V1);

fn upstream(server: &Server, more: &str) -> Upstream {
    let config = format!("url = '{}/v1'\nmodel = 'llama3'\n{more}", server.url);
    let config: UpstreamConfig = toml::from_str(&config).expect("a configuration");
    Upstream::new(&config, "gpt-4o", &Proxies::default()).expect("an upstream")
}

fn call<'a>(route: Route, headers: &'a HeaderMap, body: &str) -> Forward<'a> {
    let payload = Payload::Whole(Bytes::copy_from_slice(body.as_bytes()), None);
    Forward {
        route,
        model: "gpt-4o",
        headers,
        payload,
    }
}

/// Status and text of an answer, or the fault's code and status.
async fn ask(upstream: &Upstream, route: Route, body: &str) -> (u16, String) {
    match upstream
        .forward(&Pool::new(), call(route, &HeaderMap::new(), body))
        .await
    {
        Ok(answer) => {
            let status = answer.status().as_u16();
            match answer.into_body().collect().await {
                Ok(body) => (
                    status,
                    String::from_utf8_lossy(&body.to_bytes()).into_owned(),
                ),
                Err(fault) => (status, fault.to_string()),
            }
        }
        Err(fault) => (fault.status().as_u16(), fault.code().to_owned()),
    }
}

#[tokio::test]
async fn a_call_travels_with_our_model_and_credential_and_not_with_the_callers() {
    let server = Server::start(Act::Answer(200, r#"{"ok":true}"#)).await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("key");
    std::fs::write(&file, "our-own-key\n").expect("a file");
    let upstream = upstream(
        &server,
        &format!("credential = {{ file = '{}' }}", file.display()),
    );
    let mut headers = HeaderMap::new();
    for name in [
        "authorization",
        "api-key",
        "x-api-key",
        "cookie",
        "x-entrada-fault",
        "ocp-apim-subscription-key",
    ] {
        headers.insert(name, HeaderValue::from_static("the-callers"));
    }
    headers.insert("user-agent", HeaderValue::from_static("OpenAI/Python"));
    headers.insert("host", HeaderValue::from_static("contoso.openai.azure.com"));
    let body = r#"{"messages":[{"role":"user","content":"hi"}],"model":"gpt-4o"}"#;
    let answer = upstream
        .forward(&Pool::new(), call(CHAT, &headers, body))
        .await
        .expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    let seen = server.seen();
    assert_eq!(seen.line, "POST /v1/chat/completions");
    assert_eq!(
        seen.body,
        r#"{"messages":[{"role":"user","content":"hi"}],"model":"llama3"}"#
    );
    assert_eq!(seen.headers["authorization"], "Bearer our-own-key");
    assert_eq!(seen.headers["user-agent"], "OpenAI/Python");
    assert_eq!(
        seen.headers["content-length"].to_str().ok(),
        Some(seen.body.len().to_string().as_str())
    );
    assert!(!format!("{:?}", seen.headers).contains("the-callers"));
    assert!(
        !seen.headers["host"]
            .to_str()
            .unwrap_or_default()
            .contains("contoso")
    );
    assert!(!format!("{upstream:?}").contains("our-own-key"));
}

#[tokio::test]
async fn a_key_goes_in_the_header_that_is_configured() {
    let server = Server::start(Act::Answer(200, "{}")).await;
    let upstream = upstream(
        &server,
        "credential = { env = 'CARGO_PKG_NAME', header = 'x-api-key' }",
    );
    ask(&upstream, CHAT, "{}").await;
    let seen = server.seen();
    assert_eq!(seen.headers["x-api-key"], "server");
    assert!(!seen.headers.contains_key("authorization"));
}

#[tokio::test]
async fn what_the_server_lacks_is_refused_without_asking_it() {
    let server = Server::start(Act::Answer(200, "{}")).await;
    let upstream = upstream(&server, "apis = ['chat']");
    for (api, status, code) in [
        (Api::Completions, 400, "OperationNotSupported"),
        (Api::Embeddings, 400, "OperationNotSupported"),
        (Api::Responses, 400, "OperationNotSupported"),
        (Api::Messages, 404, "OperationNotSupported"),
        (Api::CountTokens, 404, "OperationNotSupported"),
    ] {
        assert_eq!(
            ask(&upstream, Route::new(api, Dialect::V1), "{}").await,
            (status, code.to_owned()),
            "{api:?}"
        );
    }
    assert_eq!(ask(&upstream, CHAT, "{}").await.0, 200);
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_body_that_could_mean_another_model_stays_here() {
    let server = Server::start(Act::Answer(200, "{}")).await;
    let upstream = upstream(&server, "");
    for body in [
        r#"{"model":"a","model":"b"}"#,
        r#"{"model":"a","MODEL":"b"}"#,
        "[]",
        "",
        "{\"a\":1}{\"model\":\"b\"}",
    ] {
        assert_eq!(
            ask(&upstream, CHAT, body).await,
            (400, "InvalidRequestBody".to_owned()),
            "{body}"
        );
    }
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn kept_responses_are_used_only_where_that_is_configured() {
    let server = Server::start(Act::Answer(200, "{}")).await;
    let follow = r#"{"input":"hi","previous_response_id":"resp_1"}"#;
    let closed = upstream(&server, "apis = ['responses']");
    assert_eq!(ask(&closed, RESPONSES, r#"{"input":"hi"}"#).await.0, 200);
    assert_eq!(
        ask(&closed, RESPONSES, follow).await,
        (400, "StoredResponsesNotSupported".to_owned())
    );
    let pool = Pool::new();
    let none = HeaderMap::new();
    let kept = |method: Method, id: &'static str, query: Option<&'static str>| Kept {
        method,
        id,
        input_items: query.is_some(),
        query,
        headers: &none,
    };
    let refused = closed.kept_response(&pool, kept(Method::GET, "resp_1", None));
    assert!(refused.await.is_err());
    let open = upstream(&server, "apis = ['responses']\nstored_responses = true");
    assert_eq!(ask(&open, RESPONSES, follow).await.0, 200);
    let deleted = open.kept_response(&pool, kept(Method::DELETE, "resp_1", None));
    assert!(deleted.await.is_ok());
    assert_eq!(server.seen().line, "DELETE /v1/responses/resp_1");
    let query = "api-version=v1&limit=2&code=secret&include%5B%5D=usage&order=asc";
    let items = open.kept_response(&pool, kept(Method::GET, "resp_1", Some(query)));
    assert!(items.await.is_ok());
    assert_eq!(
        server.seen().line,
        "GET /v1/responses/resp_1/input_items?limit=2&include%5B%5D=usage&order=asc"
    );
    for id in ["", "..", "a/b", "a?b", "a%2fb", "a b"] {
        let refused = open.kept_response(&pool, kept(Method::GET, id, None));
        assert!(refused.await.is_err(), "{id}");
    }
}

#[tokio::test]
async fn connections_are_used_again() {
    let server = Server::start(Act::Answer(200, "{}")).await;
    let upstream = upstream(&server, "");
    let pool = Pool::new();
    for _ in 0..5 {
        let answer = upstream
            .forward(&pool, call(CHAT, &HeaderMap::new(), "{}"))
            .await
            .expect("an answer");
        answer.into_body().collect().await.expect("a body");
    }
    assert_eq!((server.count(), server.connections()), (5, 1));
}

#[tokio::test]
async fn a_connection_that_ended_unnoticed_is_replaced() {
    let server = Server::start(Act::AnswerAndClose).await;
    let upstream = upstream(&server, "");
    let pool = Pool::new();
    for _ in 0..3 {
        let answer = upstream
            .forward(&pool, call(CHAT, &HeaderMap::new(), "{}"))
            .await
            .expect("an answer");
        answer.into_body().collect().await.expect("a body");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!((server.count(), server.connections()), (3, 3));
}

#[tokio::test]
async fn a_connection_whose_answer_was_not_read_is_not_used_again() {
    let server = Server::start(Act::Stream(vec![("1", 0), ("2", 50)])).await;
    let upstream = upstream(&server, "");
    let pool = Pool::new();
    for _ in 0..2 {
        let answer = upstream
            .forward(&pool, call(CHAT, &HeaderMap::new(), "{}"))
            .await
            .expect("an answer");
        drop(answer);
    }
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn tls_is_verified_against_the_configured_authorities() {
    let server = Server::start_tls(Act::Answer(200, r#"{"ok":1}"#)).await;
    let folder = tempfile::tempdir().expect("a folder");
    let trusted = folder.path().join("ca.pem");
    std::fs::write(&trusted, &server.authority).expect("a file");
    let good = upstream(&server, &format!("ca_file = '{}'", trusted.display()));
    assert_eq!(
        ask(&good, CHAT, "{}").await,
        (200, r#"{"ok":1}"#.to_owned())
    );
    let other = Server::start_tls(Act::Answer(200, "{}")).await;
    std::fs::write(&trusted, &other.authority).expect("a file");
    let bad = upstream(&server, &format!("ca_file = '{}'", trusted.display()));
    assert_eq!(
        ask(&bad, CHAT, "{}").await,
        (502, "UpstreamUnreachable".to_owned())
    );
}

#[test]
fn an_upstream_that_cannot_work_is_found_at_start() {
    for (config, expected) in [
        ("url = 'nowhere'", "is not the URL of an API"),
        (
            "url = 'http://h'\nfirst_byte_seconds = 0",
            "`first_byte_seconds` must be at least 1",
        ),
        ("url = 'http://h'\ncredential = {}", "one of them"),
        (
            "url = 'http://h'\ncredential = { env = 'A', file = 'b' }",
            "one of them",
        ),
        (
            "url = 'http://h'\ncredential = { env = 'ENTRADA_NO_SUCH_VARIABLE' }",
            "`ENTRADA_NO_SUCH_VARIABLE` is not set",
        ),
        (
            "url = 'http://h'\ncredential = { file = '/no/such/file' }",
            "`/no/such/file` cannot be read",
        ),
        (
            "url = 'http://h'\nforward_headers = ['Cookie']",
            "`Cookie` never travels",
        ),
        (
            "url = 'https://h'\nca_file = '/no/such/file'",
            "`/no/such/file` cannot be used",
        ),
        (
            "url = 'http://h'\napis = ['chat', 'speech']",
            "unknown variant `speech`",
        ),
        ("url = 'http://h'\ntimeout = 3", "unknown field `timeout`"),
    ] {
        let fault = toml::from_str::<UpstreamConfig>(config)
            .map_err(|fault| fault.to_string())
            .and_then(|config| {
                Upstream::new(&config, "d", &Proxies::default()).map_err(|fault| fault.to_string())
            })
            .err()
            .unwrap_or_default();
        assert!(fault.contains(expected), "{config}: {fault}");
    }
}
