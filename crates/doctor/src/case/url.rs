//! What the URLs of a case tell together with the other facts.

use super::{Case, Seen};
use crate::clues;
use crate::evidence::endpoint::{Endpoint, Path};
use crate::evidence::names::Part;
use crate::evidence::version::{ApiVersion, VersionKind};
use crate::fact::Kind;

/// The date of the first api-version that has an operation.
const OPERATIONS_SINCE: [(&str, &str); 6] = [
    ("responses", "2025-03-01"),
    ("realtime", "2024-10-01"),
    ("images/generations", "2023-12-01"),
    ("images/edits", "2025-03-01"),
    ("audio/transcriptions", "2023-09-01"),
    ("chat/completions", "2023-03-15"),
];

/// The last api-version whose data plane lists deployments.
const LAST_WITH_DEPLOYMENT_LIST: &str = "2023-03-15";

impl<'f> Case<'f> {
    /// A version that is older than something that was asked for.
    pub(crate) fn version_too_old(&self) -> Seen<'f> {
        let asked = |clue| self.clue(clue).is_some();
        let features = clues::feature::SINCE.iter();
        let features = features
            .filter(|(clue, _)| asked(clue))
            .map(|(_, since)| *since);
        let operations = self.endpoints().filter_map(operation_since);
        let since = features.chain(operations).max()?;
        self.version(|version| version.date().is_some_and(|date| date < since))
    }

    /// A URL that shows an operation and a version that is older than it.
    pub(crate) fn version_before_operation(&self) -> Seen<'f> {
        self.endpoint(|one| {
            let date = one.version.as_ref().and_then(ApiVersion::date);
            matches!((date, operation_since(one)), (Some(date), Some(since)) if date < since)
        })
    }

    /// The service does not know a parameter that an api-version brought.
    pub(crate) fn parameter_of_later_version(&self) -> Seen<'f> {
        let refused = self.clue(&clues::endpoint::PARAMETER_UNKNOWN)?;
        let dated = self.version(|version| version.date().is_some());
        let feature = [
            &clues::feature::TOOLS,
            &clues::feature::FUNCTIONS,
            &clues::feature::JSON_SCHEMA,
        ];
        let later = feature.into_iter().find_map(|clue| self.clue(clue));
        dated.or(later).and(Some(refused))
    }

    /// A version of one of these kinds, unless it stands on a route of another service, which has
    /// versions of its own.
    pub(crate) fn odd_version(&self, kinds: &[VersionKind]) -> Seen<'f> {
        self.version(|version| kinds.contains(&version.kind) && !self.is_elsewhere(version))
    }

    fn is_elsewhere(&self, version: &ApiVersion) -> bool {
        self.endpoints().any(|one| {
            let foreign = match one.path {
                Path::OtherService | Path::ProjectOther => true,
                Path::Other => !one.url.contains("/openai"),
                _ => false,
            };
            foreign && one.version.as_ref() == Some(version)
        })
    }

    /// The list of deployments, asked for with a version that has none any more.
    pub(crate) fn deployment_list_withdrawn(&self) -> Seen<'f> {
        self.endpoint(|one| {
            let date = one.version.as_ref().and_then(ApiVersion::date);
            one.path == Path::DeploymentList
                && date.is_some_and(|date| date > LAST_WITH_DEPLOYMENT_LIST)
        })
    }

    /// A base URL that carries the api-version: clients that append their path lose the query.
    pub(crate) fn version_in_base(&self) -> Seen<'f> {
        self.configured(|one| {
            one.is_account()
                && one.operation.is_none()
                && one.version.is_some()
                && matches!(one.path, Path::Root | Path::OpenAi | Path::Deployments)
        })
    }

    /// The Responses API below a deployment: no surface has it there.
    pub(crate) fn responses_below_deployment(&self) -> Seen<'f> {
        self.endpoint(|one| {
            one.is_account() && one.path == Path::Deployments && one.operation == Some("responses")
        })
    }

    /// Audio on the v1 surface, which does not lead it to a deployment that other calls find.
    pub(crate) fn audio_on_v1(&self) -> Seen<'f> {
        use crate::evidence::topic::Says;
        self.deployment_missing()?;
        let audio = self.clue(&clues::endpoint::AUDIO)?;
        self.endpoint(|one| one.path == Path::OpenAiV1)?;
        let others_work = self
            .about(&clues::topic::OPERATION, Says::Works)
            .or_else(|| self.clue(&clues::deployment::DEPLOYMENT_RIGHT));
        others_work.and(Some(audio))
    }

    /// A deployment's name that stands in the URL without its dots.
    pub(crate) fn name_altered(&self) -> Seen<'f> {
        let plain = |name: &str| name.replace('.', "");
        self.endpoint(|one| {
            let Some(called) = one.deployment.as_deref() else {
                return false;
            };
            self.facts.iter().any(|fact| match &fact.kind {
                Kind::Named(mention) if mention.part == Part::Deployment => {
                    let name = &mention.name;
                    name.contains('.') && name != called && plain(name) == called
                }
                _ => false,
            })
        })
    }
}

fn operation_since(endpoint: &Endpoint) -> Option<&'static str> {
    let operation = endpoint.operation?;
    let dated = matches!(endpoint.path, Path::Deployments | Path::Responses);
    OPERATIONS_SINCE
        .iter()
        .find(|(known, _)| *known == operation && dated)
        .map(|(_, since)| *since)
}
