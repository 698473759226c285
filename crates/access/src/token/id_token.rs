//! Id tokens: who signed in, told to one client alone.

use serde_json::Value;

use super::claims::Claims;
use super::expectations::Expectations;
use super::fault::TokenFault;
use super::jose::Jws;
use super::keys::Keys;
use crate::Timestamp;

/// Judges an id token of version 2.0 and returns what it says. The audience that `expect` names is the
/// client that people signed in to, and `nonce` is what that client asked with.
///
/// Everything is judged as [`verify`](super::verify) judges an access token. What makes it an id token comes
/// on top: the nonce, no permissions (`scp`), and no client beside its audience.
///
/// # Errors
/// The first fault.
pub fn verify_id(
    token: &str,
    keys: &(impl Keys + ?Sized),
    expect: &Expectations,
    nonce: &str,
    now: Timestamp,
) -> Result<Claims, TokenFault> {
    let jws = Jws::parse(token)?;
    let kid = jws.check_header()?;
    let mut members = jws.claims()?;
    if members.contains_key("scp") {
        return Err(TokenFault::ClaimInvalid { claim: "scp" });
    }
    let audience = members.get("aud").cloned().unwrap_or(Value::Null);
    // What claims demand of access tokens: the client, which is this token's audience.
    if *members.entry("azp").or_insert_with(|| audience.clone()) != audience {
        return Err(TokenFault::ClaimInvalid { claim: "azp" });
    }
    let claims = Claims::from_members(&members)?;
    expect.check_issuer(&claims)?;
    jws.verify_signature(kid, &claims.issuer, keys)?;
    match members.get("nonce") {
        Some(Value::String(found)) if found == nonce => {}
        Some(_) => return Err(TokenFault::ClaimInvalid { claim: "nonce" }),
        None => return Err(TokenFault::ClaimMissing { claim: "nonce" }),
    }
    expect.check(&claims, now)?;
    Ok(claims)
}
