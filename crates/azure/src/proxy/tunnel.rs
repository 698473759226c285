//! A tunnel: `CONNECT`, and whether the proxy agrees.

use http::Uri;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::{Proxy, ProxyError};

/// The longest answer of a proxy, in bytes.
const MAX_ANSWER: usize = 8 * 1024;

/// The most of its first line that is repeated, in characters.
const MAX_LINE: usize = 80;

/// Asks the proxy at the other end of `stream` for a connection to a URL's host; afterwards the stream leads there.
/// How long that may take is the caller's to say.
///
/// # Errors
/// It breaks off, or answers with anything but a connection.
pub(crate) async fn open<S>(stream: &mut S, proxy: &Proxy, url: &Uri) -> Result<(), ProxyError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let broke_off = |error: std::io::Error| ProxyError::BrokeOff {
        proxy: proxy.address(),
        reason: error.to_string(),
    };
    stream
        .write_all(&request(proxy, url))
        .await
        .map_err(broke_off)?;
    let mut answer = Vec::new();
    // Byte by byte: what follows the answer belongs to the tunnel.
    while !answer.ends_with(b"\r\n\r\n") {
        if answer.len() >= MAX_ANSWER {
            return Err(refused(proxy, "at too great length"));
        }
        answer.push(stream.read_u8().await.map_err(broke_off)?);
    }
    let line = answer
        .split(|byte| *byte == b'\r')
        .next()
        .unwrap_or_default();
    match status(line) {
        Some(200..=299) => Ok(()),
        Some(407) if proxy.credential().is_some() => Err(ProxyError::CredentialRefused {
            proxy: proxy.address(),
        }),
        Some(407) => Err(ProxyError::CredentialMissing {
            proxy: proxy.address(),
        }),
        Some(_) => Err(refused(proxy, &String::from_utf8_lossy(line))),
        None => Err(refused(proxy, "in another language than HTTP")),
    }
}

fn request(proxy: &Proxy, url: &Uri) -> Vec<u8> {
    let host = url.host().unwrap_or_default();
    let port = url.port_u16().unwrap_or(443);
    let mut head = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n");
    head.push_str(concat!(
        "User-Agent: entrada/",
        env!("CARGO_PKG_VERSION"),
        "\r\n"
    ));
    if let Some(via) = proxy.via() {
        head.push_str(&format!("Via: {via}\r\n"));
    }
    let mut request = head.into_bytes();
    if let Some(credential) = proxy.credential() {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(credential.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    request
}

/// The status in `HTTP/1.x NNN …`.
fn status(line: &[u8]) -> Option<u16> {
    let rest = line.strip_prefix(b"HTTP/1.")?;
    let (digits, after) = rest.get(2..)?.split_at_checked(3)?;
    let separated = rest.get(1) == Some(&b' ') && after.first().is_none_or(|byte| *byte == b' ');
    let digits = std::str::from_utf8(digits).ok().filter(|_| separated)?;
    digits.parse().ok()
}

/// What the proxy says goes to terminals and logs: nothing in it may steer them.
fn refused(proxy: &Proxy, line: &str) -> ProxyError {
    let printable = line.chars().filter(|character| !character.is_control());
    ProxyError::Refused {
        proxy: proxy.address(),
        line: printable.take(MAX_LINE).collect(),
    }
}
