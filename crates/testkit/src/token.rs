//! Tokens of a tenant, right unless told otherwise.

use access::Timestamp;
use serde_json::{Map, Value, json};

use crate::{Bearer, SigningKey};

/// The time at which test tokens are good: 2026-11-18T11:06:40Z.
pub const NOW: Timestamp = Timestamp(1_795_000_000);

/// A tenant with a signing key.
pub struct Tenant {
    /// The tenant's id.
    pub id: String,
    /// What its tokens are signed with.
    pub key: &'static SigningKey,
}

impl Default for Tenant {
    fn default() -> Self {
        Tenant::new()
    }
}

impl Tenant {
    /// The test tenant, with the shared key.
    pub fn new() -> Tenant {
        Tenant::with_id("5f1d2c3b-0000-4000-8000-000000000001")
    }

    /// Another tenant. Like Entra's, all tenants sign with the same key.
    pub fn with_id(id: &str) -> Tenant {
        Tenant {
            id: id.to_owned(),
            key: SigningKey::shared(),
        }
    }

    /// A version 1.0 token for Cognitive Services, good at [`NOW`] for an hour.
    pub fn token(&self, bearer: &Bearer) -> TokenBuilder {
        let Value::Object(header) = json!({
            "typ": "JWT", "alg": "RS256", "kid": self.key.id(), "x5t": self.key.id()
        }) else {
            unreachable!("an object")
        };
        let Value::Object(mut claims) = json!({
            "aud": "https://cognitiveservices.azure.com",
            "iss": format!("https://sts.windows.net/{}/", self.id),
            "iat": NOW.0 - 300, "nbf": NOW.0 - 300, "exp": NOW.0 + 3600,
            "appid": bearer.app_id, "oid": bearer.object_id, "tid": self.id,
            "uti": "testkit", "ver": "1.0", "sub": bearer.object_id
        }) else {
            unreachable!("an object")
        };
        let extra = match (bearer.person, &bearer.managed_identity) {
            (true, _) => json!({
                "appidacr": "0", "idtyp": "user", "scp": "user_impersonation",
                "sub": format!("pairwise-{}", bearer.name),
                "upn": format!("{}@contoso.example", bearer.name),
                "unique_name": format!("{}@contoso.example", bearer.name)
            }),
            (false, None) => json!({"appidacr": "1", "idtyp": "app"}),
            (false, Some(resource)) => {
                json!({"appidacr": "2", "idtyp": "app", "xms_mirid": resource})
            }
        };
        claims.extend(extra.as_object().cloned().unwrap_or_default());
        TokenBuilder {
            tenant: self.id.clone(),
            key: self.key,
            header,
            claims,
        }
    }
}

/// A token to be: change what should be wrong, then sign.
pub struct TokenBuilder {
    tenant: String,
    key: &'static SigningKey,
    header: Map<String, Value>,
    claims: Map<String, Value>,
}

impl TokenBuilder {
    /// Sets a claim; `null` removes it.
    #[must_use]
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> TokenBuilder {
        set(&mut self.claims, name, value.into());
        self
    }

    /// Sets a header member; `null` removes it.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> TokenBuilder {
        set(&mut self.header, name, value.into());
        self
    }

    /// For this resource.
    #[must_use]
    pub fn audience(self, audience: &str) -> TokenBuilder {
        self.claim("aud", audience)
    }

    /// Expiring so many seconds after [`NOW`], or before it.
    #[must_use]
    pub fn expires_in(self, seconds: i64) -> TokenBuilder {
        self.claim("exp", NOW.0 + seconds)
    }

    /// Listing these groups.
    #[must_use]
    pub fn groups(self, groups: &[&str]) -> TokenBuilder {
        self.claim("groups", groups.to_vec())
    }

    /// Of version 2.0.
    #[must_use]
    pub fn version_2(mut self) -> TokenBuilder {
        let issuer = format!("https://login.microsoftonline.com/{}/v2.0", self.tenant);
        if let Some(app) = self.claims.remove("appid") {
            set(&mut self.claims, "azp", app);
        }
        self.claim("ver", "2.0").claim("iss", issuer)
    }

    /// Signed by somebody else under the same key id.
    #[must_use]
    pub fn forged(mut self) -> TokenBuilder {
        self.key = SigningKey::forged();
        self
    }

    /// The token, signed with a key of the caller's.
    pub fn signed_with(self, key: &SigningKey) -> String {
        key.sign(&self.header.into(), &self.claims.into())
    }

    /// The token.
    pub fn sign(self) -> String {
        self.key.sign(&self.header.into(), &self.claims.into())
    }
}

fn set(members: &mut Map<String, Value>, name: &str, value: Value) {
    if value.is_null() {
        members.remove(name);
    } else {
        members.insert(name.to_owned(), value);
    }
}
