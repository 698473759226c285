//! Tokens and environments of the local tenant's principals.

use bytes::Bytes;
use http::StatusCode;
use wire::entrada::{EnvironmentAnswer, TokenAnswer, TokenRequest};

use super::access::find_principal;
use super::{Answer, Trouble, json, local, read};
use crate::app::App;
use crate::clock;
use crate::config::PrincipalDetails;
use crate::percent;
use crate::token_service::Origin;

/// `POST /entrada/token`
pub(super) fn token(app: &App, body: &Bytes) -> Answer {
    let local = local(app)?;
    let asked: TokenRequest = read(body)?;
    let snapshot = app.snapshot.load();
    let principal = &*find_principal(&snapshot.world, &asked.principal)?;
    let resource = asked
        .scope
        .strip_suffix("/.default")
        .unwrap_or(&asked.scope);
    let origin = Origin::new(true, "localhost")
        .ok_or_else(|| Trouble::new(StatusCode::INTERNAL_SERVER_ERROR, "origin", ""))?;
    let token =
        local
            .token_service()
            .issue(&principal.id.to_string(), resource, &origin, clock::now());
    let token = token
        .map_err(|error| Trouble::new(StatusCode::BAD_REQUEST, "no_token", error.to_string()))?;
    json(&TokenAnswer {
        access_token: token.token,
        expires_on: token.expires.0,
    })
}

/// `GET /entrada/environment?principal=NAME`
pub(super) fn environment(app: &App, query: Option<&str>) -> Answer {
    let local = local(app)?;
    let name = query
        .and_then(|query| query.strip_prefix("principal="))
        .unwrap_or_default();
    let snapshot = app.snapshot.load();
    let world = &snapshot.world;
    let principal = &*find_principal(world, &percent::decoded(name))?;
    let (client_id, client_secret, subject) = match &principal.details {
        PrincipalDetails::Application {
            client_id,
            secrets,
            federated,
            ..
        } => (
            Some(client_id.clone()),
            secrets.first().map(|secret| secret.expose().to_owned()),
            federated.iter().find(|credential| credential.is_local()),
        ),
        PrincipalDetails::ManagedIdentity { client_id, .. } => {
            (Some(client_id.clone()), None, None)
        }
        PrincipalDetails::User { .. } | PrincipalDetails::Group | PrincipalDetails::Undeclared => {
            (None, None, None)
        }
    };
    if matches!(principal.details, PrincipalDetails::Group) {
        let message = format!("`{}` is a group, and groups do not sign in", principal.name);
        return Err(Trouble::new(
            StatusCode::BAD_REQUEST,
            "no_identity",
            message,
        ));
    }
    let federated_token_file = subject
        .and(client_id.as_deref())
        .map(|client_id| local.workload_token_file(client_id));
    let id = principal.id.to_string();
    json(&EnvironmentAnswer {
        principal_id: id.clone(),
        tenant_id: world.tenant.id.clone(),
        client_id,
        client_secret,
        federated_token_file,
        identity_header: local.identity().header(&id),
        default_account: world.endpoint.default_account.as_deref().map(str::to_owned),
    })
}
