//! What is examined: an endpoint, a client, and how far the examination may go.

use super::cloud::CloudServices;
use super::sdk::Sdk;
use crate::evidence::audience::Cloud;
use crate::evidence::client::Protocol;
use crate::evidence::endpoint::{self, Endpoint, Found, Host, Path, Use};

/// What is examined.
#[derive(Debug, Clone)]
pub struct Target {
    /// The endpoint as the client is given it.
    pub url: TargetUrl,
    /// The client, if it is known.
    pub sdk: Option<&'static Sdk>,
    /// The deployment that is called, if it is known.
    pub deployment: Option<String>,
    /// The api-version that is used, if it is known.
    pub api_version: Option<String>,
    /// The scope that tokens are requested for instead of the endpoint's own, for a gateway.
    pub scope: Option<String>,
    /// The ARM id of the account, if it is known: without it the account is searched for.
    pub account_id: Option<String>,
    /// The services of the endpoint's cloud, or those that stand in for them.
    pub cloud: CloudServices,
    /// Whether the Resource Manager and the directory that belong to the endpoint are known.
    pub managed: bool,
    /// Whether the call itself may be made.
    pub probe: Probe,
}

/// Whether the call itself may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probe {
    /// No.
    Never,
    /// If somebody says yes.
    Ask,
    /// Yes.
    Always,
}

/// An endpoint's URL, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetUrl {
    /// As it was given, without a user's name or password, and without query.
    pub text: String,
    /// Scheme, host and port.
    pub origin: String,
    /// The host: a name or an address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Whether it is `https`.
    pub tls: bool,
    /// What a path-style endpoint has before the API's own path: `/contoso`, or nothing.
    pub prefix: String,
    /// The path behind [`TargetUrl::prefix`], as it was given, without a slash at its end.
    pub path: String,
    pub(crate) endpoint: Endpoint,
}

/// Why a text is no endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAnEndpoint(pub String);

impl std::fmt::Display for NotAnEndpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}` is not the URL of an endpoint", self.0)
    }
}

impl std::error::Error for NotAnEndpoint {}

/// First segments of paths that belong to an API, and so name no resource.
const API_ROOTS: [&str; 7] = [
    "openai",
    "models",
    "model",
    "anthropic",
    "api",
    "v1",
    "deployments",
];

impl TargetUrl {
    /// Reads an endpoint. Blanks and quotes around it are dropped, and a missing scheme is `https`: what
    /// is wrong with the text is a finding, not an error.
    ///
    /// # Errors
    /// There is no host in it.
    pub fn parse(text: &str) -> Result<Self, NotAnEndpoint> {
        let trimmed = text.trim().trim_matches(['"', '\'', '`']).trim();
        let refused = || NotAnEndpoint(trimmed.chars().take(200).collect());
        let (scheme, rest) = match trimmed.split_once("://") {
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
            None => ("https".to_owned(), trimmed),
        };
        let tls = match scheme.as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(refused()),
        };
        let rest = rest.split(['?', '#']).next().unwrap_or(rest);
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let authority = authority.rsplit('@').next().unwrap_or(authority);
        let (host, port) = split_port(authority).ok_or_else(refused)?;
        let usable = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
        if host.is_empty() || !host.chars().all(usable) {
            return Err(refused());
        }
        let path = path.trim_end_matches('/');
        let shown = path.chars().all(|c| c.is_ascii_graphic());
        if !shown {
            return Err(refused());
        }
        let host = host.to_ascii_lowercase();
        let origin = match port {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        };
        let clean = format!("{origin}{path}");
        let version = trimmed.split_once('?').map_or("", |(_, query)| query);
        let described = match version {
            "" => clean.clone(),
            query => format!("{clean}?{query}"),
        };
        let mut endpoint = described_as(&described, path, &host);
        let prefix = prefix(&host, endpoint.host, path);
        let path = path[prefix.len()..].to_owned();
        if !prefix.is_empty() {
            endpoint = described_as(&format!("{origin}{path}"), &path, &host);
        }
        Ok(Self {
            text: clean,
            host: host.trim_matches(['[', ']']).to_owned(),
            port: port.unwrap_or(if tls { 443 } else { 80 }),
            origin,
            tls,
            prefix,
            path,
            endpoint,
        })
    }

    /// The cloud that the host belongs to.
    pub fn cloud(&self) -> Cloud {
        self.endpoint.cloud
    }

    /// Whether the host is this machine.
    pub fn is_loopback(&self) -> bool {
        let address = self.host.parse::<std::net::IpAddr>();
        address.is_ok_and(|address| address.is_loopback())
            || self.host == "localhost"
            || self.host.ends_with(".localhost")
    }

    /// Whether it is one of Azure's own inference hosts, which its Resource Manager knows.
    pub fn is_azure(&self) -> bool {
        self.endpoint.is_account()
    }

    /// Whether it is an inference host of an account: Azure's, or a local stand-in.
    pub(crate) fn is_account(&self) -> bool {
        self.endpoint.is_account() || self.is_loopback()
    }

    /// The account's name, as the host or the path tells it.
    pub fn account(&self) -> Option<&str> {
        match self.prefix.trim_start_matches('/') {
            "" => self.endpoint.resource.as_deref(),
            name => Some(name),
        }
    }

    pub(crate) fn api(&self) -> Path {
        self.endpoint.path
    }
}

/// The URL as the readers see it. A host that they do not know is taken for somebody's gateway.
fn described_as(url: &str, path: &str, host: &str) -> Endpoint {
    let found = endpoint::find(url, Use::Configured).into_iter().next();
    match found {
        Some(Found::Endpoint(endpoint)) if endpoint.path != Path::Other || path.is_empty() => {
            *endpoint
        }
        _ => {
            // The readers pass over what is no URL of theirs; its path they know all the same.
            let stand_in = format!("https://stand-in.openai.azure.com{path}");
            let read = endpoint::find(&stand_in, Use::Configured)
                .into_iter()
                .next();
            let mut endpoint = match read {
                Some(Found::Endpoint(endpoint)) => *endpoint,
                _ => Endpoint::unknown(url),
            };
            let known = endpoint::host_of(host);
            endpoint.url = url.to_owned();
            endpoint.host = known.map_or(Host::Unknown, |(host, _)| host);
            endpoint.cloud = known.map_or(Cloud::Public, |(_, cloud)| cloud);
            endpoint.resource = None;
            endpoint
        }
    }
}

/// `/contoso` of `https://localhost:8443/contoso/openai/v1`: where hosts are not named after accounts.
fn prefix(host: &str, family: Host, path: &str) -> String {
    let named_by_path = matches!(family, Host::Loopback | Host::Unknown) || host == "localhost";
    let first = path.trim_start_matches('/').split('/').next().unwrap_or("");
    let of_the_api = API_ROOTS
        .iter()
        .any(|root| first.eq_ignore_ascii_case(root));
    if !named_by_path || first.is_empty() || of_the_api {
        return String::new();
    }
    format!("/{first}")
}

/// Host and port of an authority.
fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    if authority.ends_with(']') {
        return Some((authority, None));
    }
    match authority.rsplit_once(':') {
        Some((host, port)) => Some((host, Some(port.parse().ok()?))),
        None => Some((authority, None)),
    }
}

impl Target {
    /// The protocol that the client speaks at this endpoint.
    pub(crate) fn protocol(&self) -> Protocol {
        let spoken = self.url.protocol();
        match self.sdk {
            Some(sdk) => match spoken {
                Some(spoken) if sdk.protocols.contains(&spoken) => spoken,
                _ => sdk.protocols[0],
            },
            None => spoken.unwrap_or(Protocol::AzureOpenAi),
        }
    }

    /// The scope that tokens for the endpoint are requested for.
    pub fn endpoint_scope(&self) -> String {
        if let Some(scope) = &self.scope {
            return scope.clone();
        }
        let audience = if self.url.endpoint.is_project() {
            self.cloud.foundry_audience
        } else {
            self.cloud.account_audience
        };
        format!("{audience}/.default")
    }

    /// The deployment that is called: named, or in the URL.
    pub(crate) fn deployment(&self) -> Option<&str> {
        let named = self.deployment.as_deref();
        named.or(self.url.endpoint.deployment.as_deref())
    }
}

impl TargetUrl {
    /// The protocol that the path belongs to, if it belongs to one.
    pub(crate) fn protocol(&self) -> Option<Protocol> {
        match self.api() {
            Path::Root | Path::Deployments | Path::DeploymentList | Path::OpenAi => {
                Some(Protocol::AzureOpenAi)
            }
            Path::OpenAiV1 | Path::V1 => Some(Protocol::OpenAi),
            Path::Models | Path::Model => Some(Protocol::Inference),
            Path::Anthropic => Some(Protocol::Anthropic),
            Path::Project | Path::ProjectOpenAi | Path::ProjectOther => Some(Protocol::Project),
            Path::BareDeployments | Path::Responses | Path::OtherService | Path::Other => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_taken_apart() {
        let check = |text: &str, origin: &str, account: Option<&str>, prefix: &str, path: Path| {
            let url = TargetUrl::parse(text).unwrap();
            let seen = (
                url.origin.as_str(),
                url.account(),
                url.prefix.as_str(),
                url.api(),
            );
            assert_eq!(seen, (origin, account, prefix, path), "{text}");
        };
        let azure = "https://contoso-ai.openai.azure.com";
        check(azure, azure, Some("contoso-ai"), "", Path::Root);
        check(
            "contoso-ai.openai.azure.com/",
            azure,
            Some("contoso-ai"),
            "",
            Path::Root,
        );
        check(
            "\"https://contoso-ai.openai.azure.com/openai/v1/\"",
            azure,
            Some("contoso-ai"),
            "",
            Path::OpenAiV1,
        );
        let local = "https://localhost:8443";
        check(local, local, None, "", Path::Root);
        check(
            "https://localhost:8443/lab",
            local,
            Some("lab"),
            "/lab",
            Path::Root,
        );
        check(
            "https://localhost:8443/lab/models",
            local,
            Some("lab"),
            "/lab",
            Path::Models,
        );
        check(
            "http://127.0.0.1:80/models/",
            "http://127.0.0.1:80",
            None,
            "",
            Path::Models,
        );
        check(
            "https://gateway.contoso.com/openai/v1",
            "https://gateway.contoso.com",
            None,
            "",
            Path::OpenAiV1,
        );
        check(
            "https://contoso-ai.services.ai.azure.us/api/projects/chat",
            "https://contoso-ai.services.ai.azure.us",
            Some("contoso-ai"),
            "",
            Path::Project,
        );
    }

    #[test]
    fn what_has_no_host_is_no_endpoint_and_passwords_are_dropped() {
        for text in [
            "",
            "https://",
            "ftp://x",
            "https://a b",
            "https://x:port",
            "https://x/\u{7}",
        ] {
            assert!(TargetUrl::parse(text).is_err(), "{text}");
        }
        let url = TargetUrl::parse(&format!(
            "https://user:hunter2{}contoso-ai.openai.azure.com/x",
            '@'
        ))
        .unwrap();
        assert!(!format!("{url:?}").contains("hunter2"));
    }
}
