//! Tokens in the evidence: their claims are kept, they themselves are not.

use access::Timestamp;
use access::token::{decode, numeric_date};

use super::audience::{Audience, Mention, resource};

/// Claims that a diagnosis needs. Nothing here can be used as a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenClaims {
    /// `aud` as it stands.
    pub audience: String,
    /// `tid`, or the tenant in `iss`.
    pub tenant: Option<String>,
    /// `oid`.
    pub object_id: Option<String>,
    /// `appid` or `azp`.
    pub app_id: Option<String>,
    /// `exp`.
    pub expires: Option<Timestamp>,
    /// Whether the groups claim was too large to be listed.
    pub groups_overage: bool,
    /// Whether it is an application's token.
    pub application: bool,
    /// When it was issued: `iat`.
    pub issued: Option<Timestamp>,
    /// The name of the managed identity, or of the resource that has it: the end of `xms_mirid`.
    pub managed_identity: Option<String>,
}

impl TokenClaims {
    /// The audience in a report, if it looks like one: a token can say anything there.
    pub fn audience_name(&self) -> &str {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:/".contains(c);
        let usual = self.audience.len() <= 120
            && self.audience.chars().all(plain)
            && super::redact::redact(&self.audience) == self.audience;
        match usual {
            true => &self.audience,
            false => "something that is no audience",
        }
    }

    /// The resource that the audience stands for.
    pub fn resource(&self) -> Option<Audience> {
        let host = self
            .audience
            .trim_start_matches("https://")
            .trim_end_matches('/');
        if self.audience == access::token::COGNITIVE_SERVICES_APP {
            return resource("cognitiveservices.azure.com").map(|(resource, cloud)| Audience {
                resource,
                cloud,
                mention: Mention::Requested,
            });
        }
        let (resource, cloud) = if self.audience.starts_with("api://") {
            (
                super::audience::Resource::OwnApplication,
                super::audience::Cloud::Public,
            )
        } else if self.audience == "00000003-0000-0000-c000-000000000000" {
            (
                super::audience::Resource::Graph,
                super::audience::Cloud::Public,
            )
        } else {
            resource(host)?
        };
        Some(Audience {
            resource,
            cloud,
            mention: Mention::Requested,
        })
    }
}

/// The tokens of a text, with the byte each begins at. At most four are read.
pub(crate) fn find(text: &str) -> Vec<(usize, TokenClaims)> {
    let starts = text.match_indices("eyJ").map(|(at, _)| at);
    let mut found = Vec::new();
    let mut end = 0;
    for at in starts {
        if at < end || found.len() == 4 {
            continue;
        }
        let length = text[at..]
            .bytes()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
            .count();
        end = at + length;
        if let Some(claims) = read(&text[at..end]) {
            found.push((at, claims));
        }
    }
    found
}

/// The claims of one token. Neither the token nor its signature is kept. `None` for what is no token
/// that can be read; resources may issue such tokens.
pub fn read(token: &str) -> Option<TokenClaims> {
    // A paste often lacks the signature; the claims can be read all the same.
    let whole = match token.matches('.').count() {
        2 if !token.ends_with('.') => token.to_owned(),
        2 => format!("{token}AA"),
        1 => format!("{token}.AA"),
        _ => return None,
    };
    let claims = decode(&whole).ok()?.claims;
    let text = |name: &str| {
        claims
            .get(name)
            .and_then(|v| v.as_str())
            .map(|v| v.chars().take(200).collect::<String>())
    };
    let issuer_tenant = || {
        let issuer = text("iss")?;
        issuer
            .split('/')
            .find(|part| part.len() == 36)
            .map(str::to_owned)
    };
    Some(TokenClaims {
        audience: text("aud")?,
        tenant: text("tid").or_else(issuer_tenant),
        object_id: text("oid"),
        app_id: text("appid").or_else(|| text("azp")),
        expires: claims.get("exp").and_then(numeric_date),
        groups_overage: claims.contains_key("_claim_names") || claims.contains_key("hasgroups"),
        application: text("idtyp").as_deref() == Some("app"),
        issued: claims.get("iat").and_then(numeric_date),
        managed_identity: text("xms_mirid").and_then(|id| {
            let name = id.rsplit('/').next().unwrap_or_default();
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            (!name.is_empty() && name.chars().all(plain)).then(|| name.to_owned())
        }),
    })
}
