//! Environment variables that a text names: which the client asks for, which are set, and which
//! client reads a URL from which.

use super::client::Protocol;

/// What a line says of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stance {
    /// The client asks for it.
    Asked,
    /// It is set.
    Set,
}

/// What a variable holds, told by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The api-version.
    ApiVersion,
    /// A key.
    Key,
    /// The endpoint or base URL.
    Address,
    /// The deployment's name.
    Deployment,
}

/// A variable that a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub purpose: Purpose,
    /// Whether it is set or asked for.
    pub stance: Stance,
}

/// The variables from which clients read their base URL, by the protocol of those clients.
const ADDRESSES: [(&str, Protocol); 9] = [
    ("AZURE_OPENAI_ENDPOINT", Protocol::AzureOpenAi),
    ("OPENAI_BASE_URL", Protocol::OpenAi),
    ("AZURE_INFERENCE_ENDPOINT", Protocol::Inference),
    ("AZURE_AI_INFERENCE_ENDPOINT", Protocol::Inference),
    ("ANTHROPIC_BASE_URL", Protocol::Anthropic),
    ("ANTHROPIC_FOUNDRY_BASE_URL", Protocol::Anthropic),
    ("AZURE_AI_PROJECT_ENDPOINT", Protocol::Project),
    ("FOUNDRY_PROJECT_ENDPOINT", Protocol::Project),
    ("PROJECT_ENDPOINT", Protocol::Project),
];

/// The protocol of the clients that read this line's URL, where a variable that they know holds it.
pub(crate) fn reader(line: &str) -> Option<Protocol> {
    let (name, _) = line.split_once(['=', ':'])?;
    let name = name
        .split_whitespace()
        .last()?
        .trim_matches(['"', '\'', '`', '-', '*']);
    let known = ADDRESSES.iter().find(|(variable, _)| *variable == name);
    known.map(|(_, protocol)| *protocol)
}

/// The variables of one line. A line that speaks of a lack says nothing of what is set.
pub(crate) fn find(line: &str) -> Vec<Variable> {
    let lower = line.to_ascii_lowercase();
    let asks = lower.contains("environment variable")
        && [
            "must",
            "missing",
            "provide",
            "pass ",
            "set the",
            "setting the",
            "did not find",
        ]
        .iter()
        .any(|sign| lower.contains(sign));
    let lacks = [
        " not ", "unset", "missing", "empty", " no ", "without", "n't ",
    ]
    .iter()
    .any(|sign| lower.contains(sign));
    let stance = match (asks, lacks) {
        (true, _) => Stance::Asked,
        (false, false) => Stance::Set,
        (false, true) => return Vec::new(),
    };
    let words = line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words
        .filter_map(|word| {
            Some(Variable {
                name: word.to_owned(),
                purpose: purpose(word)?,
                stance,
            })
        })
        .collect()
}

/// What a variable of these services holds; nothing for other words.
fn purpose(name: &str) -> Option<Purpose> {
    let variable = name.contains('_')
        && name
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    if !variable || !(name.contains("AZURE") || name.contains("OPENAI")) {
        return None;
    }
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    if ends(&["_API_VERSION"]) {
        Some(Purpose::ApiVersion)
    } else if ends(&["_KEY"]) {
        Some(Purpose::Key)
    } else if ends(&["_ENDPOINT", "_BASE_URL", "_API_BASE", "_RESOURCE_NAME"]) {
        Some(Purpose::Address)
    } else if ends(&["_DEPLOYMENT", "_DEPLOYMENT_NAME", "_DEPLOYMENT_ID"]) {
        Some(Purpose::Deployment)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_and_what_is_set_are_told_apart() {
        for (line, expected) in [
            (
                "Must provide the OPENAI_API_VERSION environment variable",
                Some(("OPENAI_API_VERSION", Stance::Asked)),
            ),
            (
                "AZURE_OPENAI_API_VERSION=2024-10-21",
                Some(("AZURE_OPENAI_API_VERSION", Stance::Set)),
            ),
            ("AZURE_OPENAI_API_VERSION is not set", None),
            ("the api-version is set", None),
        ] {
            let found = find(line);
            let found = found.first().map(|one| (one.name.as_str(), one.stance));
            assert_eq!(found, expected, "{line}");
        }
    }

    #[test]
    fn a_variable_tells_who_reads_the_url() {
        let url = "https://r.services.ai.azure.com/api/projects/p";
        for (line, expected) in [
            (
                format!("- AZURE_OPENAI_ENDPOINT={url}"),
                Some(Protocol::AzureOpenAi),
            ),
            (
                format!("export OPENAI_BASE_URL={url}"),
                Some(Protocol::OpenAi),
            ),
            (format!("ENDPOINT={url}"), None),
        ] {
            assert_eq!(reader(&line), expected, "{line}");
        }
    }
}
