//! Which base URL each kind of client wants, and which it cannot use.

use wire::refusals::Shape;

use crate::case::{Case, Seen};
use crate::evidence::client::Protocol;
use crate::evidence::endpoint::{Endpoint, Host, Path, Use};

/// The base URL that a client of this protocol takes.
pub(crate) fn base(protocol: Protocol) -> Option<&'static str> {
    Some(match protocol {
        Protocol::AzureOpenAi => "https://<resource>.openai.azure.com/",
        Protocol::OpenAi => "https://<resource>.openai.azure.com/openai/v1/",
        Protocol::Inference => "https://<resource>.services.ai.azure.com/models",
        Protocol::Anthropic => "https://<resource>.services.ai.azure.com/anthropic",
        Protocol::Project => "https://<resource>.services.ai.azure.com/api/projects/<project>",
        Protocol::Management | Protocol::SignIn | Protocol::Rest => return None,
    })
}

/// Whether a client of this protocol can be given this URL. `None` where it cannot be told.
pub(crate) fn takes(protocol: Protocol, endpoint: &Endpoint) -> Option<bool> {
    if !endpoint.is_account() {
        return match (protocol, endpoint.host) {
            (Protocol::Project, Host::MachineLearning) => Some(false),
            _ => None,
        };
    }
    let path = endpoint.path;
    Some(match protocol {
        Protocol::AzureOpenAi => match path {
            Path::Root | Path::Deployments => true,
            Path::OpenAi
            | Path::OpenAiV1
            | Path::Models
            | Path::Anthropic
            | Path::Project
            | Path::ProjectOpenAi => false,
            _ => return None,
        },
        Protocol::OpenAi => match path {
            Path::OpenAiV1 | Path::ProjectOpenAi => true,
            // With a deployment's URL as base and the version as a default query it works.
            Path::Deployments if endpoint.operation.is_none() => return None,
            Path::Root | Path::OpenAi | Path::Deployments | Path::Project | Path::Anthropic => {
                false
            }
            _ => return None,
        },
        Protocol::Inference => match path {
            Path::Models | Path::Deployments => true,
            Path::Root | Path::OpenAi | Path::OpenAiV1 | Path::Project | Path::Anthropic => false,
            _ => return None,
        },
        Protocol::Anthropic => match path {
            Path::Anthropic => true,
            Path::Root
            | Path::OpenAi
            | Path::OpenAiV1
            | Path::Models
            | Path::Deployments
            | Path::Project => false,
            _ => return None,
        },
        Protocol::Project => match path {
            Path::Project | Path::ProjectOpenAi | Path::ProjectOther => true,
            Path::Root | Path::OpenAi | Path::OpenAiV1 | Path::Models | Path::Deployments => false,
            _ => return None,
        },
        Protocol::Management | Protocol::SignIn | Protocol::Rest => return None,
    })
}

impl<'f> Case<'f> {
    /// A configured URL that the client cannot use, while none is there that it can.
    pub(crate) fn mismatched_endpoint(&self) -> Seen<'f> {
        let protocol = self.protocol();
        let taken = |one: &Endpoint| takes(one.reader.or(protocol)?, one);
        let right = self.configured(|one| taken(one) == Some(true));
        if right.is_some() {
            return None;
        }
        // The Azure class on the v1 surface is the class's fault rather than the URL's.
        self.configured(|one| {
            let azure = one.reader.or(protocol) == Some(Protocol::AzureOpenAi);
            taken(one) == Some(false) && !(azure && one.path == Path::OpenAiV1)
        })
    }

    /// A model of Anthropic that an account does not know: it is served below `/anthropic` alone.
    pub(crate) fn anthropic_model_elsewhere(&self) -> Seen<'f> {
        let below = |one: &Endpoint| one.is_account() && one.path != Path::Anthropic;
        let elsewhere = self.endpoint(below).is_some()
            && self.endpoint(|one| one.path == Path::Anthropic).is_none();
        let unknown = self.refused_value(Shape::UnknownModel, |model| {
            model.to_ascii_lowercase().starts_with("claude")
        });
        unknown.filter(|_| elsewhere)
    }

    /// A URL that no API has: one client's path under another's base. Nobody writes such a thing; a client
    /// has put it together.
    pub(crate) fn mismatched_call(&self) -> Seen<'f> {
        self.endpoint(|one| {
            // A serverless endpoint has one model, and no deployments.
            let serverless = one.host == Host::Serverless && one.path == Path::Deployments;
            let called = one.usage == Use::Called;
            serverless || one.is_account() && foreign_path(&one.url, called)
        })
    }
}

/// Paths of two APIs in one URL; in a URL that was called, also a path without the base that it needs.
fn foreign_path(url: &str, called: bool) -> bool {
    let lower = url.to_ascii_lowercase();
    let path = lower
        .split_once("://")
        .map_or(lower.as_str(), |(_, rest)| rest);
    let path = path.find('/').map_or("", |at| &path[at..]);
    let mixed = [
        "/anthropic/models/",
        "/anthropic/openai",
        "/models/openai",
        "/openai/models/chat",
        "/anthropic/chat/completions",
        "/deployments/responses",
        "/openai/chat/completions",
        "/openai/responses/chat",
        "/models/v1/",
        "/openai/v1/openai",
        "/openai/v1/deployments",
        "/projects/chat",
        "/openai/deployments/openai",
        "/v1/deployments",
        "/openai/realtime/sessions",
    ];
    let rootless = [
        "/chat/completions",
        "/responses",
        "/embeddings",
        "/v1/messages",
        "/completions",
        "/agents",
        "/assistants",
        "/threads",
    ];
    mixed.iter().any(|part| path.contains(part))
        || called && rootless.iter().any(|start| path.starts_with(start))
}
