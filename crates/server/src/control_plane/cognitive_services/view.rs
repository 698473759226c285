//! The shapes of accounts and what is below them (api-version 2025-09-01; newer ones add members).

use serde_json::{Value, json};

use super::identity;
use crate::config::file::NetworkEntry;
use crate::config::{Account, Deployment, Model, ModelKind, Project, World};
use crate::provisioned::AccountRecord;
use crate::token_service::directory::sha256;

pub(super) fn account(world: &World, account: &Account, origin: &str) -> Value {
    let endpoint = endpoint(account, origin);
    let (public, default_action) = match account.network {
        NetworkEntry::Open => ("Enabled", "Allow"),
        NetworkEntry::FirewallDenied => ("Enabled", "Deny"),
        NetworkEntry::PublicAccessDisabled => ("Disabled", "Deny"),
    };
    let mut view = json!({
        // Clients may reach the account under several addresses; it is one account.
        "etag": etag(&serde_json::to_string(&AccountRecord::of(account)).unwrap_or_default()),
        "id": account.scope.as_str(),
        "name": &*account.name,
        "type": "Microsoft.CognitiveServices/accounts",
        "kind": account.details.kind,
        "location": account.location,
        "sku": { "name": account.details.sku },
        "tags": account.details.tags,
        "properties": {
            "endpoint": endpoint,
            "endpoints": {
                "AI Foundry API": endpoint,
                "Azure AI Model Inference API": endpoint,
                "OpenAI Language Model Instance API": endpoint,
            },
            "provisioningState": "Succeeded",
            "customSubDomainName": account.custom_subdomain.then_some(&*account.name),
            "disableLocalAuth": !account.local_auth,
            "publicNetworkAccess": public,
            "networkAcls": {
                "defaultAction": default_action, "ipRules": [], "virtualNetworkRules": [],
            },
            "privateEndpointConnections": [],
            "allowProjectManagement": true,
            "associatedProjects": account.projects.iter().map(|one| &one.name).collect::<Vec<_>>(),
            "defaultProject": account.projects.first().map(|one| &one.name),
            "capabilities": [],
            "callRateLimit": { "rules": [] },
            "isMigrated": false,
        },
    });
    if let Some(identity) = &account.details.identity {
        view["identity"] = identity::view(identity, &world.tenant);
    }
    view
}

/// Where clients of this server call the account; without a custom subdomain, Azure has the region's only.
fn endpoint(account: &Account, origin: &str) -> String {
    if account.custom_subdomain {
        format!("{origin}/{}/", account.name)
    } else {
        format!("https://{}.api.cognitive.microsoft.com/", account.location)
    }
}

pub(super) fn deployment(deployment: &Deployment) -> Value {
    let model = &deployment.model;
    let mut view = json!({
        "id": deployment.scope.as_str(),
        "name": &*deployment.name,
        "type": "Microsoft.CognitiveServices/accounts/deployments",
        "sku": { "name": deployment.sku.name, "capacity": deployment.sku.capacity },
        "properties": {
            "model": {
                "format": model.format.as_str(), "name": model.name, "version": model.version,
            },
            "provisioningState": "Succeeded",
            "deploymentState": "Running",
            "versionUpgradeOption": "NoAutoUpgrade",
            "currentCapacity": deployment.sku.capacity,
            "capabilities": capabilities(model),
            "rateLimits": [],
        },
    });
    view["etag"] = etag(&view.to_string()).into();
    view
}

/// Another one for every state, in the form that Azure uses: a quoted GUID.
fn etag(state: &str) -> String {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&sha256(state.as_bytes())[..16]);
    format!("\"{}\"", uuid::Uuid::from_bytes(bytes))
}

pub(super) fn project(account: &Account, project: &Project, origin: &str) -> Value {
    let endpoint = format!("{}api/projects/{}", endpoint(account, origin), project.name);
    json!({
        "id": project.scope.as_str(),
        "name": format!("{}/{}", account.name, project.name),
        "type": "Microsoft.CognitiveServices/accounts/projects",
        "kind": "AIServices",
        "location": account.location,
        "tags": {},
        "properties": {
            "provisioningState": "Succeeded",
            "displayName": project.name,
            "isDefault": account.projects.first().is_some_and(|first| first.name == project.name),
            "endpoints": { "AI Foundry API": endpoint },
        },
    })
}

pub(super) fn model(model: &Model) -> Value {
    json!({
        "format": model.format.as_str(),
        "name": model.name,
        "version": model.version,
        "isDefaultVersion": true,
        "lifecycleStatus": "GenerallyAvailable",
        "maxCapacity": 1,
        "capabilities": capabilities(model),
        "skus": [{ "name": "GlobalStandard", "capacity": { "maximum": 1, "default": 1 } }],
    })
}

pub(super) fn usage(deployment: &Deployment) -> Value {
    let model = &deployment.model;
    let sku = &deployment.sku;
    let name = format!("{}.{}.{}", model.format.as_str(), sku.name, model.name);
    json!({
        "name": { "value": name, "localizedValue": name },
        "unit": "Count", "currentValue": sku.capacity, "limit": sku.capacity,
    })
}

fn capabilities(model: &Model) -> Value {
    match model.kind() {
        ModelKind::Chat => json!({ "chatCompletion": "true" }),
        ModelKind::Embedding => json!({ "embeddings": "true" }),
        ModelKind::Completion => json!({ "completion": "true" }),
    }
}
