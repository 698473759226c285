//! What a token says: the claims that Entra's tokens have, for every kind of bearer.

use std::sync::atomic::{AtomicU64, Ordering};

use access::Timestamp;
use access::token::TENANT_PLACEHOLDER;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::directory::{Principal, Tenant, User, sha256};
use super::error::SignInError;
use super::key_ring::KeyRing;
use super::random;
use super::resource::Resource;
use super::settings::Settings;

/// The most groups that a token lists; with more it says only that there are more.
const MAX_GROUPS: usize = 200;

/// Entra dates tokens back by five minutes, so that a resource whose clock is late takes them.
const BACKDATED: i64 = 300;

/// How the client proved itself, as `appidacr` (1.0) and `azpacr` (2.0) say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// Not at all.
    None,
    /// With a secret.
    Secret,
    /// With a certificate or a federated token. Managed identities count as this.
    Certificate,
}

/// For whom a token is, through which client.
#[derive(Clone, Copy)]
pub(super) struct Bearer<'d> {
    pub(super) tenant: &'d Tenant,
    pub(super) principal: Principal<'d>,
    /// The client's id; an application's own when it acts for itself.
    pub(super) client: &'d str,
    pub(super) proof: Proof,
}

/// An access token as it was issued.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// The token. A credential.
    pub token: String,
    /// From when it is valid.
    pub not_before: Timestamp,
    /// When it expires.
    pub expires: Timestamp,
    /// Seconds from now to then.
    pub expires_in: i64,
    /// What it was asked for.
    pub resource: String,
    /// The client id of its bearer.
    pub client_id: String,
}

impl std::fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessToken")
            .field("resource", &self.resource)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// Makes tokens.
#[derive(Debug)]
pub(super) struct Mint {
    keys: KeyRing,
    seed: u64,
    made: AtomicU64,
}

impl Mint {
    pub(super) fn new(keys: KeyRing, seed: Option<u64>) -> Mint {
        Mint {
            keys,
            seed: seed.unwrap_or_else(|| u64::from_ne_bytes(random::bytes())),
            made: AtomicU64::new(0),
        }
    }

    pub(super) fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// An access token for `resource`.
    pub(super) fn access_token(
        &self,
        settings: &Settings,
        bearer: &Bearer<'_>,
        resource: &Resource,
        now: Timestamp,
    ) -> Result<AccessToken, SignInError> {
        let lifetime = match bearer.principal {
            Principal::ManagedIdentity(_) => settings.managed_identity_lifetime,
            _ => self.lifetime(settings.lifetime),
        };
        let (not_before, expires) = (now.plus(-BACKDATED), now.plus(lifetime));
        let mut claims = common(settings, bearer, resource.version_2);
        add(
            &mut claims,
            json!({
                "aud": resource.audience, "iat": not_before.0, "nbf": not_before.0, "exp": expires.0,
                "aio": random::id(),
            }),
        );
        match bearer.principal {
            Principal::User(user) => {
                add(&mut claims, person(user, bearer.client, resource.version_2));
                add(
                    &mut claims,
                    json!({"idtyp": "user", "scp": resource.delegated}),
                );
            }
            Principal::Application(application) => {
                add(
                    &mut claims,
                    json!({"idtyp": "app", "sub": application.object_id}),
                );
            }
            Principal::ManagedIdentity(identity) => add(
                &mut claims,
                json!({
                    "idtyp": "app", "sub": identity.object_id, "xms_mirid": identity.resource_id,
                }),
            ),
        }
        client(&mut claims, bearer, resource.version_2);
        if settings.groups_claim {
            add(&mut claims, groups(bearer));
        }
        Ok(AccessToken {
            token: self.sign(&claims, !resource.version_2, now)?,
            not_before,
            expires,
            expires_in: lifetime,
            resource: resource.identifier.clone(),
            client_id: bearer.client.to_owned(),
        })
    }

    /// An id token: who signed in, for the client alone.
    pub(super) fn id_token(
        &self,
        settings: &Settings,
        bearer: &Bearer<'_>,
        user: &User,
        nonce: Option<&str>,
        version_2: bool,
        now: Timestamp,
    ) -> Result<String, SignInError> {
        let mut claims = common(settings, bearer, version_2);
        add(&mut claims, person(user, bearer.client, version_2));
        add(
            &mut claims,
            json!({
                "aud": bearer.client, "iat": now.plus(-BACKDATED).0, "nbf": now.plus(-BACKDATED).0,
                "exp": now.plus(3600).0,
            }),
        );
        if let Some(nonce) = nonce {
            claims.insert("nonce".to_owned(), nonce.into());
        }
        self.sign(&claims, false, now)
    }

    /// A token of the local workload issuer.
    pub(super) fn workload_token(
        &self,
        settings: &Settings,
        subject: &str,
        audience: &str,
        lifetime: i64,
        now: Timestamp,
    ) -> Result<String, SignInError> {
        let mut claims = Map::new();
        add(
            &mut claims,
            json!({
                "iss": settings.workload_issuer, "sub": subject, "aud": [audience],
                "iat": now.0, "nbf": now.0, "exp": now.plus(lifetime).0, "jti": random::guid(),
            }),
        );
        self.sign(&claims, false, now)
    }

    fn sign(
        &self,
        claims: &Map<String, Value>,
        thumbprint: bool,
        now: Timestamp,
    ) -> Result<String, SignInError> {
        let key = self.keys.signer(now).ok_or(SignInError::Internal)?;
        key.sign(claims, thumbprint).ok_or(SignInError::Internal)
    }

    /// A lifetime within the range, the next of a repeatable sequence (SplitMix64).
    fn lifetime(&self, (shortest, longest): (i64, i64)) -> i64 {
        let step = self.made.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        let mut mixed = self
            .seed
            .wrapping_add(step.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let span = u64::try_from(longest - shortest).unwrap_or(0) + 1;
        shortest + i64::try_from((mixed ^ (mixed >> 31)) % span).unwrap_or(0)
    }
}

/// What every token says of its tenant, its issuer and itself.
fn common(settings: &Settings, bearer: &Bearer<'_>, version_2: bool) -> Map<String, Value> {
    let form = if version_2 {
        &settings.issuer_v2
    } else {
        &settings.issuer_v1
    };
    let issuer = form.replace(TENANT_PLACEHOLDER, &bearer.tenant.id);
    let mut claims = Map::new();
    add(
        &mut claims,
        json!({
            "iss": issuer, "tid": bearer.tenant.id, "oid": bearer.principal.object_id(),
            "uti": random::id(), "rh": format!("1.{}.", random::id()),
            "ver": if version_2 { "2.0" } else { "1.0" },
        }),
    );
    if !version_2 {
        // `idp` appears where the bearer is an application; harmless where it is a person.
        claims.insert("idp".to_owned(), claims["iss"].clone());
    }
    claims
}

/// What is said of a person. Names differ between versions.
fn person(user: &User, client: &str, version_2: bool) -> Value {
    let subject = pairwise_subject(user, client);
    if version_2 {
        return json!({"name": user.display_name, "preferred_username": user.upn, "sub": subject});
    }
    json!({
        "name": user.display_name, "unique_name": user.upn, "upn": user.upn, "sub": subject,
        "amr": ["pwd"], "acr": "1", "ipaddr": "127.0.0.1",
    })
}

/// A person's `sub` differs from client to client, and is the same for one of them.
fn pairwise_subject(user: &User, client: &str) -> String {
    let pair = format!("{}|{client}", user.object_id);
    URL_SAFE_NO_PAD.encode(sha256(pair.as_bytes()))
}

fn client(claims: &mut Map<String, Value>, bearer: &Bearer<'_>, version_2: bool) {
    let proof = match bearer.proof {
        Proof::None => "0",
        Proof::Secret => "1",
        Proof::Certificate => "2",
    };
    let names = if version_2 {
        ["azp", "azpacr"]
    } else {
        ["appid", "appidacr"]
    };
    claims.insert(names[0].to_owned(), bearer.client.into());
    claims.insert(names[1].to_owned(), proof.into());
}

/// The `groups` claim, or the reference that stands for more than fit.
fn groups(bearer: &Bearer<'_>) -> Value {
    let groups = bearer.principal.groups();
    if groups.is_empty() {
        return json!({});
    }
    if groups.len() <= MAX_GROUPS {
        return json!({ "groups": groups });
    }
    let endpoint = format!(
        "https://graph.windows.net/{}/users/{}/getMemberObjects",
        bearer.tenant.id,
        bearer.principal.object_id()
    );
    json!({
        "_claim_names": {"groups": "src1"},
        "_claim_sources": {"src1": {"endpoint": endpoint}},
    })
}

fn add(claims: &mut Map<String, Value>, more: Value) {
    if let Value::Object(more) = more {
        claims.extend(more);
    }
}
