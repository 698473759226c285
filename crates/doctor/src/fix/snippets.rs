//! What a program has to do otherwise, in every language that has an SDK.

use crate::evidence::client::Language::{self, DotNet, Go, Java, JavaScript, Python};

/// What a program has to do otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Concept {
    Entra,
    Scope,
    Tenant,
    Cloud,
    ClientId,
    BaseUrl,
    ApiVersion,
    Deployment,
    Responses,
    Stateless,
    Upgrade,
}

type Samples = &'static [(Language, &'static str)];

impl Concept {
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Entra => "Let the library fetch, send and renew the token",
            Self::Scope => "Name the right resource in the program",
            Self::Tenant => "Name the resource's tenant in the credential",
            Self::Cloud => "Sign in to the resource's cloud",
            Self::ClientId => "Name the identity in the credential",
            Self::BaseUrl => "Give the plain client the v1 base URL",
            Self::ApiVersion => "Set the api-version in the client",
            Self::Deployment => "Send the deployment's name where the client says model",
            Self::Responses => "Call the API that the model has",
            Self::Stateless => "Keep nothing at the service",
            Self::Upgrade => "Update the client",
        }
    }

    /// The change in each language that has an SDK.
    pub(crate) fn samples(self) -> Samples {
        match self {
            Self::Entra => &[
                (
                    Python,
                    "AzureOpenAI(azure_endpoint=\"https://<resource>.openai.azure.com\", api_version=\"2024-10-21\",\n    azure_ad_token_provider=get_bearer_token_provider(DefaultAzureCredential(), \"https://cognitiveservices.azure.com/.default\"))",
                ),
                (
                    JavaScript,
                    "new AzureOpenAI({ endpoint, apiVersion: \"2024-10-21\",\n  azureADTokenProvider: getBearerTokenProvider(new DefaultAzureCredential(), \"https://cognitiveservices.azure.com/.default\") })",
                ),
                (
                    DotNet,
                    "new AzureOpenAIClient(new Uri(\"https://<resource>.openai.azure.com\"), new DefaultAzureCredential())",
                ),
                (
                    Java,
                    "new OpenAIClientBuilder().endpoint(\"https://<resource>.openai.azure.com\")\n    .credential(new DefaultAzureCredentialBuilder().build()).buildClient()",
                ),
                (
                    Go,
                    "credential, err := azidentity.NewDefaultAzureCredential(nil)\nclient := openai.NewClient(azure.WithEndpoint(\"https://<resource>.openai.azure.com\", \"2024-10-21\"), azure.WithTokenCredential(credential))",
                ),
            ],
            Self::Scope => &[
                (
                    Python,
                    "get_bearer_token_provider(DefaultAzureCredential(), \"https://cognitiveservices.azure.com/.default\")",
                ),
                (
                    JavaScript,
                    "getBearerTokenProvider(new DefaultAzureCredential(), \"https://cognitiveservices.azure.com/.default\")",
                ),
                (
                    DotNet,
                    "new BearerTokenPolicy(new DefaultAzureCredential(), \"https://cognitiveservices.azure.com/.default\")",
                ),
                (
                    Java,
                    "AuthenticationUtil.getBearerTokenSupplier(\n    new DefaultAzureCredentialBuilder().build(), \"https://cognitiveservices.azure.com/.default\")",
                ),
                (
                    Go,
                    "credential.GetToken(ctx, policy.TokenRequestOptions{\n\tScopes: []string{\"https://cognitiveservices.azure.com/.default\"}})",
                ),
            ],
            Self::Tenant => &[
                (Python, "AzureCliCredential(tenant_id=\"<tenant>\")"),
                (
                    JavaScript,
                    "new DefaultAzureCredential({ tenantId: \"<tenant>\" })",
                ),
                (
                    DotNet,
                    "new DefaultAzureCredential(new DefaultAzureCredentialOptions { TenantId = \"<tenant>\" })",
                ),
                (
                    Java,
                    "new DefaultAzureCredentialBuilder().tenantId(\"<tenant>\").build()",
                ),
                (
                    Go,
                    "azidentity.NewDefaultAzureCredential(&azidentity.DefaultAzureCredentialOptions{TenantID: \"<tenant>\"})",
                ),
            ],
            Self::Cloud => &[
                (
                    Python,
                    "DefaultAzureCredential(authority=AzureAuthorityHosts.AZURE_GOVERNMENT)   # or AZURE_CHINA",
                ),
                (
                    JavaScript,
                    "new DefaultAzureCredential({ authorityHost: AzureAuthorityHosts.AzureGovernment })   // or AzureChina",
                ),
                (
                    DotNet,
                    "new DefaultAzureCredential(new DefaultAzureCredentialOptions { AuthorityHost = AzureAuthorityHosts.AzureGovernment })   // or AzureChina",
                ),
                (
                    Java,
                    "new DefaultAzureCredentialBuilder().authorityHost(AzureAuthorityHosts.AZURE_GOVERNMENT).build()   // or AZURE_CHINA",
                ),
                (
                    Go,
                    "azidentity.NewDefaultAzureCredential(&azidentity.DefaultAzureCredentialOptions{\n\tClientOptions: policy.ClientOptions{Cloud: cloud.AzureGovernment}})   // or AzureChina",
                ),
            ],
            Self::ClientId => &[
                (
                    Python,
                    "DefaultAzureCredential(managed_identity_client_id=\"<client-id>\")",
                ),
                (
                    JavaScript,
                    "new DefaultAzureCredential({ managedIdentityClientId: \"<client-id>\" })",
                ),
                (
                    DotNet,
                    "new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = \"<client-id>\" })",
                ),
                (
                    Java,
                    "new DefaultAzureCredentialBuilder().managedIdentityClientId(\"<client-id>\").build()",
                ),
                (
                    Go,
                    "azidentity.NewManagedIdentityCredential(&azidentity.ManagedIdentityCredentialOptions{\n\tID: azidentity.ClientID(\"<client-id>\")})",
                ),
            ],
            Self::BaseUrl => &[
                (
                    Python,
                    "OpenAI(base_url=\"https://<resource>.openai.azure.com/openai/v1/\", api_key=token_provider)",
                ),
                (
                    JavaScript,
                    "new OpenAI({ baseURL: \"https://<resource>.openai.azure.com/openai/v1/\", apiKey: tokenProvider })",
                ),
                (
                    DotNet,
                    "new OpenAIClientOptions { Endpoint = new Uri(\"https://<resource>.openai.azure.com/openai/v1/\") }",
                ),
                (
                    Java,
                    "OpenAIOkHttpClient.builder().baseUrl(\"https://<resource>.openai.azure.com/openai/v1/\")",
                ),
                (
                    Go,
                    "openai.NewClient(option.WithBaseURL(\"https://<resource>.openai.azure.com/openai/v1/\"))",
                ),
            ],
            Self::ApiVersion => &[
                (
                    Python,
                    "AzureOpenAI(api_version=\"2024-10-21\", …)   # or OPENAI_API_VERSION=2024-10-21",
                ),
                (
                    JavaScript,
                    "new AzureOpenAI({ apiVersion: \"2024-10-21\", … })",
                ),
                (
                    DotNet,
                    "new AzureOpenAIClientOptions(AzureOpenAIClientOptions.ServiceVersion.V2024_10_21)",
                ),
                (
                    Java,
                    "new OpenAIClientBuilder().serviceVersion(OpenAIServiceVersion.getLatest())",
                ),
                (Go, "azure.WithEndpoint(endpoint, \"2024-10-21\")"),
            ],
            Self::Deployment => &[
                (
                    Python,
                    "client.chat.completions.create(model=\"<deployment>\", messages=…)",
                ),
                (
                    JavaScript,
                    "client.chat.completions.create({ model: \"<deployment>\", messages })",
                ),
                (DotNet, "client.GetChatClient(\"<deployment>\")"),
                (Java, "client.getChatCompletions(\"<deployment>\", options)"),
                (
                    Go,
                    "client.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{Model: \"<deployment>\", Messages: messages})",
                ),
            ],
            Self::Responses => &[
                (
                    Python,
                    "client.responses.create(model=\"<deployment>\", input=…)",
                ),
                (
                    JavaScript,
                    "client.responses.create({ model: \"<deployment>\", input })",
                ),
                (
                    DotNet,
                    "client.GetOpenAIResponseClient(\"<deployment>\").CreateResponse(input)",
                ),
                (
                    Java,
                    "client.responses().create(ResponseCreateParams.builder().model(\"<deployment>\").input(input).build())",
                ),
                (
                    Go,
                    "client.Responses.New(ctx, responses.ResponseNewParams{Model: \"<deployment>\", Input: input})",
                ),
            ],
            Self::Stateless => &[
                (
                    Python,
                    "client.responses.create(model=…, input=<whole conversation>, store=False)",
                ),
                (
                    JavaScript,
                    "client.responses.create({ model, input: wholeConversation, store: false })",
                ),
                (
                    DotNet,
                    "new ResponseCreationOptions { StoredOutputEnabled = false }",
                ),
                (Java, "ResponseCreateParams.builder().store(false)"),
                (Go, "responses.ResponseNewParams{Store: openai.Bool(false)}"),
            ],
            Self::Upgrade => &[
                (Python, "pip install --upgrade openai azure-identity"),
                (
                    JavaScript,
                    "npm install openai@latest @azure/identity@latest",
                ),
                (
                    DotNet,
                    "dotnet add package Azure.AI.OpenAI --prerelease\ndotnet add package Azure.Identity",
                ),
                (
                    Java,
                    "mvn versions:use-latest-releases -Dincludes=com.azure:azure-identity,com.openai:openai-java",
                ),
                (
                    Go,
                    "go get -u github.com/Azure/azure-sdk-for-go/sdk/azidentity",
                ),
            ],
        }
    }
}
