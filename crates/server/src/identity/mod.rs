//! Managed identity: tokens for whoever runs on this machine, over plain HTTP, as Azure gives them to
//! code in a virtual machine or a web app.
//!
//! ```text
//! GET /msi/token?api-version=2019-08-01&resource=…             App Service; X-IDENTITY-HEADER
//! GET /metadata/identity/oauth2/token?api-version=…&resource=…  IMDS; Metadata: true
//! ```
//!
//! In the App Service shape, the `IDENTITY_HEADER` is both name and password: there is one for every
//! principal, and it opens that principal's tokens only. So `DefaultAzureCredential` becomes anybody in
//! the directory without a change of code. IMDS knows no secret, here as on Azure: whoever can reach it
//! gets the tokens of the managed identities, and of nobody else.
//!
//! A browser cannot be made to ask either: both demand a header that other origins may not send.

mod app_service;
mod header;
mod imds;
mod workload;

use std::sync::Arc;

use access::Timestamp;
use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use serde_json::Value;

use crate::token_service::{Origin, TokenService};

pub use header::IdentityKey;
pub use workload::{WorkloadError, WorkloadToken, workload_token_path, write_workload_tokens};

/// The managed identity endpoints.
pub struct Identity {
    service: Arc<TokenService>,
    key: IdentityKey,
    imds: bool,
}

impl Identity {
    /// Endpoints that issue the tokens of `service`. `imds` says whether the one without a secret is
    /// there at all.
    pub fn new(service: Arc<TokenService>, key: IdentityKey, imds: bool) -> Identity {
        Identity { service, key, imds }
    }

    /// The `IDENTITY_HEADER` that opens this principal's tokens. A credential.
    pub fn header(&self, object_id: &str) -> String {
        self.key.header(object_id)
    }

    /// Answers a request below `/msi/` or `/metadata/identity/` that came to `origin`.
    pub fn handle(
        &self,
        request: &Request<Bytes>,
        origin: &Origin,
        now: Timestamp,
    ) -> Response<Bytes> {
        let path = request
            .uri()
            .path()
            .trim_end_matches('/')
            .to_ascii_lowercase();
        let is_get = request.method() == Method::GET;
        match path.as_str() {
            "/msi/token" if is_get => app_service::answer(self, request, origin, now),
            "/metadata/identity/oauth2/token" if is_get && self.imds => {
                imds::answer(self, request, origin, now)
            }
            "/msi/token" | "/metadata/identity/oauth2/token" if !is_get => {
                let mut response = Response::new(Bytes::new());
                *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
                response
                    .headers_mut()
                    .insert(ALLOW, HeaderValue::from_static("GET"));
                response
            }
            _ => imds::refuse("invalid_request", "Identity not found"),
        }
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

/// The words by which a request chooses an identity: any of these, of which clients send one.
struct Selector {
    /// Lower case.
    wanted: Vec<(Kind, String)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Client,
    Object,
    Resource,
}

/// Spellings differ between the shapes and between SDKs.
const SELECTORS: [(&str, Kind); 6] = [
    ("client_id", Kind::Client),
    ("clientid", Kind::Client),
    ("object_id", Kind::Object),
    ("principal_id", Kind::Object),
    ("mi_res_id", Kind::Resource),
    ("msi_res_id", Kind::Resource),
];

impl Selector {
    fn read(query: &crate::token_service::Query) -> Option<Selector> {
        let mut wanted = Vec::new();
        for (name, kind) in SELECTORS {
            if let Some(value) = query.optional(name)? {
                wanted.push((kind, value.to_ascii_lowercase()));
            }
        }
        Some(Selector { wanted })
    }

    fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Whether everything that was said fits these ids.
    fn fits(&self, client_id: Option<&str>, object_id: &str, resource_id: Option<&str>) -> bool {
        self.wanted.iter().all(|(kind, wanted)| {
            let own = match kind {
                Kind::Client => client_id,
                Kind::Object => Some(object_id),
                Kind::Resource => resource_id,
            };
            own.is_some_and(|own| own.eq_ignore_ascii_case(wanted))
        })
    }
}

fn json(status: StatusCode, body: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static("no-store, no-cache"),
    );
    response
}

/// What both shapes answer with. Numbers are strings here, as on Azure.
fn word(token: &crate::token_service::AccessToken) -> Value {
    serde_json::json!({
        "access_token": token.token,
        "client_id": token.client_id,
        "expires_in": token.expires_in.to_string(),
        "expires_on": token.expires.0.to_string(),
        "ext_expires_in": token.expires_in.to_string(),
        "not_before": token.not_before.0.to_string(),
        "resource": token.resource,
        "token_type": "Bearer",
    })
}

#[cfg(test)]
mod tests;
