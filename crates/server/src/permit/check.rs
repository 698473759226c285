//! The checks, each one question, in the order that public reports suggest.
//!
//! Inferred (service.md, section 5, number 14): when several things are wrong at once, nobody has
//! published which one the real service names. The order is therefore configurable.

use std::sync::Arc;

use access::action::Plane;
use access::decide::Question;
use access::operation::{ModelFormat, Operation};
use access::token::{GroupsClaim, TokenFault};

use crate::authenticate::{
    Caller, ConnectionMemo, Credential, CredentialFault, KeyHeader, RouteFamily,
};
use crate::config::file::NetworkEntry;
use crate::config::{Deployment, ModelKind};
use crate::data_plane::api_version;
use crate::data_plane::attempt::Attempt;
use crate::data_plane::denied::Denied;
use crate::snapshot::Snapshot;

pub(crate) use crate::config::Check;

impl Check {
    /// Asks the question.
    ///
    /// # Errors
    /// The reason to refuse.
    pub(super) fn run(
        self,
        attempt: &mut Attempt<'_>,
        snapshot: &Snapshot,
        memo: &ConnectionMemo,
    ) -> Result<(), Denied> {
        match self {
            Self::Network => match attempt.account.network {
                NetworkEntry::Open => Ok(()),
                closed => Err(Denied::Network(closed)),
            },
            Self::Subdomain => subdomain(attempt),
            Self::Credential => credential(attempt, memo),
            Self::LocalAuth => match (&attempt.caller, attempt.account.local_auth) {
                (Some(Caller::KeyHolder), false) => Err(Denied::KeysDisabled),
                _ => Ok(()),
            },
            Self::DataAction => data_action(attempt, snapshot),
            Self::Route => route(attempt),
            Self::ApiVersion => api_version::check(
                &attempt.world.endpoint.api_version,
                attempt.family,
                attempt.path,
                attempt.api_version,
                attempt.account.lenient_api_version,
            ),
            Self::Deployment => deployment(attempt),
            Self::Operation => operation(attempt),
        }
    }
}

fn subdomain(attempt: &Attempt<'_>) -> Result<(), Denied> {
    let takes_tokens = attempt.account.custom_subdomain && !attempt.regional_host;
    match attempt.presented.credential {
        Credential::Token(_) if !takes_tokens => Err(Denied::SubdomainMissing),
        _ => Ok(()),
    }
}

fn credential(attempt: &mut Attempt<'_>, memo: &ConnectionMemo) -> Result<(), Denied> {
    match attempt.presented.credential {
        Credential::None => Err(Denied::Credential(
            attempt.presented.fault.unwrap_or(CredentialFault::Missing),
        )),
        Credential::Key(header, key) => {
            let account = &attempt.account;
            // Every key is compared, so that the time does not tell which one was close.
            let good = account
                .keys
                .iter()
                .fold(false, |good, known| known.matches(key) | good);
            if !good {
                return Err(key_invalid(attempt, header, key));
            }
            attempt.caller = Some(Caller::KeyHolder);
            Ok(())
        }
        Credential::Token(token) => {
            let known = memo
                .authenticate(token, attempt.family, attempt.now)
                .map_err(Denied::Token)?;
            attempt.caller = Some(Caller::Principal(Arc::clone(&known.identity)));
            attempt.token = Some(known);
            Ok(())
        }
    }
}

fn key_invalid(attempt: &Attempt<'_>, header: KeyHeader, key: &str) -> Denied {
    let belongs_to = attempt.world.accounts.iter().find(|other| {
        other.name != attempt.account.name && other.keys.iter().any(|known| known.matches(key))
    });
    Denied::KeyInvalid {
        header,
        is_token: attempt.presented.fault == Some(CredentialFault::TokenInKeyHeader),
        belongs_to: belongs_to.map(|account| account.name.to_string()),
    }
}

fn data_action(attempt: &mut Attempt<'_>, snapshot: &Snapshot) -> Result<(), Denied> {
    let Some(operation) = attempt.operation() else {
        return Ok(());
    };
    let Some(caller) = &attempt.caller else {
        return Err(Denied::Credential(CredentialFault::Missing));
    };
    let Caller::Principal(identity) = caller else {
        attempt.authorized = true;
        return Ok(());
    };
    if identity.claims.groups == GroupsClaim::Overage && snapshot.world.denies_groups() {
        return Err(Denied::Token(TokenFault::GroupsUnknown));
    }
    let format = attempt
        .deployment
        .as_ref()
        .map_or(&ModelFormat::OpenAi, |deployment| &deployment.model.format);
    let action = snapshot
        .world
        .endpoint
        .operations
        .data_action(operation, format);
    let scope = attempt.authorization_scope(snapshot);
    let Some(token) = &attempt.token else {
        return Err(Denied::Credential(CredentialFault::Missing));
    };
    let grant = token.grant(snapshot.generation, &scope, attempt.now, |identity| {
        snapshot
            .index
            .grant(&identity.principal, &identity.groups, &scope, attempt.now)
    });
    attempt.data_action = Some(action.clone());
    if grant.data_actions.contains(action) {
        attempt.authorized = true;
        return Ok(());
    }
    let decision = snapshot.decide(&Question {
        principal: &identity.principal,
        groups: &identity.groups,
        action: action.as_str(),
        plane: Plane::Data,
        scope: &scope,
        now: attempt.now,
    });
    Err(Denied::Role(Box::new(decision)))
}

fn route(attempt: &Attempt<'_>) -> Result<(), Denied> {
    if let Some(name) = &attempt.unknown_account {
        return Err(Denied::AccountUnknown(name.clone()));
    }
    if attempt.found.is_none() {
        return Err(Denied::RouteUnknown);
    }
    match &attempt.unknown_project {
        Some(name) => Err(Denied::ProjectUnknown(name.clone())),
        None => Ok(()),
    }
}

fn deployment(attempt: &Attempt<'_>) -> Result<(), Denied> {
    if !attempt.needs_deployment() || attempt.deployment.is_some() {
        return Ok(());
    }
    let Some(name) = &attempt.model else {
        return Err(Denied::ModelMissing);
    };
    let deployed_as = attempt
        .account
        .deployments
        .iter()
        .find(|deployment| deployment.model.name.eq_ignore_ascii_case(name))
        .map(|deployment| deployment.name.to_string());
    Err(Denied::DeploymentUnknown {
        name: name.clone().into_owned(),
        deployed_as,
    })
}

fn operation(attempt: &Attempt<'_>) -> Result<(), Denied> {
    let (Some(deployment), Some(operation)) = (&attempt.deployment, attempt.operation()) else {
        return Ok(());
    };
    if !family_serves(attempt.family, &deployment.model.format) {
        return Err(Denied::FamilyMismatch {
            deployment: deployment.name.to_string(),
            format: deployment.model.format.as_str().to_owned(),
        });
    }
    if model_serves(deployment, operation) {
        Ok(())
    } else {
        Err(Denied::OperationUnsupported {
            model: deployment.model.name.clone(),
        })
    }
}

/// Which providers' models an API family serves. Inferred for the classic routes: the page says that
/// `AzureOpenAI` needs an OpenAI model.
fn family_serves(family: RouteFamily, format: &ModelFormat) -> bool {
    match family {
        RouteFamily::Classic => *format == ModelFormat::OpenAi,
        RouteFamily::Anthropic => *format == ModelFormat::Anthropic,
        RouteFamily::V1 | RouteFamily::Inference | RouteFamily::Project | RouteFamily::Unknown => {
            *format != ModelFormat::Anthropic
        }
        // They serve no model.
        RouteFamily::Management | RouteFamily::Graph => false,
    }
}

fn model_serves(deployment: &Deployment, operation: Operation) -> bool {
    let kind = deployment.model.kind();
    match operation {
        Operation::DeploymentEmbeddings
        | Operation::V1Embeddings
        | Operation::InferenceEmbeddings
        | Operation::ProjectEmbeddings => kind == ModelKind::Embedding,
        Operation::DeploymentCompletions | Operation::V1Completions => {
            kind == ModelKind::Completion
        }
        Operation::ResponsesCreate
        | Operation::V1ResponsesCreate
        | Operation::ProjectResponsesCreate => {
            kind == ModelKind::Chat && deployment.model.format == ModelFormat::OpenAi
        }
        Operation::DeploymentChatCompletions
        | Operation::V1ChatCompletions
        | Operation::InferenceChatCompletions
        | Operation::ProjectChatCompletions
        | Operation::AnthropicMessages
        | Operation::AnthropicCountTokens => kind == ModelKind::Chat,
        _ => true,
    }
}
