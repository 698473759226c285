//! Every way in which an access token can fail, as a value that can be compared, explained and tested.

use thiserror::Error;

use crate::Timestamp;

/// Which of the three parts of a token a fault is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// The first segment: algorithm, key id, type.
    Header,
    /// The second segment: what the token says about its bearer.
    Claims,
    /// The third segment.
    Signature,
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Part::Header => "header",
            Part::Claims => "claims",
            Part::Signature => "signature",
        })
    }
}

/// Why a token was not accepted.
///
/// Values quoted from the token are cut to [`QUOTE_LIMIT`] bytes; the token itself and its signature
/// never appear, so a fault may be logged and shown. The order in which faults are looked for is
/// documented at [`verify`](super::verify).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TokenFault {
    /// Longer than any token this product accepts. Nothing of it was read.
    #[error("the token is {length} bytes long, more than the {limit} accepted")]
    TooLong {
        /// Bytes received.
        length: usize,
        /// Bytes accepted.
        limit: usize,
    },
    /// A JSON Web Token in compact form has exactly three segments.
    #[error("a token has three segments separated by dots, and this has {segments}")]
    Segments {
        /// How many there are (at most 6 are counted).
        segments: usize,
    },
    /// Five segments: an encrypted token, which only its audience can read. Nobody but Microsoft's
    /// own services receives those from Entra.
    #[error("the token is encrypted (five segments)")]
    Encrypted,
    /// Not base64url without padding: truncated, quoted, wrapped, or copied with white space.
    #[error("the {part} is not base64url")]
    Encoding {
        /// Where.
        part: Part,
    },
    /// The signature segment is empty.
    #[error("the token is not signed")]
    Unsigned,
    /// The bytes below base64url are not UTF-8.
    #[error("the {part} is not UTF-8")]
    NotUtf8 {
        /// Where.
        part: Part,
    },
    /// Not one JSON object, or nested deeper than [`json::MAX_DEPTH`](super::json::MAX_DEPTH).
    #[error("the {part} is not a JSON object of acceptable shape")]
    NotJson {
        /// Where.
        part: Part,
    },
    /// The same member twice. Two readers could disagree on which one counts, so neither does.
    #[error("the {part} has the member `{member}` twice")]
    Duplicate {
        /// Where.
        part: Part,
        /// The member's name.
        member: String,
    },
    /// A header member that must be a string is something else, or `alg` is missing.
    #[error("the header's `{member}` is missing or not a string")]
    Header {
        /// The member's name.
        member: &'static str,
    },
    /// Not RS256, the only algorithm Entra signs access tokens with. `none` and HMAC end here.
    #[error("the token is signed with `{algorithm}`, not RS256")]
    Algorithm {
        /// The header's `alg`.
        algorithm: String,
    },
    /// `typ` names something that is not an access token.
    #[error("the token's type is `{typ}`, not JWT")]
    Type {
        /// The header's `typ`.
        typ: String,
    },
    /// `crit` demands extensions; none is understood here, so the token must be refused (RFC 7515, 4.1.11).
    #[error("the token has a `crit` header, which demands extensions that are not supported")]
    Critical,
    /// The token brings its own key (`jwk`, `jku`, `x5u`, `x5c`). Entra never does; keys come only from
    /// the issuer's published set.
    #[error("the token brings its own key in `{member}`")]
    EmbeddedKey {
        /// Which member.
        member: &'static str,
    },
    /// No `kid`, so no published key can be chosen.
    #[error("the token does not name its key (`kid`)")]
    KeyIdMissing,
    /// A claim that every Entra access token has is absent.
    #[error("the claim `{claim}` is missing")]
    ClaimMissing {
        /// The claim's name.
        claim: &'static str,
    },
    /// A claim has the wrong type or an impossible value.
    #[error("the claim `{claim}` has an unusable value")]
    ClaimInvalid {
        /// The claim's name.
        claim: &'static str,
    },
    /// Issued by somebody else: another product, another cloud, or a form of issuer that does not go
    /// with the token's version and tenant.
    #[error("the issuer `{issuer}` is not accepted")]
    Issuer {
        /// The token's `iss`.
        issuer: String,
    },
    /// The issuer does not publish a key of this id (now).
    #[error("the issuer publishes no key `{kid}`")]
    UnknownKey {
        /// The header's `kid`.
        kid: String,
    },
    /// A key of this id is published, but for other issuers than the token names.
    #[error("the key `{kid}` is not published for the issuer `{issuer}`")]
    KeyIssuer {
        /// The header's `kid`.
        kid: String,
        /// The token's `iss`.
        issuer: String,
    },
    /// The issuer's keys could not be fetched recently enough to trust them.
    #[error("the signing keys of `{issuer}` are not available")]
    KeysUnavailable {
        /// The token's `iss`.
        issuer: String,
    },
    /// Altered, truncated, or signed with another key.
    #[error("the signature does not fit the token")]
    Signature,
    /// Issued for another resource.
    #[error("the token is for `{found}`, not for {}", list(.accepted))]
    Audience {
        /// The token's `aud`.
        found: String,
        /// What is accepted here, the preferred one first.
        accepted: Vec<String>,
    },
    /// `nbf` or `iat` lies in the future, beyond the accepted clock skew.
    #[error("the token is valid from {not_before}, and it is {now}")]
    NotYetValid {
        /// The later of `nbf` and `iat`.
        not_before: Timestamp,
        /// When it was judged.
        now: Timestamp,
    },
    /// `exp` has passed, beyond the accepted clock skew.
    #[error("the token expired at {expired}, and it is {now}")]
    Expired {
        /// The token's `exp`.
        expired: Timestamp,
        /// When it was judged.
        now: Timestamp,
    },
    /// A good token that does not say which groups its bearer is in, because they are too many, while the
    /// policy denies something to a group. Found when access is decided, not by
    /// [`verify`](super::verify).
    #[error(
        "the token names no groups, because there are too many, and a deny assignment concerns groups"
    )]
    GroupsUnknown,
    /// A good token of another tenant.
    #[error("the token is of tenant `{found}`, not of {}", list(.accepted))]
    Tenant {
        /// The token's `tid`.
        found: String,
        /// The tenants served here.
        accepted: Vec<String>,
    },
}

/// Bytes of a token's own text that a fault may quote.
pub const QUOTE_LIMIT: usize = 200;

/// Cuts text from a token to what a fault may quote, at a character boundary, with an ellipsis.
pub(super) fn quote(text: &str) -> String {
    if text.len() <= QUOTE_LIMIT {
        return text.to_owned();
    }
    let end = (0..=QUOTE_LIMIT)
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0);
    format!("{}…", &text[..end])
}

fn list(values: &[String]) -> String {
    let quoted: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
    quoted.join(" or ")
}
