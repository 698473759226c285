//! Lists of models: the deployments whose family the caller may call, and no others.

use access::operation::{ModelFormat, Operation};
use access::scope::Scope;
use bytes::Bytes;
use http::Response;
use http::header::{CONTENT_TYPE, HeaderValue};
use serde::Serialize;
use wire::inference::{Deployment as ProjectDeployment, DeploymentList, ModelInfo, ModelType, Sku};
use wire::openai::model::{Capabilities, ClassicModel, Model, ModelList};

use super::attempt::Attempt;
use super::denied::Denied;
use crate::authenticate::Caller;
use crate::body::Body;
use crate::config::{Deployment, ModelKind};
use crate::permit::Permit;
use crate::snapshot::Snapshot;

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listing {
    /// `/openai/models`
    Classic,
    /// `/openai/models/{model}`
    ClassicOne,
    /// `/openai/v1/models`
    V1,
    /// `/openai/v1/models/{model}`
    V1One,
    /// `/api/projects/{project}/deployments`
    Project,
}

/// Deployments of the configuration have no date of their own.
const CREATED: i64 = 1_735_689_600;

/// Answers a list, or one model of it.
///
/// # Errors
/// The one model is not there, or not for this caller: nobody learns which.
pub(super) fn list(
    listing: Listing,
    permit: &Permit,
    attempt: &Attempt<'_>,
    snapshot: &Snapshot,
) -> Result<Response<Body>, Denied> {
    let visible: Vec<&Deployment> = permit
        .account()
        .deployments
        .iter()
        .map(AsRef::as_ref)
        .filter(|deployment| may_call(deployment, permit, attempt, snapshot))
        .collect();
    let one = || {
        let name = attempt.item();
        let found = visible
            .iter()
            .find(|deployment| deployment.name.eq_ignore_ascii_case(name));
        found.copied().ok_or_else(|| Denied::DeploymentUnknown {
            name: name.to_owned(),
            deployed_as: None,
        })
    };
    Ok(match listing {
        Listing::Classic => json(&ModelList {
            data: visible.into_iter().map(classic).collect(),
        }),
        Listing::V1 => json(&ModelList {
            data: visible.into_iter().map(v1).collect(),
        }),
        Listing::Project => json(&DeploymentList {
            value: visible.into_iter().map(project).collect(),
        }),
        Listing::ClassicOne => json(&classic(one()?)),
        Listing::V1One => json(&v1(one()?)),
    })
}

/// `GET /models/info`: the model that the query names, else the first.
///
/// # Errors
/// There is no such deployment.
pub(super) fn describe(permit: &Permit, attempt: &Attempt<'_>) -> Result<Response<Body>, Denied> {
    let found = match &attempt.model {
        Some(_) => permit.deployment(),
        None => permit
            .account()
            .deployments
            .iter()
            .find(|deployment| deployment.model.format != ModelFormat::Anthropic),
    };
    let name = || attempt.model.clone().unwrap_or_default().into_owned();
    let deployment = found.ok_or_else(|| Denied::DeploymentUnknown {
        name: name(),
        deployed_as: None,
    })?;
    Ok(json(&ModelInfo {
        model_name: deployment.model.name.clone(),
        model_type: match deployment.model.kind() {
            ModelKind::Embedding => ModelType::Embeddings,
            ModelKind::Chat | ModelKind::Completion => ModelType::Chat,
        },
        model_provider_name: deployment.model.format.as_str().to_owned(),
    }))
}

/// Whether the caller may use the deployment by the route that is made for it.
fn may_call(
    deployment: &Deployment,
    permit: &Permit,
    attempt: &Attempt<'_>,
    snapshot: &Snapshot,
) -> bool {
    let Caller::Principal(identity) = permit.caller() else {
        return true;
    };
    let operation = match (&deployment.model.format, deployment.model.kind()) {
        (ModelFormat::Anthropic, _) => Operation::AnthropicMessages,
        (ModelFormat::OpenAi, ModelKind::Completion) => Operation::DeploymentCompletions,
        (_, ModelKind::Embedding) => Operation::V1Embeddings,
        _ => Operation::V1ChatCompletions,
    };
    let action = snapshot
        .world
        .endpoint
        .operations
        .data_action(operation, &deployment.model.format);
    let mode = snapshot.world.endpoint.authorization_scope;
    let project = permit.project().map(Scope::name);
    let scope = mode.of_call(&permit.account().scope, project, Some(&deployment.name));
    let grant = snapshot
        .index
        .grant(&identity.principal, &identity.groups, &scope, attempt.now);
    grant.data_actions.contains(action)
}

fn v1(deployment: &Deployment) -> Model {
    Model {
        id: deployment.name.to_string(),
        created: CREATED,
        owned_by: deployment.model.format.as_str().to_lowercase(),
    }
}

fn classic(deployment: &Deployment) -> ClassicModel {
    let capabilities = match deployment.model.kind() {
        ModelKind::Chat => Capabilities::CHAT,
        ModelKind::Embedding => Capabilities::EMBEDDINGS,
        ModelKind::Completion => Capabilities {
            completion: true,
            chat_completion: false,
            ..Capabilities::CHAT
        },
    };
    ClassicModel::new(deployment.name.to_string(), CREATED, capabilities)
}

fn project(deployment: &Deployment) -> ProjectDeployment {
    let capability = match deployment.model.kind() {
        ModelKind::Chat => "chat_completion",
        ModelKind::Embedding => "embeddings",
        ModelKind::Completion => "completion",
    };
    ProjectDeployment {
        name: deployment.name.to_string(),
        model_name: deployment.model.name.clone(),
        model_version: deployment.model.version.clone(),
        model_publisher: deployment.model.format.as_str().to_owned(),
        capabilities: [(capability, "true")].into(),
        sku: Sku {
            name: "GlobalStandard".to_owned(),
            capacity: 1,
        },
    }
}

fn json(value: &impl Serialize) -> Response<Body> {
    // Plain data with text keys: writing it cannot fail.
    let body = serde_json::to_vec(value).unwrap_or_default();
    let mut response = Response::new(Body::from(Bytes::from(body)));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
