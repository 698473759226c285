//! Obtaining a token: before any call to the service.

use super::clues;

clues! {
    BROKER_LACKS_AUDIENCE: "the shell's token broker has no tokens for this audience" [
        "audiencenotsupported",
        "not a supported msi token audience",
        "cloud shell|cloudshell .. token|msi|get_access_token",
        "cloudshell token",
        "get_access_token .. cloud_shell|cloudshell",
        "failed to connect to msi",
    ]
    CHAIN_FAILED: "no credential of the chain could produce a token" [
        "defaultazurecredential|chainedtokencredential|azuredeveloperclicredential failed to retrieve",
        "failed to retrieve a token from the included credentials",
        "attempted credentials",
        "credentialunavailable*",
        "credential unavailable",
        "authenticationrequirederror",
        "environmentcredential authentication unavailable",
        "@no .. credential* .. chain|found|available|configured|could",
        "could not .. acquire|obtain|get|retrieve|fetch .. token",
        "cannot|unable|failed|fails .. to .. acquire|obtain|get|retrieve|fetch .. token|credential*",
        "azure cli not found|installed",
        "please run az login",
        "az login .. required|needed|first|setup",
        "azureclicredential|azurepowershellcredential|visualstudiocredential|visualstudiocodecredential|sharedtokencachecredential|interactivebrowsercredential|azuredeveloperclicredential|workloadidentitycredential .. failed|unavailable|not|could",
        "workloadidentitycredential|environmentcredential no|missing",
        "multiple accounts .. found .. cache",
        "not logged|signed in",
        "@no .. az login|login|logged_in|signed_in",
        "interaction|interactive .. required|browser .. not|unavailable",
        "azure cli .. timed_out|timeout|not_found|not_on_path|not_in_path|not_installed",
        "environment variables are not fully configured",
        "no accounts .. found .. cache",
        "credentials .. missing|not_found|not_available",
        "failed to invoke .. azure cli|az|powershell",
        "token provider .. could not|failed|returned|did_not",
        "defaultazurecredential failed",
        "please run connect azaccount",
        "connect azaccount to set up",
        "failed|failure|error|unable getting|acquiring|fetching|obtaining|to_get|to_acquire|to_fetch|to_obtain .. token",
        "token acquisition|request|retrieval|exchange failed",
        "not .. get|acquire|obtain .. access_token",
    ]
    SEVERAL_CREDENTIALS: "a chain of credentials was tried" [
        "defaultazurecredential|chainedtokencredential|environmentcredential|azureclicredential|workloadidentitycredential",
        "attempted credentials",
        "included credentials",
    ]
    CLI_ABSENT: "the Azure CLI or its sign-in is not where the program runs" [
        "container|image|docker|devcontainer|wsl|pod|ci|pipeline|runner|host|server .. no|without|lacks|does_not|not .. az|azure_cli|cli|login",
        "azure cli|az .. @no|not .. installed|found|path|there|logged",
        "cli .. process .. timed|timeout",
        "az login .. on .. host|machine .. not .. container",
        "azure folder|directory .. @is .. not|mounted",
        "runs .. docker|container|devcontainer",
    ]
    IMDS_UNAVAILABLE: "the managed identity endpoint did not answer" [
        "imds",
        "error|failure .. fetching|getting the aad|access token",
        "identity azure net",
        "169 254 169 254",
        "managed identity .. endpoint .. not|unavailable|unreachable|timed|no",
        "no managed identity endpoint",
        "no response from the imds",
        "managedidentitycredential authentication unavailable",
        "identity endpoint|msi_endpoint .. not|missing|unset|unavailable",
        "managed identity .. not .. available|configured|enabled|found|assigned|supported",
        "identity not found",
        "msi .. not .. available|enabled|found",
        "managed identity .. unavailable",
        "no user assigned or delegated managed identity found",
        "managed identity response .. not",
        "managedidentitycredential .. failed|failure|error",
        "load the proper managed identity",
        "no msi credential available",
        "msi credential .. not|no|unavailable",
        "no .. msi .. available|endpoint|credential",
        "requested identity .. not .. assigned|found",
        "econnrefused 169",
        "managedidentitycredential .. econnrefused|timeout|timed_out|refused|unreachable",
        "connect|connection .. 169 254",
    ]
    NO_IDENTITY_ASSIGNED: "no managed identity is assigned" [
        "no|without|lacks|not|missing .. system assigned identity|managed",
        "no|without|lacks|missing .. managed identity|identities",
        "identity|msi .. @is .. off|disabled|not_enabled|not_assigned|removed|not_turned_on|none",
        "identity blade|tab|setting|status .. off",
        "managed identity .. never enabled|assigned",
        "@no identity .. assigned|attached|enabled|on",
        "identity .. not been .. switched_on|enabled|turned_on|assigned",
        "laptop|local|developer_machine|localhost .. managed identity|managedidentitycredential",
        "managedidentitycredential .. laptop|locally|local_machine|developer_machine|workstation",
    ]
    RESOURCE_ID_FORMED_BADLY: "a service reports that its own identity is missing" [
        "resource id is badly formed",
        "from wrong namespace",
    ]
    ONLY_USER_ASSIGNED: "only user-assigned identities exist, or several" [
        "only|one|has|single|two|several|multiple .. user assigned .. identity|identities|managed",
        "user assigned .. system .. off|disabled|not|no",
        "multiple user assigned identities exist",
        "multiple .. managed identities",
        "please specify the clientid",
        "specify .. client id|clientid|resource_id .. identity|token",
        "more than one .. identity|identities",
        "user assigned .. managed identity",
        "uami",
    ]
    CLIENT_ID_NOT_SET: "the identity's client id is not given" [
        "@no .. azure client id",
        "without .. client_id|clientid|managed_identity_client_id|managedidentityclientid",
        "azure client id .. @is .. unset|missing|empty|not_set|absent|not_defined",
        "client_id|clientid .. @no|not .. passed|set|given|specified|configured",
        "managed identity client id .. not|unset|missing|empty",
        "client id .. @is .. wrong|of_another|object_id|principal_id",
        "object|principal id .. instead .. client id",
        "built|created|constructed|called .. without .. client|identity .. id",
        "created|built|constructed|called .. without|no .. parameters|arguments|options",
        "azure client id .. holds|contains|is .. object|principal",
        "object id .. used|given|set .. client id",
        "object id .. as .. client id",
    ]
    SECRET_INVALID: "the client secret is not valid" [
        "invalid client secret",
        "client secret .. expired|invalid|wrong|rotated|incorrect",
        "secret id .. instead|not .. value",
        "invalid client .. secret",
        "secret keys .. expired",
        "client certificate .. expired|invalid|wrong",
        "certificate .. not_registered|thumbprint|assertion",
    ]
    APP_NOT_FOUND: "the directory does not know the application" [
        "application with identifier .. was not found",
        "application .. not found .. directory|tenant",
        "app registration .. other|another|different|deleted|not .. tenant|directory",
        "client id .. does not exist|unknown|wrong|typo",
        "service principal .. not .. exist*|found|created",
    ]
    NOT_PUBLIC_CLIENT: "the app registration is not a public client" [
        "client assertion or client secret",
        "client_assertion .. client_secret",
        "public client .. not|no|off|disabled|flows",
        "allow public client flows",
        "must contain the following parameter client assertion",
    ]
    TENANT_NOT_FOUND: "the tenant does not exist" [
        "tenant .. not found",
        "tenant .. does not exist",
        "invalid tenant",
        "specified tenant identifier .. is neither",
        "unable to get authority configuration",
        "endpoints resolution error",
        "tenant id .. typo|wrong|placeholder|invalid",
    ]
    CONSENT_MISSING: "consent has not been given" [
        "has not consented",
        "consent .. required|missing|not|needed|admin",
        "admin consent",
        "needs admin approval",
        "approval required",
        "user_impersonation .. not|missing|permission",
        "preauthorized|pre_authorized",
    ]
    FEDERATION: "a federated credential was used" [
        "federated .. identity|credential|credentials|token",
        "oidc",
        "workload identity",
        "id token|id_token .. github|actions|permission",
        "token actions githubusercontent",
        "service account .. annotat*|issuer|subject",
        "presented assertion",
        "azureadtokenexchange",
    ]
    FEDERATION_MISMATCH: "the federated credential does not match the presented assertion" [
        "no matching federated identity",
        "subject|issuer|audience .. @no|not .. match*",
        "subject .. @is .. other|different|wrong|environment|branch|ref|pull_request|tag",
        "subject|issuer|audience .. mismatch*|differs|trailing|wrong|case",
        "trailing slash .. issuer",
        "issuer .. trailing slash",
        "federated credential .. created .. for|with .. other|another|different|main|branch|environment|subject",
        "environment .. changed|renamed|added",
        "not .. within its valid time range",
        "assertion audience|issuer|subject",
    ]
    MFA_REQUIRED: "multi-factor sign-in or a Conditional Access policy stands in the way" [
        "multi factor|mfa|2fa",
        "conditional access",
        "must use multi factor",
        "device .. compliant|managed|registered|joined",
        "access has been blocked by",
        "sign in frequency",
        "risk|risky sign_in|user",
        "interaction required",
        "claims challenge",
        "continuous access evaluation",
        "tokenissuedbeforerevocationtimestamp",
    ]
    NOT_SUPPORTED_FLOW: "a password flow was tried for an account that cannot use it" [
        "username|user password .. flow|credential|ropc",
        "ropc",
        "federated user",
    ]
}
