//! Which API a path belongs to.

use super::Path;

/// The first segment of the paths under which the other Azure AI services live; their clients append
/// it themselves.
const OTHER_SERVICES: [&str; 17] = [
    "computervision",
    "contentsafety",
    "contentunderstanding",
    "customvision",
    "documentintelligence",
    "documenttranslation",
    "face",
    "formrecognizer",
    "language",
    "luis",
    "speechtotext",
    "sts",
    "text",
    "translator",
    "tts",
    "stt",
    "vision",
];

/// The kind of a path, its deployment and its project.
pub(super) fn classify<'t>(segments: &[&'t str]) -> (Path, Option<&'t str>, Option<&'t str>) {
    let lower: Vec<String> = segments.iter().map(|s| s.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    let deployment = lower
        .iter()
        .position(|s| *s == "deployments")
        .and_then(|at| segments.get(at + 1))
        .copied();
    let kind = match lower.as_slice() {
        [] => Path::Root,
        ["api", "projects", _] | ["api", "projects"] => {
            return (Path::Project, None, segments.get(2).copied());
        }
        ["api", "projects", _, "openai", ..] => {
            return (Path::ProjectOpenAi, deployment, segments.get(2).copied());
        }
        ["api", "projects", ..] => {
            return (Path::ProjectOther, deployment, segments.get(2).copied());
        }
        ["openai", "v1", ..] => Path::OpenAiV1,
        ["openai", "deployments"] => Path::DeploymentList,
        ["openai", "deployments", ..] => Path::Deployments,
        ["openai", "responses", ..] => Path::Responses,
        ["openai"] => Path::OpenAi,
        ["v1", ..] => Path::V1,
        ["deployments", ..] => Path::BareDeployments,
        ["models", ..] => Path::Models,
        ["model", ..] => Path::Model,
        ["anthropic", ..] => Path::Anthropic,
        [service, ..] if OTHER_SERVICES.contains(service) => Path::OtherService,
        _ => Path::Other,
    };
    (kind, deployment, None)
}

/// Whether a segment, or a row of two to four, stands twice in a row, or a base was appended again.
pub(super) fn doubled(segments: &[&str]) -> bool {
    let row = (1..=4).any(|length| {
        segments
            .windows(length * 2)
            .any(|window| window[..length] == window[length..])
    });
    let again = |name: &str| {
        segments
            .iter()
            .filter(|s| s.eq_ignore_ascii_case(name))
            .count()
            > 1
    };
    row || again("openai") || again("deployments") || again("completions") || again("anthropic")
}
