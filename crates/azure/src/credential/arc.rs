//! The managed identity of a machine outside Azure that Azure Arc knows.
//!
//! Its agent proves that whoever asks may read a file that only administrators can: it names the file,
//! and takes its content as a password.

use std::path::{Path, PathBuf};

use access::Timestamp;
use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode};

use super::{CredentialError, Token, encode, read};
use crate::client::Client;

/// The longest file that an agent names.
const MAX_FILE: u64 = 4096;

/// The identity of such a machine.
pub struct ArcIdentity {
    client: Client,
    endpoint: String,
    /// Where the agent's files are. Any other is none of the agent's, and is not read.
    folder: PathBuf,
}

impl ArcIdentity {
    /// The identity behind `IDENTITY_ENDPOINT`.
    pub fn new(client: Client, endpoint: &str) -> ArcIdentity {
        let folder = match cfg!(windows) {
            true => r"C:\ProgramData\AzureConnectedMachineAgent\Tokens",
            false => "/var/opt/azcmagent/tokens",
        };
        ArcIdentity::with_folder(client, endpoint, Path::new(folder))
    }

    /// The same with the agent's files elsewhere.
    pub fn with_folder(client: Client, endpoint: &str, folder: &Path) -> ArcIdentity {
        ArcIdentity {
            client,
            endpoint: endpoint.to_owned(),
            folder: folder.to_owned(),
        }
    }

    /// Asks for a token.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn token(&self, scope: &str, now: Timestamp) -> Result<Token, CredentialError> {
        let resource = encode(scope.strip_suffix("/.default").unwrap_or(scope));
        let url = format!(
            "{}?api-version=2020-06-01&resource={resource}",
            self.endpoint
        );
        let request = |credential: Option<HeaderValue>| {
            let request = Request::get(&url).header("metadata", "true");
            let request = match credential {
                Some(credential) => request.header(http::header::AUTHORIZATION, credential),
                None => request,
            };
            let request = request.body(Bytes::new());
            request.map_err(|_| CredentialError::Endpoint(self.endpoint.clone()))
        };
        let challenge = self.client.send(request(None)?).await?;
        if challenge.status != StatusCode::UNAUTHORIZED {
            return read(&challenge, now);
        }
        let named = challenge
            .headers
            .get(http::header::WWW_AUTHENTICATE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Basic realm="));
        let named = named.ok_or(CredentialError::Answer("the agent names no file"))?;
        let content = self.file(Path::new(named.trim_matches('"'))).await?;
        let mut credential = HeaderValue::try_from(format!("Basic {}", content.trim()))
            .map_err(|_| CredentialError::Answer("no header can carry the agent's file"))?;
        credential.set_sensitive(true);
        read(&self.client.send(request(Some(credential))?).await?, now)
    }

    /// A file of the agent's own folder, so that an answer cannot have any other read out.
    async fn file(&self, path: &Path) -> Result<String, CredentialError> {
        let unusable = |reason: &str| CredentialError::File {
            path: path.to_owned(),
            reason: reason.to_owned(),
        };
        let own = path.parent() == Some(&self.folder)
            && path.extension().is_some_and(|extension| extension == "key");
        if !own {
            return Err(unusable("it is none of the agent's"));
        }
        let file = tokio::fs::metadata(path).await;
        let file = file.map_err(|error| unusable(&error.kind().to_string()))?;
        if file.len() > MAX_FILE {
            return Err(unusable("it is too long"));
        }
        let content = tokio::fs::read_to_string(path).await;
        content.map_err(|error| unusable(&error.kind().to_string()))
    }
}
