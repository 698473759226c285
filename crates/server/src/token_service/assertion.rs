//! Client assertions: tokens by which an application proves itself instead of a secret.
//!
//! Two kinds share one parameter. An application's own assertion is signed with a registered
//! certificate; MSAL for Python signs RS256 with a padded `x5t` and fractional dates, MSAL for Node
//! PS256 with `x5t#S256`. A federated assertion is a token of another issuer, whose published keys are
//! configured. An assertion may be used more than once while it is valid: MSAL keeps its own for minutes
//! and sends it with every request, so remembering `jti` would refuse honest clients.

use access::Timestamp;
use access::token::jose::Jws;
use access::token::{DEFAULT_SKEW, numeric_date};
use azure::keys::KeySet;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::certificate::Thumbprint;
use super::directory::{Application, FederatedCredential, Tenant};
use super::error::SignInError;
use super::origin::Origin;
use super::resource::shorten;

/// The longest that an assertion may still be valid, in seconds.
const MAX_LIFETIME: i64 = 24 * 3600;

/// The issuers whose tokens federated credentials may name, with their keys.
pub(super) struct Issuers(pub(super) Vec<(String, KeySet)>);

impl Issuers {
    fn keys_of(&self, issuer: &str) -> Option<&KeySet> {
        let known = self.0.iter().find(|(own, _)| own == issuer);
        known.map(|(_, keys)| keys)
    }
}

/// What an assertion says, unverified.
pub(super) struct Claims {
    pub(super) issuer: String,
    pub(super) subject: String,
    audiences: Vec<String>,
    expires: Timestamp,
    not_before: Option<Timestamp>,
}

impl Claims {
    pub(super) fn read(jws: &Jws<'_>) -> Result<Claims, SignInError> {
        let members = jws
            .claims()
            .map_err(|fault| SignInError::AssertionMalformed(fault.to_string()))?;
        let lacks =
            |claim: &str| SignInError::AssertionMalformed(format!("no usable '{claim}' claim"));
        let text = |claim: &str| match members.get(claim) {
            Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
            _ => Err(lacks(claim)),
        };
        let not_before = members
            .get("nbf")
            .map(|value| numeric_date(value).ok_or_else(|| lacks("nbf")));
        Ok(Claims {
            issuer: text("iss")?,
            subject: text("sub")?,
            audiences: audiences(&members).ok_or_else(|| lacks("aud"))?,
            expires: members
                .get("exp")
                .and_then(numeric_date)
                .ok_or_else(|| lacks("exp"))?,
            not_before: not_before.transpose()?,
        })
    }

    fn check_time(&self, now: Timestamp) -> Result<(), SignInError> {
        let started = self
            .not_before
            .is_none_or(|start| start <= now.plus(DEFAULT_SKEW));
        let lasts = now <= self.expires.plus(DEFAULT_SKEW);
        let sensible = self.expires <= now.plus(MAX_LIFETIME + DEFAULT_SKEW);
        (started && lasts && sensible)
            .then_some(())
            .ok_or(SignInError::AssertionTime)
    }
}

fn audiences(members: &Map<String, Value>) -> Option<Vec<String>> {
    match members.get("aud")? {
        Value::String(one) => Some(vec![one.clone()]),
        Value::Array(several) if !several.is_empty() => several
            .iter()
            .map(|one| one.as_str().map(str::to_owned))
            .collect(),
        _ => None,
    }
}

/// Checks an assertion that an application signed with its own certificate.
pub(super) fn check_own(
    jws: &Jws<'_>,
    claims: &Claims,
    application: &Application,
    tenant: &Tenant,
    origin: &Origin,
    now: Timestamp,
) -> Result<(), SignInError> {
    let malformed = |why: String| SignInError::AssertionMalformed(why);
    jws.check_common_header()
        .map_err(|fault| malformed(fault.to_string()))?;
    let algorithm = jws
        .header_text("alg")
        .map_err(|fault| malformed(fault.to_string()))?;
    let algorithm = algorithm.filter(|algorithm| ["RS256", "PS256"].contains(algorithm));
    let algorithm =
        algorithm.ok_or_else(|| malformed("its algorithm is not RS256 or PS256".into()))?;
    let thumbprint = thumbprint(jws)?;
    let mut registered = application.certificates.iter();
    let certificate = registered
        .find(|certificate| certificate.has(&thumbprint))
        .ok_or_else(|| {
            SignInError::AssertionSignature(
                "no certificate with this thumbprint is registered".into(),
            )
        })?;
    if !certificate.signed(algorithm, jws.signing_input(), jws.signature()) {
        return Err(SignInError::AssertionSignature(
            "the signature does not fit".into(),
        ));
    }
    if !certificate.is_valid_at(now) {
        return Err(SignInError::AssertionSignature(
            "the certificate is expired or not yet valid".into(),
        ));
    }
    if !claims.subject.eq_ignore_ascii_case(&application.client_id) {
        return Err(SignInError::AssertionClient);
    }
    claims.check_time(now)?;
    let ours = |audience: &String| is_token_endpoint(audience, tenant, origin);
    claims
        .audiences
        .iter()
        .any(ours)
        .then_some(())
        .ok_or(SignInError::AssertionAudience)
}

/// Which certificate the header names. SDKs differ in whether they pad base64.
fn thumbprint(jws: &Jws<'_>) -> Result<Thumbprint, SignInError> {
    let malformed = |why: String| SignInError::AssertionMalformed(why);
    let read = |member: &'static str| {
        let text = jws
            .header_text(member)
            .map_err(|fault| malformed(fault.to_string()))?;
        let decoded = text.map(|text| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')));
        decoded
            .transpose()
            .map_err(|_| malformed(format!("its '{member}' is not base64url")))
    };
    if let Some(hash) = read("x5t#S256")? {
        return Ok(Thumbprint::Sha256(hash));
    }
    let hash = read("x5t")?;
    hash.map(Thumbprint::Sha1)
        .ok_or_else(|| malformed("it names no certificate ('x5t' or 'x5t#S256')".into()))
}

/// Whether an assertion's audience means the token endpoint of this tenant: at our own origin or at
/// Entra's, by any of the tenant's names, of either version, or the issuer. SDKs join URLs carelessly, so
/// doubled and final slashes are no difference.
fn is_token_endpoint(audience: &str, tenant: &Tenant, origin: &Origin) -> bool {
    let rest = [
        origin.as_str(),
        "https://login.microsoftonline.com",
        "https://sts.windows.net",
    ]
    .iter()
    .find_map(|start| audience.strip_prefix(start))
    .filter(|rest| rest.starts_with('/'));
    let segments: Vec<&str> = rest
        .unwrap_or_default()
        .split('/')
        .filter(|part| !part.is_empty())
        .collect();
    let [name, endpoint @ ..] = segments.as_slice() else {
        return false;
    };
    let aliases = ["common", "organizations", "consumers", "adfs"];
    let mut names = std::iter::once(tenant.id.as_str())
        .chain(tenant.domains.iter().map(String::as_str))
        .chain(aliases);
    let endpoints: [&[&str]; 4] = [
        &[],
        &["v2.0"],
        &["oauth2", "token"],
        &["oauth2", "v2.0", "token"],
    ];
    names.any(|own| own.eq_ignore_ascii_case(name)) && endpoints.contains(&endpoint)
}

/// Checks a token of another issuer against a client's federated credentials.
///
/// Which part does not match is told in the order in which Entra tells it: issuer, subject, audience.
pub(super) fn check_federated(
    jws: &Jws<'_>,
    claims: &Claims,
    credentials: &[FederatedCredential],
    issuers: &Issuers,
    now: Timestamp,
) -> Result<(), SignInError> {
    let mut candidates: Vec<&FederatedCredential> = credentials.iter().collect();
    candidates.retain(|credential| credential.issuer == claims.issuer);
    let known = issuers
        .keys_of(&claims.issuer)
        .filter(|_| !candidates.is_empty());
    let keys = known.ok_or_else(|| SignInError::FederatedIssuer(shorten(&claims.issuer)))?;
    let kid = jws
        .check_header()
        .map_err(|fault| SignInError::AssertionMalformed(fault.to_string()))?;
    jws.verify_signature(kid, &claims.issuer, keys)
        .map_err(|fault| SignInError::AssertionSignature(fault.to_string()))?;
    candidates.retain(|credential| credential.subject == claims.subject);
    if candidates.is_empty() {
        return Err(SignInError::FederatedSubject(shorten(&claims.subject)));
    }
    candidates.retain(|credential| claims.audiences.contains(&credential.audience));
    if candidates.is_empty() {
        let found = claims.audiences.join(" ");
        return Err(SignInError::FederatedAudience(shorten(&found)));
    }
    claims.check_time(now)
}
