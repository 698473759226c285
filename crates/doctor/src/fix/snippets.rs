//! What is put into a program or a declaration. Names in capitals are filled in.

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

pub(super) const ACCOUNT: &str =
    "resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' = {
  name: 'ACCOUNT'
  location: '<region>'
  kind: 'AIServices'
  sku: { name: 'S0' }
  properties: {
    PROPERTIES
  }
}";

pub(super) const RULES: &str = "publicNetworkAccess: 'Enabled'
    networkAcls: {
      defaultAction: 'Deny'
      ipRules: [{ value: '<caller-address>' }]
    }";

pub(super) const GRANT: &str =
    "resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' existing = {
  name: 'ACCOUNT'
}
resource grant 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account
  name: guid(account.id, 'PRINCIPAL', 'ROLE_ID')
  properties: {
    principalId: 'PRINCIPAL'
    principalType: '<User|Group|ServicePrincipal>'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'ROLE_ID')
  }
}";

pub(super) const GRANT_TERRAFORM: &str = "resource \"azurerm_role_assignment\" \"caller\" {
  scope                = \"SCOPE\"
  role_definition_name = \"ROLE\"
  principal_id         = \"PRINCIPAL\"
}";

pub(super) const CUSTOM_ROLE: &str =
    "resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, '<role>')
  properties: {
    roleName: '<role>'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [{ dataActions: ['DATA_ACTION'] }]
  }
}";

pub(super) const ACTIVATION: &str = "resource activation 'Microsoft.Authorization/roleAssignmentScheduleRequests@2022-04-01-preview' = {
  name: guid(resourceGroup().id, 'PRINCIPAL', '<role-id>')
  properties: {
    requestType: 'SelfActivate'
    principalId: 'PRINCIPAL'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '<role-id>')
    scheduleInfo: { expiration: { type: 'AfterDuration', duration: 'PT8H' } }
  }
}";

pub(super) const NO_DENIAL: &str =
    "# Deployment stacks deny by their settings: az stack group create … --deny-settings-mode none
# with the same template. Deny assignments of managed applications belong to their publisher.";

pub(super) const IDENTITY: &str = "resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: '<app>'
  location: '<region>'
  identity: { type: 'SystemAssigned' }
}";

pub(super) const PRIVATE_ENDPOINT: &str =
    "resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' existing = {
  name: 'ACCOUNT'
}
resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: 'ACCOUNT-pe'
  location: '<region>'
  properties: {
    subnet: { id: '<subnet-id>' }
    privateLinkServiceConnections: [
      { name: 'ACCOUNT', properties: { privateLinkServiceId: account.id, groupIds: ['account'] } }
    ]
  }
}";

pub(super) const PRIVATE_ZONE: &str =
    "resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: 'privatelink.openai.azure.com'
  location: 'global'
}
resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = {
  parent: zone
  name: 'link'
  location: 'global'
  properties: { registrationEnabled: false, virtualNetwork: { id: '<vnet-id>' } }
}";

pub(super) const KEY: &str =
    "resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' existing = {
  name: 'ACCOUNT'
}
resource setting 'Microsoft.Web/sites/config@2024-04-01' = {
  name: '<app>/appsettings'
  properties: { AZURE_OPENAI_API_KEY: account.listKeys().key1 }
}";

pub(super) const DEPLOYMENT: &str =
    "resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' existing = {
  name: 'ACCOUNT'
}
resource deployment 'Microsoft.CognitiveServices/accounts/deployments@2025-06-01' = {
  parent: account
  name: 'DEPLOYMENT'
  sku: { name: 'GlobalStandard', capacity: 10 }
  properties: { model: { format: 'OpenAI', name: 'MODEL', version: '<version>' } }
}";

pub(super) const CAPABILITY_HOST: &str =
    "resource host 'Microsoft.CognitiveServices/accounts/projects/capabilityHosts@2025-06-01' = {
  name: 'ACCOUNT/<project>/default'
  properties: {
    capabilityHostKind: 'Agents'
    storageConnections: ['<storage>']
    threadStorageConnections: ['<cosmos-db>']
    vectorStoreConnections: ['<search>']
  }
}";

pub(super) const GROUP_MEMBER: &str = "resource \"azuread_group_member\" \"caller\" {
  group_object_id  = \"<group>\"
  member_object_id = \"PRINCIPAL\"
}";

pub(super) const SERVICE_PRINCIPAL: &str = "resource \"azuread_service_principal\" \"app\" {
  client_id = \"<client-id>\"
}";

pub(super) const PUBLIC_CLIENT: &str = "resource \"azuread_application\" \"app\" {
  display_name                   = \"<name>\"
  fallback_public_client_enabled = true
}";

pub(super) const CONSENT: &str =
    "resource \"azuread_service_principal_delegated_permission_grant\" \"consent\" {
  service_principal_object_id          = \"<object-id-of-the-application>\"
  resource_service_principal_object_id = \"<object-id-of-cognitive-services>\"
  claim_values                         = [\"user_impersonation\"]
}";

pub(super) const FEDERATION: &str =
    "resource \"azuread_application_federated_identity_credential\" \"workload\" {
  application_id = \"/applications/<object-id>\"
  display_name   = \"<name>\"
  audiences      = [\"api://AzureADTokenExchange\"]
  issuer         = \"<issuer>\"
  subject        = \"<subject>\"
}";

pub(super) const PASSWORD: &str = "resource \"azuread_application_password\" \"secret\" {
  application_id = \"/applications/<object-id>\"
}";
