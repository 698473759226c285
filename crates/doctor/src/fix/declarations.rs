//! What is declared in Bicep or Terraform. Names in capitals are filled in.

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
    "// Deployment stacks deny by their settings: az stack group create … --deny-settings-mode none
// with the same template. Deny assignments of managed applications belong to their publisher.";

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
