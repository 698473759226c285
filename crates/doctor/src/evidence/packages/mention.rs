//! Clients that a text names with their version: in `User-Agent`, in what tools print of themselves,
//! and as people write it (`azure-identity 1.15.0`).

use super::Entry;
use crate::advisories::{self, Ecosystem};

/// How many lines are read.
const LINES: usize = 4_000;
/// The longest line that is read.
const LONGEST: usize = 2_000;

/// Beginnings of what clients put into `User-Agent`, with the package whose version follows. The Azure
/// SDKs write `azsdk-<language>-<package>/<version>`, those of OpenAI `<class>/<language> <version>`.
const AGENTS: [(&str, Ecosystem, &str); 20] = [
    ("AsyncAzureOpenAI/Python ", Ecosystem::PyPI, "openai"),
    ("AzureOpenAI/Python ", Ecosystem::PyPI, "openai"),
    ("AsyncOpenAI/Python ", Ecosystem::PyPI, "openai"),
    ("OpenAI/Python ", Ecosystem::PyPI, "openai"),
    ("AzureOpenAI/JS ", Ecosystem::Npm, "openai"),
    ("OpenAI/JS ", Ecosystem::Npm, "openai"),
    ("azsdk-python-identity/", Ecosystem::PyPI, "azure-identity"),
    (
        "azsdk-python-ai-inference/",
        Ecosystem::PyPI,
        "azure-ai-inference",
    ),
    (
        "azsdk-python-ai-projects/",
        Ecosystem::PyPI,
        "azure-ai-projects",
    ),
    ("azsdk-python-core/", Ecosystem::PyPI, "azure-core"),
    ("azsdk-js-identity/", Ecosystem::Npm, "@azure/identity"),
    ("azsdk-net-Identity/", Ecosystem::NuGet, "Azure.Identity"),
    (
        "azsdk-java-azure-identity/",
        Ecosystem::Maven,
        "com.azure:azure-identity",
    ),
    (
        "azsdk-go-azidentity/",
        Ecosystem::Go,
        "github.com/Azure/azure-sdk-for-go/sdk/azidentity",
    ),
    (
        "azsdk-rust-identity/",
        Ecosystem::CratesIo,
        "azure_identity",
    ),
    ("AZURECLI/", Ecosystem::PyPI, "azure-cli"),
    ("azdev/", Ecosystem::Go, AZD),
    ("azd version ", Ecosystem::Go, AZD),
    ("litellm/", Ecosystem::PyPI, "litellm"),
    ("msal-node/", Ecosystem::Npm, "@azure/msal-node"),
];

const AZD: &str = "github.com/azure/azure-dev/cli/azd";

/// What one `User-Agent` says.
pub(super) fn user_agent(value: &str) -> Vec<Entry<'_>> {
    value
        .get(..value.len().min(LONGEST))
        .map_or_else(Vec::new, |value| agents(value, 1))
}

/// What a text says, line by line.
pub(super) fn find(text: &str) -> Vec<Entry<'_>> {
    let lines = text.lines().enumerate().take(LINES);
    let short = lines.filter(|(_, line)| line.len() <= LONGEST);
    let mut found = Vec::new();
    for (index, line) in short {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        found.extend(agents(line, number));
        found.extend(named(line, number));
    }
    found
}

fn agents(line: &str, number: u32) -> Vec<Entry<'_>> {
    let mut found: Vec<Entry<'_>> = Vec::new();
    for (start, ecosystem, name) in AGENTS {
        let Some(at) = line.find(start) else { continue };
        let alone = !line[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
        if let Some(version) = version_at(&line[at + start.len()..]).filter(|_| alone) {
            found.push(Entry {
                ecosystem,
                name,
                version: Some(version),
                line: number,
            });
        }
    }
    found
}

/// `name 1.0`, `name: v1.0`, `name@1.0`, `name (1.0)`: names that one registry alone has.
fn named(line: &str, number: u32) -> Vec<Entry<'_>> {
    let mut found: Vec<Entry<'_>> = Vec::new();
    for (ecosystem, name) in advisories::unmistakable() {
        let Some(at) = line.find(name) else { continue };
        let (before, after) = (&line[..at], &line[at + name.len()..]);
        let alone = !before.ends_with(|c: char| c.is_ascii_alphanumeric() || "-_./@:".contains(c));
        let gap = after.len()
            - after
                .trim_start_matches([' ', '\t', ':', '@', '(', '`', '"', 'v', '=', '*'])
                .len();
        // Something must stand between, and no sentence.
        if !alone || gap == 0 || gap > 40 {
            continue;
        }
        if let Some(version) = version_at(&after[gap..]) {
            found.push(Entry {
                ecosystem: *ecosystem,
                name,
                version: Some(version),
                line: number,
            });
        }
    }
    found
}

/// The version that a text begins with: at least two numbers.
fn version_at(text: &str) -> Option<&str> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+')))
        .unwrap_or(text.len());
    let version = text[..end].trim_end_matches(['.', '-']);
    let numbers = version.starts_with(|c: char| c.is_ascii_digit()) && version.contains('.');
    numbers.then_some(version)
}
