//! An application that proves itself with a secret or a certificate.

use access::Timestamp;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::Request;
use http::header::{ACCEPT, CONTENT_TYPE};
use serde_json::json;

use super::{CredentialError, Token, encode, read};
use crate::client::Client;

/// Seconds for which an assertion is good.
const ASSERTION: i64 = 300;

/// An application.
pub struct ClientSecret {
    /// Asks the authority.
    pub client: Client,
    /// The authority's origin.
    pub authority: String,
    /// The tenant's id or domain.
    pub tenant_id: String,
    /// The application's client id.
    pub client_id: String,
    /// What it proves itself with.
    pub proof: Proof,
}

/// What an application proves itself with. No `Debug`: these are secrets.
pub enum Proof {
    /// A secret.
    Secret(String),
    /// A certificate.
    Certificate(CertificateKey),
}

/// A certificate's key, and how Entra knows it. No `Debug`: it is a secret.
pub struct CertificateKey {
    pair: KeyPair,
    thumbprint: String,
}

impl CertificateKey {
    /// The key that belongs to this certificate (DER).
    pub fn new(pair: KeyPair, certificate: &[u8]) -> CertificateKey {
        CertificateKey {
            pair,
            thumbprint: URL_SAFE_NO_PAD.encode(digest(&SHA256, certificate)),
        }
    }

    /// A signed statement for the token endpoint that the application is itself.
    pub(crate) fn assertion(
        &self,
        client_id: &str,
        url: &str,
        now: Timestamp,
    ) -> Result<String, CredentialError> {
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let head = part(json!({ "alg": "RS256", "typ": "JWT", "x5t#S256": self.thumbprint }));
        let id = URL_SAFE_NO_PAD.encode(digest(&SHA256, format!("{url} {}", now.0).as_bytes()));
        let body = part(json!({
            "aud": url, "iss": client_id, "sub": client_id, "jti": id,
            "nbf": now.0, "iat": now.0, "exp": now.0 + ASSERTION,
        }));
        let text = format!("{head}.{body}");
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                text.as_bytes(),
                &mut signature,
            )
            .map_err(|_| CredentialError::Answer("the certificate's key does not sign"))?;
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

impl ClientSecret {
    /// Asks for a token.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn token(&self, scope: &str, now: Timestamp) -> Result<Token, CredentialError> {
        let authority = self.authority.trim_end_matches('/');
        let url = format!("{authority}/{}/oauth2/v2.0/token", encode(&self.tenant_id));
        let mut fields = vec![
            ("client_id", self.client_id.clone()),
            ("grant_type", "client_credentials".to_owned()),
            ("scope", scope.to_owned()),
        ];
        match &self.proof {
            Proof::Secret(secret) => fields.push(("client_secret", secret.clone())),
            Proof::Certificate(key) => {
                let form = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
                fields.push(("client_assertion_type", form.to_owned()));
                fields.push((
                    "client_assertion",
                    key.assertion(&self.client_id, &url, now)?,
                ));
            }
        }
        let fields: Vec<String> = fields
            .into_iter()
            .map(|(name, value)| format!("{name}={}", encode(&value)))
            .collect();
        let request = Request::post(&url)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Bytes::from(fields.join("&")))
            .map_err(|_| CredentialError::Endpoint(url))?;
        read(&self.client.send(request).await?, now)
    }
}
