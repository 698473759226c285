//! Performs one check at a time. It holds the tokens, and knows which host each is for.

mod grant;
mod place;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use access::Timestamp;
use bytes::Bytes;
use doctor::evidence::token;
use doctor::live::{
    Answer, Check, CredentialAnswer, Place, Probe, Request, Response, Source, Target, Trouble,
    TroubleKind,
};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Uri};
use serde_json::Value;
use thiserror::Error;
use tokio::sync::Mutex;

use super::network::{self, TRUST};
use super::sources::{Asked, Sources};
use super::surroundings::Surroundings;
use crate::client::{Client, ClientError, Options};
use place::{carries_tokens, escaped, stays_at};

/// How long one request may take.
const REQUEST: Duration = Duration::from_secs(15);
/// The most bytes of an answer.
const BODY: usize = 8 * 1024 * 1024;
/// How much of an answer the examination reads as text.
const TEXT: usize = 64 * 1024;
/// The most pages of a list.
const PAGES: usize = 20;
/// Headers that a diagnosis reads.
const HEADERS: [&str; 7] = [
    "apim-request-id",
    "content-type",
    "date",
    "policy-id",
    "retry-after",
    "www-authenticate",
    "x-ms-error-code",
];

/// Why nothing can be performed.
#[derive(Debug, Error)]
pub enum PerformerError {
    /// There is no client.
    #[error(transparent)]
    Client(#[from] ClientError),
}

/// Performs checks.
pub struct Performer {
    sources: Sources,
    client: Client,
    now: fn() -> Timestamp,
    /// Origins and scopes by place; `None` where nothing is known to be there.
    endpoint: Destination,
    authority: Option<Uri>,
    management: Option<Destination>,
    directory: Option<Destination>,
    calls: AtomicBool,
    tokens: Mutex<HashMap<(Source, String), Arc<str>>>,
}

/// Where requests go, and for what their tokens are.
struct Destination {
    origin: String,
    scope: String,
}

impl Performer {
    /// Performs the checks of an examination of this target, as a program with these surroundings would.
    ///
    /// # Errors
    /// No client can be made: nothing at all would be trusted.
    pub fn new(
        target: &Target,
        surroundings: Surroundings,
        now: fn() -> Timestamp,
    ) -> Result<Performer, PerformerError> {
        let mut extra = Vec::new();
        for name in TRUST {
            if let Some(pem) = surroundings
                .get(name)
                .and_then(|path| std::fs::read(path).ok())
            {
                extra.extend_from_slice(&pem);
                extra.push(b'\n');
            }
        }
        let options = Options {
            extra_roots: Some(extra),
            platform_http: true,
            timeout: REQUEST,
            max_body: BODY,
            proxies: surroundings.proxies(),
            ..Options::default()
        };
        // A file that is no certificate is a finding of the first step, and no reason to stop.
        let client = Client::new(&options).or_else(|_| {
            Client::new(&Options {
                extra_roots: None,
                ..options
            })
        })?;
        let managed = |origin: &str, scope: &str| {
            target.managed.then(|| Destination {
                origin: origin.trim_end_matches('/').to_owned(),
                scope: scope.to_owned(),
            })
        };
        Ok(Performer {
            sources: Sources {
                surroundings,
                client: client.clone(),
                authority: target.cloud.authority.clone(),
            },
            client,
            now,
            endpoint: Destination {
                origin: target.url.origin.clone(),
                scope: target.endpoint_scope(),
            },
            authority: target.cloud.authority.parse().ok(),
            management: managed(&target.cloud.management, &target.cloud.management_scope),
            directory: managed(&target.cloud.directory, &target.cloud.directory_scope),
            calls: AtomicBool::new(target.probe == Probe::Always),
            tokens: Mutex::default(),
        })
    }

    /// From now on the endpoint may be called with a token.
    pub fn allow_calls(&self) {
        self.calls.store(true, Ordering::Release);
    }

    /// Performs a check.
    pub async fn perform(&self, check: &Check) -> Answer {
        match check {
            Check::Surroundings => Answer::Surroundings(self.sources.surroundings.variables()),
            Check::Credential(source) => Answer::Credential(self.credential(*source).await),
            Check::Resolve(place) => match self.host(*place) {
                Some((host, port)) => match network::resolve(&host, port).await {
                    Ok(addresses) => Answer::Resolved(addresses),
                    Err(trouble) => Answer::Failed(trouble),
                },
                None => forbidden("it has no host"),
            },
            Check::Connect(place) => match self.url(*place) {
                Some(url) => match network::connect(&self.sources.surroundings, &url).await {
                    Ok(connection) => Answer::Connected(connection),
                    Err(trouble) => Answer::Failed(trouble),
                },
                None => forbidden("it has no host"),
            },
            Check::Request(request) => self.request(request).await,
        }
    }

    fn url(&self, place: Place) -> Option<Uri> {
        match place {
            Place::Authority => self.authority.clone(),
            _ => self.destination(place)?.origin.parse().ok(),
        }
    }

    fn host(&self, place: Place) -> Option<(String, u16)> {
        let url = self.url(place)?;
        let port = match url.scheme_str() {
            Some("http") => 80,
            _ => 443,
        };
        let host = url.host()?.trim_matches(['[', ']']).to_owned();
        Some((host, url.port_u16().unwrap_or(port)))
    }

    fn destination(&self, place: Place) -> Option<&Destination> {
        match place {
            Place::Endpoint => Some(&self.endpoint),
            Place::Management => self.management.as_ref(),
            Place::Directory => self.directory.as_ref(),
            Place::Authority => None,
        }
    }

    async fn credential(&self, source: Source) -> CredentialAnswer {
        match self
            .sources
            .ask(source, &self.endpoint.scope, (self.now)())
            .await
        {
            Asked::Token(token) => {
                let claims = token::read(&token).map(Box::new);
                let key = (source, self.endpoint.scope.clone());
                self.tokens.lock().await.insert(key, token.into());
                CredentialAnswer::Token(claims)
            }
            Asked::Absent(why) => CredentialAnswer::Absent(why),
            Asked::Refused(words, ends_chain) => CredentialAnswer::Refused { words, ends_chain },
            Asked::Recognised(words) => CredentialAnswer::Recognised(words),
        }
    }

    /// A token of a source for a scope: the one that is here, or a new one.
    async fn token(&self, source: Source, scope: &str) -> Result<Arc<str>, String> {
        let key = (source, scope.to_owned());
        // One at a time: `az` locks its own files, and the second wants what the first gets.
        let mut tokens = self.tokens.lock().await;
        if let Some(token) = tokens.get(&key) {
            return Ok(Arc::clone(token));
        }
        match self.sources.ask(source, scope, (self.now)()).await {
            Asked::Token(token) => {
                let token: Arc<str> = token.into();
                tokens.insert(key, Arc::clone(&token));
                Ok(token)
            }
            Asked::Absent(why) | Asked::Refused(why, _) | Asked::Recognised(why) => Err(why),
        }
    }

    async fn request(&self, request: &Request) -> Answer {
        let Some(destination) = self.destination(request.place) else {
            return forbidden("no such service is known for this endpoint");
        };
        let url = format!("{}{}", destination.origin, escaped(&request.path));
        if !stays_at(&url, &destination.origin) {
            return forbidden("the path leads to another host");
        }
        let mut authorization = None;
        if let Some(source) = request.bearer {
            if request.place == Place::Endpoint && !self.calls.load(Ordering::Acquire) {
                return forbidden("nobody said that the endpoint may be called");
            }
            if !carries_tokens(&destination.origin) {
                return forbidden("tokens are not sent over plain http");
            }
            match self.token(source, &destination.scope).await {
                Ok(token) => match bearer(&token) {
                    Some(value) => authorization = Some(value),
                    None => return failed(TroubleKind::Token, "no header can carry the token"),
                },
                Err(why) => return failed(TroubleKind::Token, &why),
            }
        }
        let mut response = match self.send(&url, request, authorization.as_ref()).await {
            Ok(response) => response,
            Err(error) => return Answer::Failed(trouble(&error)),
        };
        self.other_pages(&mut response, request, destination, authorization.as_ref())
            .await;
        Answer::Response(response)
    }

    async fn send(
        &self,
        url: &str,
        request: &Request,
        authorization: Option<&HeaderValue>,
    ) -> Result<Response, ClientError> {
        let mut builder = http::Request::builder().method(request.method).uri(url);
        builder = builder.header(http::header::ACCEPT, "application/json");
        if let Some(value) = authorization {
            builder = builder.header(AUTHORIZATION, value);
        }
        if request.body.is_some() {
            builder = builder.header(CONTENT_TYPE, "application/json");
        }
        for (name, value) in &request.headers {
            builder = builder.header(*name, *value);
        }
        let body = Bytes::from(request.body.clone().unwrap_or_default());
        let built = builder
            .body(body)
            .map_err(|_| ClientError::Url(url.to_owned()))?;
        let answer = self.client.send(built).await?;
        let headers = HEADERS.iter().filter_map(|name| {
            let value = answer.headers.get(*name)?.to_str().ok()?;
            Some(((*name).to_owned(), value.chars().take(500).collect()))
        });
        let stream = answer
            .headers
            .get(CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
        let text = String::from_utf8_lossy(&answer.body);
        Ok(Response {
            status: answer.status.as_u16(),
            headers: headers.collect(),
            json: serde_json::from_slice(&answer.body).ok(),
            events: match stream {
                true => text
                    .lines()
                    .filter(|line| line.starts_with("data:"))
                    .count(),
                false => 0,
            },
            body: text.chars().take(TEXT).collect(),
        })
    }

    /// Follows a list's `nextLink` as long as it stays at the same place.
    async fn other_pages(
        &self,
        response: &mut Response,
        request: &Request,
        destination: &Destination,
        authorization: Option<&HeaderValue>,
    ) {
        if request.place == Place::Endpoint || request.method != "GET" {
            return;
        }
        let mut next = next_page(response.json.as_ref(), &destination.origin);
        for _ in 1..PAGES {
            let Some(url) = next.take() else {
                return;
            };
            let Ok(page) = self.send(&url, request, authorization).await else {
                return;
            };
            next = next_page(page.json.as_ref(), &destination.origin);
            let more = page.json.and_then(|mut json| match json["value"].take() {
                Value::Array(more) => Some(more),
                _ => None,
            });
            let all = response
                .json
                .as_mut()
                .and_then(|json| json["value"].as_array_mut());
            if let (Some(all), Some(more)) = (all, more) {
                all.extend(more);
            }
        }
    }
}

impl std::fmt::Debug for Performer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Performer")
            .field("endpoint", &self.endpoint.origin)
            .finish_non_exhaustive()
    }
}

fn next_page(json: Option<&Value>, origin: &str) -> Option<String> {
    let json = json?;
    let link = json["nextLink"]
        .as_str()
        .or_else(|| json["@odata.nextLink"].as_str())?;
    stays_at(link, origin).then(|| link.to_owned())
}

fn bearer(token: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(format!("Bearer {token}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn forbidden(words: &str) -> Answer {
    failed(TroubleKind::Forbidden, words)
}

fn failed(kind: TroubleKind, words: &str) -> Answer {
    Answer::Failed(Trouble {
        kind,
        words: words.to_owned(),
        issuer: None,
    })
}

fn trouble(error: &ClientError) -> Trouble {
    let kind = match error {
        ClientError::Dns { .. } => TroubleKind::Name,
        ClientError::Connect { .. } => TroubleKind::Connection,
        ClientError::Proxy { .. } => TroubleKind::Proxy,
        ClientError::Tls { .. } | ClientError::Roots(_) => TroubleKind::Tls,
        ClientError::Timeout { .. } => TroubleKind::Time,
        ClientError::TooLarge { .. } | ClientError::Broken { .. } => TroubleKind::Broken,
        ClientError::Url(_) => TroubleKind::Forbidden,
    };
    Trouble {
        kind,
        words: error.to_string(),
        issuer: None,
    }
}
