//! For which resource a token is or should be.

/// The resources that a token can be requested for and that matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Resource {
    /// `https://cognitiveservices.azure.com`
    CognitiveServices,
    /// `https://ai.azure.com`
    Foundry,
    /// `https://ml.azure.com`
    MachineLearning,
    /// `https://management.azure.com`
    Management,
    /// `https://graph.microsoft.com`
    Graph,
    /// Another resource of Azure: storage, vault, search, database.
    OtherAzure,
    /// `api://…`: an application of one's own.
    OwnApplication,
    /// Somebody else's service, such as `https://api.openai.com`: Entra issues no tokens for it.
    Foreign,
}

/// The clouds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Cloud {
    /// Public Azure.
    #[default]
    Public,
    /// Azure Government.
    Government,
    /// Azure operated in China.
    China,
}

/// A mention of a resource as the audience of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Audience {
    /// Which.
    pub resource: Resource,
    /// In which cloud.
    pub cloud: Cloud,
    /// How it is spoken of.
    pub mention: Mention,
}

/// How an audience is spoken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mention {
    /// The service says that it expects it.
    Expected,
    /// The client requests tokens for it, or a token has it.
    Requested,
}

/// Services beside Azure's whose hosts people take for audiences.
const FOREIGN: [&str; 4] = [
    "api.openai.com",
    "api.anthropic.com",
    "models.github.ai",
    "platform.openai.com",
];

/// The resource that somebody requests a token for by this scope; `None` if it is no scope.
pub(crate) fn requested(host: &str, path: &str) -> Option<(Resource, Cloud)> {
    if path == "/.default" && FOREIGN.contains(&host) {
        return Some((Resource::Foreign, Cloud::Public));
    }
    resource(host)
}

/// The resource that a host stands for when nothing is in front of it.
pub(crate) fn resource(host: &str) -> Option<(Resource, Cloud)> {
    const TABLE: [(&str, Resource); 9] = [
        ("cognitiveservices.azure", Resource::CognitiveServices),
        ("ai.azure", Resource::Foundry),
        ("ml.azure", Resource::MachineLearning),
        ("management.azure", Resource::Management),
        ("management.core.windows", Resource::Management),
        ("management.usgovcloudapi", Resource::Management),
        ("management.chinacloudapi", Resource::Management),
        ("graph.microsoft", Resource::Graph),
        ("storage.azure", Resource::OtherAzure),
    ];
    let (name, suffix) = host.rsplit_once('.')?;
    let found = TABLE.iter().find(|(known, _)| *known == name);
    let other = || {
        [
            "vault.azure",
            "search.azure",
            "database.windows",
            "cosmos.azure",
            "databricks.azure",
            "monitor.azure",
        ]
        .contains(&name)
    };
    let resource = match found {
        Some((_, resource)) => *resource,
        None if other() => Resource::OtherAzure,
        None => return None,
    };
    let cloud = match suffix {
        "us" => Cloud::Government,
        "cn" => Cloud::China,
        _ if name.ends_with("usgovcloudapi") => Cloud::Government,
        _ if name.ends_with("chinacloudapi") => Cloud::China,
        "com" | "net" => Cloud::Public,
        _ => return None,
    };
    Some((resource, cloud))
}

impl Resource {
    /// Whether the data plane of a Foundry resource takes tokens for it on its account routes.
    pub fn serves_accounts(self) -> bool {
        matches!(self, Self::CognitiveServices | Self::Foundry)
    }
}
