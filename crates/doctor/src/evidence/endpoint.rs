//! URLs: whose host, which API's path, what is wrong with the text itself.

mod host;
mod path;
mod places;
mod scheme;

use host::{family, mistyped};
use path::{classify, doubled};
pub(crate) use places::places;
use scheme::split_scheme;

use super::audience::{self, Cloud, Mention, Resource};
use super::client::Protocol;
use super::version::ApiVersion;

/// Whose host it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Host {
    /// `{resource}.openai.azure.com`
    OpenAi,
    /// `{resource}.services.ai.azure.com`
    Foundry,
    /// `{resource}.cognitiveservices.azure.com`
    CognitiveServices,
    /// `{region}.api.cognitive.microsoft.com`, `{region}.tts.speech.microsoft.com`: no resource of its
    /// own, so no tokens.
    Regional,
    /// `{deployment}.{region}.models.ai.azure.com` or a Machine Learning endpoint: serverless.
    Serverless,
    /// Azure Machine Learning's own control hosts and portals.
    MachineLearning,
    /// `models.inference.ai.azure.com` and `models.github.ai`.
    GitHubModels,
    /// `{name}.azure-api.net`: a gateway.
    ApiManagement,
    /// `api.openai.com`
    OpenAiPlatform,
    /// `api.anthropic.com`
    AnthropicPlatform,
    /// Azure Resource Manager.
    Management,
    /// An Entra authority.
    Authority,
    /// The managed identity endpoint.
    InstanceMetadata,
    /// A portal that people look at.
    Portal,
    /// Another service of Azure: search, vault, storage.
    OtherAzure,
    /// The caller's own machine.
    Loopback,
    /// Another host, or none: a gateway, or a path alone.
    Unknown,
}

/// Which API's path it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Path {
    /// Nothing.
    Root,
    /// `/openai`
    OpenAi,
    /// `/openai/v1…`
    OpenAiV1,
    /// `/v1…` without `/openai`.
    V1,
    /// `/openai/deployments/{name}…`
    Deployments,
    /// `/deployments/{name}…` without `/openai`.
    BareDeployments,
    /// `/models…`
    Models,
    /// `/model…`
    Model,
    /// `/anthropic…`
    Anthropic,
    /// `/api/projects/{name}` and nothing more.
    Project,
    /// `/api/projects/{name}/openai…`
    ProjectOpenAi,
    /// `/api/projects/{name}/…` otherwise.
    ProjectOther,
    /// `/openai/responses`
    Responses,
    /// `/openai/deployments` and no name: the list of deployments.
    DeploymentList,
    /// Another Azure AI service's, such as `/vision/v3.2` or `/text/analytics/v2.0`.
    OtherService,
    /// Another path.
    Other,
}

/// What is wrong with the text of a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flaw {
    /// A segment or a row of segments stands twice.
    Doubled,
    /// `//` within the path.
    DoubleSlash,
    /// Two schemes, or `http` where tokens travel.
    Scheme,
    /// No scheme at all, or a slash too few.
    NoScheme,
    /// Quotes or blanks inside.
    Quotes,
    /// A placeholder's word was left in the host or the path.
    Placeholder,
    /// A deployment that is literally `None`, `null` or `undefined`.
    NoneSegment,
    /// A path was appended behind the query.
    PathAfterQuery,
    /// The host is nearly, but not quite, one of the service's.
    HostTypo,
    /// A regional host whose first label cannot be a region, such as a language.
    NoRegion,
}

/// Whether a URL was configured or called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Use {
    /// Given to the client.
    Configured,
    /// Seen in a request.
    Called,
}

/// A URL that was configured or called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The URL as it was written, without query.
    pub url: String,
    /// Whose host.
    pub host: Host,
    /// In which cloud.
    pub cloud: Cloud,
    /// The first label of the host, if it is a name and not a placeholder.
    pub resource: Option<String>,
    /// Which API's path.
    pub path: Path,
    /// The last operation of the path, such as `chat/completions`.
    pub operation: Option<&'static str>,
    /// The deployment in the path, if it is a name.
    pub deployment: Option<String>,
    /// The project in the path, if it is a name.
    pub project: Option<String>,
    /// The version in the query.
    pub version: Option<ApiVersion>,
    /// Flaws of the text.
    pub flaws: Vec<Flaw>,
    /// Configured or called.
    pub usage: Use,
    /// What the clients speak that read it from the variable it stands in.
    pub reader: Option<Protocol>,
}

/// What a URL in a text can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    Endpoint(Box<Endpoint>),
    Audience(super::audience::Audience),
}

/// The operations that end a path.
const OPERATIONS: [&str; 14] = [
    "chat/completions",
    "completions",
    "embeddings",
    "responses",
    "images/generations",
    "audio/transcriptions",
    "audio/speech",
    "audio/translations",
    "v1/messages",
    "messages",
    "images/edits",
    "models",
    "info",
    "realtime",
];

/// Finds the URLs of one line. `usage` is what the line says about them.
pub(crate) fn find(line: &str, usage: Use) -> Vec<Found> {
    find_in(line, usage, |_, _| true)
}

/// Finds the URLs of a line that says that it names an endpoint: there the Resource Manager is what is
/// called, not what a token is for.
pub(crate) fn find_labelled(line: &str, usage: Use) -> Vec<Found> {
    let scope = |resource, path: &str| resource != Resource::Management || path == "/.default";
    find_in(line, usage, scope)
}

fn find_in(line: &str, usage: Use, scope: impl Fn(Resource, &str) -> bool) -> Vec<Found> {
    let places = places(line).into_iter();
    places
        .filter_map(|place| read(&line[place], usage, &scope))
        .collect()
}

fn read(text: &str, usage: Use, scope: impl Fn(Resource, &str) -> bool) -> Option<Found> {
    // A data action looks like a path, and a template of the service's is nobody's URL.
    let template = text.starts_with('/') && text.contains("{deployment-id}");
    if template || text.starts_with("Microsoft.CognitiveServices/") {
        return None;
    }
    let (url, query) = text.split_once('?').unwrap_or((text, ""));
    let mut flaws = Vec::new();
    let (scheme, rest) = split_scheme(url, &mut flaws);
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let authority = authority.rsplit('@').next().unwrap_or(authority);
    let host = authority
        .split(':')
        .next()
        .unwrap_or(authority)
        .to_ascii_lowercase();
    if let Some((resource, cloud)) = audience::requested(&host, path)
        && audience_path(path)
        && scope(resource, path)
    {
        let mention = Mention::Requested;
        return Some(Found::Audience(audience::Audience {
            resource,
            cloud,
            mention,
        }));
    }
    // The end of every resource's host, named in prose.
    if ["services.ai.azure.com", "openai.azure.com"].contains(&text.to_ascii_lowercase().as_str()) {
        return None;
    }
    let (family, cloud) = family(&host)?;
    if family == Host::OtherAzure && mistyped(&host) {
        flaws.push(Flaw::HostTypo);
    }
    let segments: Vec<&str> = path.split('/').filter(|s| !s.is_empty()).collect();
    if path.trim_end_matches('/').contains("//") {
        flaws.push(Flaw::DoubleSlash);
    }
    if doubled(&segments) {
        flaws.push(Flaw::Doubled);
    }
    if scheme == Some("http") && !matches!(family, Host::Loopback | Host::InstanceMetadata) {
        flaws.push(Flaw::Scheme);
    }
    let (path_kind, deployment, project) = classify(&segments);
    let label = host.split('.').next().unwrap_or_default();
    let nothing = |text: &str| {
        ["none", "null", "undefined", "nan"].contains(&text.to_ascii_lowercase().as_str())
    };
    if nothing(label) && named_after_resource(family) {
        flaws.push(Flaw::NoneSegment);
    }
    if named_after_resource(family) && label.starts_with("your") {
        flaws.push(Flaw::Placeholder);
    }
    // Regions are one word of letters and digits.
    if family == Host::Regional && label.contains('-') && !label.starts_with(['<', '{', '[']) {
        flaws.push(Flaw::NoRegion);
    }
    if deployment.is_some_and(|d| {
        ["none", "null", "undefined", "nan"].contains(&d.to_ascii_lowercase().as_str())
    }) {
        flaws.push(Flaw::NoneSegment);
    }
    let joined = segments.join("/").to_ascii_lowercase();
    let operation = OPERATIONS.iter().copied().find(|operation| {
        joined
            .strip_suffix(operation)
            .is_some_and(|before| before.is_empty() || before.ends_with('/'))
    });
    let operation = operation.filter(|one| *one != "models" || segments.len() > 1);
    if query.contains('/') {
        flaws.push(Flaw::PathAfterQuery);
    }
    let version = query
        .split(['&', '/'])
        .find_map(|pair| pair.strip_prefix("api-version="))
        // In angle brackets it was taken out of the report.
        .filter(|value| !value.is_empty() && !value.starts_with('<'))
        .map(ApiVersion::read);
    Some(Found::Endpoint(Box::new(Endpoint {
        url: url.to_owned(),
        host: family,
        cloud,
        resource: name(label).filter(|_| named_after_resource(family)),
        path: path_kind,
        operation,
        deployment: deployment.and_then(name),
        project: project.and_then(name),
        version,
        flaws,
        usage,
        reader: None,
    })))
}

/// Audiences have no path but `/.default` or the like.
fn audience_path(path: &str) -> bool {
    let path = path.trim_matches('/');
    path.is_empty() || path == ".default" || path == "user_impersonation"
}

/// A name that is not a placeholder.
fn name(text: &str) -> Option<String> {
    let plain = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let lower = text.to_ascii_lowercase();
    let invented = [
        "your",
        "my-resource",
        "xxx",
        "resource",
        "redacted",
        "example",
        "none",
        "null",
        "undefined",
    ];
    let placeholder = text.is_empty() || invented.iter().any(|word| lower.starts_with(word));
    (plain && !placeholder).then(|| text.to_owned())
}

fn named_after_resource(host: Host) -> bool {
    matches!(host, Host::OpenAi | Host::Foundry | Host::CognitiveServices)
}

/// Whose host a name is, and in which cloud, if it is known.
pub(crate) fn host_of(host: &str) -> Option<(Host, Cloud)> {
    family(host)
}

impl Endpoint {
    /// A URL of which nothing is known.
    pub(crate) fn unknown(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            host: Host::Unknown,
            cloud: Cloud::Public,
            resource: None,
            path: Path::Other,
            operation: None,
            deployment: None,
            project: None,
            version: None,
            flaws: Vec::new(),
            usage: Use::Configured,
            reader: None,
        }
    }

    /// Whether it is an account's own inference host.
    pub fn is_account(&self) -> bool {
        named_after_resource(self.host)
    }

    /// Whether it is a project of a Foundry resource.
    pub fn is_project(&self) -> bool {
        matches!(
            self.path,
            Path::Project | Path::ProjectOpenAi | Path::ProjectOther
        )
    }

    /// Whether the text itself has this flaw.
    pub fn has(&self, flaw: Flaw) -> bool {
        self.flaws.contains(&flaw)
    }
}

#[cfg(test)]
mod tests;
