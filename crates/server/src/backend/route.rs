//! Which API is asked, and in which dialect.

use access::operation::Operation;
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

impl Route {
    /// What an operation asks of a model, if it asks one: lists of models and
    /// kept responses are not a model's business.
    pub fn of(operation: Operation) -> Option<Self> {
        use Operation as O;
        let (api, dialect) = match operation {
            O::DeploymentChatCompletions => (Api::ChatCompletions, Dialect::Classic),
            O::DeploymentCompletions => (Api::Completions, Dialect::Classic),
            O::DeploymentEmbeddings => (Api::Embeddings, Dialect::Classic),
            O::ResponsesCreate => (Api::Responses, Dialect::Classic),
            O::V1ChatCompletions | O::ProjectChatCompletions => (Api::ChatCompletions, Dialect::V1),
            O::V1Completions => (Api::Completions, Dialect::V1),
            O::V1Embeddings | O::ProjectEmbeddings => (Api::Embeddings, Dialect::V1),
            O::V1ResponsesCreate | O::ProjectResponsesCreate => (Api::Responses, Dialect::V1),
            O::InferenceChatCompletions => (Api::ChatCompletions, Dialect::Inference),
            O::InferenceEmbeddings => (Api::Embeddings, Dialect::Inference),
            O::InferenceInfo => (Api::Info, Dialect::Inference),
            O::AnthropicMessages => (Api::Messages, Dialect::Anthropic),
            O::AnthropicCountTokens => (Api::CountTokens, Dialect::Anthropic),
            O::ResponsesRead
            | O::ResponsesDelete
            | O::ModelsListClassic
            | O::ModelsReadClassic
            | O::V1ResponsesRead
            | O::V1ResponsesDelete
            | O::V1ModelsList
            | O::V1ModelsRead
            | O::ProjectResponsesRead
            | O::ProjectResponsesDelete
            | O::ProjectModelsList
            | O::ProjectDeploymentsList => return None,
        };
        Some(Self::new(api, dialect))
    }
}

impl Api {
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
