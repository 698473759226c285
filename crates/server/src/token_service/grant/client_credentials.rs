//! An application, or a managed identity by a federated token, asks for itself.

use serde_json::Value;

use super::super::client::Kind;
use super::super::directory::Principal;
use super::super::error::SignInError;
use super::super::mint::{Bearer, Proof};
use super::super::resource::Resource;
use super::super::state::Asked;
use super::Call;

pub(super) fn answer(call: &Call<'_>) -> Result<Value, SignInError> {
    let client = call.client()?;
    if client.proof == Proof::None {
        return Err(SignInError::SecretRequired);
    }
    let principal = match client.kind {
        Kind::Application(application) => Principal::Application(application),
        Kind::ManagedIdentity(identity) => Principal::ManagedIdentity(identity),
        // Tools have no proof of their own; `authenticate` has refused any.
        Kind::WellKnown(_) => return Err(SignInError::SecretRequired),
    };
    let resource = match call.asked()? {
        Some(Asked::Resource(resource)) => Resource::find(&resource, call.tenant, call.origin)?,
        Some(Asked::Scope(scope)) => {
            Resource::from_default_scope(&scope, call.tenant, call.origin)?
        }
        None if call.version_1 => return Err(SignInError::MissingParameter("resource")),
        None => return Err(SignInError::MissingParameter("scope")),
    };
    let bearer = Bearer {
        tenant: call.tenant,
        principal,
        client: client.kind.id(),
        proof: client.proof,
    };
    let service = call.service;
    let token = service
        .mint
        .access_token(&service.settings, &bearer, &resource, call.now)?;
    Ok(call.word(&token))
}
