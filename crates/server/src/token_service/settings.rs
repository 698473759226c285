//! What of the token service can be chosen.

use access::token::{Issuers, Version};

/// Verifiers accept a token for so many seconds after its end.
const CLOCK_SKEW: i64 = 300;

/// How tokens look and how long they last. The defaults imitate the public cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Issuer of version 1.0 tokens; `{tenantid}` stands for the tenant.
    pub issuer_v1: String,
    /// Issuer of version 2.0 tokens; `{tenantid}` stands for the tenant.
    pub issuer_v2: String,
    /// Issuer of the tokens that stand for local workloads.
    pub workload_issuer: String,
    /// Access tokens last a random time between these, in seconds.
    pub lifetime: (i64, i64),
    /// Access tokens of managed identities last this long, in seconds.
    pub managed_identity_lifetime: i64,
    /// Seed of the random lifetimes, so that a test can repeat them; `None` draws one.
    pub seed: Option<u64>,
    /// A signing key of this age is followed by another, in seconds; `None` waits for the operator.
    pub signing_key_age: Option<i64>,
    /// Whether tokens list groups. Entra does it only where the resource asks for it, and Cognitive
    /// Services is not known to.
    pub groups_claim: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            issuer_v1: "https://sts.windows.net/{tenantid}/".to_owned(),
            issuer_v2: "https://login.microsoftonline.com/{tenantid}/v2.0".to_owned(),
            workload_issuer: "https://workload.entrada.localhost/".to_owned(),
            lifetime: (3600, 5400),
            managed_identity_lifetime: 24 * 3600,
            seed: None,
            signing_key_age: None,
            groups_claim: false,
        }
    }
}

impl Settings {
    /// How long a token can be good after the signature, in seconds: what a verifier's clock may be late
    /// counts too.
    pub(super) fn longest_token(&self) -> i64 {
        self.lifetime.1.max(self.managed_identity_lifetime) + CLOCK_SKEW
    }

    /// The issuers as a verifier expects them.
    pub fn issuers(&self) -> Issuers {
        Issuers::none()
            .with(Version::V1, &self.issuer_v1)
            .with(Version::V2, &self.issuer_v2)
    }
}
