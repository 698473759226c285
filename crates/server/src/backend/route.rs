//! Which API is asked, and in which dialect.

use wire::refusals::Refusal;

/// What a call asks a model to do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Api {
    /// Continue a chat.
    ChatCompletions,
    /// Continue a text.
    Completions,
    /// Turn texts into vectors.
    Embeddings,
    /// Answer with the Responses API.
    Responses,
    /// Say which model answers.
    Info,
    /// Continue a chat, Anthropic's way.
    Messages,
    /// Count the tokens of a chat, Anthropic's way.
    CountTokens,
}

/// In which words: the same API differs a little from route to route.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Dialect {
    /// `/openai/deployments/…` and `/openai/responses`: with Azure's filter results.
    Classic,
    /// `/openai/v1/…`, also below a project.
    V1,
    /// `/models/…`.
    Inference,
    /// `/anthropic/v1/…`.
    Anthropic,
}

/// An API in a dialect.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Route {
    /// What is asked.
    pub api: Api,
    /// In which words.
    pub dialect: Dialect,
}

impl Route {
    /// `api` in `dialect`.
    pub const fn new(api: Api, dialect: Dialect) -> Self {
        Self { api, dialect }
    }
}

impl Api {
    /// All of them, in the order of their declaration.
    pub const ALL: [Self; 7] = [
        Self::ChatCompletions,
        Self::Completions,
        Self::Embeddings,
        Self::Responses,
        Self::Info,
        Self::Messages,
        Self::CountTokens,
    ];

    /// How the service refuses this API on a model that lacks it; `model` is the
    /// model's name.
    pub fn refusal(self, model: &str) -> Refusal {
        let operation = match self {
            Self::Responses => return Refusal::ResponsesModelUnsupported,
            Self::Messages | Self::CountTokens => return Refusal::ApiNotSupported,
            Self::ChatCompletions => "chatCompletion",
            Self::Completions => "completion",
            Self::Embeddings => "embeddings",
            Self::Info => "info",
        };
        Refusal::OperationNotSupported {
            operation: operation.to_owned(),
            model: model.to_owned(),
        }
    }
}
