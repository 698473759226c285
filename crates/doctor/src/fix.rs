//! Fixes: a title and something to run or to change, with the user's own values where known.

mod declarations;
mod snippets;
pub(crate) mod ways;

use crate::case::Case;
use crate::evidence::client::Language;
use crate::fact::Name;

/// What a fix is, for who looks for one of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FixKind {
    /// Something to run or to set, or a value to use.
    Command,
    /// A place in a portal.
    Portal,
    /// A declaration in Bicep.
    Bicep,
    /// A declaration in Terraform.
    Terraform,
    /// A change of the program, in this language.
    Code(Language),
}

impl FixKind {
    /// `command`, `portal`, `bicep`, `terraform` or `code`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Portal => "portal",
            Self::Bicep => "bicep",
            Self::Terraform => "terraform",
            Self::Code(_) => "code",
        }
    }
}

/// One way to mend the cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What kind of thing it is.
    pub kind: FixKind,
    /// What it does, in the imperative.
    pub title: String,
    /// What to run or to write; several lines are one script. Placeholders are in angle brackets.
    pub command: String,
}

/// A fix.
pub(crate) fn run(title: impl Into<String>, command: impl Into<String>) -> Fix {
    Fix {
        kind: FixKind::Command,
        title: title.into(),
        command: command.into(),
    }
}

/// A place in the portal.
pub(crate) fn portal(path: &str) -> Fix {
    Fix {
        kind: FixKind::Portal,
        ..run("In the Azure portal", path)
    }
}

/// A declaration in Bicep.
fn bicep(text: String) -> Fix {
    Fix {
        kind: FixKind::Bicep,
        ..run("In Bicep", text)
    }
}

/// A declaration in Terraform.
fn terraform(text: String) -> Fix {
    Fix {
        kind: FixKind::Terraform,
        ..run("In Terraform", text)
    }
}

impl Case<'_> {
    /// A value that is known, safe to stand in a command, or its placeholder.
    pub(crate) fn or(&self, name: Name, placeholder: &str) -> String {
        match self.value(name) {
            Some(value) if value.chars().all(safe) => value.to_owned(),
            _ => format!("<{placeholder}>"),
        }
    }

    /// The scope of the account: its ARM id, or a template with its name.
    pub(crate) fn account_scope(&self) -> String {
        if let Some(id) = self
            .value(Name::AccountId)
            .filter(|id| id.chars().all(safe))
        {
            return id.to_owned();
        }
        format!(
            "/subscriptions/<subscription-id>/resourceGroups/<resource-group>/providers/Microsoft.CognitiveServices/accounts/{}",
            self.or(Name::Account, "resource")
        )
    }

    /// The account's name, or a placeholder.
    pub(crate) fn account(&self) -> String {
        self.or(Name::Account, "resource")
    }

    /// The language of the client, if the evidence shows one.
    pub(crate) fn language(&self) -> Option<Language> {
        self.clients().find_map(|client| client.language)
    }
}

/// Letters that mean nothing to a shell.
fn safe(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '@' | ':' | ',')
}

/// Assigning a role to the caller at the account.
pub(crate) fn assign_role(case: &Case<'_>, role: &str) -> Fix {
    let principal = case.or(Name::Principal, "principal-object-id");
    run(
        format!("Assign {role} to the caller on the resource"),
        format!(
            "az role assignment create --assignee-object-id {principal} \\\n  --assignee-principal-type <User|Group|ServicePrincipal> \\\n  --role \"{role}\" \\\n  --scope {}",
            case.account_scope()
        ),
    )
}

/// Showing which roles the caller has, inherited and through groups.
pub(crate) fn list_roles(case: &Case<'_>) -> Fix {
    run(
        "See which roles the caller has there, inherited and through groups included",
        format!(
            "az role assignment list --assignee {} --scope {} \\\n  --include-inherited --include-groups --output table",
            case.or(Name::Principal, "principal-object-id"),
            case.account_scope()
        ),
    )
}

/// Showing who a token belongs to and for what it is.
pub(crate) fn decode_token(resource: &str) -> Fix {
    run(
        "Look at the token that is sent: `aud`, `tid`, `oid`, `exp`",
        format!(
            "az account get-access-token --scope {resource}/.default --query accessToken -o tsv | entrada token decode -"
        ),
    )
}

/// The role that inference of a family needs at least.
pub(crate) fn role_for<'f>(case: &Case<'f>) -> &'f str {
    use access::operation::Family;
    if let Some(role) = case.value(Name::Role) {
        return role;
    }
    match case.family() {
        Some(Family::OpenAi) => "Cognitive Services OpenAI User",
        Some(Family::AiServices) => "Foundry User",
        _ => "Cognitive Services User",
    }
}

/// Code in the language of the client, or in all where it is not known.
pub(crate) fn code(case: &Case<'_>, title: &str, samples: &[(Language, &str)]) -> Vec<Fix> {
    let language = case.language();
    let chosen = samples
        .iter()
        .filter(|(known, _)| language.is_none_or(|language| language == *known));
    chosen
        .map(|(known, text)| Fix {
            kind: FixKind::Code(*known),
            ..run(title, *text)
        })
        .collect()
}
