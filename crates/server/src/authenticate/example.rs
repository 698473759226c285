//! An authority for tests: it believes the shared key, for tokens of the tests' tenant.

use std::sync::Arc;

use access::token::{Audiences, Expectations, Issuers, Version};
use azure::keys::{KeyCache, KeySet};
use testkit::{SigningKey, Tenant};

use super::Authority;
use crate::config::RouteAudiences;

const ISSUER: &str = "https://sts.windows.net/{tenantid}/";

/// The authority, with the audiences of a server's routes.
pub(crate) fn authority(audiences: &RouteAudiences) -> Authority {
    let keys = KeySet::parse(SigningKey::shared().jwks().as_bytes(), ISSUER).unwrap();
    let keys = KeyCache::fixed([(ISSUER.to_owned(), keys)]);
    let expect = Expectations {
        issuers: Issuers::none().with(Version::V1, ISSUER),
        ..Expectations::new(&Tenant::new().id, Audiences::account())
    };
    Authority::local(Arc::new(keys), &expect, audiences)
}
