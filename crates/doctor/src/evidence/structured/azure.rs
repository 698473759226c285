//! What `az` prints: role assignments, the signed-in account, a Cognitive Services account and its
//! deployments. REST answers of the same resources have the same members.

use serde_json::Value;

use super::{PIECES, Piece, is_plain};
use crate::fact::{Kind, Name};

/// The signed-in account, or a Cognitive Services account.
pub(super) fn object(value: &Value) -> Option<Vec<Piece>> {
    if value.get("tenantId").is_some() && value.get("user").is_some() {
        return Some(signed_in(value));
    }
    let provider = value["type"].as_str().unwrap_or_default();
    if provider.eq_ignore_ascii_case("Microsoft.CognitiveServices/accounts") {
        return Some(account(value, ""));
    }
    if value.get("roleDefinitionName").is_some() || value.get("roleDefinitionId").is_some() {
        return list(std::slice::from_ref(value));
    }
    is_deployment(value).then(|| deployments(std::slice::from_ref(value)))
}

/// A list of one of these.
pub(super) fn list(items: &[Value]) -> Option<Vec<Piece>> {
    let first = items.first()?;
    if first.get("roleDefinitionName").is_some()
        || first.pointer("/properties/roleDefinitionName").is_some()
    {
        return Some(assignments(items));
    }
    if is_deployment(first) {
        return Some(deployments(items));
    }
    let accounts = items.iter().enumerate().filter(|(_, item)| {
        let provider = item["type"].as_str().unwrap_or_default();
        provider.eq_ignore_ascii_case("Microsoft.CognitiveServices/accounts")
    });
    let pieces: Vec<Piece> = accounts
        .flat_map(|(at, item)| account(item, &format!("[{at}].")))
        .take(PIECES)
        .collect();
    (!pieces.is_empty()).then_some(pieces)
}

fn signed_in(value: &Value) -> Vec<Piece> {
    let tenant = value["tenantId"].as_str().unwrap_or_default();
    let mut pieces: Vec<Piece> = Piece::value("tenantId", Name::TokenTenant, tenant)
        .into_iter()
        .collect();
    if value["user"]["type"] == "servicePrincipal" {
        pieces.push(Piece::new("user.type", "a service principal is signed in"));
    }
    match value["environmentName"].as_str() {
        Some("AzureUSGovernment") => {
            pieces.push(Piece::new(
                "environmentName",
                "the login is to AzureUSGovernment",
            ));
        }
        Some("AzureChinaCloud") => {
            pieces.push(Piece::new(
                "environmentName",
                "the login is to AzureChinaCloud",
            ));
        }
        _ => {}
    }
    if value["state"]
        .as_str()
        .is_some_and(|state| state != "Enabled")
    {
        pieces.push(Piece::new("state", "the subscription is disabled"));
    }
    pieces
}

fn account(value: &Value, place: &str) -> Vec<Piece> {
    let properties = &value["properties"];
    let named =
        |field: &str, name| Piece::value(format!("{place}{field}"), name, value[field].as_str()?);
    let known = [named("name", Name::Account), named("id", Name::AccountId)];
    let mut pieces: Vec<Piece> = known.into_iter().flatten().collect();
    let mut say =
        |field: &str, text: &str| pieces.push(Piece::new(format!("{place}{field}"), text));
    if properties["disableLocalAuth"] == true {
        say(
            "properties.disableLocalAuth",
            "disableLocalAuth is true on the account",
        );
    }
    if properties["publicNetworkAccess"].as_str() == Some("Disabled") {
        say(
            "properties.publicNetworkAccess",
            "public network access is disabled on the account",
        );
    }
    if properties["networkAcls"]["defaultAction"].as_str() == Some("Deny") {
        say(
            "properties.networkAcls",
            "the account admits selected networks only, its firewall rules deny the others",
        );
    }
    let custom = properties["customSubDomainName"]
        .as_str()
        .unwrap_or_default();
    if custom.is_empty() {
        say(
            "properties.customSubDomainName",
            "the account has no custom subdomain",
        );
    }
    let private = properties["privateEndpointConnections"].as_array();
    if private.is_some_and(|all| !all.is_empty()) {
        say(
            "properties.privateEndpointConnections",
            "the account has a private endpoint",
        );
    }
    if let Some(endpoint) = properties["endpoint"].as_str() {
        say(
            "properties.endpoint",
            &format!("endpoint of the account: {endpoint}"),
        );
    }
    match properties["provisioningState"].as_str() {
        Some("Creating" | "Accepted") => say(
            "properties.provisioningState",
            "the resource was just created",
        ),
        Some("Deleting") => say(
            "properties.provisioningState",
            "the resource is being deleted",
        ),
        _ => {}
    }
    pieces
}

fn assignments(items: &[Value]) -> Vec<Piece> {
    let principals = items.iter().filter_map(|item| item["principalId"].as_str());
    let mut principals: Vec<&str> = principals.collect();
    principals.dedup();
    let mut pieces: Vec<Piece> = match principals.as_slice() {
        [only] => Piece::value("[0].principalId", Name::Principal, only)
            .into_iter()
            .collect(),
        _ => Vec::new(),
    };
    for (at, item) in items.iter().enumerate().take(PIECES) {
        let inner = item
            .get("properties")
            .filter(|inner| inner.get("roleDefinitionName").is_some())
            .unwrap_or(item);
        let (Some(role), scope) = (
            inner["roleDefinitionName"].as_str(),
            inner["scope"].as_str(),
        ) else {
            continue;
        };
        let level = scope.map_or("", level);
        pieces.push(Piece::new(
            format!("[{at}].roleDefinitionName"),
            format!("the caller has the {role} role{level}"),
        ));
        if inner["condition"]
            .as_str()
            .is_some_and(|condition| !condition.is_empty())
        {
            pieces.push(Piece::new(
                format!("[{at}].condition"),
                "the assignment has a condition",
            ));
        }
    }
    pieces
}

/// The level of a scope, as a phrase.
fn level(scope: &str) -> &'static str {
    let lower = scope.to_ascii_lowercase();
    if lower.contains("/providers/microsoft.cognitiveservices/accounts/") {
        " on the resource"
    } else if lower.contains("/providers/") && !lower.contains("/providers/microsoft.management/") {
        " on another resource"
    } else if lower.contains("/resourcegroups/") {
        " on the resource group"
    } else {
        " on the subscription"
    }
}

fn is_deployment(value: &Value) -> bool {
    let provider = value["type"].as_str().unwrap_or_default();
    provider.eq_ignore_ascii_case("Microsoft.CognitiveServices/accounts/deployments")
        || (value["name"].is_string() && value.pointer("/properties/model/name").is_some())
        || (value["deployment"].is_string() && value["model"].is_string())
}

fn deployments(items: &[Value]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (at, item) in items.iter().enumerate().take(PIECES) {
        let name = item["name"].as_str().or(item["deployment"].as_str());
        let name = name.map(|name| name.rsplit('/').next().unwrap_or(name));
        let model = item
            .pointer("/properties/model/name")
            .and_then(Value::as_str);
        let (Some(name), Some(model)) = (name, model.or(item["model"].as_str())) else {
            continue;
        };
        let field = format!("[{at}].name");
        if let Some(mut piece) = Piece::value(&*field, Name::ExistingDeployment, name) {
            if is_plain(model) {
                piece.kinds.push(Kind::Deployed {
                    name: name.to_owned(),
                    model: model.to_owned(),
                });
            }
            pieces.push(piece);
        }
        let state = item
            .pointer("/properties/provisioningState")
            .or(item.get("state"));
        if state
            .and_then(Value::as_str)
            .is_some_and(|state| matches!(state, "Creating" | "Accepted"))
        {
            pieces.push(Piece::new(
                format!("[{at}].properties.provisioningState"),
                "the deployment is still creating",
            ));
        }
    }
    pieces
}
