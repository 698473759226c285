//! THE TABLE: every route of the endpoint, with what guards it.
//!
//! A row without a guard does not compile; a test refuses a row that no refusal test covers.

mod management;
mod portal;

pub(crate) use management::{
    AuthorizationRoute, CognitiveServicesRoute, GRAPH, GRAPH_CHANGES, GraphChange, GraphRoute,
    ManagementRoute, ObjectKind, ResourcesRoute, management_rows,
};

pub(crate) use portal::{PORTAL, PortalRoute};

use access::operation::Operation;

/// One route.
#[derive(Debug)]
pub(crate) struct Row {
    /// `GET`, `POST`, `DELETE`, or `*` where a handler decides itself.
    pub(crate) method: &'static str,
    /// Path template below the account; `{name}` takes one segment, a final `**` the rest.
    pub(crate) path: &'static str,
    /// What a caller must have.
    pub(crate) guard: Guard,
}

/// What a caller must have before the handler runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guard {
    /// The data action of this operation, at the account that the request addresses.
    DataAction(Operation),
    /// This action of the management plane, at the scope that the path names.
    Action(ManagementRoute, &'static str),
    /// The same, unless the question is about the caller itself.
    OwnOrAction(ManagementRoute, &'static str),
    /// A token for the management plane, whoever bears it, for this reason.
    SignedIn(ManagementRoute, &'static str),
    /// A token for Graph: whoever is in the directory may look into it.
    Directory(GraphRoute),
    /// A token for Graph, of somebody who may give every role everywhere: who is in which group decides that
    /// as much as assignments do.
    DirectoryChange(GraphChange),
    /// The operator's token: Entrada's own management routes.
    Operator(OperatorRoute),
    /// Somebody who signed in to the portal; what they see and do there is decided by their own rights, as
    /// on the management plane. Whatever changes something proves that it comes from the portal's own pages.
    Portal(PortalRoute),
    /// Open to everyone, for this reason.
    Public(PublicRoute, &'static str),
}

/// Entrada's own routes for the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OperatorRoute {
    /// The newest refusals.
    ListRequests,
    /// One refusal with its full explanation.
    ReadRequest,
    /// The newest calls, answered or refused.
    ListCalls,
    /// Who did what how often.
    TallyCalls,
    /// What simulated models were asked, when the configuration keeps a journal.
    Journal,
    /// Forgets the journal, the counts of scripted replies and the kept responses.
    Reset,
    /// What happened: the journal.
    Audit,
    /// How far the journal has come.
    AuditHead,
    /// Makes a role assignment.
    Grant,
    /// Removes role assignments.
    Revoke,
    /// May a principal do something, and why.
    Check,
    /// Who may do something.
    WhoCan,
    /// What a principal may do at all.
    Effective,
    /// Why a principal may not do something, and what would permit it.
    WhyNot,
    /// What a change of the policy would alter.
    Diff,
    /// The smallest roles for what a principal really does.
    LeastPrivilege,
    /// The policy as a file.
    Policy,
    /// A token of a principal (local mode).
    IssueToken,
    /// What a principal needs in its environment (local mode).
    Environment,
    /// The signing keys (local mode).
    ListKeys,
    /// Has another key sign (local mode).
    RotateKeys,
}

/// Routes without a guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PublicRoute {
    /// Liveness and readiness.
    Health,
    /// Discovery documents, keys, tokens, sign-in pages.
    TokenService,
    /// Managed identity, which checks its own header.
    ManagedIdentity,
    /// The document of Entrada's own API.
    OpenApi,
    /// Where the endpoints of this "cloud" are.
    CloudMetadata,
    /// What of the portal is needed before somebody has signed in.
    PortalDoor(PortalDoor),
}

/// What of the portal is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PortalDoor {
    /// Sends the browser to where people sign in.
    SignIn,
    /// Where the browser comes back with a code.
    SignedIn,
    /// Style sheet, scripts, icon.
    Asset,
}

use Guard::{DataAction, Operator, Public};

/// Routes of the inference endpoint: at the root, under `/{resource}` and by Host name.
pub(crate) const DATA_PLANE: &[Row] = &[
    data(
        Operation::DeploymentChatCompletions,
        "POST",
        "/openai/deployments/{deployment}/chat/completions",
    ),
    data(
        Operation::DeploymentCompletions,
        "POST",
        "/openai/deployments/{deployment}/completions",
    ),
    data(
        Operation::DeploymentEmbeddings,
        "POST",
        "/openai/deployments/{deployment}/embeddings",
    ),
    data(
        Operation::InferenceInfo,
        "GET",
        "/openai/deployments/{deployment}/info",
    ),
    data(Operation::ResponsesCreate, "POST", "/openai/responses"),
    data(
        Operation::ResponsesRead,
        "GET",
        "/openai/responses/{response}",
    ),
    data(
        Operation::ResponsesDelete,
        "DELETE",
        "/openai/responses/{response}",
    ),
    data(
        Operation::ResponsesInputItems,
        "GET",
        "/openai/responses/{response}/input_items",
    ),
    data(Operation::ModelsListClassic, "GET", "/openai/models"),
    data(
        Operation::ModelsReadClassic,
        "GET",
        "/openai/models/{model}",
    ),
    data(
        Operation::V1ChatCompletions,
        "POST",
        "/openai/v1/chat/completions",
    ),
    data(Operation::V1Completions, "POST", "/openai/v1/completions"),
    data(Operation::V1Embeddings, "POST", "/openai/v1/embeddings"),
    data(Operation::V1ResponsesCreate, "POST", "/openai/v1/responses"),
    data(
        Operation::V1ResponsesRead,
        "GET",
        "/openai/v1/responses/{response}",
    ),
    data(
        Operation::V1ResponsesDelete,
        "DELETE",
        "/openai/v1/responses/{response}",
    ),
    data(
        Operation::V1ResponsesInputItems,
        "GET",
        "/openai/v1/responses/{response}/input_items",
    ),
    data(Operation::V1ModelsList, "GET", "/openai/v1/models"),
    data(Operation::V1ModelsRead, "GET", "/openai/v1/models/{model}"),
    data(
        Operation::InferenceChatCompletions,
        "POST",
        "/models/chat/completions",
    ),
    data(Operation::InferenceEmbeddings, "POST", "/models/embeddings"),
    data(Operation::InferenceInfo, "GET", "/models/info"),
    data(
        Operation::AnthropicMessages,
        "POST",
        "/anthropic/v1/messages",
    ),
    data(
        Operation::AnthropicCountTokens,
        "POST",
        "/anthropic/v1/messages/count_tokens",
    ),
    data(
        Operation::ProjectChatCompletions,
        "POST",
        "/api/projects/{project}/openai/v1/chat/completions",
    ),
    data(
        Operation::ProjectEmbeddings,
        "POST",
        "/api/projects/{project}/openai/v1/embeddings",
    ),
    data(
        Operation::ProjectResponsesCreate,
        "POST",
        "/api/projects/{project}/openai/v1/responses",
    ),
    data(
        Operation::ProjectResponsesRead,
        "GET",
        "/api/projects/{project}/openai/v1/responses/{response}",
    ),
    data(
        Operation::ProjectResponsesDelete,
        "DELETE",
        "/api/projects/{project}/openai/v1/responses/{response}",
    ),
    data(
        Operation::ProjectResponsesInputItems,
        "GET",
        "/api/projects/{project}/openai/v1/responses/{response}/input_items",
    ),
    data(
        Operation::ProjectModelsList,
        "GET",
        "/api/projects/{project}/openai/v1/models",
    ),
    data(
        Operation::ProjectDeploymentsList,
        "GET",
        "/api/projects/{project}/deployments",
    ),
];

/// Routes that belong to no account: at the root only.
pub(crate) const SERVICE: &[Row] = &[
    public(
        PublicRoute::Health,
        "GET",
        "/healthz",
        "says only that the process answers",
    ),
    public(
        PublicRoute::Health,
        "GET",
        "/readyz",
        "says only that tokens can be judged",
    ),
    operator(OperatorRoute::ListRequests, "GET", "/entrada/requests"),
    operator(OperatorRoute::ReadRequest, "GET", "/entrada/requests/{id}"),
    operator(OperatorRoute::ListCalls, "GET", "/entrada/calls"),
    operator(OperatorRoute::TallyCalls, "GET", "/entrada/calls/tally"),
    operator(OperatorRoute::Audit, "GET", "/entrada/audit"),
    operator(OperatorRoute::AuditHead, "GET", "/entrada/audit/head"),
    operator(OperatorRoute::Journal, "GET", "/entrada/journal"),
    operator(OperatorRoute::Reset, "POST", "/entrada/reset"),
    operator(OperatorRoute::Grant, "POST", "/entrada/grant"),
    operator(OperatorRoute::Revoke, "POST", "/entrada/revoke"),
    operator(OperatorRoute::Check, "POST", "/entrada/check"),
    operator(OperatorRoute::WhoCan, "POST", "/entrada/who-can"),
    operator(OperatorRoute::Effective, "POST", "/entrada/effective"),
    operator(OperatorRoute::WhyNot, "POST", "/entrada/why-not"),
    operator(OperatorRoute::Diff, "POST", "/entrada/diff"),
    operator(
        OperatorRoute::LeastPrivilege,
        "POST",
        "/entrada/least-privilege",
    ),
    operator(OperatorRoute::Policy, "GET", "/entrada/policy"),
    operator(OperatorRoute::IssueToken, "POST", "/entrada/token"),
    operator(OperatorRoute::Environment, "GET", "/entrada/environment"),
    operator(OperatorRoute::ListKeys, "GET", "/entrada/keys"),
    operator(OperatorRoute::RotateKeys, "POST", "/entrada/keys/rotate"),
    public(
        PublicRoute::OpenApi,
        "GET",
        "/entrada/openapi.json",
        "describes the API, which is no secret",
    ),
    public(
        PublicRoute::ManagedIdentity,
        "*",
        "/metadata/identity/**",
        "demands Metadata: true, as IMDS does",
    ),
    public(
        PublicRoute::ManagedIdentity,
        "*",
        "/msi/token",
        "demands its own secret header",
    ),
    public(
        PublicRoute::TokenService,
        "*",
        "/{tenant}/oauth2/**",
        TOKEN_REASON,
    ),
    public(
        PublicRoute::TokenService,
        "*",
        "/{tenant}/v2.0/**",
        TOKEN_REASON,
    ),
    public(
        PublicRoute::TokenService,
        "*",
        "/{tenant}/.well-known/**",
        TOKEN_REASON,
    ),
    public(
        PublicRoute::TokenService,
        "*",
        "/{tenant}/discovery/**",
        TOKEN_REASON,
    ),
    public(
        PublicRoute::TokenService,
        "*",
        "/{tenant}/userrealm/**",
        TOKEN_REASON,
    ),
];

const TOKEN_REASON: &str =
    "where callers prove who they are; every grant checks its own credential";

/// The actions that guard the management plane, some of them more than once.
pub(crate) fn management_actions() -> impl Iterator<Item = &'static str> {
    management_rows().filter_map(|row| match row.guard {
        Guard::Action(_, action) | Guard::OwnOrAction(_, action) => Some(action),
        _ => None,
    })
}

const fn data(operation: Operation, method: &'static str, path: &'static str) -> Row {
    Row {
        method,
        path,
        guard: DataAction(operation),
    }
}

const fn operator(route: OperatorRoute, method: &'static str, path: &'static str) -> Row {
    Row {
        method,
        path,
        guard: Operator(route),
    }
}

const fn public(
    route: PublicRoute,
    method: &'static str,
    path: &'static str,
    reason: &'static str,
) -> Row {
    Row {
        method,
        path,
        guard: Public(route, reason),
    }
}
