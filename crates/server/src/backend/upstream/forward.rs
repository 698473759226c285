//! One call, passed on.

use azure::proxy::Proxy;
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri, Version, header};
use hyper::body::Incoming;

use super::client::{Lease, Pool};
use super::config::Upstream;
use super::fault::Fault;
use super::head;
use super::passthrough::Passthrough;
use super::payload::{Payload, Sending};
use crate::backend::{Api, Route, scan};

/// A call that is already allowed.
pub struct Forward<'a> {
    /// What is asked, in which words.
    pub route: Route,
    /// The model behind the deployment, for refusals: `gpt-4o`.
    pub model: &'a str,
    /// The request's headers.
    pub headers: &'a HeaderMap,
    /// The request's body, bounded by the caller. It must be whole if
    /// [`Upstream::reads_body`] says so.
    pub payload: Payload,
}

/// A call about a response that the upstream keeps, already allowed.
pub struct Kept<'a> {
    /// `GET` or `DELETE`.
    pub method: Method,
    /// The response's id, as the client has it.
    pub id: &'a str,
    /// Whether what was asked is wanted, rather than the response.
    pub input_items: bool,
    /// The request's query; what the API knows of it travels.
    pub query: Option<&'a str>,
    /// The request's headers.
    pub headers: &'a HeaderMap,
}

/// Parameters of a query that travel: those that choose what is shown of a kept response.
const QUERY: &[&str] = &[
    "include",
    "include[]",
    "include%5B%5D",
    "limit",
    "order",
    "after",
    "before",
    "stream",
    "starting_after",
];

impl Upstream {
    /// Passes a call on and gives the answer as it comes.
    ///
    /// # Errors
    /// If the call cannot be passed on, or if no answer begins.
    pub async fn forward(
        &self,
        pool: &Pool,
        call: Forward<'_>,
    ) -> Result<Response<Passthrough>, Fault> {
        let api = call.route.api;
        if !self.speaks(api) {
            return Err(Fault::Unsupported(Box::new(api.refusal(call.model))));
        }
        let sending = self.prepare(call.route, call.payload)?;
        self.send(pool, Method::POST, self.api(api), call.headers, sending)
            .await
    }

    /// Reads or deletes a response that the upstream keeps, if that is allowed here.
    ///
    /// # Errors
    /// If kept responses are not to be used, or if no answer begins.
    pub async fn kept_response(
        &self,
        pool: &Pool,
        call: Kept<'_>,
    ) -> Result<Response<Passthrough>, Fault> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if !self.keeps_responses() || call.id.is_empty() || !call.id.bytes().all(plain) {
            return Err(Fault::StoredResponses);
        }
        let items = if call.input_items { "/input_items" } else { "" };
        let rest = format!("/responses/{}{items}", call.id);
        let nothing = Sending::Pieces(Default::default());
        let target = self.target(&rest, &travelling_query(call.query));
        self.send(pool, call.method, target, call.headers, nothing)
            .await
    }

    /// The body to send: with the configured model, and continuing nothing it may not.
    fn prepare(&self, route: Route, payload: Payload) -> Result<Sending, Fault> {
        let (body, members) = match payload {
            Payload::Whole(body, members) => (body, members),
            Payload::Unread(incoming) if !self.reads_body(route) => {
                return Ok(Sending::Unread(incoming));
            }
            // A caller that does not ask `reads_body` gets no further.
            Payload::Unread(_) => return Err(Fault::StoredResponses),
        };
        let members = match members {
            Some(members) => members,
            None => scan(&body)?,
        };
        if members.refers_to_kept && route.api == Api::Responses && !self.stored_responses {
            return Err(Fault::StoredResponses);
        }
        Ok(Sending::Pieces(members.splice(&body, &self.model)?))
    }

    async fn send(
        &self,
        pool: &Pool,
        method: Method,
        target: Uri,
        headers: &HeaderMap,
        sending: Sending,
    ) -> Result<Response<Passthrough>, Fault> {
        let mut request = Request::new(sending);
        *request.method_mut() = method;
        *request.uri_mut() = target;
        *request.headers_mut() = self.headers.select(headers);
        request
            .headers_mut()
            .insert(header::HOST, self.host.clone());
        if let Some((name, value)) = self.credential.header().await? {
            request.headers_mut().insert(name, value);
        }
        if let Some(credential) = self.forwarding_proxy().and_then(Proxy::credential) {
            let name = header::PROXY_AUTHORIZATION;
            request.headers_mut().insert(name, credential.clone());
        }
        let connections = pool.connections(self);
        let answer = connections.send(request, self.first_byte).await?;
        self.receive(answer)
    }

    fn receive(
        &self,
        (answer, connection): (Response<Incoming>, Lease),
    ) -> Result<Response<Passthrough>, Fault> {
        let status = answer.status();
        match status {
            _ if self.forwarding_proxy().is_some() && is_proxys(&answer) => {
                return Err(Fault::ProxyAnswered(status));
            }
            StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
            | StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                return Err(Fault::CredentialRefused(status));
            }
            _ if status.is_informational() || status.is_redirection() || is_page(&answer) => {
                return Err(Fault::NoAnswer(status));
            }
            _ => {}
        }
        let mut response = answer.map(|body| Passthrough::new(body, connection, self.idle));
        // Not the upstream's: the version belongs to the client's connection.
        *response.version_mut() = Version::HTTP_11;
        head::trim_answer(response.headers_mut());
        Ok(response)
    }
}

/// The part of a query that travels.
fn travelling_query(query: Option<&str>) -> String {
    let pairs = query.unwrap_or_default().split('&');
    let travelling: Vec<&str> = pairs
        .filter(|pair| {
            let name = pair.split_once('=').map_or(*pair, |(name, _)| name);
            QUERY.iter().any(|known| known.eq_ignore_ascii_case(name))
        })
        .collect();
    travelling.join("&")
}

/// Whether a proxy answered rather than passed on: it wants to know who asks, or says in a page for people what is
/// wrong. APIs say that in JSON.
fn is_proxys(answer: &Response<Incoming>) -> bool {
    let status = answer.status();
    let is_fault = status.is_client_error() || status.is_server_error();
    status == StatusCode::PROXY_AUTHENTICATION_REQUIRED
        || (is_fault && media_type(answer).starts_with("text/html"))
}

fn media_type(answer: &Response<Incoming>) -> &str {
    let media_type = answer.headers().get(header::CONTENT_TYPE);
    media_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// Whether this is not the API but a web server's page: the URL leads to a user
/// interface, or it lacks the path where the API begins (`/v1`).
fn is_page(answer: &Response<Incoming>) -> bool {
    let media_type = media_type(answer);
    let missing = matches!(
        answer.status(),
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED
    );
    media_type.starts_with("text/html") || (missing && !media_type.contains("json"))
}
