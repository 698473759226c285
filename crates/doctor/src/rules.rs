//! All rules. `cargo xtask new-rule` writes a file and adds its two lines here.

mod api_key_invalid;
mod api_key_wrong_resource;
mod api_version_missing;
mod api_version_unsupported;
mod capability_host_missing;
mod control_plane_permission_missing;
mod credential_app_not_found;
mod credential_app_not_public_client;
mod credential_consent_missing;
mod credential_federation_mismatch;
mod credential_mfa_or_conditional_access;
mod credential_secret_invalid;
mod credential_tenant_not_found;
mod credential_unavailable;
mod custom_subdomain_missing;
mod deny_assignment;
mod deployment_just_created;
mod deployment_name_vs_model_name;
mod deployment_not_found;
mod dns_not_resolving;
mod endpoint_malformed;
mod endpoint_resource_not_found;
mod endpoint_wrong_for_sdk;
mod firewall_rules;
mod group_membership_stale;
mod key_sent_instead_of_token;
mod local_auth_disabled;
mod managed_identity_client_id_missing;
mod managed_identity_unavailable;
mod model_not_deployed_or_unknown;
mod network_path_unstable;
mod operation_not_supported_by_model;
mod private_dns;
mod public_network_disabled;
mod quota_or_rate_limit;
mod region_not_supported;
mod role_assignment_write_missing;
mod role_control_plane_only;
mod role_data_action_missing;
mod role_missing;
mod role_openai_only;
mod role_pim_not_activated;
mod role_propagation;
mod role_wrong_scope;
mod sdk_misconfigured;
mod sdk_version_bug;
mod sdk_wrong_class;
mod service_outage_or_bug;
mod stateful_item_wrong_resource;
mod subscription_disabled;
mod tls_or_proxy;
mod token_expired;
mod token_is_api_key;
mod token_malformed;
mod token_missing;
mod token_wrong_audience;
mod token_wrong_cloud;
mod token_wrong_header;
mod token_wrong_tenant;
mod wrong_identity;

use crate::rule::Rule;

/// Names every rule once: its variant and its file.
macro_rules! rules {
    ($( $name:ident = $file:ident, )+) => {
        /// A cause that the doctor knows. Its label is [`RuleId::as_str`], its page [`Rule::doc`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "the variant is the label; the rule's page says what it means")]
        pub enum RuleId {
            $( $name, )+
        }

        impl RuleId {
            /// Every cause, by family and code.
            pub const ALL: &'static [RuleId] = &[$(RuleId::$name),+];

            /// The rule: its page, its code, its cases.
            pub fn rule(self) -> &'static Rule {
                match self {
                    $( RuleId::$name => &$file::RULE, )+
                }
            }
        }
    };
}

rules! {
    TokenMissing = token_missing,
    TokenWrongHeader = token_wrong_header,
    TokenWrongAudience = token_wrong_audience,
    TokenMalformed = token_malformed,
    TokenExpired = token_expired,
    TokenWrongTenant = token_wrong_tenant,
    TokenWrongCloud = token_wrong_cloud,
    TokenIsApiKey = token_is_api_key,
    KeySentInsteadOfToken = key_sent_instead_of_token,
    ApiKeyInvalid = api_key_invalid,
    ApiKeyWrongResource = api_key_wrong_resource,
    LocalAuthDisabled = local_auth_disabled,
    CredentialUnavailable = credential_unavailable,
    CredentialSecretInvalid = credential_secret_invalid,
    CredentialAppNotFound = credential_app_not_found,
    CredentialAppNotPublicClient = credential_app_not_public_client,
    CredentialTenantNotFound = credential_tenant_not_found,
    CredentialConsentMissing = credential_consent_missing,
    CredentialFederationMismatch = credential_federation_mismatch,
    CredentialMfaOrConditionalAccess = credential_mfa_or_conditional_access,
    ManagedIdentityUnavailable = managed_identity_unavailable,
    ManagedIdentityClientIdMissing = managed_identity_client_id_missing,
    WrongIdentity = wrong_identity,
    RoleMissing = role_missing,
    RoleControlPlaneOnly = role_control_plane_only,
    RoleOpenaiOnly = role_openai_only,
    RoleDataActionMissing = role_data_action_missing,
    RoleWrongScope = role_wrong_scope,
    RolePropagation = role_propagation,
    GroupMembershipStale = group_membership_stale,
    RolePimNotActivated = role_pim_not_activated,
    DenyAssignment = deny_assignment,
    ControlPlanePermissionMissing = control_plane_permission_missing,
    RoleAssignmentWriteMissing = role_assignment_write_missing,
    PublicNetworkDisabled = public_network_disabled,
    FirewallRules = firewall_rules,
    PrivateDns = private_dns,
    DnsNotResolving = dns_not_resolving,
    TlsOrProxy = tls_or_proxy,
    NetworkPathUnstable = network_path_unstable,
    EndpointWrongForSdk = endpoint_wrong_for_sdk,
    EndpointMalformed = endpoint_malformed,
    EndpointResourceNotFound = endpoint_resource_not_found,
    CustomSubdomainMissing = custom_subdomain_missing,
    ApiVersionMissing = api_version_missing,
    ApiVersionUnsupported = api_version_unsupported,
    DeploymentNotFound = deployment_not_found,
    DeploymentNameVsModelName = deployment_name_vs_model_name,
    DeploymentJustCreated = deployment_just_created,
    ModelNotDeployedOrUnknown = model_not_deployed_or_unknown,
    OperationNotSupportedByModel = operation_not_supported_by_model,
    RegionNotSupported = region_not_supported,
    CapabilityHostMissing = capability_host_missing,
    StatefulItemWrongResource = stateful_item_wrong_resource,
    SdkVersionBug = sdk_version_bug,
    SdkWrongClass = sdk_wrong_class,
    SdkMisconfigured = sdk_misconfigured,
    QuotaOrRateLimit = quota_or_rate_limit,
    SubscriptionDisabled = subscription_disabled,
    ServiceOutageOrBug = service_outage_or_bug,
}

#[cfg(test)]
mod tests;
