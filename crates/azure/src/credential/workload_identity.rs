//! Workload identity: a token that another issuer wrote into a file, exchanged for one of Entra's.

use std::path::PathBuf;

use access::Timestamp;
use bytes::Bytes;
use http::Request;
use http::header::{ACCEPT, CONTENT_TYPE};
use tokio::io::AsyncReadExt as _;

use super::{CredentialError, MAX_TOKEN, Token, encode, read};
use crate::client::Client;

/// The public cloud's authority, unless `AZURE_AUTHORITY_HOST` says otherwise.
pub const AUTHORITY: &str = "https://login.microsoftonline.com";

/// A workload identity.
#[derive(Debug)]
pub struct WorkloadIdentity {
    /// Asks the authority.
    pub client: Client,
    /// The authority, such as [`AUTHORITY`].
    pub authority: String,
    /// The tenant's id.
    pub tenant_id: String,
    /// The application's client id.
    pub client_id: String,
    /// Where the federated token is. Read for every exchange: whoever writes it replaces it.
    pub token_file: PathBuf,
}

impl WorkloadIdentity {
    pub(super) async fn token(
        &self,
        scope: &str,
        now: Timestamp,
    ) -> Result<Token, CredentialError> {
        let assertion = self.assertion().await?;
        let fields = [
            ("client_id", self.client_id.as_str()),
            ("grant_type", "client_credentials"),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", assertion.trim()),
            ("scope", scope),
        ];
        let fields = fields.map(|(name, value)| format!("{name}={}", encode(value)));
        let authority = self.authority.trim_end_matches('/');
        let url = format!("{authority}/{}/oauth2/v2.0/token", encode(&self.tenant_id));
        let request = Request::post(&url)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Bytes::from(fields.join("&")))
            .map_err(|_| CredentialError::Endpoint(url))?;
        read(&self.client.send(request).await?, now)
    }

    async fn assertion(&self) -> Result<String, CredentialError> {
        let unusable = |reason: String| CredentialError::File {
            path: self.token_file.clone(),
            reason,
        };
        let file = tokio::fs::File::open(&self.token_file).await;
        let file = file.map_err(|error| unusable(error.to_string()))?;
        let mut text = String::new();
        let read = file
            .take(MAX_TOKEN as u64 + 1)
            .read_to_string(&mut text)
            .await;
        read.map_err(|error| unusable(error.to_string()))?;
        if text.trim().is_empty() || text.len() > MAX_TOKEN {
            return Err(unusable("it is empty or too long".to_owned()));
        }
        Ok(text)
    }
}
