//! A code from the sign-in page, exchanged by the client that asked for it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use subtle::ConstantTimeEq as _;

use super::super::directory::sha256;
use super::super::error::SignInError;
use super::Call;

pub(super) fn answer(call: &Call<'_>) -> Result<Value, SignInError> {
    let client = call.client_for_people()?;
    let code = call.form.required("code")?;
    let redirect_uri = call.form.required("redirect_uri")?;
    let verifier = call.form.optional("code_verifier")?;
    // Taken before anything is compared: a code that was shown to the wrong client is spent.
    let grant = call.service.state().codes.take(code, call.now);
    let grant = grant.ok_or(SignInError::GrantInvalid("authorization code"))?;
    if grant.request.client != client.kind.id() {
        return Err(SignInError::GrantOfOtherClient);
    }
    if grant.request.redirect_uri != redirect_uri {
        return Err(SignInError::RedirectUnknown(super::shorten(redirect_uri)));
    }
    check_verifier(grant.request.challenge.as_deref(), verifier)?;
    let asked = call.asked()?.unwrap_or_else(|| grant.request.asked.clone());
    let person = call.user_with_id(&grant.user)?;
    call.answer_for_person(client, person, &asked, grant.request.nonce.as_deref())
}

/// PKCE with S256 (RFC 7636). A verifier without a challenge is refused too: it means that somebody took
/// the challenge out.
fn check_verifier(challenge: Option<&str>, verifier: Option<&str>) -> Result<(), SignInError> {
    match (challenge, verifier) {
        (None, None) => Ok(()),
        (Some(challenge), Some(verifier)) => {
            let computed = URL_SAFE_NO_PAD.encode(sha256(verifier.as_bytes()));
            let same: bool = computed.as_bytes().ct_eq(challenge.as_bytes()).into();
            same.then_some(()).ok_or(SignInError::VerifierWrong)
        }
        _ => Err(SignInError::VerifierWrong),
    }
}
