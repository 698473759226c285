//! What the endpoint knows about its own refusal, as the doctor takes it.

use access::decision::Decision;
use access::token::TokenFault;
use doctor::evidence::redact::redact;
use doctor::known::{Call, Refused};
use doctor::{Facts, RuleId};

use crate::authenticate::{Authority, Credential, CredentialFault};
use crate::config::file::NetworkEntry;
use crate::data_plane::attempt::Attempt;
use crate::data_plane::denied::Denied;
use crate::route;
use crate::snapshot::Snapshot;

/// Characters of what a client sent that facts keep: paths and names are as long as their senders like.
const QUOTED: usize = 200;

/// Why a call was refused, as the doctor takes it.
pub(super) enum Reason<'denied> {
    /// The decision.
    Role(&'denied Decision),
    /// The token's fault.
    Token(&'denied TokenFault),
    /// Anything else.
    Refused(Refused),
}

impl Reason<'_> {
    /// The cause that it stands for: what the report will say first.
    pub(super) fn cause(&self) -> Option<RuleId> {
        match self {
            Self::Role(decision) => RuleId::of_decision(decision),
            Self::Token(fault) => Some(RuleId::of_token_fault(fault)),
            Self::Refused(refused) => Some(RuleId::of_refused(refused)),
        }
    }

    /// Everything that is known about it.
    pub(super) fn facts(
        &self,
        attempt: &Attempt<'_>,
        principal: Option<&str>,
        snapshot: &Snapshot,
        authority: &Authority,
    ) -> Facts {
        let call = call(attempt, principal, snapshot);
        match self {
            Self::Role(decision) => Facts::from_denial(decision, &call),
            Self::Token(fault) => {
                let mut faults = match attempt.presented.credential {
                    Credential::Token(token) => {
                        authority.faults(token, attempt.family, attempt.now)
                    }
                    Credential::Key(..) | Credential::None => Vec::new(),
                };
                // What decided comes first, whatever is found when the token is judged once more.
                if faults.first() != Some(*fault) {
                    faults.insert(0, (*fault).clone());
                }
                Facts::from_token_faults(&faults, &call)
            }
            Self::Refused(refused) => Facts::from_refused(refused, &call),
        }
    }
}

/// Reads the reason; `None` for requests that are wrong in themselves, which no rule explains.
pub(super) fn reason<'denied>(
    denied: &'denied Denied,
    attempt: &Attempt<'_>,
) -> Option<Reason<'denied>> {
    let refused = match denied {
        Denied::Role(decision) => return Some(Reason::Role(decision)),
        Denied::Token(_) if is_key(attempt) => Refused::KeyAsToken,
        Denied::Token(fault) => return Some(Reason::Token(fault)),
        Denied::Network(NetworkEntry::PublicAccessDisabled) => Refused::PublicAccessDisabled,
        Denied::Network(_) => Refused::NetworkDenied {
            address: attempt.peer.to_string(),
        },
        Denied::SubdomainMissing => Refused::SubdomainRequired,
        Denied::Credential(fault) => credential(*fault),
        Denied::KeyInvalid {
            header,
            is_token: true,
            ..
        } => Refused::TokenInKeyHeader {
            header: header.as_str().to_owned(),
        },
        Denied::KeyInvalid {
            belongs_to: Some(account),
            ..
        } => Refused::KeyOfOtherAccount {
            account: account.clone(),
        },
        Denied::KeyInvalid { .. } => Refused::KeyInvalid,
        Denied::KeysDisabled => Refused::KeysDisabled {
            token_beside: attempt.presented.token_ignored,
        },
        Denied::AccountUnknown(name) | Denied::ProjectUnknown(name) => {
            Refused::AccountUnknown { name: quoted(name) }
        }
        Denied::RouteUnknown => Refused::RouteUnknown {
            path: quoted(attempt.path),
            meant: meant(attempt.path).map(|path| quoted(&path)),
        },
        Denied::ApiVersionMissing => Refused::ApiVersionMissing,
        Denied::ApiVersionUnknown(given) => Refused::ApiVersionUnsupported {
            given: quoted(given),
            wanted: None,
        },
        Denied::ApiVersionTooOld(given) => Refused::ApiVersionUnsupported {
            given: quoted(given),
            wanted: Some("2025-03-01-preview".to_owned()),
        },
        Denied::DeploymentUnknown { name, deployed_as } => Refused::DeploymentUnknown {
            name: quoted(name),
            existing: deployments(attempt),
            of_that_model: deployed_as.clone(),
        },
        Denied::ModelMissing => Refused::ModelMissing,
        Denied::FamilyMismatch { deployment, format } => Refused::WrongFamily {
            deployment: deployment.clone(),
            format: format.clone(),
            route: Some(route_for(format).to_owned()),
        },
        Denied::OperationUnsupported { model } => Refused::OperationUnsupported {
            operation: quoted(&attempt.operation_text()),
            model: model.clone(),
        },
        Denied::BodyTooLarge(_)
        | Denied::BodyIncomplete
        | Denied::BodyMalformed(_)
        | Denied::Busy => return None,
    };
    Some(Reason::Refused(refused))
}

fn call(attempt: &Attempt<'_>, principal: Option<&str>, snapshot: &Snapshot) -> Call {
    Call {
        principal: principal.map(str::to_owned),
        account: Some(attempt.account.name.to_string()),
        account_id: Some(attempt.account.scope.to_string()),
        project: attempt
            .project
            .as_ref()
            .map(|scope| scope.name().to_owned()),
        deployment: attempt.model.as_deref().map(quoted),
        operation: Some(quoted(&attempt.operation_text())),
        data_action: attempt.data_action.as_ref().map(ToString::to_string),
        tenant: Some(snapshot.world.tenant.id.clone()),
    }
}

/// What a client sent: not longer than anybody can mean it, and without secrets, which some put into a path.
pub(crate) fn quoted(text: &str) -> String {
    let text = match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    };
    let parts: Vec<String> = text.split('/').map(redact).collect();
    parts.join("/")
}

pub(super) fn credential(fault: CredentialFault) -> Refused {
    let in_header = |header: &str| Refused::CredentialInHeader {
        header: header.to_owned(),
    };
    match fault {
        CredentialFault::Missing | CredentialFault::EmptyBearer => Refused::CredentialMissing,
        CredentialFault::AuthenticationHeader => in_header("Authentication"),
        CredentialFault::TokenInKeyHeader => Refused::TokenInKeyHeader {
            header: "api-key".to_owned(),
        },
        // The right header, used in a way that this route does not read.
        CredentialFault::NotBearer | CredentialFault::Duplicate | CredentialFault::NotText => {
            in_header("Authorization")
        }
    }
}

/// Whether what stood in the place of a token is a key: no JWT has fewer than two dots or another start.
fn is_key(attempt: &Attempt<'_>) -> bool {
    matches!(attempt.presented.credential, Credential::Token(text) if !text.contains('.') && !text.starts_with("eyJ"))
}

/// The names of deployments help whoever may call some; strangers' explanations are the operator's too.
fn deployments(attempt: &Attempt<'_>) -> Vec<String> {
    let names = attempt.account.deployments.iter();
    names
        .take(20)
        .map(|deployment| deployment.name.to_string())
        .collect()
}

/// The route that a misspelt path means: the page writes `/model` and `/deployments/…`.
fn meant(path: &str) -> Option<String> {
    let candidates = [
        path.strip_prefix("/model/")
            .map(|rest| format!("/models/{rest}")),
        path.starts_with("/deployments/")
            .then(|| format!("/openai{path}")),
        path.strip_prefix("/v1/")
            .map(|rest| format!("/openai/v1/{rest}")),
        path.contains("//").then(|| path.replace("//", "/")),
        path.strip_suffix('/').map(str::to_owned),
    ];
    let mut known = candidates.into_iter().flatten();
    known.find(|path| route::data_plane_path_exists(path))
}

fn route_for(format: &str) -> &'static str {
    match format {
        "Anthropic" => "/anthropic/v1/messages",
        "OpenAI" => "/openai/v1/chat/completions",
        _ => "/models/chat/completions",
    }
}
