//! A refresh token, exchanged for an access token and the next refresh token.
//!
//! As in Entra, the one that was used works on until its time is over: a client may have lost the answer, and two
//! processes may hold the same one. Who was signed out since it was given must sign in again.

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
    let person = call.user_with_id(&grant.user)?;
    if grant.is_before(person.1.valid_after) {
        return Err(SignInError::SignedOut);
    }
    let asked = call.asked()?.unwrap_or_else(|| grant.asked.clone());
    call.answer_for_person(client, person, &asked, None)
}
