//! The table: one entry per shape. Bodies whose length was recorded on the wire are held to it by a
//! test.
//!
//! An entry reads: variant and its values, id, service, status and reason phrase, envelope, code,
//! message, and the phrases that give it away. Where two entries share a phrase, the more specific
//! one stands first. Shapes of other self-hosted servers are left out: their codes
//! (`invalid_api_key`, `missing_credentials`) are everybody's and would recognise too much.

use super::{Description, Envelope, Service};

macro_rules! catalogue {
    ($(
        $(#[$doc:meta])*
        $name:ident $({ $($field:ident : $type:ty),+ })?,
        $id:literal, $service:ident, $status:literal $reason:literal, $envelope:ident,
        $code:literal, $message:literal, [$($sign:literal),+ $(,)?];
    )+) => {
        /// A refusal with its values: what the endpoint renders and the doctor recognises.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Refusal {
            $(
                $(#[$doc])*
                #[allow(missing_docs, reason = "a value's name is its meaning: see the message")]
                $name $({ $($field: $type),+ })?,
            )+
        }

        /// A refusal without its values.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Shape {
            $( $(#[$doc])* $name, )+
        }

        impl Shape {
            /// Every shape, the more specific before the more general.
            pub const ALL: &'static [Shape] = &[$(Shape::$name),+];

            /// The catalogue's row.
            pub fn describe(self) -> &'static Description {
                match self {
                    $(Shape::$name => {
                        static ROW: Description = Description {
                            id: $id,
                            service: Service::$service,
                            status: $status,
                            reason: $reason,
                            envelope: Envelope::$envelope,
                            code: $code,
                            message: $message,
                            signs: &[$($sign),+],
                        };
                        &ROW
                    })+
                }
            }

            /// The stable name, for example `rbac_detailed`.
            pub fn id(self) -> &'static str {
                self.describe().id
            }
        }

        impl Refusal {
            /// The shape without its values.
            pub fn shape(&self) -> Shape {
                match self {
                    $(Refusal::$name { .. } => Shape::$name),+
                }
            }

            /// The values by name, as text.
            pub fn values(&self) -> Vec<(&'static str, String)> {
                match self {
                    $(Refusal::$name $({ $($field),+ })? => {
                        vec![$($((stringify!($field), $field.to_string())),+)?]
                    })+
                }
            }
        }
    };
}

catalogue! {
    // Authorisation on the data plane. All of these are 401: the services do not answer 403 here.

    /// A project route misses a data action; its text ends in a link.
    PrincipalLacksProjectDataAction { principal: String, data_action: String, method: String, template: String },
    "rbac_detailed_project", Inference, 401 "PermissionDenied", Error, "PermissionDenied",
    "The principal `{principal}` lacks the required data action `{data_action}` to perform `{method} {template}` operation. For instructions on granting the necessary permissions, see https://aka.ms/FoundryPermissions.",
    ["lacks the required data action"];

    /// No role of the caller has the data action; the newer text, which names everything.
    PrincipalLacksDataAction { principal: String, data_action: String, method: String, template: String },
    "rbac_detailed", Inference, 401 "PermissionDenied", Error, "PermissionDenied",
    "The principal `{principal}` lacks the required data action `{data_action}` to perform `{method} {template}` operation.",
    ["lacks the required data action", "lacks required data action"];

    /// The same cause in the older text, which names nothing.
    PrincipalLacksAccess,
    "rbac_generic", Inference, 401 "PermissionDenied", Error, "PermissionDenied",
    "Principal does not have access to API/Operation.",
    ["does not have access to api/operation"];

    // Tokens and keys.

    /// The token is malformed, expired, of a wrong issuer or for another audience: one text for all.
    TokenRejected { audience: String },
    "token_rejected_cogsvc", Front, 401 "Unauthorized", Flat, "401",
    "Unauthorized. Access token is missing, invalid, audience is incorrect ({audience}), or have expired.",
    ["access token is missing, invalid, audience is incorrect", "token is missing, invalid, audience"];

    /// The token is good and of another tenant than the resource.
    TenantMismatch { token_tenant: String },
    "tenant_mismatch", Inference, 400 "Bad Request", Error, "Tenant provided in token does not match resource token",
    "Token tenant {token_tenant} does not match resource tenant.",
    ["does not match resource tenant", "tenant provided in token does not match"];

    /// The key is not this resource's.
    KeyInvalid,
    "key_invalid", Inference, 401 "PermissionDenied", Error, "401",
    "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.",
    ["invalid subscription key or wrong api endpoint", "due to invalid subscription key"];

    /// No credential at all.
    KeyMissing,
    "key_missing", Front, 401 "Access Denied", Flat, "401",
    "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.",
    ["missing subscription key", "missing application credentials or subscription key"];

    /// A key was sent to an account whose keys are off.
    KeysDisabled,
    "local_auth_disabled", Inference, 403 "Forbidden", ErrorSpaced, "AuthenticationTypeDisabled",
    "Key based authentication is disabled for this resource.",
    ["key based authentication is disabled", "key-based authentication is disabled"];

    /// The keys of an account whose keys are off cannot be listed either.
    KeyListingDisabled,
    "arm_keys_disabled", ResourceManager, 400 "Bad Request", Error, "BadRequest",
    "Failed to list key. disableLocalAuth is set to be true",
    ["failed to list key. disablelocalauth", "disablelocalauth is set to be true"];

    // Network and names.

    /// The network rules do not admit the caller's address.
    NetworkDenied,
    "vnet_denied", NetworkPolicy, 403 "Forbidden", ErrorSpaced, "403",
    "Access denied due to Virtual Network/Firewall rules.",
    ["access denied due to virtual network/firewall rules", "virtual network/firewall rules"];

    /// The account answers through private endpoints only.
    PublicAccessDisabled,
    "public_access_disabled", Inference, 403 "Forbidden", ErrorSpaced, "403",
    "Public access is disabled. Please configure private endpoint.",
    ["public access is disabled. please configure private endpoint", "public access is disabled"];

    /// A regional endpoint was used for an account with network rules.
    VirtualNetworkEndpoint,
    "vnet_wrong_endpoint", Inference, 403 "Forbidden", Error, "403",
    "A Virtual Network is configured for this resource. Please use the correct endpoint for making requests. Check https://aka.ms/cogsvc-vnet for more details.",
    ["virtual network is configured for this resource"];

    /// A token cannot be used without the account's own name.
    CustomSubdomainRequired,
    "custom_subdomain_required", Inference, 400 "Bad Request", Error, "BadRequest",
    "Please provide a custom subdomain for token authentication, otherwise API key is required.",
    ["provide a custom subdomain for token authentication", "custom subdomain for token authentication"];

    // Routes, versions, deployments.

    /// The path is not known, or its `api-version` is missing or unknown.
    RouteNotFound,
    "resource_not_found_route", Inference, 404 "Resource Not Found", ErrorSpaced, "404",
    "Resource not found",
    ["resource not found"];

    /// A v1 body names a deployment that does not exist.
    DeploymentNotFoundV1,
    "deployment_not_found_v1", Inference, 404 "Not Found", OpenAi, "DeploymentNotFound",
    "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.",
    ["the api deployment for this resource does not exist"];

    /// The path names a deployment that does not exist.
    DeploymentNotFound,
    "deployment_not_found", Inference, 404 "Not Found", ErrorSpaced, "DeploymentNotFound",
    "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.",
    ["api deployment for this resource does not exist", "deployment for this resource does not exist"];

    /// The model is there and does not speak this API family.
    ApiNotSupported,
    "api_not_supported", Inference, 404 "Not Found", Details, "api_not_supported",
    "Requested API is currently not supported",
    ["requested api is currently not supported"];

    /// A `/models` call without a model.
    NoModelName,
    "no_model_name", Inference, 400 "Bad Request", Details, "no_model_name",
    "No model specified in request. Please provide a model name in the request body or as a x-ms-model-mesh-model-name header.",
    ["no model specified in request"];

    /// The `/models` router does not know the name.
    UnknownModel { model: String },
    "unknown_model", ModelRouter, 404 "Not Found", DetailsLine, "unknown_model",
    "Unknown model: {model}",
    ["unknown model:"];

    /// The deployment's model cannot do this operation.
    OperationNotSupported { operation: String, model: String },
    "operation_not_supported", Inference, 400 "Bad Request", Error, "OperationNotSupported",
    "The {operation} operation does not work with the specified model, {model}. Please choose different model and try again. You can learn more about which models can be used with each operation here: https://go.microsoft.com/fwlink/?linkid=2197993.",
    ["operation does not work with the specified model"];

    /// The model only has chat completions.
    ResponsesModelUnsupported,
    "responses_model_unsupported", Inference, 400 "Bad Request", OpenAi, "BadRequest",
    "This model is not supported by the Responses API",
    ["model is not supported by the responses api"];

    /// The route exists in later versions only.
    ResponsesApiVersion,
    "responses_api_version", Inference, 400 "Bad Request", Error, "BadRequest",
    "Azure OpenAI Responses API is enabled only for api-version 2025-03-01-preview and later",
    ["responses api is enabled only for api-version"];

    /// The model wants a later version. The service has been seen to print `{modelName}` itself.
    ModelApiVersion { model: String, version: String },
    "model_api_version", Inference, 400 "Bad Request", Error, "BadRequest",
    "Model {model} is enabled only for api versions {version} and later",
    ["is enabled only for api versions"];

    /// The version is known elsewhere and not accepted here.
    ApiVersionNotSupported,
    "api_version_not_supported", Inference, 400 "Bad Request", Error, "BadRequest",
    "API version not supported",
    ["api version not supported"];

    // Limits.

    /// Tokens per minute are used up.
    TokenRateLimit { api_version: String, seconds: u32 },
    "rate_limit_tokens", Inference, 429 "Too Many Requests", Error, "429",
    "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version {api_version} have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after {seconds} seconds. Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit.",
    ["have exceeded token rate limit", "exceeded call rate limit of your current"];

    /// Requests per minute are used up.
    RequestRateLimit { seconds: u32 },
    "rate_limit_requests", Inference, 429 "Too Many Requests", ErrorSpaced, "429",
    "Rate limit is exceeded. Try again in {seconds} seconds.",
    ["rate limit is exceeded"];

    /// More than ten custom headers.
    TooManyHeaders,
    "headers_too_many", Inference, 431 "Request Header Fields Too Large", Empty, "431",
    "Request Header Fields Too Large",
    ["request header fields too large"];

    // Azure Resource Manager.

    /// Role assignments may not be written, or only those that a condition allows.
    RoleAssignmentNotAuthorised { client: String, object_id: String, action: String, scope: String },
    "arm_role_assignment_forbidden", ResourceManager, 403 "Forbidden", Error, "AuthorizationFailed",
    "The client '{client}' with object id '{object_id}' does not have authorization or an ABAC condition not fulfilled to perform action '{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.",
    ["does not have authorization or an abac condition not fulfilled to perform action"];

    /// A management action is not granted at the scope.
    ActionNotAuthorised { client: String, object_id: String, action: String, scope: String },
    "arm_authorization_failed", ResourceManager, 403 "Forbidden", Error, "AuthorizationFailed",
    "The client '{client}' with object id '{object_id}' does not have authorization to perform action '{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.",
    ["does not have authorization to perform action"];

    /// A deny assignment wins over every role.
    DeniedByAssignment { client: String, object_id: String, action: String, scope: String, deny_assignment: String, deny_id: String, deny_scope: String },
    "arm_deny_assignment", ResourceManager, 403 "Forbidden", Error, "DenyAssignmentAuthorizationFailed",
    "The client '{client}' with object id '{object_id}' has permission to perform action '{action}' on scope '{scope}'; however, the access is denied because of the deny assignment with name '{deny_assignment}' and Id '{deny_id}' at scope '{deny_scope}'.",
    ["access is denied because of the deny assignment", "denyassignmentauthorizationfailed"];

    /// The token is of another tenant than the subscription.
    TokenOfOtherTenant { tenant: String },
    "arm_token_tenant", ResourceManager, 401 "Unauthorized", Error, "InvalidAuthenticationTokenTenant",
    "The access token is from the wrong issuer. It must match the tenant 'https://sts.windows.net/{tenant}/' associated with this subscription.",
    ["invalidauthenticationtokentenant", "access token is from the wrong issuer"];

    /// The token is past its time.
    ManagementTokenExpired { expiry: String, now: String },
    "arm_token_expired", ResourceManager, 401 "Unauthorized", Error, "ExpiredAuthenticationToken",
    "The access token expiry UTC time '{expiry}' is earlier than current UTC time '{now}'.",
    ["expiredauthenticationtoken", "is earlier than current utc time"];

    /// The token is for another resource.
    ManagementTokenAudience { found: String, accepted: String },
    "arm_token_audience", ResourceManager, 401 "Unauthorized", Error, "InvalidAuthenticationTokenAudience",
    "The access token has been obtained for wrong audience or resource '{found}'. It should exactly match with one of the allowed audiences {accepted}.",
    ["access token has been obtained for wrong audience or resource", "invalidauthenticationtokenaudience"];

    /// The token cannot be read.
    ManagementTokenInvalid,
    "arm_token_invalid", ResourceManager, 401 "Unauthorized", Error, "InvalidAuthenticationToken",
    "The access token is invalid.",
    ["(invalidauthenticationtoken)", "code: invalidauthenticationtoken,", "code:invalidauthenticationtoken,"];

    /// No `Authorization` header.
    ManagementTokenMissing,
    "arm_no_token", ResourceManager, 401 "Unauthorized", Error, "AuthenticationFailed",
    "Authentication failed. The 'Authorization' header is missing.",
    ["the authorization header is missing"];

    /// The same principal has the same role at the same scope already.
    RoleAssignmentExists { assignment: String },
    "arm_role_assignment_exists", ResourceManager, 409 "Conflict", Error, "RoleAssignmentExists",
    "The role assignment already exists. The ID of the existing role assignment is {assignment}.",
    ["the role assignment already exists", "roleassignmentexists"];

    /// The directory does not know the principal, or not yet.
    PrincipalNotFound { principal: String, tenant: String },
    "arm_principal_not_found", ResourceManager, 400 "Bad Request", Error, "PrincipalNotFound",
    "Principal {principal} does not exist in the directory {tenant}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype",
    ["does not exist in the directory", "principalnotfound"];

    /// The subscription holds as many role assignments as it may.
    RoleAssignmentLimit,
    "arm_role_assignment_limit", ResourceManager, 400 "Bad Request", Error, "RoleAssignmentLimitExceeded",
    "No more role assignments can be created",
    ["no more role assignments can be created", "roleassignmentlimitexceeded"];

    /// An assignment's principal, role and scope are fixed once it exists.
    RoleAssignmentUpdate,
    "arm_role_assignment_update", ResourceManager, 400 "Bad Request", Error, "RoleAssignmentUpdateNotPermitted",
    "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
    ["principal id, and scope are not allowed to be updated", "roleassignmentupdatenotpermitted"];

    /// A custom role names a data action that no provider has.
    CustomRoleUnknownAction { action: String },
    "arm_custom_role_bad_action", ResourceManager, 400 "Bad Request", Error, "InvalidDataActionOrNotDataAction",
    "'{action}' does not match any of the actions supported by the providers.",
    ["does not match any of the actions supported by the providers", "invaliddataactionornotdataaction"];

    /// Data actions and management groups do not go together in a custom role.
    CustomRoleManagementGroup,
    "arm_custom_role_mg", ResourceManager, 400 "Bad Request", Error, "InvalidRoleDefinition",
    "You cannot add data action permissions when you have a management group as an assignable scope",
    ["cannot add data action permissions when you have a management group"];

    /// The custom role is still assigned.
    RoleDefinitionInUse,
    "arm_role_def_in_use", ResourceManager, 400 "Bad Request", Error, "RoleDefinitionHasAssignments",
    "There are existing role assignments referencing role",
    ["there are existing role assignments referencing role", "roledefinitionhasassignments"];

    /// Every management call names its version.
    ManagementApiVersionMissing,
    "arm_missing_api_version", ResourceManager, 400 "Bad Request", Error, "MissingApiVersionParameter",
    "The api-version query parameter (?api-version=) is required for all requests.",
    ["api-version query parameter (?api-version=) is required", "missingapiversionparameter"];

    // Entra.

    /// The token endpoint refuses; `code` is the AADSTS number, `detail` the sentence after it.
    SignInRefused { error: String, code: u32, detail: String, trace_id: String, correlation_id: String, timestamp: String },
    "aadsts", SignIn, 400 "Bad Request", SignIn, "{error}",
    "AADSTS{code}: {detail}\r\nTrace ID: {trace_id}\r\nCorrelation ID: {correlation_id}\r\nTimestamp: {timestamp}",
    ["aadsts"];
}
