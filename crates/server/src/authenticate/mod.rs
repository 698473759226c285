//! Who is calling? From headers to a credential, and from a credential to a caller.
//!
//! The order follows the clients (`conformance/` proves it): `api-key` alone decides when present,
//! because the Azure AI Inference SDK sends its key in `api-key` *and* as a Bearer; then
//! `Ocp-Apim-Subscription-Key`; then `x-api-key` on Anthropic routes; then `Authorization`. A token
//! never falls back to a key: what looks like a JWT is judged as a token and nothing else.

mod authority;
mod cache;
mod credential;
#[cfg(test)]
pub(crate) mod example;
mod fingerprint;
mod key_keeper;
mod memo;

pub(crate) use authority::Authority;
pub(crate) use cache::KnownToken;
pub(crate) use credential::{Credential, CredentialFault, KeyHeader, Presented, RouteFamily, read};
pub(crate) use key_keeper::KeyKeeper;
pub(crate) use memo::{ConnectionMemo, Worker};

use std::sync::Arc;

use access::principal::PrincipalId;
use access::token::Claims;

/// Who was authenticated.
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    /// Somebody who holds a key of the account. Keys carry no identity and permit every data action.
    KeyHolder,
    /// A principal with a verified token.
    Principal(Arc<Identity>),
}

impl Caller {
    /// The principal, if the caller is one.
    pub(crate) fn identity(&self) -> Option<&Arc<Identity>> {
        match self {
            Self::Principal(identity) => Some(identity),
            Self::KeyHolder => None,
        }
    }
}

/// A verified token's principal.
#[derive(Debug)]
pub(crate) struct Identity {
    /// Object id.
    pub(crate) principal: PrincipalId,
    /// Groups that the token names; groups of the directory are added by the decision.
    pub(crate) groups: Vec<PrincipalId>,
    /// Everything else the token says.
    pub(crate) claims: Claims,
}
