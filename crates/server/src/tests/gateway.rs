//! In front of a model server: what reaches it, and what does not.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;
use std::time::Duration;

use super::TestServer;
use crate::config;
use crate::listen::Limits;

const COGNITIVE_SERVICES: &str = "https://cognitiveservices.azure.com";
const CHAT: &str = "/gateway/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21";
const CHAT_V1: &str = "/gateway/openai/v1/chat/completions";

/// A model server that answers one call on each connection, and notes what it was sent.
struct ModelServer {
    address: String,
    calls: JoinHandle<Vec<String>>,
}

impl ModelServer {
    /// For this many calls.
    fn start(calls: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let calls = std::thread::spawn(move || {
            let serve = |_| {
                let (mut stream, _) = listener.accept().unwrap();
                let limit = Some(Duration::from_secs(10));
                stream.set_read_timeout(limit).unwrap();
                let mut request = Vec::new();
                let mut piece = [0; 16 * 1024];
                while !is_whole(&request) {
                    match stream.read(&mut piece) {
                        Ok(0) | Err(_) => break,
                        Ok(length) => request.extend_from_slice(&piece[..length]),
                    }
                }
                let body = r#"{"id":"1","object":"chat.completion","choices":[]}"#;
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                    body.len()
                );
                let _ = stream.write_all((head + body).as_bytes());
                String::from_utf8_lossy(&request).into_owned()
            };
            (0..calls).map(serve).collect()
        });
        Self { address, calls }
    }

    fn seen(self) -> Vec<String> {
        self.calls.join().unwrap()
    }
}

fn is_whole(request: &[u8]) -> bool {
    let chunked = request.windows(7).any(|part| part == b"chunked");
    request.ends_with(if chunked { b"0\r\n\r\n" } else { b"}" })
}

/// A gateway with one deployment that leads to `upstream`.
fn gateway(upstream: &ModelServer, more: &str, limits: Limits) -> TestServer {
    let deployment = format!(
        "\n[[account]]\nname = \"gateway\"\nsubscription = \"Contoso Production\"\nresource_group = \"ai\"\n\
         [[account.deployment]]\nname = \"gpt-4o\"\nmodel = {{ format = \"OpenAI\", name = \"gpt-4o\" }}\n\
         upstream = {{ url = \"http://{}/v1\", model = \"llama-3\"{more} }}\n\
         [[assignment]]\nprincipal = \"developer\"\nrole = \"Cognitive Services User\"\nscope = \"gateway\"\n",
        upstream.address
    );
    TestServer::with_limits(&(config::SAMPLE.to_owned() + &deployment), limits)
}

fn bearer(server: &TestServer) -> String {
    format!("Bearer {}", server.token("developer", COGNITIVE_SERVICES))
}

#[test]
fn a_model_server_gets_the_configured_model_and_no_credential() {
    let upstream = ModelServer::start(2);
    let server = gateway(&upstream, "", Limits::default());
    let body = r#"{"model":"gpt-4o","messages":[]}"#;
    for path in [CHAT, CHAT_V1] {
        let headers = [("Authorization", &*bearer(&server))];
        let answer = server.send("POST", path, &headers, body);
        assert_eq!(answer.status, 200, "{path} {}", answer.body);
    }
    for request in upstream.seen() {
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        assert_eq!(body, r#"{"model":"llama-3","messages":[]}"#);
        assert!(!head.to_ascii_lowercase().contains("authorization"));
    }
}

#[test]
fn a_model_server_with_one_model_gets_bodies_as_they_were_sent() {
    let upstream = ModelServer::start(2);
    let server = gateway(&upstream, ", single_model = true", Limits::default());
    let token = bearer(&server);
    let body = r#"{"MODEL":"any", "model":1}"#;
    let authorization = ("Authorization", &*token);
    let whole = server.send("POST", CHAT, &[authorization], body);
    assert_eq!(whole.status, 200, "{}", whole.body);
    let chunked = format!("{:X}\r\n{body}\r\n0\r\n\r\n", body.len());
    let headers = [authorization, ("Transfer-Encoding", "chunked")];
    assert_eq!(server.send("POST", CHAT, &headers, &chunked).status, 200);
    for request in upstream.seen() {
        let (head, sent) = request.split_once("\r\n\r\n").unwrap();
        assert!(sent == body || sent == chunked, "{sent}");
        assert!(!head.to_ascii_lowercase().contains("authorization"));
    }
}

#[test]
fn a_body_that_passes_unread_keeps_to_the_limits() {
    let limits = Limits {
        body_bytes: 100,
        body: Duration::from_millis(500),
        ..Limits::default()
    };
    let upstream = ModelServer::start(2);
    let server = gateway(&upstream, ", single_model = true", limits);
    let token = bearer(&server);
    let authorization = ("Authorization", &*token);
    let send = |headers: &[(&str, &str)], body: &str| {
        let mut all = vec![authorization];
        all.extend_from_slice(headers);
        server.send("POST", CHAT, &all, body).status
    };
    let long = "x".repeat(101);
    assert_eq!(send(&[], &long), 413, "its length is announced");
    let chunked = format!("{:x}\r\n{long}\r\n0\r\n\r\n", long.len());
    let transfer = [("Transfer-Encoding", "chunked")];
    assert_eq!(send(&transfer, &chunked), 413, "its length is not");
    assert_eq!(send(&[("Content-Length", "50")], "{"), 408);
    drop(server);
    let sent = upstream.seen().concat();
    assert!(!sent.contains("xxx"), "{sent}");
}

/// Serves one connection and answers each head at once, before it reads the body.
fn hasty_model_server(listener: TcpListener, calls: usize) -> JoinHandle<Vec<String>> {
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let limit = Some(Duration::from_secs(10));
        stream.set_read_timeout(limit).unwrap();
        let until = |stream: &mut TcpStream, end: &[u8]| {
            let (mut read, mut byte) = (Vec::new(), [0]);
            while !read.ends_with(end) && stream.read(&mut byte).unwrap() == 1 {
                read.push(byte[0]);
            }
            String::from_utf8(read).unwrap()
        };
        let serve = |_| {
            until(&mut stream, b"\r\n\r\n");
            let answer =
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
            stream.write_all(answer.as_bytes()).unwrap();
            until(&mut stream, b"}")
        };
        (0..calls).map(serve).collect()
    })
}

#[test]
fn an_answer_that_comes_before_the_body_was_sent_costs_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let calls = hasty_model_server(listener, 3);
    let upstream = ModelServer {
        address,
        calls: std::thread::spawn(Vec::new),
    };
    let server = gateway(&upstream, ", single_model = true", Limits::default());
    let mut client = TcpStream::connect(server.address()).unwrap();
    let limit = Some(Duration::from_secs(10));
    client.set_read_timeout(limit).unwrap();
    let head = format!(
        "POST {CHAT} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {}\r\nContent-Length: 10\r\n\r\n",
        bearer(&server)
    );
    for call in 0..3 {
        client.write_all(head.as_bytes()).unwrap();
        let (mut answer, mut piece) = (Vec::new(), [0; 1024]);
        while !answer.ends_with(b"{}") {
            let length = client.read(&mut piece).unwrap();
            assert!(length > 0, "closed in call {call}: {answer:?}");
            answer.extend_from_slice(&piece[..length]);
        }
        assert!(answer.starts_with(b"HTTP/1.1 200 OK"), "call {call}");
        client.write_all(b"{\"call\":1}").unwrap();
    }
    assert_eq!(calls.join().unwrap(), ["{\"call\":1}"; 3]);
}
