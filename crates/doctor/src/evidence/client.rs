//! Who called: which library and class, and which API it speaks.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Which requests a client makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    /// `/openai/deployments/{d}/…?api-version`: the `AzureOpenAI` classes.
    AzureOpenAi,
    /// `{base}/chat/completions` and the like, key as bearer: the `OpenAI` classes and everything
    /// that calls itself compatible.
    OpenAi,
    /// `{base}/chat/completions?api-version` under `/models`: the Azure AI Inference SDK.
    Inference,
    /// `{base}/v1/messages`.
    Anthropic,
    /// A project's routes: agents, evaluations, files.
    Project,
    /// Azure Resource Manager: portals, CLIs, deployment tools.
    Management,
    /// Entra only: sign-in.
    SignIn,
    /// What a person or a script writes by hand.
    Rest,
}

/// In which language a client is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "names of languages")]
pub enum Language {
    Python,
    JavaScript,
    DotNet,
    Java,
    Go,
    Rust,
    Shell,
}

impl Language {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Python => "Python",
            Self::JavaScript => "JavaScript",
            Self::DotNet => ".NET",
            Self::Java => "Java",
            Self::Go => "Go",
            Self::Rust => "Rust",
            Self::Shell => "shell",
        }
    }
}

/// A client that the evidence names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The name under which the table knows it.
    pub name: &'static str,
    /// What it speaks, if it speaks one thing.
    pub protocol: Option<Protocol>,
    /// Its language, if it has one.
    pub language: Option<Language>,
    /// Whether an application was named rather than a library: its user cannot change the code.
    pub application: bool,
}

struct Row {
    sign: &'static str,
    name: &'static str,
    protocol: Option<Protocol>,
    language: Option<Language>,
    application: bool,
}

const fn row(
    sign: &'static str,
    name: &'static str,
    protocol: Option<Protocol>,
    language: Option<Language>,
    application: bool,
) -> Row {
    Row {
        sign,
        name,
        protocol,
        language,
        application,
    }
}

use Language::{DotNet, Go, Java, JavaScript, Python, Rust, Shell};
use Protocol::{Anthropic, AzureOpenAi, Inference, Management, OpenAi, Project, Rest, SignIn};

/// The signs, lower case, the more specific before the more general; a sign must stand on its own.
#[rustfmt::skip] // one row a line
const TABLE: &[Row] = &[
    row("asyncazureopenai", "AsyncAzureOpenAI", Some(AzureOpenAi), Some(Python), false),
    row("azureopenaichatcompletionclient", "AzureOpenAIChatCompletionClient (AutoGen)", Some(AzureOpenAi), Some(Python), false),
    row("azureopenaichatclient", "AzureOpenAIChatClient (Agent Framework)", Some(AzureOpenAi), Some(Python), false),
    row("azureopenairesponsesclient", "AzureOpenAIResponsesClient (Agent Framework)", Some(AzureOpenAi), Some(Python), false),
    row("azureopenaiservermodel", "AzureOpenAIServerModel (smolagents)", Some(AzureOpenAi), Some(Python), false),
    row("azureopenaichatgenerator", "AzureOpenAIChatGenerator (Haystack)", Some(AzureOpenAi), Some(Python), false),
    row("azureopenaigenerator", "AzureOpenAIGenerator (Haystack)", Some(AzureOpenAi), Some(Python), false),
    row("azureopenaiembedding", "AzureOpenAIEmbedding (LlamaIndex)", Some(AzureOpenAi), Some(Python), false),
    row("azureopenaichatmodel", "AzureOpenAiChatModel", Some(AzureOpenAi), Some(Java), false),
    row("azureopenaistreamingchatmodel", "AzureOpenAiStreamingChatModel (LangChain4j)", Some(AzureOpenAi), Some(Java), false),
    row("azureopenaiembeddingmodel", "AzureOpenAiEmbeddingModel", Some(AzureOpenAi), Some(Java), false),
    row("addazureopenaichatcompletion", "AddAzureOpenAIChatCompletion (Semantic Kernel)", Some(AzureOpenAi), Some(DotNet), false),
    row("azurechatcompletion", "AzureChatCompletion (Semantic Kernel)", Some(AzureOpenAi), Some(Python), false),
    row("azuretextembedding", "AzureTextEmbedding (Semantic Kernel)", Some(AzureOpenAi), Some(Python), false),
    row("openaiclientbuilder", "OpenAIClientBuilder (Java)", Some(AzureOpenAi), Some(Java), false),
    row("azopenai", "azopenai", Some(AzureOpenAi), Some(Go), false),
    row("defaultazureconfig", "go-openai with DefaultAzureConfig", Some(AzureOpenAi), Some(Go), false),
    row("azureconfig", "AzureConfig (async-openai)", Some(AzureOpenAi), Some(Rust), false),
    row("createazure", "createAzure (AI SDK)", Some(AzureOpenAi), Some(JavaScript), false),
    row("azurechatopenai", "AzureChatOpenAI (LangChain)", Some(AzureOpenAi), None, false),
    row("azureopenaiembeddings", "AzureOpenAIEmbeddings (LangChain)", Some(AzureOpenAi), None, false),
    row("azureopenaiclient", "AzureOpenAIClient (.NET)", Some(AzureOpenAi), Some(DotNet), false),
    row("azureopenai", "AzureOpenAI", Some(AzureOpenAi), None, false),
    row("azure.ai.openai", "Azure.AI.OpenAI", Some(AzureOpenAi), Some(DotNet), false),
    row("azure_openai", "azure_openai", Some(AzureOpenAi), None, false),
    row("@azure/openai", "@azure/openai", Some(AzureOpenAi), Some(JavaScript), false),
    row("azure-ai-openai", "azure-ai-openai", Some(AzureOpenAi), Some(Java), false),
    row("azure openai provider", "an Azure OpenAI provider", Some(AzureOpenAi), None, true),
    row("anthropicfoundry", "AnthropicFoundry", Some(Anthropic), None, false),
    row("claude-code", "Claude Code", Some(Anthropic), Some(JavaScript), true),
    row("claude code", "Claude Code", Some(Anthropic), Some(JavaScript), true),
    row("anthropic", "Anthropic", Some(Anthropic), None, false),
    row("azure-ai-inference", "azure-ai-inference", Some(Inference), Some(Python), false),
    row("azure.ai.inference", "Azure.AI.Inference", Some(Inference), None, false),
    row("@azure-rest/ai-inference", "@azure-rest/ai-inference", Some(Inference), Some(JavaScript), false),
    row("chatcompletionsclient", "ChatCompletionsClient", Some(Inference), None, false),
    row("chatcompletionsclientbuilder", "ChatCompletionsClientBuilder (Java)", Some(Inference), Some(Java), false),
    row("chatcompletionsasyncclient", "ChatCompletionsAsyncClient (Java)", Some(Inference), Some(Java), false),
    row("modelclient", "ModelClient (@azure-rest/ai-inference)", Some(Inference), Some(JavaScript), false),
    row("imageembeddingsclient", "ImageEmbeddingsClient", Some(Inference), None, false),
    row("embeddingsclient", "EmbeddingsClient", Some(Inference), None, false),
    row("langchain-azure-ai", "langchain-azure-ai", Some(Inference), Some(Python), false),
    row("azureaichatcompletionsmodel", "AzureAIChatCompletionsModel (LangChain)", Some(Inference), Some(Python), false),
    row("azureaiinferencechatcompletion", "AzureAIInferenceChatCompletion (Semantic Kernel)", Some(Inference), Some(Python), false),
    row("azure_ai", "LiteLLM azure_ai", Some(Inference), Some(Python), false),
    row("azure-ai-projects", "azure-ai-projects", Some(Project), Some(Python), false),
    row("azure.ai.projects", "Azure.AI.Projects", Some(Project), Some(DotNet), false),
    row("@azure/ai-projects", "@azure/ai-projects", Some(Project), Some(JavaScript), false),
    row("aiprojectclient", "AIProjectClient", Some(Project), None, false),
    row("azure.ai.agents", "Azure.AI.Agents", Some(Project), None, false),
    row("azure-ai-agents", "azure-ai-agents", Some(Project), Some(Python), false),
    row("agentsclient", "AgentsClient", Some(Project), None, false),
    row("persistentagentsclient", "PersistentAgentsClient", Some(Project), Some(DotNet), false),
    row("azureaiagentclient", "AzureAIAgentClient", Some(Project), None, false),
    row("agent-framework", "Agent Framework", Some(Project), None, false),
    row("agent framework", "Agent Framework", Some(Project), None, false),
    row("foundry agent", "a Foundry agent", Some(Project), None, true),
    row("foundry agents", "Foundry agents", Some(Project), None, true),
    row("hosted agent", "a hosted agent", Some(Project), None, true),
    row("hosted agents", "hosted agents", Some(Project), None, true),
    row("foundry vs code extension", "the Foundry extension for VS Code", Some(Project), Some(JavaScript), true),
    row("foundry extension", "the Foundry extension for VS Code", Some(Project), Some(JavaScript), true),
    row("asyncopenai", "AsyncOpenAI", Some(OpenAi), Some(Python), false),
    row("openaichatcompletionclient", "OpenAIChatCompletionClient (AutoGen)", Some(OpenAi), Some(Python), false),
    row("openaichatcompletion", "OpenAIChatCompletion (Semantic Kernel)", Some(OpenAi), None, false),
    row("openaichatmodel", "OpenAiChatModel", Some(OpenAi), Some(Java), false),
    row("openaichatgenerator", "OpenAIChatGenerator (Haystack)", Some(OpenAi), Some(Python), false),
    row("openaiservermodel", "OpenAIServerModel (smolagents)", Some(OpenAi), Some(Python), false),
    row("openaiembeddings", "OpenAIEmbeddings (LangChain)", Some(OpenAi), None, false),
    row("openaiembedding", "OpenAIEmbedding (LlamaIndex)", Some(OpenAi), Some(Python), false),
    row("openaiprovider", "OpenAIProvider (Pydantic AI)", Some(OpenAi), Some(Python), false),
    row("createopenaicompatible", "createOpenAICompatible (AI SDK)", Some(OpenAi), Some(JavaScript), false),
    row("createopenai", "createOpenAI (AI SDK)", Some(OpenAi), Some(JavaScript), false),
    row("@ai-sdk/openai-compatible", "@ai-sdk/openai-compatible", Some(OpenAi), Some(JavaScript), false),
    row("@ai-sdk/openai", "@ai-sdk/openai", Some(OpenAi), Some(JavaScript), false),
    row("new openai(", "OpenAI", Some(OpenAi), Some(JavaScript), false),
    row("openai({", "OpenAI", Some(OpenAi), Some(JavaScript), false),
    row("openai(api_key", "OpenAI", Some(OpenAi), Some(Python), false),
    row("openai(model", "OpenAI", Some(OpenAi), Some(Python), false),
    row("openai starter", "the OpenAI starter (Spring AI)", Some(OpenAi), Some(Java), false),
    row("openai api compatible", "an OpenAI-compatible client", Some(OpenAi), None, true),
    row("openai-api-compatible", "an OpenAI-compatible client", Some(OpenAi), None, true),
    row("provider custom", "an OpenAI-compatible client", Some(OpenAi), None, true),
    row("custom provider", "an OpenAI-compatible client", Some(OpenAi), None, true),
    row("custom openai", "an OpenAI-compatible client", Some(OpenAi), None, true),
    row("openai provider", "an OpenAI provider", Some(OpenAi), None, true),
    row("openai-api-base", "an OpenAI-compatible client", Some(OpenAi), None, true),
    row("chatopenai", "ChatOpenAI (LangChain)", Some(OpenAi), None, false),
    row("openai-compatible", "an OpenAI-compatible client", Some(OpenAi), None, true),
    row("openai compatible", "an OpenAI-compatible client", Some(OpenAi), None, true),
    row("openailike", "OpenAILike", Some(OpenAi), Some(Python), false),
    row("openai()", "OpenAI", Some(OpenAi), None, false),
    row("openai(base_url", "OpenAI", Some(OpenAi), Some(Python), false),
    row("plain openai", "OpenAI", Some(OpenAi), None, false),
    row("openai class", "OpenAI", Some(OpenAi), None, false),
    row("addopenaichatcompletion", "AddOpenAIChatCompletion (Semantic Kernel)", Some(OpenAi), Some(DotNet), false),
    row("async-openai", "async-openai", None, Some(Rust), false),
    row("go-openai", "go-openai", None, Some(Go), false),
    row("openaiokhttpclient", "openai-java", None, Some(Java), false),
    row("ruby-openai", "ruby-openai", None, None, false),
    row("openai-php", "openai-php", None, None, false),
    row("openai-go", "openai-go", None, Some(Go), false),
    row("openai-java", "openai-java", None, Some(Java), false),
    row("openai-dotnet", "OpenAI for .NET", None, Some(DotNet), false),
    row("openai .net", "OpenAI for .NET", None, Some(DotNet), false),
    row("openai-python", "openai for Python", None, Some(Python), false),
    row("openai.error", "openai for Python", None, Some(Python), false),
    row("openai python", "openai for Python", None, Some(Python), false),
    row("openai-node", "openai for Node", None, Some(JavaScript), false),
    row("@ai-sdk/azure", "@ai-sdk/azure", None, Some(JavaScript), false),
    row("ai sdk", "the AI SDK", None, Some(JavaScript), false),
    row("semantic-kernel", "Semantic Kernel", None, None, false),
    row("pydantic-ai", "Pydantic AI", None, Some(Python), false),
    row("pydantic ai", "Pydantic AI", None, Some(Python), false),
    row("dspy", "DSPy", None, Some(Python), false),
    row("instructor", "Instructor", None, Some(Python), false),
    row("pandas-ai", "PandasAI", None, Some(Python), false),
    row("smolagents", "smolagents", None, Some(Python), false),
    row("mem0", "mem0", None, Some(Python), false),
    row("guidance", "guidance", None, Some(Python), false),
    row("ragas", "Ragas", None, Some(Python), false),
    row("genaiscript", "GenAIScript", None, Some(JavaScript), false),
    row("mastra", "Mastra", None, Some(JavaScript), false),
    row("semantic kernel", "Semantic Kernel", None, None, false),
    row("langchain", "LangChain", None, None, false),
    row("langgraph", "LangGraph", None, None, false),
    row("llama-index", "LlamaIndex", None, Some(Python), false),
    row("llamaindex", "LlamaIndex", None, Some(Python), false),
    row("litellm", "LiteLLM", None, Some(Python), false),
    row("autogen", "AutoGen", None, Some(Python), false),
    row("crewai", "CrewAI", None, Some(Python), false),
    row("haystack", "Haystack", None, Some(Python), false),
    row("promptflow", "promptflow", None, Some(Python), false),
    row("kernel-memory", "Kernel Memory", None, Some(DotNet), false),
    row("spring ai", "Spring AI", None, Some(Java), false),
    row("langchain4j", "LangChain4j", None, Some(Java), false),
    row("azure/login", "the azure/login action", Some(SignIn), None, true),
    row("azd", "azd", Some(Management), Some(Shell), true),
    row("az cognitiveservices", "the Azure CLI", Some(Management), Some(Shell), true),
    row("azure cli", "the Azure CLI", Some(Management), Some(Shell), true),
    row("az powershell", "Az PowerShell", Some(Management), Some(Shell), true),
    row("new-azroleassignment", "Az PowerShell", Some(Management), Some(Shell), true),
    row("az role", "the Azure CLI", Some(Management), Some(Shell), true),
    row("terraform", "Terraform", Some(Management), None, true),
    row("bicep", "Bicep", Some(Management), None, true),
    row("azure-identity", "azure-identity", None, Some(Python), false),
    row("azure.identity", "Azure.Identity", None, None, false),
    row("@azure/identity", "@azure/identity", None, Some(JavaScript), false),
    row("curl", "curl", Some(Rest), Some(Shell), false),
    row("postman", "Postman", Some(Rest), None, false),
    row("rest", "REST", Some(Rest), None, false),
    row("httpclient", "HttpClient", Some(Rest), Some(DotNet), false),
    row("requests.post", "requests", Some(Rest), Some(Python), false),
    row("open webui", "Open WebUI", Some(OpenAi), None, true),
    row("open-webui", "Open WebUI", Some(OpenAi), None, true),
    row("cline", "Cline", None, None, true),
    row("roo code", "Roo Code", None, None, true),
    row("continue", "Continue", None, None, true),
    row("cursor", "Cursor", None, None, true),
    row("aider", "aider", None, None, true),
    row("codex", "Codex", None, None, true),
    row("opencode", "opencode", None, None, true),
    row("lobechat", "LobeChat", None, None, true),
    row("librechat", "LibreChat", None, None, true),
    row("chatbox", "Chatbox", None, None, true),
    row("dify", "Dify", None, None, true),
    row("n8n", "n8n", None, None, true),
    row("flowise", "Flowise", None, None, true),
    row("home assistant", "Home Assistant", None, None, true),
    row("anythingllm", "AnythingLLM", None, None, true),
    row("anything-llm", "AnythingLLM", None, None, true),
    row("chatgpt-next-web", "NextChat", None, None, true),
    row("nextchat", "NextChat", None, None, true),
    row("cherry studio", "Cherry Studio", None, None, true),
    row("typingmind", "TypingMind", None, None, true),
    row("chatwise", "ChatWise", None, None, true),
    row("obsidian", "an Obsidian plugin", None, None, true),
    row("raycast", "Raycast", None, None, true),
    row("big-agi", "big-AGI", None, None, true),
    row("langflow", "Langflow", None, None, true),
    row("jupyter-ai", "Jupyter AI", None, None, true),
    row("promptfoo", "promptfoo", None, None, true),
    row("metagpt", "MetaGPT", None, None, true),
    row("open interpreter", "Open Interpreter", None, None, true),
    row("gpt-researcher", "GPT Researcher", None, None, true),
    row("shell_gpt", "ShellGPT", None, None, true),
    row("sgpt", "ShellGPT", None, None, true),
    row("aichat", "aichat", None, None, true),
    row("zed", "Zed", None, None, true),
    row("goose", "goose", None, None, true),
    row("kilo code", "Kilo Code", None, None, true),
    row("vscode", "an extension for VS Code", None, None, true),
    row("vs code extension", "an extension for VS Code", None, None, true),
    row("power automate", "Power Automate", None, None, true),
    row("logic app", "Logic Apps", None, None, true),
    row("plugin", "a plugin", None, None, true),
    row("chatbot-ui", "chatbot-ui", None, None, true),
    row("claude desktop", "Claude Desktop", Some(Anthropic), None, true),
    row("openhands", "OpenHands", None, None, true),
    row("autogpt", "AutoGPT", None, None, true),
    row("gpt-engineer", "gpt-engineer", None, None, true),
    row("swe-agent", "SWE-agent", None, None, true),
    row("open-interpreter", "Open Interpreter", None, None, true),
    row("skyvern", "Skyvern", None, None, true),
    row("browser-use", "browser-use", None, None, true),
    row("one-api", "One API", None, None, true),
    row("new-api", "New API", None, None, true),
    row("lobehub", "LobeChat", None, None, true),
    row("deepchat", "DeepChat", None, None, true),
    row("chatgpt-web", "chatgpt-web", None, None, true),
    row("azurechat", "azurechat", None, None, true),
    row("chat-copilot", "chat-copilot", None, None, true),
    row("sample-app-aoai-chatgpt", "sample-app-aoai-chatGPT", None, None, true),
    row("mindsdb", "MindsDB", None, None, true),
    row("danswer", "Onyx", None, None, true),
    row("gitlens", "GitLens", None, None, true),
    row("proxyai", "ProxyAI", None, None, true),
    row("codegpt", "CodeGPT", None, None, true),
    row("paperless-ai", "paperless-ai", None, None, true),
    row("tabular editor", "Tabular Editor", None, None, true),
    row("kubectl-ai", "kubectl-ai", None, None, true),
    row("hermes-agent", "hermes-agent", None, None, true),
    row("openclaw", "OpenClaw", None, None, true),
    row("mentat", "mentat", None, None, true),
    row("zoo code", "Zoo Code", None, None, true),
    row("nlweb", "NLWeb", None, None, true),
    row("deeptutor", "DeepTutor", None, None, true),
    row("copilot", "Copilot", None, None, true),
];

/// Signs that mean something else where no line says that it names a client.
const LABELLED_ONLY: [&str; 7] = [
    "rest",
    "continue",
    "cursor",
    "aider",
    "codex",
    "cline",
    "anthropic",
];

/// All signs at once: most lines hold none, and logs have many lines.
static SIGNS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(TABLE.iter().map(|row| row.sign))
        .expect("a test compiles it")
});

/// Which clients a line names. A sign counts only as a word of its own, and `labelled` lines
/// (`client: …`) may use words such as `continue` or `rest` that mean something else elsewhere.
pub(crate) fn find(line: &str, labelled: bool) -> Vec<Client> {
    let mut places: Vec<(usize, Range<usize>)> = SIGNS
        .find_overlapping_iter(line)
        .filter(|found| on_its_own(line, &found.range()))
        .map(|found| (found.pattern().as_usize(), found.range()))
        .collect();
    places.sort_by_key(|(row, at)| (*row, at.start));
    let mut found: Vec<(usize, Range<usize>)> = Vec::new();
    for (row, at) in places {
        let known = found.last().is_some_and(|(last, _)| *last == row);
        let free =
            |(_, taken): &(usize, Range<usize>)| at.end <= taken.start || taken.end <= at.start;
        let said = labelled || !LABELLED_ONLY.contains(&TABLE[row].sign);
        if said && !known && found.iter().all(free) {
            found.push((row, at));
        }
    }
    found.sort_by_key(|(_, at)| at.start);
    let client = |(row, _): &(usize, _)| {
        let row = &TABLE[*row];
        Client {
            name: row.name,
            protocol: row.protocol,
            language: row.language,
            application: row.application,
        }
    };
    found.iter().map(client).collect()
}

/// The language that a line names beside a client.
pub(crate) fn language(line: &str) -> Option<Language> {
    let lower = line.to_ascii_lowercase();
    [
        ("python", Python),
        ("dotnet", DotNet),
        (".net", DotNet),
        ("c#", DotNet),
        ("node", JavaScript),
        ("javascript", JavaScript),
        ("typescript", JavaScript),
        ("golang", Go),
        ("java", Java),
        ("rust", Rust),
        ("powershell", Shell),
    ]
    .into_iter()
    .find(|(sign, _)| lower.contains(sign))
    .map(|(_, language)| language)
}

fn on_its_own(text: &str, at: &Range<usize>) -> bool {
    let before = text[..at.start].chars().next_back();
    let after = text[at.end..].chars().next();
    let joins = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !before.is_some_and(joins) && !after.is_some_and(|c| c.is_ascii_alphanumeric())
}
