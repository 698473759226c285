//! Where an upstream's API begins, and the targets of requests below it.

use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderValue, Uri};

use super::config::UpstreamError;

/// An upstream's URL, in its parts.
#[derive(Debug)]
pub(super) struct Url {
    pub(super) scheme: Scheme,
    pub(super) authority: Authority,
    pub(super) path: String,
    query: Option<String>,
    /// Whether requests name all of it, as proxies want it, and not only the path.
    pub(super) absolute: bool,
}

impl Url {
    pub(super) fn origin(&self) -> Uri {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(PathAndQuery::from_static("/"));
        Uri::from_parts(parts).unwrap_or_default()
    }

    /// In origin form, as the connection knows the rest; in absolute form for a proxy.
    pub(super) fn target(&self, rest: &str, more: &str) -> Uri {
        let Self { path, query, .. } = self;
        let path = match self.absolute {
            true => format!("{}://{}{path}", self.scheme, self.authority),
            false => path.clone(),
        };
        let target = match (query, more) {
            (Some(query), "") => format!("{path}{rest}?{query}"),
            (Some(query), more) => format!("{path}{rest}?{query}&{more}"),
            (None, "") => format!("{path}{rest}"),
            (None, more) => format!("{path}{rest}?{more}"),
        };
        // The beginning was read as a URI, what follows is our own path or a plain id, and a query comes
        // from a URI too.
        target.parse().unwrap_or_default()
    }

    pub(super) fn host(&self) -> Result<HeaderValue, UpstreamError> {
        let host = self.authority.as_str();
        HeaderValue::from_str(host).map_err(|_| UpstreamError::Url {
            url: host.to_owned(),
            problem: "its host cannot be sent",
        })
    }
}

pub(super) fn read_url(text: &str) -> Result<Url, UpstreamError> {
    // Everything up to an `@` may be a password: it is not repeated.
    let shown = text.rsplit('@').next().unwrap_or_default().to_owned();
    let fault = |problem| UpstreamError::Url {
        url: shown.clone(),
        problem,
    };
    let uri: Uri = text.parse().map_err(|_| fault("it cannot be read"))?;
    let parts = uri.into_parts();
    let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
        return Err(fault("it has no scheme or no host"));
    };
    if scheme != Scheme::HTTP && scheme != Scheme::HTTPS {
        return Err(fault("its scheme is neither http nor https"));
    }
    if authority.as_str().contains('@') {
        return Err(fault("it holds a user name: use `credential`"));
    }
    if authority.host().is_empty() {
        return Err(fault("it has no host"));
    }
    if text.contains('#') {
        return Err(fault("it has a fragment"));
    }
    let (path, query) = match parts.path_and_query {
        Some(path) => (
            path.path().trim_end_matches('/').to_owned(),
            path.query().map(str::to_owned),
        ),
        None => (String::new(), None),
    };
    Ok(Url {
        scheme,
        authority,
        path,
        query,
        absolute: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_read_or_refused_without_repeating_a_password() {
        let read = |url: &str| {
            read_url(url).map(|url| {
                format!(
                    "{}://{} {} {:?}",
                    url.scheme, url.authority, url.path, url.query
                )
            })
        };
        assert_eq!(
            read("http://127.0.0.1:11434/v1/").ok().as_deref(),
            Some("http://127.0.0.1:11434 /v1 None")
        );
        assert_eq!(
            read("https://h/models?api-version=1").ok().as_deref(),
            Some("https://h /models Some(\"api-version=1\")")
        );
        for url in [
            "",
            "/v1",
            "localhost:8080",
            "ftp://h/v1",
            "http://",
            "http://h/v1#x",
            "http://ada:secret@h/v1",
        ] {
            let fault = read(url)
                .err()
                .map(|fault| fault.to_string())
                .unwrap_or_default();
            assert!(fault.contains("is not the URL of an API"), "{url}: {fault}");
            assert!(!fault.contains("secret"), "{fault}");
        }
    }
}
