//! Entra access tokens: what they are, how they are judged, and every way in which they fail.
//!
//! A token is judged in one place, [`verify`], by a parser of our own. Libraries are lenient where an
//! authorisation boundary must not be: they skip a missing `aud`, an unknown `crit`, a future `nbf` or a
//! duplicate claim. This module is told everything, the time and the keys included, and does no I/O.
//!
//! ```
//! use access::Timestamp;
//! use access::token::{Audiences, Expectations, KeyFault, Keys, TokenFault, verify};
//!
//! struct NoKeys;
//! impl Keys for NoKeys {
//!     fn verify(&self, _: &str, _: &str, _: &[u8], _: &[u8]) -> Result<(), KeyFault> {
//!         Err(KeyFault::Unavailable)
//!     }
//! }
//!
//! let expected = Expectations::new("5f1d2c3b-0000-4000-8000-000000000001", Audiences::account());
//! let fault = verify("an api key, perhaps", &NoKeys, &expected, Timestamp(0)).unwrap_err();
//! assert_eq!(fault, TokenFault::Segments { segments: 1 });
//! ```

mod claims;
mod decode;
mod expectations;
mod fault;
mod id_token;
pub mod jose;
pub mod json;
mod keys;

pub use claims::{Bearer, Claims, GroupsClaim, Version, numeric_date};
pub use decode::{Decoded, decode};
pub use expectations::{
    Audiences, COGNITIVE_SERVICES_APP, DEFAULT_SKEW, Expectations, Issuers, TENANT_PLACEHOLDER,
    issuer_has_form, tenant_in_issuer,
};
pub use fault::{Part, QUOTE_LIMIT, TokenFault};
pub use id_token::verify_id;
pub use keys::{KeyFault, Keys};

use crate::Timestamp;
use jose::Jws;

/// Judges an access token and returns what it says.
///
/// Faults are looked for in this order, and the first one is reported:
/// 1. the shape: length, segments, base64url, the header's JSON;
/// 2. the header: algorithm, `crit`, `typ`, embedded keys, `kid`;
/// 3. the claims' JSON, and the claims every access token has;
/// 4. the issuer, which chooses the keys;
/// 5. the signature: key unknown, key of another issuer, keys unavailable, not fitting;
/// 6. the audience, `nbf` and `iat`, `exp`, the tenant.
///
/// So whatever is said about audience, time or tenant is said of a token that is genuine. The tenant
/// comes last because the real service answers it differently (400 instead of 401).
///
/// # Errors
/// The first fault.
pub fn verify(
    token: &str,
    keys: &(impl Keys + ?Sized),
    expect: &Expectations,
    now: Timestamp,
) -> Result<Claims, TokenFault> {
    let claims = verify_origin(token, keys, expect)?;
    expect.check(&claims, now)?;
    Ok(claims)
}

/// Every fault of a token, for an explanation: a token can be expired and for another audience too.
///
/// Empty if and only if [`verify`] accepts it; else the first is what [`verify`] reports. There is more
/// than one only for a genuine token.
pub fn faults(
    token: &str,
    keys: &(impl Keys + ?Sized),
    expect: &Expectations,
    now: Timestamp,
) -> Vec<TokenFault> {
    match verify_origin(token, keys, expect) {
        Err(fault) => vec![fault],
        Ok(claims) => Expectations::CHECKS
            .iter()
            .filter_map(|check| check(expect, &claims, now).err())
            .collect(),
    }
}

/// Steps 1 to 5: the token is genuine, whatever it says.
fn verify_origin(
    token: &str,
    keys: &(impl Keys + ?Sized),
    expect: &Expectations,
) -> Result<Claims, TokenFault> {
    let jws = Jws::parse(token)?;
    let kid = jws.check_header()?;
    let claims = Claims::from_members(&jws.claims()?)?;
    expect.check_issuer(&claims)?;
    jws.verify_signature(kid, &claims.issuer, keys)?;
    Ok(claims)
}

#[cfg(test)]
mod tests;
