//! The model server behind the proxies: it answers a chat completion of 1 KiB, or a stream, the same
//! each time. It parses no more than it must, so that the proxy before it is what is busy.

use std::net::Ipv4Addr;
use std::rc::Rc;

use anyhow::{Context as _, Result};
use memchr::memmem;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{LocalSet, yield_now};

/// Events of a streamed answer.
pub(crate) const EVENTS: usize = 32;

/// Bytes of an answer that is not streamed.
const BODY: usize = 1024;

/// Serves until it is killed.
pub(crate) fn run(port: u16) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let answers = Rc::new(Answers::new());
    LocalSet::new().block_on(&runtime, async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let answers = Rc::clone(&answers);
            tokio::task::spawn_local(async move {
                // The proxy hangs up when it is stopped.
                let _ = serve(stream, &answers).await;
            });
        }
    })
}

struct Answers {
    whole: Vec<u8>,
    head: Vec<u8>,
    events: Vec<Vec<u8>>,
}

async fn serve(mut stream: TcpStream, answers: &Answers) -> Result<()> {
    let mut received = Vec::with_capacity(16 * 1024);
    loop {
        let streamed = loop {
            if let Some(request) = Request::find(&received)? {
                let streamed = request.streamed;
                received.drain(..request.length);
                break streamed;
            }
            if stream.read_buf(&mut received).await? == 0 {
                return Ok(());
            }
        };
        if !streamed {
            stream.write_all(&answers.whole).await?;
            continue;
        }
        stream.write_all(&answers.head).await?;
        for event in &answers.events {
            stream.write_all(event).await?;
            yield_now().await; // a token at a time, as models do
        }
    }
}

struct Request {
    length: usize,
    streamed: bool,
}

impl Request {
    /// The first request in `received`, if it is complete.
    fn find(received: &[u8]) -> Result<Option<Self>> {
        let Some(head) = memmem::find(received, b"\r\n\r\n") else {
            return Ok(None);
        };
        let text = std::str::from_utf8(&received[..head])?;
        let body = text
            .split("\r\n")
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .context("a proxy sends a body without its length")?;
        let start = head + 4;
        let length = start + body.1.trim().parse::<usize>()?;
        if received.len() < length {
            return Ok(None);
        }
        let streamed = memmem::find(&received[start..length], b"\"stream\":true").is_some();
        Ok(Some(Self { length, streamed }))
    }
}

impl Answers {
    fn new() -> Self {
        let body = completion();
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let events = (0..EVENTS).map(event).chain([b"data: [DONE]\n\n".to_vec()]);
        let mut events: Vec<_> = events.map(chunk).collect();
        events.push(b"0\r\n\r\n".to_vec());
        Self {
            whole: [head.as_bytes(), &body].concat(),
            head: b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
                .to_vec(),
            events,
        }
    }
}

/// A chat completion of exactly [`BODY`] bytes.
fn completion() -> Vec<u8> {
    let with = |text: &str| {
        json!({
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1_700_000_000, "model": "gpt-4o",
            "choices": [{
                "index": 0, "finish_reason": "stop",
                "message": {"role": "assistant", "content": text},
            }],
            "usage": {"prompt_tokens": 180, "completion_tokens": 160, "total_tokens": 340},
        })
        .to_string()
    };
    let rest = BODY - with("").len();
    with(&"words ".repeat(BODY)[..rest]).into_bytes()
}

fn event(number: usize) -> Vec<u8> {
    let event = json!({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_700_000_000, "model": "gpt-4o",
        "choices": [{"index": 0, "delta": {"content": format!(" word{number}")}, "finish_reason": null}],
    });
    format!("data: {event}\n\n").into_bytes()
}

fn chunk(data: Vec<u8>) -> Vec<u8> {
    let mut chunk = format!("{:x}\r\n", data.len()).into_bytes();
    chunk.extend(data);
    chunk.extend(b"\r\n");
    chunk
}
