//! The token endpoint: one grant, one file.

mod authorization_code;
mod client_credentials;
mod device_code;
mod on_behalf_of;
mod password;
mod refresh;

use access::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use serde_json::{Value, json};

use super::TokenService;
use super::client::{self, Client};
use super::directory::{Directory, Principal, Tenant, User};
use super::error::SignInError;
use super::form::Form;
use super::mint::{AccessToken, Bearer, Proof};
use super::origin::Origin;
use super::refresh_token::RefreshGrant;
use super::resource::{Delegated, Resource, shorten};
use super::state::Asked;

/// A token request under way.
pub(super) struct Call<'c> {
    pub(super) service: &'c TokenService,
    pub(super) directory: &'c Directory,
    /// The tenant of the URL.
    pub(super) tenant: &'c Tenant,
    /// Whether the URL names this very tenant, rather than `common` and the like.
    pub(super) tenant_named: bool,
    /// Whether it came to the version 1.0 endpoint.
    pub(super) version_1: bool,
    pub(super) form: &'c Form,
    pub(super) headers: &'c HeaderMap,
    pub(super) origin: &'c Origin,
    pub(super) now: Timestamp,
}

/// Answers a token request.
pub(super) fn answer(call: &Call<'_>) -> Result<Value, SignInError> {
    match call.form.required("grant_type")? {
        "client_credentials" => client_credentials::answer(call),
        "authorization_code" => authorization_code::answer(call),
        "refresh_token" => refresh::answer(call),
        "password" => password::answer(call),
        // MSAL for Node uses the short name.
        "urn:ietf:params:oauth:grant-type:device_code" | "device_code" => device_code::answer(call),
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => on_behalf_of::answer(call),
        other => Err(SignInError::GrantType(shorten(other))),
    }
}

pub(super) use device_code::begin as begin_device_code;

impl<'c> Call<'c> {
    /// The client, proven or not.
    fn client(&self) -> Result<Client<'c>, SignInError> {
        let issuers = &self.service.federated;
        client::authenticate(
            self.tenant,
            self.form,
            self.headers,
            issuers,
            self.origin,
            self.now,
        )
    }

    /// The client of a grant that people use: proven, or public by registration.
    fn client_for_people(&self) -> Result<Client<'c>, SignInError> {
        let client = self.client()?;
        if client.proof == Proof::None && !client.kind.is_public() {
            return Err(SignInError::ProofMissing);
        }
        Ok(client)
    }

    /// What the request asks for; `None` if it leaves that to the grant.
    fn asked(&self) -> Result<Option<Asked>, SignInError> {
        if self.version_1
            && let Some(resource) = self.form.optional("resource")?
        {
            return Ok(Some(Asked::Resource(bounded(resource)?)));
        }
        let scope = self.form.optional("scope")?.map(bounded);
        Ok(scope.transpose()?.map(Asked::Scope))
    }

    /// Reads what a person asks for, through a client.
    fn delegated(&self, asked: &Asked) -> Result<Delegated, SignInError> {
        match asked {
            Asked::Scope(scope) => Resource::from_scope(scope, self.tenant, self.origin),
            Asked::Resource(resource) => Ok(Delegated {
                resource: Resource::find(resource, self.tenant, self.origin)?,
                openid: true,
                offline: true,
            }),
        }
    }

    /// A person of this tenant, or of any where the URL names none.
    fn user_with_id(&self, object_id: &str) -> Result<(&'c Tenant, &'c User), SignInError> {
        let mut tenants = self.directory.tenants.iter();
        let found = tenants.find_map(|tenant| Some((tenant, tenant.user_with_id(object_id)?)));
        match found {
            Some((tenant, user)) if self.tenant_named && tenant.id != self.tenant.id => {
                Err(SignInError::UserUnknownHere(user.upn.clone()))
            }
            Some((_, user)) if user.disabled => Err(SignInError::UserDisabled(user.upn.clone())),
            Some(found) => Ok(found),
            // They were removed since they signed in.
            None => Err(SignInError::GrantInvalid("grant")),
        }
    }

    /// Signs a token and words the answer for a person.
    fn answer_for_person(
        &self,
        client: Client<'c>,
        (tenant, user): (&'c Tenant, &'c User),
        asked: &Asked,
        nonce: Option<&str>,
    ) -> Result<Value, SignInError> {
        let delegated = self.delegated(asked)?;
        let bearer = Bearer {
            tenant,
            principal: Principal::User(user),
            client: client.kind.id(),
            proof: client.proof,
        };
        let (service, now) = (self.service, self.now);
        let settings = &service.settings;
        let token = service
            .mint
            .access_token(settings, &bearer, &delegated.resource, now)?;
        let mut answer = self.word(&token);
        answer["scope"] = granted_scope(asked, &delegated).into();
        if delegated.openid {
            let id_token =
                service
                    .mint
                    .id_token(settings, &bearer, user, nonce, !self.version_1, now)?;
            answer["id_token"] = id_token.into();
        }
        let info = json!({"uid": user.object_id, "utid": tenant.id}).to_string();
        answer["client_info"] = URL_SAFE_NO_PAD.encode(info).into();
        if delegated.offline {
            let client = client.kind.id();
            let grant = RefreshGrant::new(&user.object_id, client, asked.clone(), now);
            let token = service.refresh_seal.seal(&grant);
            answer["refresh_token"] = token.ok_or(SignInError::Internal)?.into();
        }
        Ok(answer)
    }

    /// The part that every answer has. Version 1.0 spells numbers as strings and says more.
    fn word(&self, token: &AccessToken) -> Value {
        if !self.version_1 {
            return json!({
                "token_type": "Bearer", "expires_in": token.expires_in,
                "ext_expires_in": token.expires_in, "access_token": token.token,
            });
        }
        json!({
            "token_type": "Bearer", "expires_in": token.expires_in.to_string(),
            "ext_expires_in": token.expires_in.to_string(), "access_token": token.token,
            "expires_on": token.expires.0.to_string(), "not_before": token.not_before.0.to_string(),
            "resource": token.resource,
        })
    }
}

/// Text that is kept until it is needed again: not more than a client can mean.
pub(super) fn bounded(text: &str) -> Result<String, SignInError> {
    const LONGEST: usize = 2048;
    if text.len() > LONGEST {
        return Err(SignInError::Malformed("a parameter is too long"));
    }
    Ok(text.to_owned())
}

/// What was granted, in full, and what was asked in the client's own words: MSAL looks its cache up by
/// those.
fn granted_scope(asked: &Asked, delegated: &Delegated) -> String {
    let resource = delegated.resource.identifier.as_str();
    let permissions = delegated.resource.delegated.split(' ');
    let mut words: Vec<String> = permissions.map(|one| format!("{resource}/{one}")).collect();
    if let Asked::Scope(scope) = asked {
        for word in scope
            .split_ascii_whitespace()
            .filter(|word| *word != "offline_access")
        {
            if !words.iter().any(|present| present == word) {
                words.push(word.to_owned());
            }
        }
    }
    words.join(" ")
}
