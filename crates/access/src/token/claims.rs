//! What an Entra access token says about its bearer.
//!
//! Names and meanings follow Microsoft's access token claims reference. Version 1.0 and 2.0 tokens say
//! the same things under different names; here they have one.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::fault::TokenFault;
use crate::Timestamp;

/// The claims this product reads. Nothing in them is secret, but names are personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// `ver`.
    pub version: Version,
    /// `iss`, exactly as it stands.
    pub issuer: String,
    /// `aud`, exactly as it stands.
    pub audience: String,
    /// `tid`, a GUID in lower case.
    pub tenant: String,
    /// `oid`, a GUID in lower case: the user, or the service principal (not the application). With
    /// [`tenant`](Claims::tenant), the only identity to authorise.
    pub object_id: String,
    /// `appid` (1.0) or `azp` (2.0): the client that asked for the token.
    pub app_id: String,
    /// User or application.
    pub bearer: Bearer,
    /// `upn`, `unique_name` or `preferred_username`. For display; never for a decision.
    pub name: Option<String>,
    /// `groups`, or what stands for them.
    pub groups: GroupsClaim,
    /// `roles`: roles of the *audience's* application that were assigned to the bearer. They say
    /// nothing about any other application, and nothing about Azure's roles.
    pub app_roles: Vec<String>,
    /// `xms_mirid`: the ARM id of the managed identity.
    pub managed_identity: Option<String>,
    /// `iat`.
    pub issued: Timestamp,
    /// `nbf`.
    pub not_before: Timestamp,
    /// `exp`.
    pub expires: Timestamp,
    /// `uti`: the token's own id, as sign-in logs show it.
    pub id: Option<String>,
}

/// The claim set's version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// `ver` is `1.0`: what Microsoft's own resources receive.
    V1,
    /// `ver` is `2.0`.
    V2,
}

/// Who presents the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bearer {
    /// A person, through an application.
    User,
    /// An application or a managed identity, by itself.
    Application,
}

/// The `groups` claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupsClaim {
    /// The token says nothing of groups. That is the usual case, not a sign that there are none.
    None,
    /// Ids of the groups the bearer belongs to, directly or through other groups.
    Listed(Vec<String>),
    /// More than fit in a token (200): the token refers to Graph instead of listing them.
    Overage,
}

impl Claims {
    /// Reads the claims of an access token.
    ///
    /// `aud`, `iss`, `iat`, `nbf`, `exp`, `tid`, `oid`, `ver` and the client (`appid` or `azp`) must be
    /// there: every Entra access token has them, and an id token, which must never pass for an access
    /// token, lacks the client.
    ///
    /// # Errors
    /// [`TokenFault::ClaimMissing`] or [`TokenFault::ClaimInvalid`].
    pub fn from_members(members: &Map<String, Value>) -> Result<Claims, TokenFault> {
        let version = match required(members, "ver")? {
            "1.0" => Version::V1,
            "2.0" => Version::V2,
            _ => return Err(TokenFault::ClaimInvalid { claim: "ver" }),
        };
        let object_id = guid(members, "oid")?;
        Ok(Claims {
            version,
            issuer: required(members, "iss")?.to_owned(),
            audience: required(members, "aud")?.to_owned(),
            tenant: guid(members, "tid")?,
            app_id: match version {
                Version::V1 => required(members, "appid")?.to_owned(),
                Version::V2 => required(members, "azp")?.to_owned(),
            },
            bearer: bearer(members, &object_id)?,
            object_id,
            name: name(members)?,
            groups: groups(members)?,
            app_roles: app_roles(members)?,
            managed_identity: text(members, "xms_mirid")?.map(str::to_owned),
            issued: date(members, "iat")?,
            not_before: date(members, "nbf")?,
            expires: date(members, "exp")?,
            id: text(members, "uti")?.map(str::to_owned),
        })
    }
}

/// A claim that is a string, if it is there.
fn text<'m>(
    members: &'m Map<String, Value>,
    claim: &'static str,
) -> Result<Option<&'m str>, TokenFault> {
    match members.get(claim) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(TokenFault::ClaimInvalid { claim }),
    }
}

fn required<'m>(
    members: &'m Map<String, Value>,
    claim: &'static str,
) -> Result<&'m str, TokenFault> {
    match text(members, claim)? {
        None => Err(TokenFault::ClaimMissing { claim }),
        Some("") => Err(TokenFault::ClaimInvalid { claim }),
        Some(text) => Ok(text),
    }
}

fn guid(members: &Map<String, Value>, claim: &'static str) -> Result<String, TokenFault> {
    let text = required(members, claim)?;
    match Uuid::try_parse(text) {
        // `try_parse` also reads the braced, URN and undashed forms, which no token uses.
        Ok(_) if text.len() == 36 => Ok(text.to_ascii_lowercase()),
        _ => Err(TokenFault::ClaimInvalid { claim }),
    }
}

/// The last second of the year 9999: later dates are mistakes or mischief.
const LAST_DATE: i64 = 253_402_300_799;

/// A NumericDate (RFC 7519): seconds since the epoch, fractions dropped.
fn date(members: &Map<String, Value>, claim: &'static str) -> Result<Timestamp, TokenFault> {
    let value = members
        .get(claim)
        .ok_or(TokenFault::ClaimMissing { claim })?;
    numeric_date(value).ok_or(TokenFault::ClaimInvalid { claim })
}

/// Reads a NumericDate (RFC 7519): a JSON number of seconds since the epoch, not negative, not after the
/// year 9999; a fraction is dropped (MSAL for Python sends fractions in its assertions).
pub fn numeric_date(value: &Value) -> Option<Timestamp> {
    let Value::Number(number) = value else {
        return None;
    };
    let seconds = match (number.as_i64(), number.as_f64()) {
        (Some(seconds), _) => seconds,
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the range is checked first"
        )]
        (None, Some(seconds)) if (0.0..=LAST_DATE as f64).contains(&seconds) => seconds as i64,
        _ => return None,
    };
    (0..=LAST_DATE)
        .contains(&seconds)
        .then_some(Timestamp(seconds))
}

/// `idtyp` says it where the resource asked for that claim. Without it: delegated tokens have `scp`, and
/// tokens of applications, whose `sub` is their `oid`, do not.
fn bearer(members: &Map<String, Value>, object_id: &str) -> Result<Bearer, TokenFault> {
    let subject = text(members, "sub")?;
    let scopes = text(members, "scp")?;
    Ok(match text(members, "idtyp")? {
        Some("app") => Bearer::Application,
        Some(_) => Bearer::User,
        None if scopes.is_some() => Bearer::User,
        None if subject.is_some_and(|subject| subject.eq_ignore_ascii_case(object_id)) => {
            Bearer::Application
        }
        None => Bearer::User,
    })
}

fn name(members: &Map<String, Value>) -> Result<Option<String>, TokenFault> {
    for claim in ["upn", "unique_name", "preferred_username"] {
        if let Some(name) = text(members, claim)? {
            return Ok(Some(name.to_owned()));
        }
    }
    Ok(None)
}

fn groups(members: &Map<String, Value>) -> Result<GroupsClaim, TokenFault> {
    match members.get("groups") {
        Some(ids) => texts(ids)
            .map(GroupsClaim::Listed)
            .ok_or(TokenFault::ClaimInvalid { claim: "groups" }),
        None => {
            let names = members.get("_claim_names");
            let referred = names.is_some_and(|names| names.get("groups").is_some());
            let implicit = members
                .get("hasgroups")
                .is_some_and(|has| has == &Value::Bool(true) || has.as_str() == Some("true"));
            Ok(if referred || implicit {
                GroupsClaim::Overage
            } else {
                GroupsClaim::None
            })
        }
    }
}

fn app_roles(members: &Map<String, Value>) -> Result<Vec<String>, TokenFault> {
    match members.get("roles") {
        Some(roles) => texts(roles).ok_or(TokenFault::ClaimInvalid { claim: "roles" }),
        None => Ok(Vec::new()),
    }
}

fn texts(list: &Value) -> Option<Vec<String>> {
    let list = list.as_array()?.iter();
    list.map(|text| text.as_str().map(str::to_owned)).collect()
}
