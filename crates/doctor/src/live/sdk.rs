//! The clients whose calls are examined: what each speaks, and which token it asks for.

use crate::evidence::client::{Language, Protocol};

/// A client that `--sdk` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sdk {
    /// Its name on the command line.
    pub id: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// Its language: it decides the order of `DefaultAzureCredential`.
    pub language: Language,
    /// Which protocols its classes speak.
    pub(crate) protocols: &'static [Protocol],
    /// What it asks tokens for unless it is told.
    pub(crate) default_scope: Option<&'static str>,
}

use Language::{DotNet, Go, Java, JavaScript, Python, Shell};
use Protocol::{Anthropic, AzureOpenAi, Inference, OpenAi, Project};

const MACHINE_LEARNING: Option<&str> = Some("https://ml.azure.com");

const fn sdk(
    id: &'static str,
    title: &'static str,
    language: Language,
    protocols: &'static [Protocol],
    default_scope: Option<&'static str>,
) -> Sdk {
    Sdk {
        id,
        title,
        language,
        protocols,
        default_scope,
    }
}

/// Every client that is known, in the order in which help lists them.
#[rustfmt::skip] // one client a line
pub const SDKS: &[Sdk] = &[
    sdk("python-openai", "openai (Python)", Python, &[OpenAi, AzureOpenAi], None),
    sdk("python-azure-openai", "AzureOpenAI of openai (Python)", Python, &[AzureOpenAi], None),
    sdk("azure-ai-inference", "azure-ai-inference (Python)", Python, &[Inference], MACHINE_LEARNING),
    sdk("azure-ai-projects", "azure-ai-projects (Python)", Python, &[Project], None),
    sdk("python-anthropic", "anthropic (Python)", Python, &[Anthropic], None),
    sdk("js-openai", "openai (JavaScript)", JavaScript, &[OpenAi, AzureOpenAi], None),
    sdk("js-azure-openai", "AzureOpenAI of openai (JavaScript)", JavaScript, &[AzureOpenAi], None),
    sdk("js-azure-ai-inference", "@azure-rest/ai-inference", JavaScript, &[Inference], MACHINE_LEARNING),
    sdk("js-anthropic", "@anthropic-ai/sdk", JavaScript, &[Anthropic], None),
    sdk("dotnet-azure-openai", "Azure.AI.OpenAI (.NET)", DotNet, &[AzureOpenAi], None),
    sdk("dotnet-openai", "OpenAI (.NET)", DotNet, &[OpenAi], None),
    sdk("dotnet-azure-ai-inference", "Azure.AI.Inference (.NET)", DotNet, &[Inference], None),
    sdk("dotnet-azure-ai-projects", "Azure.AI.Projects (.NET)", DotNet, &[Project], None),
    sdk("java-azure-openai", "azure-ai-openai (Java)", Java, &[AzureOpenAi], None),
    sdk("java-openai", "openai-java", Java, &[OpenAi, AzureOpenAi], None),
    sdk("java-azure-ai-inference", "azure-ai-inference (Java)", Java, &[Inference], None),
    sdk("go-openai", "openai-go", Go, &[OpenAi, AzureOpenAi], None),
    sdk("go-azopenai", "azopenai (Go)", Go, &[AzureOpenAi], None),
    sdk("rest", "REST, by hand", Shell, &[AzureOpenAi, OpenAi, Inference, Anthropic, Project], None),
];

impl Sdk {
    /// The client of this name.
    pub fn find(id: &str) -> Option<&'static Sdk> {
        SDKS.iter().find(|sdk| sdk.id == id)
    }
}
