//! The compact serialisation of a signed token (RFC 7515), read strictly and without trusting it.
//!
//! [`Jws::parse`] answers "what are the bytes"; nothing in it is to be believed before
//! [`Jws::verify_signature`]. Access tokens and client assertions come through this one parser.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::fault::{Part, TokenFault, quote};
use super::json;
use super::keys::{KeyFault, Keys};

/// The longest token that is read, in bytes. An Entra token with 200 groups needs about 11 KiB.
pub const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// A signed token taken apart. Unverified until [`Jws::verify_signature`] says otherwise.
#[derive(Clone)]
pub struct Jws<'t> {
    signing_input: &'t str,
    header: Map<String, Value>,
    claims: Vec<u8>,
    signature: Vec<u8>,
}

impl<'t> Jws<'t> {
    /// Takes a compact token apart: length, three segments, base64url without padding, and a header
    /// that is one JSON object without duplicates. The claims stay bytes until
    /// [`claims`](Jws::claims).
    ///
    /// # Errors
    /// The first fault, in the order just given.
    pub fn parse(token: &'t str) -> Result<Jws<'t>, TokenFault> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenFault::TooLong {
                length: token.len(),
                limit: MAX_TOKEN_BYTES,
            });
        }
        let mut segments = token.splitn(6, '.');
        let (header, claims, signature) = match [(); 6].map(|()| segments.next()) {
            [Some(header), Some(claims), Some(signature), None, ..] => (header, claims, signature),
            [.., Some(_), None] => return Err(TokenFault::Encrypted),
            found => {
                let segments = found.iter().flatten().count();
                return Err(TokenFault::Segments { segments });
            }
        };
        let signing_input = &token[..header.len() + 1 + claims.len()];
        let header = decode(Part::Header, header)?;
        let claims = decode(Part::Claims, claims)?;
        let signature = decode(Part::Signature, signature)?;
        Ok(Jws {
            signing_input,
            header: json::object(Part::Header, &header)?,
            claims,
            signature,
        })
    }

    /// The header's members.
    pub fn header(&self) -> &Map<String, Value> {
        &self.header
    }

    /// The claims' bytes, whatever they are.
    pub fn payload(&self) -> &[u8] {
        &self.claims
    }

    /// The claims as one JSON object without duplicates.
    ///
    /// # Errors
    /// [`TokenFault::NotUtf8`], [`TokenFault::NotJson`] or [`TokenFault::Duplicate`].
    pub fn claims(&self) -> Result<Map<String, Value>, TokenFault> {
        json::object(Part::Claims, &self.claims)
    }

    /// What the signature is over: the first two segments as received.
    pub fn signing_input(&self) -> &'t [u8] {
        self.signing_input.as_bytes()
    }

    /// The signature's bytes. Not to be shown to anyone: with the rest it is a credential.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// A header member that must be a string if it is there.
    ///
    /// # Errors
    /// [`TokenFault::Header`] if it is there and not a string.
    pub fn header_text(&self, member: &'static str) -> Result<Option<&str>, TokenFault> {
        match self.header.get(member) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(TokenFault::Header { member }),
        }
    }

    /// Holds the header against what an Entra access token may have, and returns its `kid`.
    ///
    /// `alg` must be RS256 exactly. `typ` must be `JWT` or `at+jwt` (RFC 9068), in any case and with or
    /// without `application/`; it may be absent, because RFC 7519 makes it optional and its presence
    /// proves nothing: an id token says `JWT` too, and is told apart by its claims. `crit` is refused
    /// whatever it lists, even nothing. Members that carry a key are refused rather than ignored.
    ///
    /// # Errors
    /// In this order: [`Algorithm`](TokenFault::Algorithm), [`Critical`](TokenFault::Critical),
    /// [`Type`](TokenFault::Type), [`EmbeddedKey`](TokenFault::EmbeddedKey),
    /// [`KeyIdMissing`](TokenFault::KeyIdMissing).
    pub fn check_header(&self) -> Result<&str, TokenFault> {
        let algorithm = self.header_text("alg")?;
        let algorithm = algorithm.ok_or(TokenFault::Header { member: "alg" })?;
        if algorithm != "RS256" {
            return Err(TokenFault::Algorithm {
                algorithm: quote(algorithm),
            });
        }
        self.check_common_header()?;
        for member in ["jwk", "jku", "x5u", "x5c"] {
            if self.header.contains_key(member) {
                return Err(TokenFault::EmbeddedKey { member });
            }
        }
        self.header_text("kid")?.ok_or(TokenFault::KeyIdMissing)
    }

    /// The part of [`check_header`](Jws::check_header) that holds for client assertions too: no `crit`,
    /// and a known `typ` if any.
    ///
    /// # Errors
    /// [`Critical`](TokenFault::Critical) or [`Type`](TokenFault::Type).
    pub fn check_common_header(&self) -> Result<(), TokenFault> {
        if self.header.contains_key("crit") {
            return Err(TokenFault::Critical);
        }
        let Some(typ) = self.header_text("typ")? else {
            return Ok(());
        };
        let lower = typ.to_ascii_lowercase();
        match lower.strip_prefix("application/").unwrap_or(&lower) {
            "jwt" | "at+jwt" => Ok(()),
            _ => Err(TokenFault::Type { typ: quote(typ) }),
        }
    }

    /// Asks `keys` whether the key `kid` of `issuer` made this signature.
    ///
    /// # Errors
    /// [`Unsigned`](TokenFault::Unsigned), or what [`Keys::verify`] says.
    pub fn verify_signature(
        &self,
        kid: &str,
        issuer: &str,
        keys: &(impl Keys + ?Sized),
    ) -> Result<(), TokenFault> {
        if self.signature.is_empty() {
            return Err(TokenFault::Unsigned);
        }
        keys.verify(kid, issuer, self.signing_input(), &self.signature)
            .map_err(|fault| match fault {
                KeyFault::UnknownKey => TokenFault::UnknownKey { kid: quote(kid) },
                KeyFault::OtherIssuer => TokenFault::KeyIssuer {
                    kid: quote(kid),
                    issuer: quote(issuer),
                },
                KeyFault::Signature => TokenFault::Signature,
                KeyFault::Unavailable => TokenFault::KeysUnavailable {
                    issuer: quote(issuer),
                },
            })
    }
}

/// Shows no claim and no signature: either may be a credential or personal.
impl std::fmt::Debug for Jws<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Jws").finish_non_exhaustive()
    }
}

fn decode(part: Part, segment: &str) -> Result<Vec<u8>, TokenFault> {
    URL_SAFE_NO_PAD
        .decode(segment)
        .map_err(|_| TokenFault::Encoding { part })
}
