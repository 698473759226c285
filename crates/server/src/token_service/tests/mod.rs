//! The token service as clients see it: requests in, responses out, tokens verified as the endpoint
//! verifies them.

mod assertions;
mod discovery;
mod grants;
mod keys;
mod pages;

use std::sync::LazyLock;

use access::token::{Audiences, Claims, verify};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::{Map, Value};

use super::directory::{
    Application, ClientSecret, FederatedCredential, ManagedIdentity, SecretDigest,
};
use super::*;

const NOW: Timestamp = Timestamp(1_795_000_000);
const TENANT: &str = "5f1d2c3b-0000-4000-8000-000000000001";
const FABRIKAM: &str = "5f1d2c3b-0000-4000-8000-000000000002";
const APP: &str = "11111111-0000-4000-8000-000000000001";
const API: &str = "11111111-0000-4000-8000-000000000002";
const PUBLIC: &str = "11111111-0000-4000-8000-000000000003";
const WEB: &str = "22222222-0000-4000-8000-000000000001";
const AZURE_CLI: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
const COGNITIVE: &str = "https://cognitiveservices.azure.com";

/// Everything that the tests share. The service's key is made once: that takes a while.
static KEYS: LazyLock<std::path::PathBuf> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap().keep();
    ServiceKeys::open(&folder, NOW).unwrap();
    folder
});

fn directory() -> Directory {
    let digest = SecretDigest::of;
    let federated = |issuer: &str, subject: &str| FederatedCredential {
        issuer: issuer.into(),
        subject: subject.into(),
        audience: "api://AzureADTokenExchange".into(),
    };
    let user = |number: u32, name: &str| User {
        object_id: format!("aaaaaaaa-0000-4000-8000-{number:012}"),
        upn: format!("{name}@contoso.example"),
        display_name: name.into(),
        password: Some(digest("correct horse")),
        groups: vec!["99999999-0000-4000-8000-000000000001".into()],
        ..User::default()
    };
    let application = |client: &str, name: &str| Application {
        client_id: client.into(),
        object_id: client.replace("11111111", "33333333"),
        display_name: name.into(),
        secrets: vec![
            ClientSecret {
                secret: digest("expired secret"),
                expires: Some(NOW),
            },
            ClientSecret {
                secret: digest("app secret"),
                expires: None,
            },
        ],
        ..Application::default()
    };
    let contoso = Tenant {
        id: TENANT.into(),
        name: "Contoso".into(),
        domains: vec!["contoso.example".into()],
        users: vec![user(1, "ada"), user(2, "grace")],
        applications: vec![
            Application {
                federated: vec![
                    federated(
                        "https://workload.entrada.localhost/",
                        "system:serviceaccount:shop:web",
                    ),
                    federated(
                        "https://ci.example",
                        "repo:contoso/shop:ref:refs/heads/main",
                    ),
                ],
                certificates: vec![assertions::certificate()],
                redirect_uris: vec!["https://app.example/signed-in".into()],
                ..application(APP, "robot")
            },
            Application {
                version_2: true,
                identifier_uris: vec!["https://api.contoso.example/".into()],
                ..application(API, "api")
            },
            Application {
                public_client: true,
                secrets: vec![],
                redirect_uris: vec!["http://localhost".into()],
                ..application(PUBLIC, "tool <b>")
            },
            Application {
                disabled: true,
                ..application("11111111-0000-4000-8000-000000000004", "disabled")
            },
        ],
        managed_identities: vec![ManagedIdentity {
            client_id: WEB.into(),
            object_id: "33333333-0000-4000-8000-00000000000a".into(),
            name: "web".into(),
            resource_id: "/subscriptions/s/resourcegroups/g/providers/Microsoft.ManagedIdentity/\
                          userAssignedIdentities/web"
                .into(),
            federated: vec![federated(
                "https://workload.entrada.localhost/",
                "system:serviceaccount:shop:mi",
            )],
            ..ManagedIdentity::default()
        }],
    };
    let fabrikam = Tenant {
        id: FABRIKAM.into(),
        name: "Fabrikam".into(),
        domains: vec!["fabrikam.example".into()],
        users: vec![User {
            object_id: "aaaaaaaa-0000-4000-8000-0000000000ff".into(),
            upn: "linus@fabrikam.example".into(),
            password: Some(digest("correct horse")),
            ..User::default()
        }],
        ..Tenant::default()
    };
    Directory {
        tenants: vec![contoso, fabrikam],
    }
}

fn service_with(settings: Settings) -> TokenService {
    let keys = ServiceKeys::open(&KEYS, NOW).unwrap();
    let ci = testkit::SigningKey::shared().jwks().into_bytes();
    TokenService::new(
        directory(),
        keys,
        settings,
        &[("https://ci.example".into(), ci)],
    )
    .unwrap()
}

fn service() -> TokenService {
    service_with(Settings {
        seed: Some(1),
        ..Settings::default()
    })
}

fn origin() -> Origin {
    Origin::new(true, "localhost:8443").unwrap()
}

/// A response, with its JSON if it is that.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: http::HeaderMap,
    text: String,
    json: Value,
}

fn send(
    service: &TokenService,
    request: http::request::Builder,
    body: &str,
    now: Timestamp,
) -> Answer {
    let request = request.body(Bytes::from(body.to_owned())).unwrap();
    let response = service.handle(&request, &origin(), now);
    let (parts, body) = response.into_parts();
    let text = String::from_utf8(body.to_vec()).unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        json: serde_json::from_str(&text).unwrap_or(Value::Null),
        text,
    }
}

fn get(service: &TokenService, path: &str) -> Answer {
    send(service, Request::get(path), "", NOW)
}

fn encode(fields: &[(&str, &str)]) -> String {
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", form::encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn post_at(service: &TokenService, path: &str, fields: &[(&str, &str)], now: Timestamp) -> Answer {
    send(service, Request::post(path), &encode(fields), now)
}

fn post(service: &TokenService, path: &str, fields: &[(&str, &str)]) -> Answer {
    post_at(service, path, fields, NOW)
}

const TOKEN: &str = "/5f1d2c3b-0000-4000-8000-000000000001/oauth2/v2.0/token";

/// Asks the version 2.0 token endpoint.
fn token(service: &TokenService, fields: &[(&str, &str)]) -> Answer {
    post(service, TOKEN, fields)
}

/// The access token of an answer, verified as the endpoint does it.
fn accepted(service: &TokenService, answer: &Answer) -> Claims {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let token = answer.json["access_token"].as_str().unwrap();
    let expect = service.expectations(Audiences::account());
    verify(token, &service.own_keys().keys(NOW), &expect, NOW).unwrap()
}

/// The claims of a token, unverified.
fn claims(token: &Value) -> Map<String, Value> {
    access::token::decode(token.as_str().unwrap())
        .unwrap()
        .claims
}

/// Demands a refusal with this status, OAuth error and number, in the shape that SDKs read.
fn refused(answer: &Answer, status: u16, error: &str, code: u32) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.json["error"], error, "{}", answer.text);
    assert_eq!(
        answer.json["error_codes"],
        serde_json::json!([code]),
        "{}",
        answer.text
    );
    let description = answer.json["error_description"].as_str().unwrap();
    assert!(
        description.starts_with(&format!("AADSTS{code}: ")),
        "{description}"
    );
    for member in ["timestamp", "trace_id", "correlation_id", "error_uri"] {
        assert!(answer.json[member].is_string(), "{member}: {}", answer.text);
    }
    assert_eq!(answer.headers["cache-control"], "no-store, no-cache");
}

fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
