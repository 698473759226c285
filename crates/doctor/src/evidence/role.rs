//! Roles that a text speaks of: what each permits, and whether the caller has it.

mod holder;
mod owner;
mod stance;

use std::ops::Range;
use std::sync::LazyLock;

use access::action::Plane;
use access::builtin;
use access::condition::{Attributes, Truth};
use access::operation::Family;
use access::role::RoleDefinition;

pub use holder::Holder;

/// How a text speaks of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stance {
    /// The caller has it.
    Held,
    /// The caller does not have it.
    Absent,
    /// It is spoken of, in advice or otherwise.
    Mentioned,
}

/// A role in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct RoleMention {
    /// Its name as Azure writes it today, or as the text writes it.
    pub name: String,
    /// What it permits, if it is a built-in role that matters here.
    pub role: Option<&'static RoleDefinition>,
    /// Whether the caller has it.
    pub stance: Stance,
    /// What kind of principal the text gives it to, where it says so.
    pub holder: Option<Holder>,
}

/// What a role is good for on the data plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// No data action at all: it manages.
    ManagementOnly,
    /// The OpenAI family and no other.
    OpenAiOnly,
    /// Some other part: reading, speech, one family.
    Partial,
    /// Inference in every family.
    Inference,
}

/// One operation of each family, to see what a role covers.
const SAMPLES: [(&str, Family); 3] = [
    (
        "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action",
        Family::OpenAi,
    ),
    (
        "Microsoft.CognitiveServices/accounts/MaaS/chat/completions/action",
        Family::MaaS,
    ),
    (
        "Microsoft.CognitiveServices/accounts/AIServices/agents/read",
        Family::AiServices,
    ),
];

impl RoleMention {
    /// What the role is good for.
    pub fn reach(&self) -> Option<Reach> {
        let role = self.role?;
        if !role.has_any(Plane::Data) {
            return Some(Reach::ManagementOnly);
        }
        let covers = |action: &str| permits(role, action);
        let families: Vec<Family> = SAMPLES
            .iter()
            .filter(|(action, _)| covers(action))
            .map(|(_, family)| *family)
            .collect();
        Some(match families.as_slice() {
            [Family::OpenAi] => Reach::OpenAiOnly,
            [Family::OpenAi, Family::MaaS, Family::AiServices] => Reach::Inference,
            _ => Reach::Partial,
        })
    }

    /// Whether the role permits a data action.
    pub fn permits(&self, action: &str) -> Option<bool> {
        self.role.map(|role| permits(role, action))
    }

    /// Whether the role permits anything in the family of a data action.
    pub fn touches_family(&self, action: &str) -> Option<bool> {
        let role = self.role?;
        let family = Family::of(action);
        let sample = SAMPLES.iter().find(|(_, known)| *known == family);
        Some(permits(role, action) || sample.is_some_and(|(sample, _)| permits(role, sample)))
    }
}

fn permits(role: &RoleDefinition, action: &str) -> bool {
    role.permits(action, Plane::Data, Attributes::none()) == Truth::True
}

struct Name {
    lower: String,
    role: &'static RoleDefinition,
    /// A common word, which is a role's name only where roles are spoken of.
    common: bool,
}

static NAMES: LazyLock<Vec<Name>> = LazyLock::new(|| {
    let mut names: Vec<Name> = builtin::role_definitions()
        .iter()
        .flat_map(|role| {
            let all = std::iter::once(&role.name).chain(&role.aliases);
            all.map(move |name| Name {
                lower: name.to_ascii_lowercase(),
                role,
                common: !name.contains(' '),
            })
        })
        .collect();
    for (short, name) in SHORT_NAMES {
        if let Some(role) = builtin::by_name(name) {
            names.push(Name {
                lower: (*short).to_owned(),
                role,
                common: false,
            });
        }
    }
    // The longest first: `Cognitive Services OpenAI User` holds `OpenAI User`.
    names.sort_by_key(|name| std::cmp::Reverse(name.lower.len()));
    names
});

/// How people shorten the names.
const SHORT_NAMES: &[(&str, &str)] = &[
    ("openai user", "Cognitive Services OpenAI User"),
    (
        "openai contributor",
        "Cognitive Services OpenAI Contributor",
    ),
    ("cognitive service user", "Cognitive Services User"),
    ("cognitive services users", "Cognitive Services User"),
    (
        "cognitive services openai users",
        "Cognitive Services OpenAI User",
    ),
    ("ai developer", "Azure AI Developer"),
    ("ai user", "Foundry User"),
    (
        "rbac administrator",
        "Role Based Access Control Administrator",
    ),
    ("subscription owner", "Owner"),
    ("subscription admin", "Owner"),
    ("subscription administrator", "Owner"),
    ("account administrator", "Owner"),
    ("service administrator", "Owner"),
    ("co-administrator", "Owner"),
    ("co-owner", "Owner"),
];

/// Finds the roles of one line.
pub(crate) fn find(line: &str) -> Vec<RoleMention> {
    let lower = line.to_ascii_lowercase();
    let mut taken: Vec<Range<usize>> = Vec::new();
    let mut found = Vec::new();
    for name in NAMES.iter() {
        for (at, _) in lower.match_indices(&name.lower) {
            let range = at..at + name.lower.len();
            if !whole_word(&lower, &range)
                || taken
                    .iter()
                    .any(|t| t.start < range.end && range.start < t.end)
                || (name.common && !spoken_of_as_role(line, &lower, &range))
            {
                continue;
            }
            found.push((
                at,
                RoleMention {
                    name: name.role.name.clone(),
                    role: Some(name.role),
                    stance: stance::of(&lower, &range),
                    holder: holder::of(&lower, &range),
                },
            ));
            taken.push(range);
        }
        if found.len() >= 12 {
            break;
        }
    }
    found.extend(owner::find(&lower));
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, mention)| mention).collect()
}

fn whole_word(text: &str, at: &Range<usize>) -> bool {
    let before = text[..at.start].chars().next_back();
    let after = text[at.end..].chars().next();
    let joins = |c: char| c.is_alphanumeric() || c == '_';
    !before.is_some_and(joins) && !after.is_some_and(joins)
}

/// `Owner`, `Contributor` and `Reader` are words: they name the role only on their own and among
/// words about access. `Storage Blob Data Contributor` is another role.
fn spoken_of_as_role(line: &str, lower: &str, at: &Range<usize>) -> bool {
    let before = line[..at.start].trim_end_matches([' ', '\'', '"', '`', '*']);
    let previous = before
        .rsplit([' ', '\'', '"', '`', '/', '('])
        .next()
        .unwrap_or_default();
    let longer_name = previous.starts_with(|c: char| c.is_ascii_uppercase())
        && !before.ends_with([',', ':', '.', ';', '-'])
        && ![
            "The", "A", "An", "I", "Is", "As", "Has", "Have", "With", "Only", "And", "Or", "Role",
            "IAM", "RBAC",
        ]
        .contains(&previous);
    if longer_name {
        return false;
    }
    let capital = line[at.start..].starts_with(|c: char| c.is_ascii_uppercase());
    let words = [
        "role",
        "subscription",
        "resource group",
        "rg",
        "access",
        "permission",
        "rights",
        "rbac",
        "assign",
        "grant",
        "is owner",
        "as owner",
        "am owner",
        "am the owner",
        "iam",
        "principal",
        "identity",
        "contributor",
        "owner",
    ];
    let around = words.iter().any(|word| {
        lower
            .match_indices(word)
            .any(|(place, _)| place != at.start)
    });
    let verbs = [
        "has ", "is ", "am ", "have ", "with ", "as ", "being ", "are ",
    ];
    let verb = verbs.iter().any(|verb| lower[..at.start].contains(verb));
    around || (capital && verb)
}

#[cfg(test)]
mod tests;
