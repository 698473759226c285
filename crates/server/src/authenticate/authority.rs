//! Whose tokens are believed, and what they must say on each part of the surface.

use std::sync::Arc;

use access::Timestamp;
use access::principal::PrincipalId;
use access::token::{self, Audiences, Claims, Expectations, GroupsClaim, TokenFault};
use azure::keys::KeyCache;

use super::key_keeper::KeyKeeper;
use super::{Identity, RouteFamily};
use crate::config::{Entra, RouteAudiences};

/// The issuers' keys and the expectations for this server's routes.
pub(crate) struct Authority {
    keys: Arc<KeyCache>,
    classic: Expectations,
    v1: Expectations,
    models: Expectations,
    anthropic: Expectations,
    project: Expectations,
    management: Expectations,
    graph: Expectations,
    real: Option<Real>,
}

/// What servers of real tenants have besides.
struct Real {
    entra: Arc<Entra>,
    keeper: KeyKeeper,
    /// What a token must say, and the app role it must have, to act as the operator.
    operator: Option<(Expectations, String)>,
}

impl Authority {
    /// Believes the local token service's `keys`; `expect` says everything but the audiences.
    pub(crate) fn local(
        keys: Arc<KeyCache>,
        expect: &Expectations,
        audiences: &RouteAudiences,
    ) -> Self {
        let with = |audiences: &Audiences| expect.clone().with_audiences(audiences.clone());
        Self {
            keys,
            classic: with(&audiences.classic),
            v1: with(&audiences.v1),
            models: with(&audiences.models),
            anthropic: with(&audiences.anthropic),
            project: with(&audiences.project),
            management: with(&audiences.management),
            graph: with(&audiences.graph),
            real: None,
        }
    }

    /// Believes real tenants, whose keys are in `keys`.
    pub(crate) fn real(entra: Arc<Entra>, keys: Arc<KeyCache>, audiences: &RouteAudiences) -> Self {
        let expect = Expectations {
            issuers: entra.issuers.clone(),
            tenants: entra.tenants.clone(),
            ..Expectations::new(entra.home(), entra.own_audiences.clone())
        };
        let operator = entra.operator_role.clone().map(|role| {
            // Whoever administers another tenant assigns roles there as they like.
            let home = vec![entra.home().to_owned()];
            let expect = Expectations {
                tenants: home,
                ..expect.clone()
            };
            (expect, role)
        });
        let keeper = KeyKeeper::new(Arc::clone(&keys));
        Self {
            real: Some(Real {
                entra,
                keeper,
                operator,
            }),
            ..Self::local(keys, &expect, audiences)
        }
    }

    /// Rises when a key comes or goes.
    pub(crate) fn generation(&self) -> u64 {
        self.keys.generation()
    }

    /// Whether tokens can be judged now; not while no issuer's keys could be fetched.
    pub(crate) fn is_ready(&self, now: Timestamp) -> bool {
        self.real.is_none() || self.keys.keys(now).any_available()
    }

    /// Who keeps the keys fresh, if they are fetched.
    pub(crate) fn keeper(&self) -> Option<&KeyKeeper> {
        self.real.as_ref().map(|real| &real.keeper)
    }

    /// After a token named a key that the keys of generation `seen` do not have: waits, not for long, for
    /// others. Returns whether there are others.
    pub(crate) async fn newer_keys(&self, seen: u64, now: Timestamp) -> bool {
        match self.keeper() {
            Some(keeper) => keeper.newer(seen, now).await,
            None => false,
        }
    }

    /// What a token must say on routes of this family.
    pub(crate) fn expectations(&self, family: RouteFamily) -> &Expectations {
        match family {
            RouteFamily::Classic | RouteFamily::Unknown => &self.classic,
            RouteFamily::V1 => &self.v1,
            RouteFamily::Inference => &self.models,
            RouteFamily::Anthropic => &self.anthropic,
            RouteFamily::Project => &self.project,
            RouteFamily::Management => &self.management,
            RouteFamily::Graph => &self.graph,
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
        Ok(self.identity(claims))
    }

    /// Judges the id token that a client of ours got for somebody who signed in. With real tenants it must
    /// be of the home tenant.
    ///
    /// # Errors
    /// The first fault.
    pub(crate) fn person(
        &self,
        id_token: &str,
        client_id: &str,
        nonce: &str,
        now: Timestamp,
    ) -> Result<Identity, TokenFault> {
        let mut expect = self
            .classic
            .clone()
            .with_audiences(Audiences::new([client_id]));
        if let Some(real) = &self.real {
            expect.tenants = vec![real.entra.home().to_owned()];
        }
        let claims = token::verify_id(id_token, &self.keys.keys(now), &expect, nonce, now)?;
        Ok(self.identity(claims))
    }

    fn identity(&self, claims: Claims) -> Identity {
        Identity {
            principal: self.principal(&claims, &claims.object_id),
            groups: self.groups(&claims),
            claims,
        }
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

    /// Whether a token makes its bearer an operator: genuine, for the gateway itself, of the home tenant,
    /// with the configured app role.
    ///
    /// # Errors
    /// The first fault of the token; a good one without the role is `Ok(false)`.
    pub(crate) fn operator(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<Option<String>, TokenFault> {
        let Some((expect, role)) = self.real.as_ref().and_then(|real| real.operator.as_ref())
        else {
            return Ok(None);
        };
        let claims = token::verify(token, &self.keys.keys(now), expect, now)?;
        let has_role = claims.app_roles.contains(role);
        Ok(has_role.then_some(claims.object_id))
    }

    /// How policy names an object of the token's tenant.
    fn principal(&self, claims: &Claims, object_id: &str) -> PrincipalId {
        match &self.real {
            Some(real) => real.entra.principal_id(&claims.tenant, object_id),
            None => PrincipalId::new(object_id),
        }
    }

    fn groups(&self, claims: &Claims) -> Vec<PrincipalId> {
        match &claims.groups {
            GroupsClaim::Listed(ids) => ids.iter().map(|id| self.principal(claims, id)).collect(),
            // Memberships that the configuration declares are added by the decision. Where others could
            // deny something, an overage is refused (`permit`).
            GroupsClaim::None | GroupsClaim::Overage => Vec::new(),
        }
    }
}
