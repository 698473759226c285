//! One line of a text: its labels, URLs, versions, roles and names.

use super::audience::{Audience, Mention};
use super::endpoint::{self, Found, Use};
use super::version::{ApiVersion, VersionKind, dated};
use super::{client, names, role, variable};
use crate::fact::{Facts, Kind, Name, Origin};

/// Lines longer than this are data; only their beginning is read.
const LIMIT: usize = 8 * 1024;

/// Learns what one line says.
pub(crate) fn read(facts: &mut Facts, number: u32, content: &str) {
    let mut end = content.len().min(LIMIT);
    while !content.is_char_boundary(end) {
        end -= 1;
    }
    let line = &content[..end];
    if line.trim().is_empty() {
        return;
    }
    let origin = Origin::text(number, line);
    let label = label(line);
    urls(facts, line, label, &origin);
    if label != Some(Label::Endpoint) {
        let labelled = label == Some(Label::Client);
        for mut client in client::find(line, labelled) {
            let beside = labelled.then(|| client::language(line)).flatten();
            client.language = client.language.or(beside);
            facts.learn(Kind::Client(client), origin.clone());
        }
    }
    if let Some(version) = version(line) {
        facts.learn(Kind::ApiVersion(version), origin.clone());
    }
    for variable in variable::find(line) {
        facts.learn(Kind::Variable(variable), origin.clone());
    }
    for mention in role::find(line) {
        facts.learn(Kind::Role(mention), origin.clone());
    }
    for mention in names::find(line) {
        facts.learn(Kind::Named(mention), origin.clone());
    }
    actions(facts, line, &origin);
}

/// Lines that say what they are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    Client,
    Endpoint,
}

fn label(line: &str) -> Option<Label> {
    let (name, _) = line.split_once([':', '='])?;
    let name = name
        .trim()
        .trim_start_matches(['-', '*', ' ', '"', '\''])
        .to_ascii_lowercase();
    match name.trim_matches(['"', '\'', '`', ' ', '*']) {
        "client" | "sdk" | "library" | "tool" | "app" | "application" | "package" => {
            Some(Label::Client)
        }
        "endpoint"
        | "url"
        | "base url"
        | "base_url"
        | "baseurl"
        | "api_base"
        | "azure_endpoint"
        | "azure_openai_endpoint"
        | "endpoint url"
        | "target uri" => Some(Label::Endpoint),
        _ => None,
    }
}

fn urls(facts: &mut Facts, line: &str, label: Option<Label>, origin: &Origin) {
    let usage = if label != Some(Label::Endpoint) && speaks_of_request(line) {
        Use::Called
    } else {
        Use::Configured
    };
    let expected = line.contains("audience is incorrect") || line.contains("audience is invalid");
    let found = match label {
        Some(Label::Endpoint) => endpoint::find_labelled(line, usage),
        _ => endpoint::find(line, usage),
    };
    for found in found {
        match found {
            Found::Audience(audience) => {
                let mention = if expected {
                    Mention::Expected
                } else {
                    Mention::Requested
                };
                facts.learn(
                    Kind::Audience(Audience {
                        mention,
                        ..audience
                    }),
                    origin.clone(),
                );
            }
            Found::Endpoint(mut found) => {
                found.reader = variable::reader(line);
                if let Some(version) = &found.version {
                    facts.learn(Kind::ApiVersion(version.clone()), origin.clone());
                }
                for (name, value) in [
                    (Name::Account, &found.resource),
                    (Name::Project, &found.project),
                    (Name::Deployment, &found.deployment),
                ] {
                    if let Some(value) = value {
                        facts.learn(Kind::Value(name, value.clone()), origin.clone());
                    }
                }
                facts.learn(Kind::Endpoint(*found), origin.clone());
            }
        }
    }
}

/// Whether the line's URL is one that was called.
fn speaks_of_request(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    [
        "request url",
        "request target",
        "requesting",
        "actually called",
        "called:",
        "post ",
        "get http",
        "put ",
        "for url",
        "error for url",
        "url built",
        "request path",
        "sends",
        "resulting url",
        "final url",
        "sent to",
        "request to",
        "requests to",
        "goes to",
        "calls http",
        "against http",
        "curl ",
    ]
    .iter()
    .any(|sign| lower.contains(sign))
}

/// The api-version that the line says was used.
fn version(line: &str) -> Option<ApiVersion> {
    let lower = line.to_ascii_lowercase();
    // The service names the version it wants; that is not the one that was used.
    if lower.contains("enabled only for api") || lower.contains("and later") {
        return None;
    }
    let sign = [
        "api-version",
        "api_version",
        "apiversion",
        "api version",
        "service version",
        "serviceversion",
        "api_ver",
        "api-ver",
        "openai_api_version",
    ]
    .into_iter()
    .filter_map(|sign| lower.find(sign).map(|at| at + sign.len()))
    .filter(|end| !lower[*end..].starts_with(|c: char| c.is_ascii_alphanumeric()))
    .min()?;
    let rest = &line[sign..];
    let elided = rest.trim_start_matches(['=', ':', ' ', '"', '\'']);
    if elided.starts_with("...") || elided.starts_with('…') {
        return None;
    }
    let words = rest
        .split(|c: char| {
            c.is_whitespace() || matches!(c, '=' | '"' | '\'' | '`' | ',' | '(' | ')' | '&' | ';')
        })
        .map(|word| word.trim_matches([':', '.']))
        .filter(|word| !word.is_empty())
        .take(10);
    for (index, word) in words.enumerate() {
        let version = ApiVersion::read(word);
        let told = match version.kind {
            VersionKind::Known
            | VersionKind::Retired
            | VersionKind::ModelVersion
            | VersionKind::UnknownDate => dated(word),
            VersionKind::Word => true,
            VersionKind::Placeholder => index < 3 && word.len() > 3 && !word.starts_with("AZURE"),
            // A model's number in the version's place.
            VersionKind::Odd => {
                index == 0 && word.len() >= 3 && word.bytes().all(|b| b.is_ascii_digit())
            }
        };
        if told {
            return Some(version);
        }
    }
    None
}

/// Actions of the resource provider: a missing right is often named by nothing else.
fn actions(facts: &mut Facts, line: &str, origin: &Origin) {
    const PROVIDERS: [&str; 2] = ["microsoft.cognitiveservices/", "microsoft.authorization/"];
    let lower = line.to_ascii_lowercase();
    for provider in PROVIDERS {
        for (at, _) in lower.match_indices(provider).take(8) {
            let action = line[at..]
                .split(|c: char| {
                    c.is_whitespace()
                        || matches!(c, '`' | '\'' | '"' | ',' | ')' | '<' | '&' | '\\')
                })
                .next()
                .unwrap_or_default()
                .trim_end_matches(['.', ':', ';']);
            let last = action
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase();
            if !["read", "write", "action", "delete", "*"].contains(&last.as_str())
                || action.len() > 200
            {
                continue;
            }
            let name = if is_data_action(action) {
                Name::DataAction
            } else {
                Name::Action
            };
            facts.learn(Kind::Value(name, action.to_owned()), origin.clone());
        }
    }
}

/// Whether an action belongs to the data plane: below the account stands a family, not a resource.
pub(crate) fn is_data_action(action: &str) -> bool {
    let lower = action.to_ascii_lowercase();
    let Some(rest) = lower.strip_prefix("microsoft.cognitiveservices/accounts/") else {
        return false;
    };
    let family = rest.split('/').next().unwrap_or_default();
    [
        "openai",
        "aiservices",
        "maas",
        "mai",
        "speech",
        "speechservices",
        "formrecognizer",
        "computervision",
        "contentsafety",
        "texttranslation",
        "textanalytics",
        "language",
        "vision",
    ]
    .contains(&family)
}
