//! How people name operations: short words, METHOD and template, or an action.

use access::action::Plane;
use access::operation::{ModelFormat, Operation};
use access::scope::Scope;

use super::Names;

/// What was asked, as RBAC knows it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The action.
    pub(crate) action: String,
    /// Its plane.
    pub(crate) plane: Plane,
}

/// Short words for the operations that people ask about most.
pub(crate) const SHORT: &[(&str, Operation)] = &[
    ("chat", Operation::DeploymentChatCompletions),
    ("completions", Operation::DeploymentCompletions),
    ("embeddings", Operation::DeploymentEmbeddings),
    ("responses", Operation::V1ResponsesCreate),
    ("models", Operation::V1ModelsList),
    ("inference-chat", Operation::InferenceChatCompletions),
    ("inference-embeddings", Operation::InferenceEmbeddings),
    ("inference-info", Operation::InferenceInfo),
    ("messages", Operation::AnthropicMessages),
    ("project-responses", Operation::ProjectResponsesCreate),
    ("project-deployments", Operation::ProjectDeploymentsList),
];

/// Reads an operation; `scope` tells which deployment's format a deployment scope means.
///
/// Actions are taken as data actions when an operation of the endpoint or a name below
/// `accounts/{family}/` says so, otherwise as control-plane actions; `data:` and `control:` before
/// the action say it outright.
pub(crate) fn read(names: &dyn Names, text: &str, scope: &Scope) -> Option<Asked> {
    let text = text.trim();
    if let Some(operation) = operation(text) {
        let format = names.model_format(scope).unwrap_or(ModelFormat::OpenAi);
        let action = names.operations().data_action(operation, &format);
        return Some(Asked {
            action: action.as_str().to_owned(),
            plane: Plane::Data,
        });
    }
    if let Some(action) = text.strip_prefix("data:") {
        return Some(Asked {
            action: action.to_owned(),
            plane: Plane::Data,
        });
    }
    if let Some(action) = text.strip_prefix("control:") {
        return Some(Asked {
            action: action.to_owned(),
            plane: Plane::Control,
        });
    }
    let is_action = text.contains('/')
        && text
            .split('/')
            .next()
            .is_some_and(|provider| provider.contains('.'));
    is_action.then(|| Asked {
        action: text.to_owned(),
        plane: plane_of(text),
    })
}

/// The short words, for error messages.
pub(crate) fn short_names() -> String {
    let names: Vec<_> = SHORT.iter().map(|(name, _)| *name).collect();
    format!(
        "{}, METHOD and path template, or an action",
        names.join(", ")
    )
}

fn operation(text: &str) -> Option<Operation> {
    if let Some((_, operation)) = SHORT
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(text))
    {
        return Some(*operation);
    }
    let (method, path) = text.split_once(' ')?;
    Operation::find(&method.to_ascii_uppercase(), path.trim())
}

/// Families whose names follow `accounts/` in data actions (data-actions.json).
const DATA_FAMILIES: &[&str] = &[
    "openai",
    "maas",
    "aiservices",
    "mai",
    "speechservices",
    "contentsafety",
    "multimodalintelligence",
];

fn plane_of(action: &str) -> Plane {
    let mut segments = action
        .split('/')
        .skip_while(|segment| !segment.eq_ignore_ascii_case("accounts"))
        .skip(1);
    match segments.next() {
        Some(family)
            if DATA_FAMILIES
                .iter()
                .any(|known| known.eq_ignore_ascii_case(family)) =>
        {
            Plane::Data
        }
        _ => Plane::Control,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, action: &str, plane: Plane) {
        let world = crate::config::read(
            crate::config::SAMPLE,
            std::path::Path::new("."),
            access::Timestamp(0),
        )
        .unwrap();
        let scope = world.scope("contoso").unwrap();
        let asked = read(&world, text, &scope).unwrap();
        assert!(asked.action.ends_with(action), "{text}: {}", asked.action);
        assert_eq!(asked.plane, plane, "{text}");
    }

    #[test]
    fn operations_have_three_spellings() {
        check(
            "chat",
            "OpenAI/deployments/chat/completions/action",
            Plane::Data,
        );
        check(
            "POST /models/chat/completions",
            "MaaS/chat/completions/action",
            Plane::Data,
        );
        check(
            "Microsoft.CognitiveServices/accounts/OpenAI/responses/write",
            "responses/write",
            Plane::Data,
        );
        check(
            "Microsoft.CognitiveServices/accounts/listKeys/action",
            "listKeys/action",
            Plane::Control,
        );
        check("data:Microsoft.X/y/read", "Microsoft.X/y/read", Plane::Data);
    }
}
