//! What can be wrong with a call that is permitted, with ARM's codes and words.

use super::provisioning::ProvisioningFault;
use http::StatusCode;
use wire::arm::PathError;
use wire::refusals::Refusal;

/// Why a permitted call is not done.
#[derive(Debug)]
pub(crate) enum Fault {
    /// A refusal that the catalogue has.
    Known(Box<Refusal>),
    /// The path is none.
    Path(PathError),
    /// No route has this path.
    RouteUnknown,
    /// The route has no such method.
    MethodNotAllowed,
    /// The body is not what the route takes.
    BodyMalformed(String),
    /// The body is larger than this.
    BodyTooLarge(usize),
    /// The body came too slowly or broke off.
    BodyIncomplete,
    /// Too many bodies are held already.
    Busy,
    /// A `$filter` that is not understood.
    Filter(String),
    /// No such subscription.
    SubscriptionUnknown(String),
    /// No such resource group.
    GroupUnknown(String),
    /// No such management group.
    ManagementGroupUnknown(String),
    /// No such resource: its type and name, and the resource group.
    ResourceUnknown {
        /// `Microsoft.CognitiveServices/accounts/contoso`
        resource: String,
        /// The resource group's name.
        group: String,
    },
    /// The account takes no keys, so it shows none.
    KeysDisabled,
    /// A resource that cannot be made, changed or deleted like that.
    Provisioning(ProvisioningFault),
    /// No such role definition.
    RoleUnknown(String),
    /// No such role assignment.
    RoleAssignmentUnknown(String),
    /// No such deny assignment.
    DenyAssignmentUnknown(String),
    /// The name of a `RoleAssignment`, `RoleDefinition` or `DenyAssignment` must be a GUID.
    NotAGuid(&'static str, String),
    /// A principal must be named by a GUID.
    PrincipalInvalid,
    /// A description is longer than so many characters, or has characters that are none.
    Description(usize),
    /// The principal is something else than the caller says.
    PrincipalKind {
        /// The principal.
        principal: String,
        /// What it is.
        actual: &'static str,
        /// What the caller says.
        given: &'static str,
    },
    /// The role may not be assigned there.
    RoleNotAssignable {
        /// The scope.
        scope: String,
        /// The role's id.
        role: String,
    },
    /// The condition cannot be read.
    Condition(String),
    /// The version of the condition's language is not 2.0.
    ConditionVersion,
    /// Azure's own roles are not changed.
    RoleIsBuiltIn(String),
    /// Names of roles are unique.
    RoleNameTaken,
    /// As many custom roles as there may be.
    RoleLimit,
    /// A custom role that makes no sense.
    RoleInvalid(String),
    /// A deny assignment that users may not make.
    DenyInvalid(&'static str),
    /// The configuration's deny assignments are not changed here.
    DenyIsProtected(String),
    /// Nothing that the caller is eligible for, or nothing active that it could give back.
    NotEligible,
    /// The role is active already.
    AlreadyActive,
    /// No request has this name there.
    ScheduleRequestUnknown(String),
    /// Rules of activation that a request does not keep.
    ActivationRule(&'static str),
    /// A request to Privileged Identity Management that is not served here.
    RequestType(String),
    /// More questions than one call may ask.
    TooManyActions(usize),
    /// Something went wrong here.
    Internal(String),
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Known(Box::new(refusal))
    }
}

impl From<ProvisioningFault> for Fault {
    fn from(fault: ProvisioningFault) -> Self {
        Self::Provisioning(fault)
    }
}

impl From<crate::policy::ChangeError> for Fault {
    fn from(error: crate::policy::ChangeError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl Fault {
    /// Status, code and message; those of the catalogue say it themselves.
    pub(crate) fn told(&self) -> (StatusCode, &'static str, String) {
        const BAD: StatusCode = StatusCode::BAD_REQUEST;
        const NONE: StatusCode = StatusCode::NOT_FOUND;
        match self {
            Self::Known(refusal) => (
                StatusCode::from_u16(refusal.shape().describe().status).unwrap_or(BAD),
                refusal.shape().describe().code,
                String::new(),
            ),
            // Inferred from reports: the words are not published.
            Self::KeysDisabled => (
                BAD,
                "BadRequest",
                "Failed to list key. disableLocalAuth is set to be true".to_owned(),
            ),
            Self::Provisioning(fault) => fault.told(),
            Self::Path(error) => (BAD, "InvalidRequestUri", sentence(&error.to_string())),
            Self::RouteUnknown => (
                NONE,
                "InvalidResourceType",
                "The resource type could not be found in the namespace for this api version."
                    .to_owned(),
            ),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "MethodNotAllowed",
                "The requested resource does not support this http method.".to_owned(),
            ),
            Self::BodyMalformed(problem) => (
                BAD,
                "InvalidRequestContent",
                format!(
                    "The request content was invalid and could not be deserialized: '{problem}'."
                ),
            ),
            Self::BodyTooLarge(limit) => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "RequestContentTooLarge",
                format!("The request content is larger than {limit} bytes."),
            ),
            Self::BodyIncomplete => (
                StatusCode::REQUEST_TIMEOUT,
                "RequestTimeout",
                "The request content did not arrive in time.".to_owned(),
            ),
            Self::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "ServerBusy",
                "The server holds too much already; try again.".to_owned(),
            ),
            Self::Filter(problem) => (BAD, "InvalidFilter", sentence(problem)),
            Self::SubscriptionUnknown(id) => (
                NONE,
                "SubscriptionNotFound",
                format!("The subscription '{id}' could not be found."),
            ),
            Self::GroupUnknown(name) => (
                NONE,
                "ResourceGroupNotFound",
                format!("Resource group '{name}' could not be found."),
            ),
            Self::ManagementGroupUnknown(name) => (
                NONE,
                "ManagementGroupNotFound",
                format!("The management group '{name}' cannot be found."),
            ),
            Self::ResourceUnknown { resource, group } => (
                NONE,
                "ResourceNotFound",
                format!(
                    "The Resource '{resource}' under resource group '{group}' was not found. For more \
                     details please go to https://aka.ms/ARMResourceNotFoundFix"
                ),
            ),
            Self::RoleUnknown(id) => (
                NONE,
                "RoleDefinitionDoesNotExist",
                format!("The specified role definition with ID '{id}' does not exist."),
            ),
            Self::RoleAssignmentUnknown(name) => (
                NONE,
                "RoleAssignmentNotFound",
                format!("The role assignment '{name}' is not found."),
            ),
            Self::DenyAssignmentUnknown(name) => (
                NONE,
                "DenyAssignmentNotFound",
                format!("The deny assignment '{name}' is not found."),
            ),
            Self::NotAGuid(what, name) => (
                BAD,
                match *what {
                    "RoleAssignment" => "InvalidRoleAssignmentId",
                    "RoleDefinition" => "InvalidRoleDefinitionId",
                    "RoleAssignmentScheduleRequest" => "InvalidRoleAssignmentScheduleRequestId",
                    _ => "InvalidDenyAssignmentId",
                },
                format!("The {what} ID '{name}' is not valid. It must be a GUID."),
            ),
            Self::RoleIsBuiltIn(id) => (
                BAD,
                "BuiltInRoleDefinitionUpdateNotPermitted",
                format!("The role definition '{id}' is built in and cannot be changed or deleted."),
            ),
            Self::RoleNameTaken => (
                StatusCode::CONFLICT,
                "RoleDefinitionWithSameNameExists",
                "A custom role with the same name already exists in this directory. Use a different name"
                    .to_owned(),
            ),
            Self::RoleLimit => (
                BAD,
                "RoleDefinitionLimitExceeded",
                "Role definition limit exceeded. No more role definitions can be created.".to_owned(),
            ),
            Self::RoleInvalid(problem) => (BAD, "InvalidRoleDefinition", sentence(problem)),
            Self::DenyInvalid(problem) => (BAD, "InvalidDenyAssignment", sentence(problem)),
            Self::DenyIsProtected(name) => (
                BAD,
                "SystemProtectedDenyAssignment",
                format!("The deny assignment '{name}' is protected by the system and cannot be changed."),
            ),
            Self::Description(most) => (
                BAD,
                "InvalidRoleAssignmentDescription",
                format!("The description has at most {most} characters and no control characters."),
            ),
            Self::PrincipalInvalid => (
                BAD,
                "InvalidPrincipalId",
                "A valid principal ID must be provided for role assignment.".to_owned(),
            ),
            Self::PrincipalKind {
                principal,
                actual,
                given,
            } => (
                BAD,
                "UnmatchedPrincipalType",
                // The service's own spelling.
                format!(
                    "The PrincipalId '{principal}' has type '{actual}' , which is different from specified \
                     PrinciaplType '{given}'."
                ),
            ),
            Self::RoleNotAssignable { scope, role } => (
                BAD,
                "RoleAssignmentScopeNotAssignableToRoleDefinition",
                format!(
                    "The role assignment scope '{scope}' must match the scope specified on the role \
                     definition '{role}' or be below it."
                ),
            ),
            Self::Condition(problem) => (
                BAD,
                "InvalidCondition",
                format!("The condition of the role assignment is not valid: {problem}."),
            ),
            Self::ConditionVersion => (
                BAD,
                "InvalidConditionVersion",
                "The condition version must be '2.0'.".to_owned(),
            ),
            Self::NotEligible => (
                NONE,
                "RoleAssignmentDoesNotExist",
                "The Role assignment does not exist.".to_owned(),
            ),
            Self::ScheduleRequestUnknown(name) => (
                StatusCode::NOT_FOUND,
                "RoleAssignmentScheduleRequestNotFound",
                format!("The role assignment schedule request '{name}' is not found."),
            ),
            Self::AlreadyActive => (
                BAD,
                "RoleAssignmentExists",
                "The Role assignment already exists.".to_owned(),
            ),
            Self::ActivationRule(rule) => (
                BAD,
                "RoleAssignmentRequestPolicyValidationFailed",
                format!("The following policy rules failed: [\"{rule}\"]"),
            ),
            Self::RequestType(kind) => (
                BAD,
                "InvalidRoleAssignmentRequestType",
                format!("Requests of the type '{kind}' are not supported; SelfActivate and SelfDeactivate are."),
            ),
            Self::TooManyActions(limit) => (
                BAD,
                "TooManyActions",
                format!("At most {limit} actions may be checked at once."),
            ),
            Self::Internal(problem) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "InternalServerError",
                sentence(problem),
            ),
        }
    }
}

/// An error's text as ARM writes: with a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(char::to_uppercase);
    let mut sentence: String = first.into_iter().flatten().chain(characters).collect();
    if !sentence.ends_with('.') {
        sentence.push('.');
    }
    sentence
}
