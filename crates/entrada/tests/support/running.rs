//! A server in a process of its own, and the commands that ask it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const CHAT: &str = "/contoso/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21";

/// Runs a command with this data folder.
pub(crate) fn entrada(data: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_entrada"));
    let command = command.args(arguments).env("ENTRADA_DATA", data);
    command.stdin(Stdio::null()).output().unwrap()
}

/// What it printed.
pub(crate) fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Its exit status.
pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// A server with a data folder; killed when dropped.
pub(crate) struct Server {
    process: Child,
    address: String,
}

impl Server {
    /// Starts one on free ports, and waits until it answers.
    pub(crate) fn start(data: &Path) -> Self {
        let process = Command::new(env!("CARGO_BIN_EXE_entrada"))
            .args([
                "serve",
                "--quiet",
                "--https",
                "127.0.0.1:0",
                "--http",
                "127.0.0.1:0",
            ])
            .env("ENTRADA_DATA", data)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut server = Self {
            process,
            address: String::new(),
        };
        let started = Instant::now();
        while server.address.is_empty() {
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "it does not start"
            );
            std::thread::sleep(Duration::from_millis(20));
            let written = std::fs::read_to_string(data.join("server.json")).unwrap_or_default();
            let written: serde_json::Value = serde_json::from_str(&written).unwrap_or_default();
            // What a killed server left behind is another's.
            if written["process"] == server.process.id() {
                written["http_address"]
                    .as_str()
                    .unwrap()
                    .clone_into(&mut server.address);
            }
        }
        server
    }

    /// Calls a model with this token, and returns status line, headers and body.
    pub(crate) fn call(&self, token: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let body = r#"{"messages":[{"role":"user","content":"hi"}]}"#;
        write!(
            stream,
            "POST {CHAT} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
