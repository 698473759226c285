//! A refresh token, exchanged for an access token and the next refresh token.
//!
//! Each is used once. Two processes of one client may hold the same one and race, so a used one works
//! for another minute; used later, it is in the wrong hands, and every token of that sign-in is
//! forgotten.

use serde_json::Value;

use super::super::error::SignInError;
use super::Call;

/// Seconds for which a used token still works.
const GRACE: i64 = 60;

pub(super) fn answer(call: &Call<'_>) -> Result<Value, SignInError> {
    let client = call.client_for_people()?;
    let token = call.form.required("refresh_token")?;
    let invalid = SignInError::GrantInvalid("refresh token");
    let grant = {
        let mut state = call.service.state();
        let grant = state
            .refresh_tokens
            .get_mut(token, call.now)
            .ok_or(invalid.clone())?;
        if grant.client != client.kind.id() {
            return Err(SignInError::GrantOfOtherClient);
        }
        if grant.used.is_some_and(|used| call.now > used.plus(GRACE)) {
            let family = grant.family.clone();
            state.refresh_tokens.retain(|grant| grant.family != family);
            return Err(invalid);
        }
        grant.clone()
    };
    let asked = call.asked()?.unwrap_or_else(|| grant.asked.clone());
    let person = call.user_with_id(&grant.user)?;
    let family = Some(grant.family);
    let answer = call.answer_for_person(client, person, &asked, None, family)?;
    // Only now: a request that was refused for its scope did not use the token.
    let mut state = call.service.state();
    if let Some(grant) = state.refresh_tokens.get_mut(token, call.now) {
        grant.used.get_or_insert(call.now);
    }
    Ok(answer)
}
