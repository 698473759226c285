//! A refresh token, exchanged for an access token and the next refresh token.
//!
//! Each is used once, with a minute's grace; used later, it is in the wrong hands, and that sign-in is
//! over (see [`Spent`](super::super::refresh_token::Spent)).

use serde_json::Value;

use super::super::discovery;
use super::super::error::SignInError;
use super::Call;

pub(super) fn answer(call: &Call<'_>) -> Result<Value, SignInError> {
    let client = call.client_for_people()?;
    let token = call.form.required("refresh_token")?;
    let invalid = SignInError::GrantInvalid("refresh token");
    let grant = call.service.refresh_seal.unseal(token, call.now);
    let grant = match grant {
        Some(grant) => grant,
        // Perhaps one of the real Entra's, from a cache that other programs share: told that it is invalid,
        // clients would remove it from there.
        None if discovery::is_entra(call.origin) => {
            return Err(SignInError::Malformed("the refresh token is none of ours"));
        }
        None => return Err(invalid),
    };
    if grant.client != client.kind.id() {
        return Err(SignInError::GrantOfOtherClient);
    }
    if !call.service.state().spent.admits(&grant, call.now) {
        return Err(invalid);
    }
    let asked = call.asked()?.unwrap_or_else(|| grant.asked.clone());
    let person = call.user_with_id(&grant.user)?;
    let family = Some(grant.family.clone());
    let answer = call.answer_for_person(client, person, &asked, None, family)?;
    // Only now: a request that was refused for its scope did not use the token.
    call.service.state().spent.note(&grant, call.now);
    Ok(answer)
}
