//! A forward proxy for tests: every name that it is asked for is a server of this machine.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// It serves until the test ends.
pub(crate) struct ForwardProxy {
    /// `HOST:PORT`
    pub(crate) address: String,
    seen: Arc<Mutex<Vec<String>>>,
}

impl ForwardProxy {
    /// One that serves whoever comes, or those with this value of `Proxy-Authorization`.
    pub(crate) fn start(credential: Option<&'static str>) -> Self {
        Self::serving(move |head, stream| {
            let wanted = credential.map(|value| format!("proxy-authorization: {value}\r\n"));
            let knows = |wanted: &String| {
                let head = head.to_ascii_lowercase();
                head.contains(&wanted.to_ascii_lowercase())
            };
            if wanted.as_ref().is_none_or(knows) {
                pass_on(head, stream);
            } else {
                answer(stream, "407 Proxy Authentication Required", "", "");
            }
        })
    }

    /// One that answers everything so.
    pub(crate) fn answering(status: &'static str, media_type: &'static str) -> Self {
        Self::serving(move |_, stream| answer(stream, status, media_type, "{}"))
    }

    /// One that reads and says nothing.
    pub(crate) fn silent() -> Self {
        Self::serving(|_, mut stream| {
            let _ = stream.read(&mut [0]);
        })
    }

    fn serving(serve: impl Fn(&str, TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let (noted, serve) = (Arc::clone(&seen), Arc::new(serve));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (noted, serve) = (Arc::clone(&noted), Arc::clone(&serve));
                std::thread::spawn(move || {
                    let Some((head, stream)) = stream.ok().and_then(head) else {
                        return;
                    };
                    noted.lock().unwrap().push(head.clone());
                    serve(&head, stream);
                });
            }
        });
        Self { address, seen }
    }

    /// The heads of what it was asked.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

fn head(mut stream: TcpStream) -> Option<(String, TcpStream)> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    Some((String::from_utf8(head).ok()?, stream))
}

/// A tunnel for `CONNECT`; else the request as it came.
fn pass_on(head: &str, mut stream: TcpStream) {
    let target = head.split(' ').nth(1).unwrap_or_default();
    let authority = target.trim_start_matches("http://");
    let authority = authority.split('/').next().unwrap_or_default();
    let port = authority
        .rsplit_once(':')
        .and_then(|(_, port)| port.parse().ok());
    let Ok(mut server) = TcpStream::connect(("127.0.0.1", port.unwrap_or(80))) else {
        return answer(stream, "502 Bad Gateway", "text/html", "");
    };
    if head.starts_with("CONNECT ") {
        let agreed = b"HTTP/1.1 200 Connection established\r\n\r\n";
        let _ = stream.write_all(agreed);
    } else {
        let _ = server.write_all(head.as_bytes());
    }
    let (mut from, mut to) = (stream.try_clone().unwrap(), server.try_clone().unwrap());
    let there = std::thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
    let _ = std::io::copy(&mut server, &mut stream);
    let _ = stream.shutdown(Shutdown::Write);
    let _ = there.join();
}

fn answer(mut stream: TcpStream, status: &str, media_type: &str, body: &str) {
    let text = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let _ = stream.write_all(text.as_bytes());
    // Its end, before the connection's, or a late piece of the request would undo the answer.
    let _ = stream.shutdown(Shutdown::Write);
    let _ = std::io::copy(&mut stream, &mut std::io::sink());
}
