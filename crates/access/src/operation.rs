//! Data-plane operations and the data action that each of them checks.
//!
//! The table is generated from `data/data-actions.json`. Some rows were read off the wire, some are
//! inferred ([`Confidence`]); every row can be replaced, so that a better observation is a matter of
//! configuration. Two things to know about it:
//!
//! * No data action names one deployment: access is per account (or project).
//! * On the v1 routes the model is in the body, and its *format* decides the family: a model that is
//!   not OpenAI's is taken to check the `MaaS` action (inferred: Microsoft says that Cognitive
//!   Services OpenAI User covers OpenAI models only).
//!
//! ```
//! use access::operation::{ModelFormat, Operation, OperationTable};
//! let table = OperationTable::default();
//! let chat = Operation::V1ChatCompletions;
//! let action = |format: &str| table.data_action(chat, &ModelFormat::parse(format)).as_str();
//! assert!(action("OpenAI").ends_with("accounts/OpenAI/deployments/chat/completions/action"));
//! assert!(action("Microsoft").ends_with("accounts/MaaS/chat/completions/action"));
//! ```

mod generated;
mod table;

pub use table::{Formats, MAX_DATA_ACTIONS, OperationError, OperationTable, TableRow};

use std::fmt;
use std::sync::Arc;

use crate::text::fold;

/// Declares the operations once: name, method, template.
macro_rules! operations {
    ($($(#[doc = $doc:literal])+ $name:ident = $method:literal $template:literal,)+) => {
        /// An operation that this product serves.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Operation {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Operation {
            /// Every operation.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The HTTP method.
            pub const fn method(self) -> &'static str {
                match self { $(Self::$name => $method,)+ }
            }

            /// The path with its variable parts in braces, as the service names it in refusals.
            pub const fn template(self) -> &'static str {
                match self { $(Self::$name => $template,)+ }
            }
        }
    };
}

operations! {
    /// Chat with a deployment named in the path.
    DeploymentChatCompletions = "POST" "/openai/deployments/{deployment-id}/chat/completions",
    /// Completions from a deployment named in the path.
    DeploymentCompletions = "POST" "/openai/deployments/{deployment-id}/completions",
    /// Embeddings from a deployment named in the path.
    DeploymentEmbeddings = "POST" "/openai/deployments/{deployment-id}/embeddings",
    /// A new response, dated API.
    ResponsesCreate = "POST" "/openai/responses",
    /// A stored response, dated API.
    ResponsesRead = "GET" "/openai/responses/{response_id}",
    /// Removal of a stored response, dated API.
    ResponsesDelete = "DELETE" "/openai/responses/{response_id}",
    /// What a stored response was asked, dated API.
    ResponsesInputItems = "GET" "/openai/responses/{response_id}/input_items",
    /// The models of an account, dated API.
    ModelsListClassic = "GET" "/openai/models",
    /// One model, dated API.
    ModelsReadClassic = "GET" "/openai/models/{model-id}",
    /// Chat, v1.
    V1ChatCompletions = "POST" "/openai/v1/chat/completions",
    /// Completions, v1.
    V1Completions = "POST" "/openai/v1/completions",
    /// Embeddings, v1.
    V1Embeddings = "POST" "/openai/v1/embeddings",
    /// A new response, v1.
    V1ResponsesCreate = "POST" "/openai/v1/responses",
    /// A stored response, v1.
    V1ResponsesRead = "GET" "/openai/v1/responses/{response_id}",
    /// Removal of a stored response, v1.
    V1ResponsesDelete = "DELETE" "/openai/v1/responses/{response_id}",
    /// What a stored response was asked, v1.
    V1ResponsesInputItems = "GET" "/openai/v1/responses/{response_id}/input_items",
    /// The models of an account, v1.
    V1ModelsList = "GET" "/openai/v1/models",
    /// One model, v1.
    V1ModelsRead = "GET" "/openai/v1/models/{model}",
    /// Chat, Azure AI Model Inference API.
    InferenceChatCompletions = "POST" "/models/chat/completions",
    /// Embeddings, Azure AI Model Inference API.
    InferenceEmbeddings = "POST" "/models/embeddings",
    /// What a model is, Azure AI Model Inference API.
    InferenceInfo = "GET" "/models/info",
    /// Messages, Anthropic's API.
    AnthropicMessages = "POST" "/anthropic/v1/messages",
    /// Token counts, Anthropic's API.
    AnthropicCountTokens = "POST" "/anthropic/v1/messages/count_tokens",
    /// Chat through a project.
    ProjectChatCompletions = "POST" "/api/projects/{projectName}/openai/v1/chat/completions",
    /// Embeddings through a project.
    ProjectEmbeddings = "POST" "/api/projects/{projectName}/openai/v1/embeddings",
    /// A new response through a project.
    ProjectResponsesCreate = "POST" "/api/projects/{projectName}/openai/v1/responses",
    /// A stored response through a project.
    ProjectResponsesRead = "GET" "/api/projects/{projectName}/openai/v1/responses/{response_id}",
    /// Removal of a stored response through a project.
    ProjectResponsesDelete = "DELETE" "/api/projects/{projectName}/openai/v1/responses/{response_id}",
    /// What a stored response was asked, through a project.
    ProjectResponsesInputItems = "GET" "/api/projects/{projectName}/openai/v1/responses/{response_id}/input_items",
    /// The models of a project.
    ProjectModelsList = "GET" "/api/projects/{projectName}/openai/v1/models",
    /// The deployments of a project.
    ProjectDeploymentsList = "GET" "/api/projects/{projectName}/deployments",
}

impl Operation {
    /// The family of the data action that this operation checks for a model of this format, by the
    /// default table.
    pub fn family(self, format: &ModelFormat) -> Family {
        OperationTable::standard()
            .data_action(self, format)
            .family()
    }

    /// The operation of this method and template.
    pub fn find(method: &str, template: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|operation| operation.method() == method && operation.template() == template)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method(), self.template())
    }
}

/// Whose model a deployment serves: ARM's `model.format`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ModelFormat {
    /// `OpenAI`
    OpenAi,
    /// `Anthropic`
    Anthropic,
    /// Any other, such as `Microsoft` or `Meta`, as spelled.
    Other(String),
}

impl ModelFormat {
    /// The format of this name, in any case.
    pub fn parse(name: &str) -> Self {
        if name.eq_ignore_ascii_case("OpenAI") {
            Self::OpenAi
        } else if name.eq_ignore_ascii_case("Anthropic") {
            Self::Anthropic
        } else {
            Self::Other(name.to_owned())
        }
    }

    /// ARM's name.
    pub fn as_str(&self) -> &str {
        match self {
            Self::OpenAi => "OpenAI",
            Self::Anthropic => "Anthropic",
            Self::Other(name) => name,
        }
    }
}

/// The families of data actions of a Cognitive Services account. A role may cover one and not another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// `accounts/OpenAI/…`
    OpenAi,
    /// `accounts/MaaS/…`: models that are not OpenAI's.
    MaaS,
    /// `accounts/AIServices/…`: agents, projects, other providers' APIs.
    AiServices,
    /// `accounts/MAI/…`
    Mai,
    /// Anything else.
    Other,
}

impl Family {
    /// The family that a data action belongs to.
    pub fn of(data_action: &str) -> Self {
        const ACCOUNTS: &str = "microsoft.cognitiveservices/accounts/";
        let action = fold(data_action);
        let family = action
            .strip_prefix(ACCOUNTS)
            .and_then(|rest| rest.split('/').next());
        match family {
            Some("openai") => Self::OpenAi,
            Some("maas") => Self::MaaS,
            Some("aiservices") => Self::AiServices,
            Some("mai") => Self::Mai,
            _ => Self::Other,
        }
    }

    /// The segment that names the family in its data actions; empty for [`Family::Other`].
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenAi => "OpenAI",
            Self::MaaS => "MaaS",
            Self::AiServices => "AIServices",
            Self::Mai => "MAI",
            Self::Other => "",
        }
    }
}

/// How sure a row of the table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Confidence {
    /// A real refusal names both the action and the path.
    VerifiedOnWire,
    /// The provider lists the action, and its meaning matches the path.
    VerifiedOperation,
    /// Several independent reports agree.
    VerifiedByThirdParty,
    /// It follows from neighbours.
    Inferred,
    /// The action exists; the path is a guess.
    PathGuessed,
    /// The nearest existing action.
    Guess,
    /// Configured.
    Configured,
}

/// A data action of a table, with its place in [`DataActions`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DataAction {
    name: Arc<str>,
    folded: Arc<str>,
    family: Family,
    bit: u8,
}

impl DataAction {
    fn new(name: &str, bit: u8) -> Self {
        Self {
            name: Arc::from(name),
            folded: Arc::from(&*fold(name)),
            family: Family::of(name),
            bit,
        }
    }

    /// The action, as in `Microsoft.CognitiveServices/accounts/OpenAI/responses/write`.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// Its place, 0 to 63. It means something only together with the table it came from.
    pub const fn bit(&self) -> u8 {
        self.bit
    }

    /// The family it belongs to.
    pub const fn family(&self) -> Family {
        self.family
    }

    /// The form that is compared.
    pub(crate) fn folded(&self) -> &str {
        &self.folded
    }
}

impl fmt::Display for DataAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// A set of the data actions of one table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct DataActions(pub u64);

impl DataActions {
    /// No data action.
    pub const NONE: Self = Self(0);

    /// Whether the set has this action.
    pub const fn contains(self, action: &DataAction) -> bool {
        self.0 & (1 << action.bit) != 0
    }

    /// The set with this action.
    #[must_use]
    pub const fn with(self, action: &DataAction) -> Self {
        Self(self.0 | 1 << action.bit)
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// A row of the generated table.
struct Row {
    method: &'static str,
    template: &'static str,
    data_action: &'static str,
    confidence: Confidence,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn the_generated_rows_are_those_of_the_data() {
        let data: Value =
            serde_json::from_str(include_str!("../../../data/data-actions.json")).unwrap();
        for (key, rows) in [
            ("operations", generated::ROWS),
            ("formatOverrides", generated::OTHER_FORMATS),
        ] {
            let data = data[key].as_array().unwrap();
            assert_eq!(data.len(), rows.len(), "`cargo xtask generate` was not run");
            for (json, row) in data.iter().zip(rows) {
                assert_eq!(json["method"], row.method);
                assert_eq!(json["path"], row.template);
                assert_eq!(json["dataAction"], row.data_action);
            }
        }
    }

    #[test]
    fn every_operation_has_a_row() {
        for operation in Operation::ALL {
            let row = generated::ROWS.iter().find(|row| {
                row.method == operation.method() && row.template == operation.template()
            });
            assert!(row.is_some(), "{operation}");
            assert_eq!(
                Operation::find(operation.method(), operation.template()),
                Some(*operation)
            );
        }
    }

    #[test]
    fn families_follow_route_and_format() {
        let check = |operation: Operation, format: &str, expected: Family| {
            let found = operation.family(&ModelFormat::parse(format));
            assert_eq!(found, expected, "{operation} {format}");
        };
        check(
            Operation::DeploymentChatCompletions,
            "OpenAI",
            Family::OpenAi,
        );
        check(Operation::V1ChatCompletions, "openai", Family::OpenAi);
        check(Operation::V1ChatCompletions, "Microsoft", Family::MaaS);
        check(Operation::V1Embeddings, "Cohere", Family::MaaS);
        check(Operation::V1ResponsesCreate, "Microsoft", Family::OpenAi);
        check(Operation::InferenceChatCompletions, "OpenAI", Family::MaaS);
        check(
            Operation::AnthropicMessages,
            "Anthropic",
            Family::AiServices,
        );
        check(
            Operation::ProjectResponsesCreate,
            "OpenAI",
            Family::AiServices,
        );
    }
}
