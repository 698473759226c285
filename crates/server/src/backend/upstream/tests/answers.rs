//! What comes back: streams, silence, breaks, and clients that go away.

use std::time::{Duration, Instant};

use http::HeaderMap;
use http_body_util::BodyExt;
use serde_json::json;

use super::server::{Act, Server};
use super::*;

#[tokio::test]
async fn a_stream_passes_through_frame_by_frame() {
    let server = Server::start(Act::Stream(vec![
        ("data: 1\n\n", 0),
        ("data: 2\n\n", 1_000),
        ("data: [DONE]\n\n", 0),
    ]))
    .await;
    let upstream = upstream(&server, "");
    let begun = Instant::now();
    let answer = upstream
        .forward(&Pool::new(), call(CHAT, &HeaderMap::new(), "{}"))
        .await
        .expect("an answer");
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    assert!(!answer.headers().contains_key("set-cookie"));
    let mut body = answer.into_body();
    let first = body
        .frame()
        .await
        .expect("a frame")
        .expect("data")
        .into_data()
        .expect("data");
    assert_eq!(first, "data: 1\n\n");
    assert!(
        begun.elapsed() < Duration::from_millis(950),
        "the first piece does not wait for the second"
    );
    let rest = body.collect().await.expect("the rest").to_bytes();
    assert_eq!(rest, "data: 2\n\ndata: [DONE]\n\n");
    assert!(begun.elapsed() >= Duration::from_millis(1_000));
}

#[tokio::test]
async fn a_client_that_goes_away_ends_the_answer_upstream() {
    let server = Server::start(Act::Forever).await;
    let upstream = upstream(&server, "");
    let pool = Pool::new();
    let answer = upstream
        .forward(&pool, call(CHAT, &HeaderMap::new(), "{}"))
        .await
        .expect("an answer");
    let mut body = answer.into_body();
    body.frame().await.expect("a frame").expect("data");
    assert!(!server.client_gone());
    drop(body);
    let begun = Instant::now();
    while !server.client_gone() {
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "the upstream still writes"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_client_that_goes_away_before_the_answer_cancels_the_call() {
    let server = Server::start(Act::Silent).await;
    let upstream = upstream(&server, "");
    let pool = Pool::new();
    let headers = HeaderMap::new();
    let calling = upstream.forward(&pool, call(CHAT, &headers, "{}"));
    assert!(
        tokio::time::timeout(Duration::from_millis(200), calling)
            .await
            .is_err()
    );
    let begun = Instant::now();
    while !server.client_gone() {
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "the upstream still waits"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn silence_has_its_limits() {
    let silent = Server::start(Act::Silent).await;
    let slow = upstream(&silent, "first_byte_seconds = 1");
    assert_eq!(
        ask(&slow, CHAT, "{}").await,
        (504, "UpstreamTimeout".to_owned())
    );
    let stalls = Server::start(Act::Stream(vec![
        ("data: 1\n\n", 0),
        ("data: 2\n\n", 10_000),
    ]))
    .await;
    let idle = upstream(&stalls, "idle_seconds = 1");
    assert_eq!(
        ask(&idle, CHAT, "{}").await,
        (200, "the upstream said nothing for 1 s".to_owned())
    );
    let patient = Server::start(Act::Stream(vec![("1", 0), ("2", 700), ("3", 700)])).await;
    let idle = upstream(&patient, "idle_seconds = 1");
    assert_eq!(
        ask(&idle, CHAT, "{}").await,
        (200, "123".to_owned()),
        "the clock starts anew with each piece"
    );
}

#[tokio::test]
async fn what_goes_wrong_upstream_is_said_clearly() {
    let gone = Server::start(Act::Answer(200, "{}")).await;
    let nobody = upstream(&gone, "");
    gone.stop().await;
    assert_eq!(
        ask(&nobody, CHAT, "{}").await,
        (502, "UpstreamUnreachable".to_owned())
    );
    for (act, expected) in [
        (Act::HangUp, (502, "UpstreamBrokeOff")),
        (Act::Answer(401, "who?"), (502, "UpstreamCredentialRefused")),
        (Act::Answer(403, "no"), (502, "UpstreamCredentialRefused")),
        (Act::Answer(302, ""), (502, "UpstreamNoAnswer")),
        (Act::Answer(404, "no such model"), (404, "no such model")),
        (Act::Page(404, "text/plain"), (502, "UpstreamNoAnswer")),
        (Act::Page(405, "text/plain"), (502, "UpstreamNoAnswer")),
        (
            Act::Page(200, "text/html; charset=utf-8"),
            (502, "UpstreamNoAnswer"),
        ),
        (Act::Page(500, "text/plain"), (500, "a page")),
        (Act::Answer(429, "slow down"), (429, "slow down")),
        (Act::Answer(500, "oops"), (500, "oops")),
        (Act::Short, (200, "the upstream broke off its answer")),
    ] {
        let server = Server::start(act).await;
        let (status, text) = ask(&upstream(&server, ""), CHAT, "{}").await;
        assert_eq!((status, text.as_str()), expected);
    }
}

#[tokio::test]
async fn a_refused_credential_is_not_told_as_the_callers_fault() {
    let fault = Fault::CredentialRefused(StatusCode::UNAUTHORIZED);
    let body: serde_json::Value = serde_json::from_str(&fault.body(Dialect::V1)).expect("JSON");
    assert_eq!(body["error"]["code"], "UpstreamCredentialRefused");
    let body: serde_json::Value =
        serde_json::from_str(&fault.body(Dialect::Anthropic)).expect("JSON");
    assert_eq!(body["error"]["type"], json!("api_error"));
}

#[tokio::test]
async fn the_operator_is_told_down_to_the_systems_words_and_the_client_is_not() {
    let gone = Server::start(Act::Answer(200, "{}")).await;
    let nobody = upstream(&gone, "");
    let address = gone.url.trim_start_matches("http://").to_owned();
    gone.stop().await;
    let called = nobody
        .forward(&Pool::new(), call(CHAT, &HeaderMap::new(), "{}"))
        .await;
    let fault = called.err().expect("a fault");
    assert!(fault.detail().contains("refused"), "{}", fault.detail());
    assert!(!fault.body(Dialect::V1).contains(&address));
}
