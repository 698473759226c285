//! Which headers travel, in either direction. Everything else stays here:
//! credentials, cookies, hop-by-hop headers, `x-entrada-…`, and whatever is
//! invented next.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Whether a request header travels upstream.
fn is_request_header(name: &str) -> bool {
    matches!(
        name,
        "accept"
            | "accept-encoding"
            | "accept-language"
            | "anthropic-beta"
            | "anthropic-version"
            | "extra-parameters"
            | "openai-beta"
            | "traceparent"
            | "tracestate"
            | "user-agent"
            | "x-client-request-id"
            | "x-ms-client-request-id"
            | "x-request-id"
    )
}

/// Whether a response header travels to the client.
fn is_response_header(name: &str) -> bool {
    matches!(
        name,
        "cache-control"
            | "content-encoding"
            | "content-language"
            | "content-length"
            | "content-type"
            | "date"
            | "openai-model"
            | "openai-processing-ms"
            | "openai-version"
            | "request-id"
            | "retry-after"
            | "retry-after-ms"
            | "x-request-id"
            | "x-should-retry"
    ) || name.starts_with("x-ratelimit-")
        || name.starts_with("anthropic-ratelimit-")
}

/// Request headers that never travel, even if configured: they carry
/// credentials, or speak about this connection and not the next.
const NEVER: &[&str] = &[
    "api-key",
    "authorization",
    "connection",
    "content-length",
    "cookie",
    "expect",
    "host",
    "keep-alive",
    "ocp-apim-subscription-key",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-api-key",
];

/// A header that may not be configured to travel.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// No header has that name.
    #[error("`{0}` is not a header name")]
    Name(String),
    /// It carries a credential, or speaks about the connection.
    #[error("the header `{0}` never travels upstream")]
    Never(String),
}

/// As many request headers as usually travel, with ours.
const USUAL: usize = 6;

/// The request headers that travel: the usual ones, and these.
#[derive(Debug)]
pub(super) struct Travelling(Vec<HeaderName>);

impl Travelling {
    /// The usual ones and `more`.
    pub(super) fn new(more: &[String]) -> Result<Self, HeaderError> {
        let mut names = Vec::new();
        for name in more {
            let header: HeaderName = name.parse().map_err(|_| HeaderError::Name(name.clone()))?;
            let text = header.as_str();
            if NEVER.contains(&text)
                || text.starts_with("x-entrada-")
                || text.starts_with("x-ms-authorization")
            {
                return Err(HeaderError::Never(name.clone()));
            }
            names.push(header);
        }
        Ok(Self(names))
    }

    /// The head of a request upstream.
    pub(super) fn select(&self, given: &HeaderMap) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(USUAL);
        for (name, value) in given {
            if is_request_header(name.as_str()) || self.0.contains(name) {
                headers.append(name, value.clone());
            }
        }
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        headers
    }
}

/// Takes from an answer's head what does not travel.
pub(super) fn trim_answer(headers: &mut HeaderMap) {
    let stays_behind = |name: &&HeaderName| !is_response_header(name.as_str());
    let left: Vec<HeaderName> = headers.keys().filter(stays_behind).cloned().collect();
    for name in left {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    fn names(headers: &HeaderMap) -> Vec<&str> {
        let mut names: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn credentials_cookies_and_our_own_headers_stay_here() {
        let given = headers(&[
            ("authorization", "Bearer eyJ"),
            ("api-key", "k"),
            ("x-api-key", "k"),
            ("ocp-apim-subscription-key", "k"),
            ("cookie", "c"),
            ("connection", "x-custom"),
            ("x-custom", "1"),
            ("x-entrada-test-id", "t"),
            ("x-forwarded-for", "1.2.3.4"),
            ("host", "contoso.openai.azure.com"),
            ("content-length", "3"),
            ("transfer-encoding", "chunked"),
            ("x-stainless-lang", "python"),
            ("user-agent", "OpenAI/Python"),
            ("accept", "application/json"),
            ("content-type", "text/plain"),
        ]);
        let travelling = Travelling::new(&["X-Custom".to_owned()]).expect("headers");
        let selected = travelling.select(&given);
        assert_eq!(
            names(&selected),
            ["accept", "content-type", "user-agent", "x-custom"]
        );
        assert_eq!(selected["content-type"], "application/json");
    }

    #[test]
    fn what_never_travels_cannot_be_configured() {
        for name in NEVER.iter().chain(&["X-Entrada-Fault", "Authorization"]) {
            assert!(Travelling::new(&[(*name).to_owned()]).is_err(), "{name}");
        }
        assert_eq!(
            Travelling::new(&["a b".to_owned()]).err(),
            Some(HeaderError::Name("a b".to_owned()))
        );
    }

    #[test]
    fn an_answers_cookies_and_policies_stay_behind() {
        let mut given = headers(&[
            ("content-type", "text/event-stream"),
            ("set-cookie", "c"),
            ("access-control-allow-origin", "*"),
            ("www-authenticate", "Bearer"),
            ("connection", "close"),
            ("transfer-encoding", "chunked"),
            ("server", "uvicorn"),
            ("x-entrada-cause", "spoofed"),
            ("retry-after", "1"),
            ("x-ratelimit-remaining-tokens", "5"),
        ]);
        trim_answer(&mut given);
        assert_eq!(
            names(&given),
            [
                "content-type",
                "retry-after",
                "x-ratelimit-remaining-tokens"
            ]
        );
    }
}
