//! Names of deployments and models in sentences: which one was asked for, and which one is there.
//!
//! A deployment that was not found is told by comparing two names. Lists of deployments give them
//! exactly; people give them in passing: *the code passes gpt-4o*, *the deployment is called chat-prod*,
//! *the resource has only gpt-4.1*.

/// In which part a name is spoken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// The call asked for it.
    Asked,
    /// A deployment has it.
    Deployment,
    /// A model of this name is deployed.
    Model,
}

/// A name that a sentence speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The name as it was written.
    pub name: String,
    /// In which part.
    pub part: Part,
}

/// How many words of a line are looked at.
const WORDS: usize = 400;
/// The longest name.
const LONGEST: usize = 64;

/// The names that one line speaks of.
pub(crate) fn find(line: &str) -> Vec<Mention> {
    let mut found: Vec<Mention> = Vec::new();
    for clause in clauses(line) {
        for at in 0..clause.len() {
            if let Some(mention) = mention(&clause, at)
                && !found.contains(&mention)
            {
                found.push(mention);
            }
        }
    }
    found
}

/// The words of each clause: what stands between commas, or the words that set one thing against
/// another.
fn clauses(line: &str) -> Vec<Vec<&str>> {
    let inner = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':');
    let mut clauses = vec![Vec::new()];
    for part in line.split_inclusive([',', ';', '|']) {
        let words = part
            .split(|c| !inner(c))
            .map(|word| word.trim_matches(['.', ':', '-', '/']))
            .filter(|word| !word.is_empty());
        for word in words.take(WORDS) {
            if ["but", "while", "whereas", "although", "though"].contains(&word) {
                clauses.push(Vec::new());
            } else if let Some(last) = clauses.last_mut() {
                last.push(word);
            }
        }
        clauses.push(Vec::new());
    }
    clauses
}

fn mention(clause: &[&str], at: usize) -> Option<Mention> {
    let lower: Vec<String> = clause.iter().map(|word| word.to_lowercase()).collect();
    let (before, after) = (&lower[..at], &lower[at + 1..]);
    if lower.iter().any(|word| DENIES.contains(&word.as_str())) {
        return None;
    }
    let word = clause[at].rsplit('/').next().unwrap_or_default();
    let introduced = before
        .last()
        .is_some_and(|last| ["called", "named"].contains(&last.as_str()));
    let named = names_model(word) || (introduced && is_identifier(word));
    if !named || word.len() > LONGEST {
        return None;
    }
    Some(Mention {
        name: word.to_owned(),
        part: part(before, after)?,
    })
}

const DENIES: &[&str] = &[
    "no", "not", "never", "none", "without", "cannot", "neither", "isn", "doesn", "didn",
];

/// Words after which stands what a call asks for.
const ASKS: &[&str] = &[
    "ask",
    "asks",
    "asked",
    "asking",
    "pass",
    "passes",
    "passed",
    "passing",
    "send",
    "sends",
    "sent",
    "sending",
    "use",
    "uses",
    "used",
    "using",
    "request",
    "requests",
    "requested",
    "carry",
    "carries",
    "call",
    "calls",
    "calling",
    "default",
    "defaults",
    "deployid",
    "deployment_id",
    "engine",
    "picked",
    "chosen",
    "selected",
    "typed",
    "entered",
    "--model",
    "set",
    "fills",
];

/// Words that say that something is there.
const EXISTS: &[&str] = &[
    "exists",
    "exist",
    "active",
    "listed",
    "visible",
    "shown",
    "available",
    "only",
    "has",
    "contains",
    "lists",
    "shows",
];

/// In which part a name stands, by the words of its clause.
fn part(before: &[String], after: &[String]) -> Option<Part> {
    let any =
        |words: &[String], known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    let deployment = ["deployment", "deployments"];
    let place = [
        "resource", "account", "portal", "studio", "azure", "foundry",
    ];
    let called = any(before, &["called", "named"]);
    if any(before, ASKS) && !any(before, &["called", "named", "deployed"]) {
        return Some(Part::Asked);
    }
    if before.last().is_some_and(|word| is_setting(word)) {
        let told = any(after, &deployment) && any(after, &place);
        return Some(if told { Part::Deployment } else { Part::Asked });
    }
    if any(before, &deployment) && (called || any(before, EXISTS) || any(after, EXISTS)) {
        return Some(Part::Deployment);
    }
    if any(before, &["deployed"]) {
        let renamed = any(before, &["as", "under"]) || called;
        return Some(if renamed {
            Part::Deployment
        } else {
            Part::Model
        });
    }
    let there = any(before, &place) && any(before, EXISTS);
    if there || (any(before, EXISTS) && any(after, &deployment)) {
        return Some(Part::Deployment);
    }
    if any(after, &["deployed", "exists", "active"]) || any(before, &["its"]) {
        return Some(Part::Model);
    }
    let model = before.iter().rposition(|word| is_model_word(word))?;
    (before.len() - model <= 3).then_some(Part::Asked)
}

/// A variable or an option that holds a deployment's or a model's name.
fn is_setting(word: &str) -> bool {
    // A map has model names on its left.
    (word.contains('_') || word.contains('.'))
        && !word.contains("map")
        && (word.contains("deployment") || word.contains("model"))
}

/// `model`, `model is`: what stands there is what goes out.
fn is_model_word(word: &str) -> bool {
    let last = word.rsplit('.').next().unwrap_or_default();
    ["model", "modelname", "model_name"].contains(&last)
}

fn is_identifier(word: &str) -> bool {
    word.len() > 2 && word.contains(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_'))
}

/// Makers' names of models, in small letters.
const FAMILIES: &[&str] = &[
    "gpt",
    "o1",
    "o3",
    "o4",
    "text-embedding",
    "text-davinci",
    "davinci",
    "dall-e",
    "whisper",
    "tts",
    "claude",
    "llama",
    "meta-llama",
    "phi",
    "mistral",
    "ministral",
    "codestral",
    "deepseek",
    "grok",
    "flux",
    "gemini",
    "gemma",
    "qwen",
    "kimi",
    "cohere",
    "codex",
    "sora",
    "model-router",
];

/// Whether a word is a model's name, by the family that it begins with.
pub(crate) fn names_model(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    FAMILIES.iter().any(|family| {
        lower.strip_prefix(family).is_some_and(|rest| {
            let goes_on =
                rest.starts_with(['-', '.', ':']) || rest.starts_with(|c: char| c.is_ascii_digit());
            let numbered = family.ends_with(|c: char| c.is_ascii_digit());
            goes_on && rest.len() > 1 || rest.is_empty() && numbered || goes_on && !numbered
        })
    })
}

/// Families that Azure does not sell, and the form in which a local runtime names models.
pub(crate) fn is_foreign(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.contains(':')
        || ["gemini", "gemma", "qwen"]
            .iter()
            .any(|family| lower.starts_with(family))
}

/// A model's name with the date of its version behind it, as answers carry it in `model`.
pub(crate) fn is_dated(name: &str) -> bool {
    let digits =
        |text: &str, count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = name.rsplit('-').collect();
    let dashed = matches!(parts.as_slice(), [day, month, year, _, ..]
        if digits(day, 2) && digits(month, 2) && digits(year, 4));
    let plain =
        matches!(parts.as_slice(), [date, _, ..] if digits(date, 8) && date.starts_with("20"));
    names_model(name) && (dashed || plain)
}

#[cfg(test)]
mod tests;
