//! Tokens: what one says, and whether it would be accepted. Decoded here, kept nowhere.

use access::token::{self, TokenFault};
use askama::Template;
use doctor::RuleId;
use serde_json::Value;

use super::overview::READ_ACCOUNT;
use super::page::{self, Frame, Section};
use super::trouble::Trouble;
use super::visit::{Answer, Visit};
use crate::authenticate::RouteFamily;

#[derive(Template)]
#[template(path = "portal/tokens.html")]
struct TokensPage {
    frame: Frame,
    accounts: Vec<String>,
    account: String,
    family: &'static str,
    said: Option<Said>,
    /// Why it cannot be read.
    unreadable: String,
}

/// What a token says.
struct Said {
    faults: Vec<Fault>,
    /// The audience that those routes want.
    wanted: String,
    claims: Vec<Claim>,
    header: Vec<Claim>,
    /// The principal, as questions take it, if the token is genuine.
    bearer: String,
}

struct Fault {
    told: String,
    title: &'static str,
    rule: &'static str,
}

struct Claim {
    name: String,
    value: String,
    meaning: &'static str,
}

const FAMILIES: [(&str, &str, RouteFamily); 6] = [
    ("v1", "OpenAI v1", RouteFamily::V1),
    ("classic", "Azure OpenAI", RouteFamily::Classic),
    ("models", "Model inference", RouteFamily::Inference),
    ("anthropic", "Anthropic", RouteFamily::Anthropic),
    ("project", "Project", RouteFamily::Project),
    ("management", "Management (ARM)", RouteFamily::Management),
];

impl TokensPage {
    fn families(&self) -> &'static [(&'static str, &'static str, RouteFamily)] {
        &FAMILIES
    }
}

/// `GET /portal/tokens`
pub(super) fn show(visit: &Visit<'_>) -> Answer {
    page::page(&empty(visit))
}

fn empty(visit: &Visit<'_>) -> TokensPage {
    let accounts = visit.world().accounts.iter();
    let accounts = accounts.filter(|account| visit.may(READ_ACCOUNT, &account.scope));
    let chosen = visit.form.value("family").unwrap_or_default();
    let family = FAMILIES.iter().find(|(id, ..)| *id == chosen);
    TokensPage {
        frame: visit.frame(Section::Tokens),
        accounts: accounts.map(|account| account.name.to_string()).collect(),
        account: visit.form.value("account").unwrap_or_default().to_owned(),
        family: family.map_or("v1", |(id, ..)| id),
        said: None,
        unreadable: String::new(),
    }
}

/// `POST /portal/tokens`
pub(super) fn decode(visit: &Visit<'_>) -> Answer {
    let mut page = empty(visit);
    let token = bare(visit.form.value("token").unwrap_or_default());
    if token.is_empty() {
        return Err(Trouble::bad("There is no token to read."));
    }
    let family = FAMILIES.iter().find(|(id, ..)| *id == page.family);
    let family = family.map_or(RouteFamily::V1, |(_, _, family)| *family);
    match token::decode(&token) {
        Err(fault) => page.unreadable = fault.to_string(),
        Ok(decoded) => {
            let authority = &visit.app.authority;
            let faults = authority.faults(&token, family, visit.now);
            let genuine = !faults.iter().any(is_about_origin);
            let bearer = decoded.claims.get("oid").and_then(Value::as_str);
            page.said = Some(Said {
                bearer: bearer.filter(|_| genuine).unwrap_or_default().to_owned(),
                wanted: authority.recommended_audience(family).to_owned(),
                faults: faults.iter().map(fault).collect(),
                header: claims(&decoded.header),
                claims: claims(&decoded.claims),
            });
        }
    }
    page::page(&page)
}

/// The token out of what people paste: a header, quotes, line breaks.
fn bare(pasted: &str) -> String {
    let pasted = pasted.trim().trim_matches(['"', '\'']);
    let pasted = pasted
        .strip_prefix("Authorization:")
        .or_else(|| pasted.strip_prefix("authorization:"))
        .unwrap_or(pasted)
        .trim();
    let pasted = pasted
        .strip_prefix("Bearer ")
        .or_else(|| pasted.strip_prefix("bearer "))
        .unwrap_or(pasted);
    pasted.split_ascii_whitespace().collect()
}

/// Whether a fault leaves open who made the token.
fn is_about_origin(fault: &TokenFault) -> bool {
    !matches!(
        fault,
        TokenFault::Audience { .. }
            | TokenFault::Expired { .. }
            | TokenFault::NotYetValid { .. }
            | TokenFault::Tenant { .. }
    )
}

fn fault(fault: &TokenFault) -> Fault {
    let rule = RuleId::of_token_fault(fault);
    Fault {
        told: fault.to_string(),
        title: rule.title(),
        rule: rule.as_str(),
    }
}

fn claims(members: &serde_json::Map<String, Value>) -> Vec<Claim> {
    let claims = members.iter().map(|(name, value)| Claim {
        meaning: meaning(name),
        value: match value {
            Value::String(text) => text.clone(),
            Value::Number(number) if is_time(name) => time(number),
            other => other.to_string(),
        },
        name: name.clone(),
    });
    claims.collect()
}

fn is_time(name: &str) -> bool {
    matches!(name, "iat" | "nbf" | "exp" | "auth_time")
}

fn time(number: &serde_json::Number) -> String {
    match number.as_i64() {
        Some(seconds) if (0..253_402_300_800).contains(&seconds) => {
            format!("{} ({seconds})", access::Timestamp(seconds))
        }
        _ => number.to_string(),
    }
}

/// What a claim means, as Microsoft's reference of access tokens has it.
fn meaning(name: &str) -> &'static str {
    match name {
        "aud" => "For whom: the API that may accept it",
        "iss" => "Who issued it, with the tenant",
        "iat" => "When it was issued",
        "nbf" => "Not valid before",
        "exp" => "Not valid from here on",
        "tid" => "The tenant of the bearer",
        "oid" => "The bearer: the object id that roles are assigned to",
        "sub" => "The bearer, as this client knows it",
        "appid" | "azp" => "The application that asked for it",
        "appidacr" | "azpacr" => {
            "How the application proved itself: 0 not, 1 secret, 2 certificate"
        }
        "idtyp" => "Whether the bearer is a user or an application",
        "scp" => "What the user let the application do",
        "roles" => "App roles of the audience, which are not Azure roles",
        "groups" => "Groups of the bearer",
        "hasgroups" | "_claim_names" => "There are more groups than fit in a token",
        "upn" | "unique_name" | "preferred_username" => "The user's name, for people only",
        "name" => "The user's display name",
        "ver" => "Version of the token's form",
        "xms_mirid" => "The managed identity's resource id",
        "uti" => "The token's own id, as sign-in logs show it",
        "kid" => "Which key signed it",
        "alg" => "How it is signed",
        "typ" => "What it is",
        "x5t" => "Thumbprint of the key's certificate",
        "nonce" => "Binds it to one sign-in",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn a_token_is_found_in_what_people_paste() {
        for pasted in [
            "a.b.c",
            " Bearer a.b.c\n",
            "Authorization: Bearer a.b.c",
            "\"a.b.c\"",
            "a.\n  b.c",
        ] {
            assert_eq!(bare(pasted), "a.b.c", "{pasted}");
        }
    }
}
