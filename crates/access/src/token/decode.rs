//! A token's contents for people to read. Nothing here is verified, and the signature is left out, so
//! that what is shown cannot be used as a token.

use serde_json::{Map, Value};

use super::fault::TokenFault;
use super::jose::Jws;

/// Header and claims of a token as they stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// The header's members.
    pub header: Map<String, Value>,
    /// The claims' members.
    pub claims: Map<String, Value>,
}

/// Reads a token without judging it: any algorithm, any issuer, any claims.
///
/// # Errors
/// The text is not a readable compact token: too long, other than three segments, not base64url, not
/// JSON, or ambiguous (duplicate members).
pub fn decode(token: &str) -> Result<Decoded, TokenFault> {
    let jws = Jws::parse(token)?;
    Ok(Decoded {
        header: jws.header().clone(),
        claims: jws.claims()?,
    })
}
