//! Entrada's own identity: access tokens from where the machine that it runs on gets them.
//!
//! One thin probe per source: [`managed_identity`] (App Service and its kin, and the metadata service of
//! virtual machines), [`arc`], [`workload_identity`] (a federated token file) and [`client_secret`] (a secret
//! or a certificate; only the doctor asks with these). A [`TokenCache`] asks its source
//! once for everybody, well before a token ends and away from every request.

pub mod arc;
pub mod client_secret;
pub mod managed_identity;
pub mod workload_identity;

mod cache;

pub use cache::{TokenCache, Turn, Watcher};

use std::path::PathBuf;
use std::sync::Arc;

use access::Timestamp;
use http::{HeaderValue, StatusCode};
use serde_json::Value;
use thiserror::Error;

use crate::client::{Answer, ClientError};
use managed_identity::ManagedIdentity;
use workload_identity::WorkloadIdentity;

/// The longest token that is taken, in bytes.
const MAX_TOKEN: usize = 32 * 1024;

/// Where tokens come from.
#[derive(Debug)]
pub enum Source {
    /// The platform's identity endpoint.
    ManagedIdentity(ManagedIdentity),
    /// A token of another issuer, exchanged.
    WorkloadIdentity(WorkloadIdentity),
}

impl Source {
    /// Asks for a token for `scope`, such as `https://cognitiveservices.azure.com/.default`.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn token(&self, scope: &str, now: Timestamp) -> Result<Token, CredentialError> {
        match self {
            Self::ManagedIdentity(identity) => identity.token(scope, now).await,
            Self::WorkloadIdentity(identity) => identity.token(scope, now).await,
        }
    }
}

/// A token, ready to be sent.
#[derive(Clone)]
pub struct Token {
    /// The value of `Authorization`, marked as sensitive.
    pub authorization: HeaderValue,
    /// When it ends.
    pub expires: Timestamp,
}

/// Why there is no token. Never says what the credential is. Cheap to clone: all who wait get it.
#[derive(Debug, Clone, Error)]
pub enum CredentialError {
    /// The environment does not say what it must.
    #[error("`{0}` is not set")]
    Variable(&'static str),
    /// The endpoint is none that may be asked.
    #[error("`{0}` is not the URL of an identity endpoint")]
    Endpoint(String),
    /// The federated token cannot be read.
    #[error("the token file `{}` cannot be used: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// No answer.
    #[error(transparent)]
    Client(Arc<ClientError>),
    /// An answer that is a refusal.
    #[error("the identity endpoint refused with {}: {message}", status.as_u16())]
    Refused {
        /// Its status.
        status: StatusCode,
        /// Its words, shortened.
        message: String,
    },
    /// An answer that is neither.
    #[error("the identity endpoint's answer is not a token: {0}")]
    Answer(&'static str),
    /// No token in the time that a request may wait.
    #[error("no token within {0} s")]
    Timeout(u64),
}

impl From<ClientError> for CredentialError {
    fn from(error: ClientError) -> Self {
        Self::Client(Arc::new(error))
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token")
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// Reads the answer of an identity endpoint: `expires_on` (seconds since 1970) or `expires_in` (from now),
/// as numbers or as text.
fn read(answer: &Answer, now: Timestamp) -> Result<Token, CredentialError> {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    if answer.status != StatusCode::OK {
        let words = ["error_description", "message", "error"];
        let message = words.iter().find_map(|name| body[*name].as_str());
        let message = message.unwrap_or("without a word");
        return Err(CredentialError::Refused {
            status: answer.status,
            message: message.chars().take(300).collect(),
        });
    }
    let token = body["access_token"].as_str().unwrap_or_default();
    if token.is_empty() || token.len() > MAX_TOKEN {
        return Err(CredentialError::Answer(
            "no `access_token` of a usable length",
        ));
    }
    let number = |name: &str| match &body[name] {
        Value::String(text) => text.parse().ok(),
        value => value.as_i64(),
    };
    let expires = match (number("expires_on"), number("expires_in")) {
        (Some(moment), _) => Timestamp(moment),
        (None, Some(seconds)) => now.plus(seconds),
        (None, None) => {
            return Err(CredentialError::Answer(
                "it does not say when the token ends",
            ));
        }
    };
    if expires <= now {
        return Err(CredentialError::Answer("the token has ended already"));
    }
    let mut authorization = HeaderValue::try_from(format!("Bearer {token}"))
        .map_err(|_| CredentialError::Answer("no header can carry the token"))?;
    authorization.set_sensitive(true);
    Ok(Token {
        authorization,
        expires,
    })
}

/// A value in a query or a form (RFC 3986: everything but unreserved characters is escaped).
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_000_000);

    fn answer(status: u16, body: &str) -> Answer {
        Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: http::HeaderMap::new(),
            body: body.to_owned().into(),
        }
    }

    #[test]
    fn the_end_of_a_token_is_read_in_every_spelling() {
        let check = |body: &str, expected: i64| {
            let token = read(&answer(200, body), NOW).unwrap();
            assert_eq!(token.expires, Timestamp(expected), "{body}");
            assert_eq!(token.authorization, "Bearer t");
            assert!(!format!("{token:?}").contains("Bearer"));
        };
        check(
            r#"{"access_token":"t","expires_on":"1795000060"}"#,
            1_795_000_060,
        );
        check(
            r#"{"access_token":"t","expires_on":1795000060,"expires_in":"5"}"#,
            1_795_000_060,
        );
        check(r#"{"access_token":"t","expires_in":"3600"}"#, NOW.0 + 3600);
        check(r#"{"access_token":"t","expires_in":3600}"#, NOW.0 + 3600);
    }

    #[test]
    fn what_is_no_token_is_an_error_in_the_endpoints_words() {
        for body in [
            "",
            "{}",
            r#"{"access_token":"t"}"#,
            r#"{"access_token":"t","expires_on":"soon"}"#,
            r#"{"access_token":"t","expires_on":1}"#,
            r#"{"access_token":"a\nb","expires_in":60}"#,
        ] {
            let error = read(&answer(200, body), NOW).unwrap_err();
            assert!(
                matches!(error, CredentialError::Answer(_)),
                "{body}: {error}"
            );
        }
        let refused = answer(
            400,
            r#"{"error":"invalid_request","error_description":"Identity not found"}"#,
        );
        let error = read(&refused, NOW).unwrap_err().to_string();
        assert_eq!(
            error,
            "the identity endpoint refused with 400: Identity not found"
        );
    }
}
