//! A client like any other: it fetches a token and makes an HTTP call, and sees only what a client sees.

use bytes::Bytes;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http_body_util::{BodyExt, Full, Limited};
use hyper::ext::ReasonPhrase;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use server::ServerAddresses;
use tokio::net::TcpStream;
use wire::entrada::EnvironmentAnswer;

use super::situation::{Call, Credential};
use crate::client::Client;
use crate::exit::Failure;

/// Bytes of an answer.
const ANSWER_BYTES: usize = 1024 * 1024;

/// What a client got.
pub(super) struct Seen {
    pub(super) status: u16,
    pub(super) reason: String,
    pub(super) body: Value,
}

impl Seen {
    /// The one sentence that SDKs put into their exceptions, or the answer's text.
    pub(super) fn message(&self) -> String {
        let body = &self.body;
        let candidates = [
            &body["error"]["message"],
            &body["message"],
            &body["choices"][0]["message"]["content"],
            &body["output"][0]["content"][0]["text"],
        ];
        candidates
            .iter()
            .find_map(|text| text.as_str())
            .map_or_else(|| body.to_string(), str::to_owned)
    }
}

/// Makes the call as this principal, with a token that it fetches first.
pub(super) async fn call(
    client: &Client,
    environment: &EnvironmentAnswer,
    call: &Call,
) -> Result<Seen, Failure> {
    let addresses = client.addresses();
    let mut headers: Vec<(&'static str, String)> = Vec::new();
    match call.credential {
        Credential::Token { audience } => {
            headers.push((
                AUTHORIZATION.as_str(),
                format!("Bearer {}", token(addresses, environment, audience).await?),
            ));
        }
        Credential::TokenInHeader { header, audience } => {
            headers.push((
                header,
                format!("Bearer {}", token(addresses, environment, audience).await?),
            ));
        }
    }
    if let Some(body) = call.body {
        headers.push((CONTENT_TYPE.as_str(), "application/json".to_owned()));
        return exchange(
            addresses,
            "POST",
            call.path,
            &headers,
            Bytes::from_static(body.as_bytes()),
        )
        .await;
    }
    exchange(addresses, "GET", call.path, &headers, Bytes::new()).await
}

/// A token as `ManagedIdentityCredential` gets it on App Service.
async fn token(
    addresses: &ServerAddresses,
    environment: &EnvironmentAnswer,
    audience: &str,
) -> Result<String, Failure> {
    let path = format!("/msi/token?api-version=2019-08-01&resource={audience}");
    let headers = [("X-IDENTITY-HEADER", environment.identity_header.clone())];
    let seen = exchange(addresses, "GET", &path, &headers, Bytes::new()).await?;
    match seen.body["access_token"].as_str() {
        Some(token) => Ok(token.to_owned()),
        None => Err(Failure::new(format!(
            "the identity endpoint gave no token: {} {}",
            seen.status,
            seen.message()
        ))),
    }
}

async fn exchange(
    addresses: &ServerAddresses,
    method: &str,
    path: &str,
    headers: &[(&'static str, String)],
    body: Bytes,
) -> Result<Seen, Failure> {
    let stream = TcpStream::connect(addresses.http_address).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(HOST, format!("localhost:{}", addresses.http_address.port()));
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let response = sender.send_request(request.body(Full::new(body))?).await?;
    let status = response.status();
    let reason = match response.extensions().get::<ReasonPhrase>() {
        Some(reason) => String::from_utf8_lossy(reason.as_bytes()).into_owned(),
        None => status.canonical_reason().unwrap_or_default().to_owned(),
    };
    let body = Limited::new(response.into_body(), ANSWER_BYTES)
        .collect()
        .await;
    let body = body
        .map_err(|error| Failure::new(format!("the answer broke off: {error}")))?
        .to_bytes();
    let body = serde_json::from_slice(&body)
        .unwrap_or_else(|_| String::from_utf8_lossy(&body).into_owned().into());
    Ok(Seen {
        status: status.as_u16(),
        reason,
        body,
    })
}
