//! Whose tokens are believed, and what they must say on each part of the surface.

use std::sync::Arc;

use access::Timestamp;
use access::principal::PrincipalId;
use access::token::{self, Audiences, Claims, Expectations, GroupsClaim, TokenFault};
use azure::keys::KeyCache;

use super::{Identity, RouteFamily};

/// The issuers' keys and the expectations for this server's routes.
pub(crate) struct Authority {
    keys: Arc<KeyCache>,
    account: Expectations,
    project: Expectations,
}

impl Authority {
    /// Believes `keys`; `expect` says everything but the audiences.
    pub(crate) fn new(
        keys: Arc<KeyCache>,
        expect: &Expectations,
        account: Audiences,
        project: Audiences,
    ) -> Self {
        Self {
            keys,
            account: expect.clone().with_audiences(account),
            project: expect.clone().with_audiences(project),
        }
    }

    /// Rises when a key is withdrawn.
    pub(crate) fn generation(&self) -> u64 {
        self.keys.generation()
    }

    /// What a token must say on routes of this family.
    pub(crate) fn expectations(&self, family: RouteFamily) -> &Expectations {
        match family {
            RouteFamily::Project => &self.project,
            _ => &self.account,
        }
    }

    /// The audience that a refusal on routes of this family names.
    pub(crate) fn recommended_audience(&self, family: RouteFamily) -> &str {
        self.expectations(family)
            .audiences
            .preferred()
            .unwrap_or_default()
    }

    /// Judges a token from scratch.
    ///
    /// # Errors
    /// The first fault.
    pub(crate) fn verify(
        &self,
        token: &str,
        family: RouteFamily,
        now: Timestamp,
    ) -> Result<Identity, TokenFault> {
        let claims = token::verify(token, &self.keys.keys(now), self.expectations(family), now)?;
        Ok(Identity {
            principal: PrincipalId::new(&claims.object_id),
            groups: groups(&claims),
            claims,
        })
    }

    /// Every fault of a token, for its explanation.
    pub(crate) fn faults(
        &self,
        token: &str,
        family: RouteFamily,
        now: Timestamp,
    ) -> Vec<TokenFault> {
        token::faults(token, &self.keys.keys(now), self.expectations(family), now)
    }

    /// Judges again what depends on the route and the time, for a token whose signature was verified before.
    ///
    /// # Errors
    /// The first fault.
    pub(crate) fn recheck(
        &self,
        claims: &Claims,
        family: RouteFamily,
        now: Timestamp,
    ) -> Result<(), TokenFault> {
        self.expectations(family).check(claims, now)
    }
}

fn groups(claims: &Claims) -> Vec<PrincipalId> {
    match &claims.groups {
        GroupsClaim::Listed(ids) => ids.iter().map(|id| PrincipalId::new(id)).collect(),
        // The directory's own memberships are added by the decision, so an overage loses nothing here.
        GroupsClaim::None | GroupsClaim::Overage => Vec::new(),
    }
}
