//! An API exchanges the token that a person's client sent it for one of its own, for the same person.

use access::token::{Audiences, Bearer, Expectations, TokenFault, verify};
use serde_json::Value;

use super::super::client::Kind;
use super::super::error::SignInError;
use super::super::mint::Proof;
use super::super::state::Asked;
use super::Call;

pub(super) fn answer(call: &Call<'_>) -> Result<Value, SignInError> {
    let client = call.client()?;
    if client.proof == Proof::None {
        return Err(SignInError::SecretRequired);
    }
    let Kind::Application(application) = client.kind else {
        return Err(SignInError::OnBehalfAudience);
    };
    if call.form.required("requested_token_use")? != "on_behalf_of" {
        return Err(SignInError::Malformed(
            "requested_token_use must be on_behalf_of",
        ));
    }
    let own = [
        application.client_id.clone(),
        format!("api://{}", application.client_id),
    ];
    let audiences = Audiences::new(
        own.into_iter()
            .chain(application.identifier_uris.iter().cloned()),
    );
    let tenants = call
        .directory
        .tenants
        .iter()
        .map(|tenant| tenant.id.clone());
    let expect = Expectations {
        issuers: call.service.settings.issuers(),
        tenants: tenants.collect(),
        ..Expectations::new(&call.tenant.id, audiences)
    };
    let assertion = call.form.required("assertion")?;
    let keys = call.service.own_keys();
    let claims = verify(assertion, &keys.keys(call.now), &expect, call.now)
        .map_err(|fault| translate(&fault))?;
    if claims.bearer != Bearer::User {
        return Err(SignInError::OnBehalfApplication);
    }
    let asked = call.asked()?.unwrap_or_else(|| Asked::Scope(String::new()));
    let person = call.user_with_id(&claims.object_id)?;
    call.answer_for_person(client, person, &asked, None)
}

fn translate(fault: &TokenFault) -> SignInError {
    match fault {
        TokenFault::Audience { .. } => SignInError::OnBehalfAudience,
        TokenFault::Expired { .. } | TokenFault::NotYetValid { .. } => SignInError::OnBehalfTime,
        TokenFault::Signature | TokenFault::UnknownKey { .. } | TokenFault::KeyIssuer { .. } => {
            SignInError::OnBehalfSignature
        }
        _ => SignInError::OnBehalfMalformed,
    }
}
