//! Tokens and environments of the local tenant's principals.

use std::borrow::Cow;

use ::access::index::Outcome;
use ::access::scope::Scope;
use ::access::who::who_can_by;
use bytes::Bytes;
use http::StatusCode;
use wire::entrada::{EnvironmentAnswer, SubscriptionEntry, TokenAnswer, TokenRequest};

use super::access::find_principal;
use super::{Answer, Trouble, json, local, read};
use crate::app::App;
use crate::clock;
use crate::config::{Principal, PrincipalDetails, Subscription};
use crate::snapshot::Snapshot;
use crate::token_service::Origin;
use crate::{percent, question};

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

/// `GET /entrada/environment?principal=NAME`, or `?for=calls` and `?for=administration`: whoever may.
pub(super) fn environment(app: &App, query: Option<&str>) -> Answer {
    let local = local(app)?;
    let snapshot = app.snapshot.load();
    let world = &snapshot.world;
    let principal = match query.and_then(|query| query.split_once('=')) {
        Some(("for", purpose)) => Cow::Borrowed(first_who_may(&snapshot, purpose)?),
        Some(("principal", name)) => find_principal(world, &percent::decoded(name))?,
        _ => find_principal(world, "")?,
    };
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
        PrincipalDetails::User { .. }
        | PrincipalDetails::AccountIdentity { .. }
        | PrincipalDetails::Group
        | PrincipalDetails::Undeclared => (None, None, None),
    };
    let nobody = match principal.details {
        PrincipalDetails::Group => Some("a group, and groups do not sign in"),
        PrincipalDetails::AccountIdentity { .. } => {
            Some("the identity of an account, as which only the service itself signs in")
        }
        _ => None,
    };
    if let Some(why) = nobody {
        let message = format!("`{}` is {why}", principal.name);
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
        principal_name: principal.name.clone(),
        tenant_id: world.tenant.id.clone(),
        subscriptions: world.subscriptions.iter().map(entry).collect(),
        client_id,
        client_secret,
        federated_token_file,
        identity_header: local.identity().header(&id),
        default_account: world.endpoint.default_account.as_deref().map(str::to_owned),
    })
}

fn entry(subscription: &Subscription) -> SubscriptionEntry {
    SubscriptionEntry {
        id: subscription.id.clone(),
        name: subscription.name.clone(),
    }
}

/// The first principal of the configuration who can sign in and do what a program is for: call models of the
/// default account, or give roles in the first subscription.
fn first_who_may<'world>(
    snapshot: &'world Snapshot,
    purpose: &str,
) -> Result<&'world Principal, Trouble> {
    let world = &snapshot.world;
    let (operation, scope) = match purpose {
        "administration" => {
            let first = world.subscriptions.first();
            let scope =
                first.and_then(|first| Scope::parse(&format!("/subscriptions/{}", first.id)).ok());
            ("Microsoft.Authorization/roleAssignments/write", scope)
        }
        _ => {
            let default = world.endpoint.default_account.as_deref();
            let account = default.or(world.accounts.first().map(|account| &*account.name));
            ("chat", account.and_then(|name| world.scope(name)))
        }
    };
    let asked = scope.and_then(|scope| Some((question::read(world, operation, &scope)?, scope)));
    let holders = asked.map_or_else(Vec::new, |(asked, scope)| {
        who_can_by(
            &snapshot.index,
            &asked.action,
            asked.plane,
            &scope,
            clock::now(),
        )
        .holders
    });
    let may = |principal: &&Principal| {
        holders
            .iter()
            .any(|holder| holder.principal == principal.id && holder.outcome == Outcome::Allowed)
    };
    // Programs are applications rather than people.
    let preference = |principal: &&Principal| match principal.details {
        PrincipalDetails::Application { .. } => 0,
        PrincipalDetails::ManagedIdentity { .. } => 1,
        PrincipalDetails::User { .. } => 2,
        PrincipalDetails::AccountIdentity { .. }
        | PrincipalDetails::Group
        | PrincipalDetails::Undeclared => 3,
    };
    let signs_in = |principal: &&Principal| preference(principal) < 3;
    let candidates = world.principals.iter().filter(signs_in).filter(may);
    candidates.min_by_key(preference).ok_or_else(|| {
        let message = "nobody of this tenant may do what the program is for; name somebody";
        Trouble::new(StatusCode::NOT_FOUND, "nobody_may", message)
    })
}
