//! What clients may hold together, not each for itself.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::TestServer;
use crate::config;

const COGNITIVE_SERVICES: &str = "https://cognitiveservices.azure.com";
const CHAT: &str = "/openai/v1/chat/completions";

#[test]
fn bodies_that_do_not_fit_into_memory_are_refused_until_others_are_gone() {
    let config = format!("{}\n[limits]\nbodies_bytes = 100000\n", config::SAMPLE);
    let server = TestServer::with_config(&config);
    let token = format!("Bearer {}", server.token("developer", COGNITIVE_SERVICES));
    let text = "x".repeat(60_000);
    let body = format!(r#"{{"model":"gpt-4o","messages":[{{"role":"user","content":"{text}"}}]}}"#);
    let headers = [("Authorization", token.as_str())];
    let call = || server.send("POST", CHAT, &headers, &body);
    assert_eq!(call().status, 200);

    // Somebody sends most of such a body, and then nothing.
    let mut slow = TcpStream::connect(server.address()).unwrap();
    let head = format!(
        "POST {CHAT} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {token}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    slow.write_all(head.as_bytes()).unwrap();
    slow.write_all(&body.as_bytes()[..55_000]).unwrap();
    let begun = Instant::now();
    let refused = loop {
        let answer = call();
        if answer.status != 200 {
            break answer;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "nothing is counted"
        );
    };
    assert_eq!(refused.status, 503, "{}", refused.body);
    assert_eq!(refused.header("retry-after"), Some("1"));
    drop(slow);
    while call().status != 200 {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "nothing is given back"
        );
    }
}

#[test]
fn strangers_are_refused_before_their_bodies_are_read() {
    let server = TestServer::start();
    let head =
        format!("POST {CHAT} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 16000000\r\n\r\n");
    assert_eq!(server.raw(head.as_bytes()).status, 401);
}

#[test]
fn slow_strangers_keep_each_other_from_signing_in_and_nobody_from_calling() {
    // An eighth of it is room for one request to the token service.
    let config = format!("{}\n[limits]\nbodies_bytes = 524288\n", config::SAMPLE);
    let server = TestServer::with_config(&config);
    let token = format!("Bearer {}", server.token("developer", COGNITIVE_SERVICES));
    let path = "/common/oauth2/v2.0/token";
    let mut slow = TcpStream::connect(server.address()).unwrap();
    let head = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n");
    slow.write_all(head.as_bytes()).unwrap();
    let begun = Instant::now();
    let sign_in = || server.send("POST", path, &[], "grant_type=none");
    let refused = loop {
        let answer = sign_in();
        if answer.status == 503 {
            break answer;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "{}", answer.body);
    };
    assert_eq!(refused.header("retry-after"), Some("1"));
    let body = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}]}"#;
    let call = server.send("POST", CHAT, &[("Authorization", &token)], body);
    assert_eq!(call.status, 200, "{}", call.body);
    drop(slow);
    while sign_in().status == 503 {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "nothing is given back"
        );
    }
}
