//! From an issuer's name to its keys: OpenID Connect discovery.

use serde::Deserialize;
use thiserror::Error;

use super::set::{KeySet, KeySetError};
use crate::client::{Client, ClientError};

/// Who publishes keys: the document to start from, and the issuer it must speak for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// The URL of the discovery document.
    pub metadata: String,
    /// The form of issuer that the document must declare, and that the keys then count for. It may
    /// contain `{tenantid}`, as the documents of `common` do.
    pub issuer: String,
}

impl Authority {
    /// The authority at `{host}/{path}` for version 1.0 tokens of `issuer`.
    pub fn v1(host: &str, path: &str, issuer: &str) -> Authority {
        Authority {
            metadata: format!("{host}/{path}/.well-known/openid-configuration"),
            issuer: issuer.to_owned(),
        }
    }

    /// The authority at `{host}/{path}` for version 2.0 tokens of `issuer`.
    pub fn v2(host: &str, path: &str, issuer: &str) -> Authority {
        Authority {
            metadata: format!("{host}/{path}/v2.0/.well-known/openid-configuration"),
            issuer: issuer.to_owned(),
        }
    }
}

/// Why an authority's keys could not be had.
#[derive(Debug, Error)]
pub enum DiscoveryError {
    /// The document or the keys could not be fetched.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// An answer other than 200.
    #[error("`{url}` answered {status}")]
    Status {
        /// What was asked.
        url: String,
        /// What came.
        status: u16,
    },
    /// Not a discovery document.
    #[error("`{url}` is not a discovery document: {reason}")]
    Unreadable {
        /// What was asked.
        url: String,
        /// Why not.
        reason: String,
    },
    /// The document speaks for another issuer.
    #[error("the metadata is of issuer `{found}`, not `{expected}`")]
    Issuer {
        /// What the document declares.
        found: String,
        /// What was configured.
        expected: String,
    },
    /// The document sends us to another host for the keys.
    #[error("the metadata names `{jwks_uri}` for its keys, which is on another host")]
    OtherHost {
        /// Where it sends us.
        jwks_uri: String,
    },
    /// The published set is unusable.
    #[error(transparent)]
    Keys(#[from] KeySetError),
}

/// Fetches an authority's document, checks that it is the one that was meant, and fetches its keys from
/// the same host.
pub(super) async fn fetch(
    client: &Client,
    authority: &Authority,
) -> Result<KeySet, DiscoveryError> {
    #[derive(Deserialize)]
    struct Metadata {
        issuer: String,
        jwks_uri: String,
    }
    let document = get(client, &authority.metadata).await?;
    let metadata: Metadata =
        serde_json::from_slice(&document).map_err(|error| DiscoveryError::Unreadable {
            url: authority.metadata.clone(),
            reason: error.to_string(),
        })?;
    if metadata.issuer != authority.issuer {
        return Err(DiscoveryError::Issuer {
            found: metadata.issuer.chars().take(200).collect(),
            expected: authority.issuer.clone(),
        });
    }
    if !same_origin(&metadata.jwks_uri, &authority.metadata) {
        return Err(DiscoveryError::OtherHost {
            jwks_uri: metadata.jwks_uri.chars().take(200).collect(),
        });
    }
    let jwks = get(client, &metadata.jwks_uri).await?;
    Ok(KeySet::parse(&jwks, &authority.issuer)?)
}

async fn get(client: &Client, url: &str) -> Result<bytes::Bytes, DiscoveryError> {
    let answer = client.get(url).await?;
    if answer.status != http::StatusCode::OK {
        return Err(DiscoveryError::Status {
            url: url.to_owned(),
            status: answer.status.as_u16(),
        });
    }
    Ok(answer.body)
}

/// Whether two URLs have the same scheme, host and port.
fn same_origin(one: &str, other: &str) -> bool {
    let origin = |url: &str| {
        let url: http::Uri = url.parse().ok()?;
        let authority = url.authority()?;
        let plain = !authority.as_str().contains('@');
        plain.then(|| {
            (
                url.scheme().cloned(),
                authority.as_str().to_ascii_lowercase(),
            )
        })
    };
    origin(one).is_some_and(|one| Some(one) == origin(other))
}
