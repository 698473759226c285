//! Answers of the token service: JSON, pages, redirects and refusals, each with its headers.

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use serde_json::Value;
use wire::refusals::Refusal;

use access::Timestamp;

use super::error::SignInError;
use super::random;

/// Which exchange an answer belongs to: ids that errors and headers repeat.
pub(super) struct Exchange {
    /// `x-ms-request-id` and `Trace ID`.
    pub(super) trace: String,
    /// `Correlation ID`: the client's own, if it sent a GUID.
    pub(super) correlation: String,
    /// When.
    pub(super) now: Timestamp,
}

impl Exchange {
    /// Ids for a request whose client calls it `client_request_id`, if it calls it anything.
    pub(super) fn new(client_request_id: Option<&str>, now: Timestamp) -> Exchange {
        let own = client_request_id.and_then(|id| uuid::Uuid::try_parse(id).ok());
        Exchange {
            trace: random::guid(),
            correlation: own.map_or_else(random::guid, |id| id.to_string()),
            now,
        }
    }

    /// A token answer, which nobody may store.
    pub(super) fn json(&self, body: &Value) -> Response<Bytes> {
        let mut response = text(
            StatusCode::OK,
            "application/json; charset=utf-8",
            body.to_string(),
        );
        self.sign(&mut response);
        forbid_storing(&mut response);
        response
    }

    /// A refusal as Entra's token endpoint words it.
    pub(super) fn refuse(&self, error: &SignInError) -> Response<Bytes> {
        self.refuse_as(error, error.error())
    }

    /// The same with another OAuth error: the discovery endpoints have one of their own.
    pub(super) fn refuse_as(&self, error: &SignInError, oauth: &str) -> Response<Bytes> {
        let refusal = Refusal::SignInRefused {
            error: oauth.to_owned(),
            code: error.code(),
            detail: error.detail(),
            trace_id: self.trace.clone(),
            correlation_id: self.correlation.clone(),
            timestamp: self.now.to_string().replace('T', " "),
        };
        let rendered = refusal.render();
        let mut response = Response::new(Bytes::from(rendered.body));
        *response.status_mut() =
            StatusCode::from_u16(rendered.status).unwrap_or(StatusCode::BAD_REQUEST);
        for (name, value) in rendered.headers {
            if let (Ok(name), Ok(value)) =
                (HeaderName::try_from(name), HeaderValue::try_from(value))
            {
                response.headers_mut().insert(name, value);
            }
        }
        self.sign(&mut response);
        response
    }

    fn sign(&self, response: &mut Response<Bytes>) {
        let headers = response.headers_mut();
        if let Ok(trace) = HeaderValue::try_from(&self.trace) {
            headers.insert(HeaderName::from_static("x-ms-request-id"), trace);
        }
        let server = HeaderValue::from_static("entrada");
        headers.insert(HeaderName::from_static("x-ms-ests-server"), server);
    }
}

/// A document that anybody may have and keep for a day.
pub(super) fn document(body: &Value) -> Response<Bytes> {
    let mut response = text(
        StatusCode::OK,
        "application/json; charset=utf-8",
        body.to_string(),
    );
    let day = HeaderValue::from_static("max-age=86400, private");
    response.headers_mut().insert(header::CACHE_CONTROL, day);
    response
}

/// Nothing here.
pub(super) fn not_found() -> Response<Bytes> {
    text(
        StatusCode::NOT_FOUND,
        "text/plain; charset=utf-8",
        "not found\n".to_owned(),
    )
}

/// Sends a browser elsewhere with GET, telling nobody where it came from.
pub(super) fn redirect(location: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::SEE_OTHER;
    if let Ok(location) = HeaderValue::try_from(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    let quiet = HeaderValue::from_static("no-referrer");
    response
        .headers_mut()
        .insert(header::REFERRER_POLICY, quiet);
    forbid_storing(&mut response);
    response
}

pub(super) fn text(status: StatusCode, kind: &'static str, body: String) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

pub(super) fn forbid_storing(response: &mut Response<Bytes>) {
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-store, no-cache"),
    );
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
}
