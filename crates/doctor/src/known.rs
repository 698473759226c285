//! What the endpoint itself knows when it refuses.
//!
//! The server does not guess: it decided. It hands its decision over here, with the values of the
//! call, and gets the same finding that the doctor gives from outside, proven, with the same fix.
//!
//! ```
//! use doctor::known::{Call, Refused};
//! use doctor::{Certainty, Facts, RuleId, diagnose};
//!
//! let call = Call { account: Some("contoso".into()), ..Call::default() };
//! let facts = Facts::from_refused(&Refused::KeysDisabled { token_beside: true }, &call);
//! let finding = &diagnose(&facts).findings[0];
//! assert_eq!(finding.rule, RuleId::KeySentInsteadOfToken);
//! assert_eq!(finding.certainty, Certainty::Proven);
//! ```

use access::decision::{Decision, Denial, Verdict};
use access::token::TokenFault;

use crate::RuleId;
use crate::evidence::audience::{Cloud, resource};
use crate::fact::{Facts, Kind, Name, Origin};

/// The call, as far as the endpoint resolved it: values for the commands of a fix.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Call {
    /// The caller's object id, or the name that a command takes.
    pub principal: Option<String>,
    /// The account's name.
    pub account: Option<String>,
    /// The account's ARM id.
    pub account_id: Option<String>,
    /// The project's name.
    pub project: Option<String>,
    /// The deployment that was asked for.
    pub deployment: Option<String>,
    /// Method and path template, such as `POST /openai/v1/responses`.
    pub operation: Option<String>,
    /// The data action that the operation checks.
    pub data_action: Option<String>,
    /// The resource's tenant.
    pub tenant: Option<String>,
}

/// Why the endpoint refused a call, other than for a token's fault or a missing role.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused {
    /// Neither token nor key.
    CredentialMissing,
    /// The credential came in a header that this route does not read, such as `Authentication`.
    CredentialInHeader {
        /// The header it came in.
        header: String,
    },
    /// A token stood in a header for keys.
    TokenInKeyHeader {
        /// The header it came in.
        header: String,
    },
    /// A key stood where this route reads a token.
    KeyAsToken,
    /// The key is none of the account's.
    KeyInvalid,
    /// The key is another account's.
    KeyOfOtherAccount {
        /// The account that has this key.
        account: String,
    },
    /// The account takes no keys.
    KeysDisabled {
        /// Whether a token came beside the key and was ignored.
        token_beside: bool,
    },
    /// The network rules do not admit the caller.
    NetworkDenied {
        /// The caller's address.
        address: String,
    },
    /// Public access is off.
    PublicAccessDisabled,
    /// A token at an endpoint without a name of its own.
    SubdomainRequired,
    /// No account has this name.
    AccountUnknown {
        /// The name that was called.
        name: String,
    },
    /// No such route.
    RouteUnknown {
        /// The path that was called.
        path: String,
        /// The path that was meant, where it can be told: `/models` for `/model`.
        meant: Option<String>,
    },
    /// The route needs an api-version.
    ApiVersionMissing,
    /// The route does not take this api-version.
    ApiVersionUnsupported {
        /// What was given.
        given: String,
        /// What would do.
        wanted: Option<String>,
    },
    /// No deployment has this name.
    DeploymentUnknown {
        /// The name that was asked for.
        name: String,
        /// The names there are.
        existing: Vec<String>,
        /// A deployment whose model has that name.
        of_that_model: Option<String>,
    },
    /// The body names no model.
    ModelMissing,
    /// The deployment's model is of another family than this route serves.
    WrongFamily {
        /// The deployment.
        deployment: String,
        /// The model's format.
        format: String,
        /// The route that serves it.
        route: Option<String>,
    },
    /// The deployment's model does not do this operation.
    OperationUnsupported {
        /// The operation.
        operation: String,
        /// The model.
        model: String,
    },
    /// A stored response, or the like, is not here.
    ItemUnknown,
    /// A limit was reached.
    RateLimited {
        /// Seconds to wait.
        seconds: u32,
    },
    /// The model server did not answer, or answered with an error.
    ModelServerFailed {
        /// What happened.
        what: String,
    },
}

impl RuleId {
    /// The cause that a denial stands for.
    pub fn of_denial(denial: Denial) -> Self {
        match denial {
            Denial::DenyAssignment => Self::DenyAssignment,
            Denial::NotYetEffective => Self::RolePropagation,
            Denial::StartsLater | Denial::NotActivated | Denial::Expired => {
                Self::RolePimNotActivated
            }
            Denial::ConditionNotMet | Denial::ConditionUnreadable | Denial::DataActionMissing => {
                Self::RoleDataActionMissing
            }
            Denial::BelowScope | Denial::WrongScope => Self::RoleWrongScope,
            Denial::OtherFamilyOnly => Self::RoleOpenaiOnly,
            Denial::ControlPlaneOnly => Self::RoleControlPlaneOnly,
            Denial::ActionMissing | Denial::DataPlaneOnly => Self::ControlPlanePermissionMissing,
            Denial::RoleMissing => Self::RoleMissing,
        }
    }

    /// The cause that a token's fault stands for.
    pub fn of_token_fault(fault: &TokenFault) -> Self {
        match fault {
            TokenFault::Audience { found, accepted } => match cloud_of(found) {
                Some(cloud)
                    if accepted
                        .first()
                        .and_then(|one| cloud_of(one))
                        .is_some_and(|own| own != cloud) =>
                {
                    Self::TokenWrongCloud
                }
                _ => Self::TokenWrongAudience,
            },
            TokenFault::Expired { .. } | TokenFault::NotYetValid { .. } => Self::TokenExpired,
            TokenFault::Tenant { .. } => Self::TokenWrongTenant,
            TokenFault::Issuer { issuer } if sovereign_issuer(issuer) => Self::TokenWrongCloud,
            TokenFault::Issuer { .. } => Self::TokenWrongTenant,
            TokenFault::KeysUnavailable { .. } => Self::ServiceOutageOrBug,
            _ => Self::TokenMalformed,
        }
    }

    /// The cause that a refusal of the endpoint stands for.
    pub fn of_refused(refused: &Refused) -> Self {
        match refused {
            Refused::CredentialMissing => Self::TokenMissing,
            Refused::CredentialInHeader { .. } | Refused::TokenInKeyHeader { .. } => {
                Self::TokenWrongHeader
            }
            Refused::KeyAsToken => Self::TokenIsApiKey,
            Refused::KeyInvalid => Self::ApiKeyInvalid,
            Refused::KeyOfOtherAccount { .. } => Self::ApiKeyWrongResource,
            Refused::KeysDisabled { token_beside: true } => Self::KeySentInsteadOfToken,
            Refused::KeysDisabled { .. } => Self::LocalAuthDisabled,
            Refused::NetworkDenied { .. } => Self::FirewallRules,
            Refused::PublicAccessDisabled => Self::PublicNetworkDisabled,
            Refused::SubdomainRequired => Self::CustomSubdomainMissing,
            Refused::AccountUnknown { .. } => Self::EndpointResourceNotFound,
            Refused::RouteUnknown { meant: Some(_), .. } => Self::EndpointMalformed,
            Refused::RouteUnknown { .. } | Refused::WrongFamily { .. } => Self::EndpointWrongForSdk,
            Refused::ApiVersionMissing => Self::ApiVersionMissing,
            Refused::ApiVersionUnsupported { .. } => Self::ApiVersionUnsupported,
            Refused::DeploymentUnknown {
                of_that_model: Some(_),
                ..
            } => Self::DeploymentNameVsModelName,
            Refused::DeploymentUnknown { existing, .. } if existing.is_empty() => {
                Self::ModelNotDeployedOrUnknown
            }
            Refused::DeploymentUnknown { .. } => Self::DeploymentNotFound,
            Refused::ModelMissing => Self::SdkMisconfigured,
            Refused::OperationUnsupported { .. } => Self::OperationNotSupportedByModel,
            Refused::ItemUnknown => Self::StatefulItemWrongResource,
            Refused::RateLimited { .. } => Self::QuotaOrRateLimit,
            Refused::ModelServerFailed { .. } => Self::ServiceOutageOrBug,
        }
    }
}

impl Facts {
    /// What a denied decision tells: the cause, the near misses, the role that would do. Nothing, if
    /// the decision does not deny.
    pub fn from_denial(decision: &Decision, call: &Call) -> Self {
        let mut facts = Self::from_call(call);
        let cause = match decision.verdict {
            Verdict::Denied(denial) => RuleId::of_denial(denial),
            Verdict::Unknown => RuleId::RoleMissing,
            Verdict::Conditional => RuleId::RoleDataActionMissing,
            Verdict::Allowed => return Self::new(),
        };
        facts.server(Kind::Value(Name::Principal, decision.principal.to_string()));
        let action = match decision.plane {
            access::action::Plane::Data => Name::DataAction,
            access::action::Plane::Control => Name::Action,
        };
        facts.server(Kind::Value(action, decision.action.clone()));
        facts.server(Kind::Value(Name::Scope, decision.scope.to_string()));
        if let Some(role) = &decision.suggested_role {
            facts.server(Kind::Value(Name::Role, role.name.clone()));
        }
        for near in &decision.near_misses {
            facts.server(Kind::Observed(near.summary()));
        }
        let role_write = decision
            .action
            .to_ascii_lowercase()
            .ends_with("roleassignments/write");
        let cause = match cause {
            RuleId::ControlPlanePermissionMissing if role_write => {
                RuleId::RoleAssignmentWriteMissing
            }
            other => other,
        };
        let statement = match decision.near_misses.first() {
            Some(near) => format!(
                "`{}` is not permitted at {}. The nearest: {}.",
                decision.action,
                decision.scope,
                near.summary()
            ),
            None => format!(
                "`{}` is not permitted at {}, and no assignment comes near it.",
                decision.action, decision.scope
            ),
        };
        facts.server(Kind::Known { cause, statement });
        facts
    }

    /// What a token's fault tells.
    pub fn from_token_fault(fault: &TokenFault, call: &Call) -> Self {
        let mut facts = Self::from_call(call);
        match fault {
            TokenFault::Tenant { found, accepted } => {
                facts.server(Kind::Value(Name::TokenTenant, found.clone()));
                if let Some(tenant) = accepted.first() {
                    facts.server(Kind::Value(Name::ResourceTenant, tenant.clone()));
                }
            }
            TokenFault::Audience { accepted, .. } => {
                if let Some(audience) = accepted.first() {
                    facts.server(Kind::Value(Name::Audience, audience.clone()));
                }
            }
            _ => {}
        }
        let statement = sentence(&fault.to_string());
        facts.server(Kind::Known {
            cause: RuleId::of_token_fault(fault),
            statement,
        });
        facts
    }

    /// What any other refusal of the endpoint tells.
    pub fn from_refused(refused: &Refused, call: &Call) -> Self {
        let mut facts = Self::from_call(call);
        for (name, value) in refused.values() {
            facts.server(Kind::Value(name, value));
        }
        let statement = refused.statement();
        facts.server(Kind::Known {
            cause: RuleId::of_refused(refused),
            statement,
        });
        facts
    }

    fn from_call(call: &Call) -> Self {
        let mut facts = Self::new();
        let values = [
            (Name::Principal, &call.principal),
            (Name::Account, &call.account),
            (Name::AccountId, &call.account_id),
            (Name::Project, &call.project),
            (Name::Deployment, &call.deployment),
            (Name::Operation, &call.operation),
            (Name::DataAction, &call.data_action),
            (Name::ResourceTenant, &call.tenant),
        ];
        for (name, value) in values {
            if let Some(value) = value {
                facts.server(Kind::Value(name, value.clone()));
            }
        }
        facts
    }

    fn server(&mut self, kind: Kind) {
        self.learn(kind, Origin::Server);
    }
}

impl Refused {
    fn values(&self) -> Vec<(Name, String)> {
        match self {
            Self::CredentialInHeader { header } | Self::TokenInKeyHeader { header } => {
                vec![(Name::Header, header.clone())]
            }
            Self::NetworkDenied { address } => vec![(Name::Address, address.clone())],
            Self::AccountUnknown { name } => vec![(Name::Account, name.clone())],
            Self::RouteUnknown {
                meant: Some(meant), ..
            } => vec![(Name::RightPath, meant.clone())],
            Self::ApiVersionUnsupported { given, .. } => vec![(Name::ApiVersion, given.clone())],
            Self::DeploymentUnknown {
                name,
                existing,
                of_that_model,
            } => {
                let first = of_that_model.clone().or_else(|| existing.first().cloned());
                let mut values = vec![(Name::Deployment, name.clone())];
                values.extend(first.map(|one| (Name::ExistingDeployment, one)));
                values
            }
            Self::WrongFamily {
                deployment, route, ..
            } => {
                let mut values = vec![(Name::Deployment, deployment.clone())];
                values.extend(route.clone().map(|route| (Name::RightPath, route)));
                values
            }
            Self::OperationUnsupported { model, .. } => vec![(Name::Model, model.clone())],
            Self::RateLimited { seconds } => vec![(Name::RetryAfter, seconds.to_string())],
            _ => Vec::new(),
        }
    }

    fn statement(&self) -> String {
        match self {
            Self::CredentialMissing => "The request carries neither a token nor a key.".to_owned(),
            Self::CredentialInHeader { header } => {
                format!("The credential came in the header `{header}`, which this route does not read; tokens travel in `Authorization`.")
            }
            Self::TokenInKeyHeader { header } => {
                format!("A token stood in `{header}`, which is for keys; tokens travel in `Authorization: Bearer`.")
            }
            Self::KeyAsToken => "What stood after `Bearer` is not a token, and this route takes keys in `api-key` only.".to_owned(),
            Self::KeyInvalid => "The key is neither of the account's two keys.".to_owned(),
            Self::KeyOfOtherAccount { account } => format!("The key is one of the account `{account}`, not of the one that was called."),
            Self::KeysDisabled { token_beside: true } => {
                "A key was sent, so it alone decided, and the account takes no keys; the token beside it was ignored.".to_owned()
            }
            Self::KeysDisabled { .. } => "A key was sent, and the account takes no keys (`disableLocalAuth`).".to_owned(),
            Self::NetworkDenied { address } => format!("The network rules of the account do not admit {address}."),
            Self::PublicAccessDisabled => "Public access to the account is off, and the call did not come through a private endpoint.".to_owned(),
            Self::SubdomainRequired => "A token was sent to an endpoint without a custom subdomain.".to_owned(),
            Self::AccountUnknown { name } => format!("There is no account `{name}`."),
            Self::RouteUnknown { path, meant: Some(meant) } => format!("`{path}` is no route; `{meant}` is."),
            Self::RouteUnknown { path, .. } => format!("`{path}` is no route of this service."),
            Self::ApiVersionMissing => "The route needs `?api-version=…`, and the request has none.".to_owned(),
            Self::ApiVersionUnsupported { given, wanted: Some(wanted) } => {
                format!("`{given}` is no api-version of this route; `{wanted}` is.")
            }
            Self::ApiVersionUnsupported { given, .. } => format!("`{given}` is no api-version of this route."),
            Self::DeploymentUnknown { name, of_that_model: Some(own), .. } => {
                format!("`{name}` is a model's name; its deployment is called `{own}`.")
            }
            Self::DeploymentUnknown { name, existing, .. } if existing.is_empty() => {
                format!("There is no deployment `{name}`, and no other either.")
            }
            Self::DeploymentUnknown { name, existing, .. } => {
                let some: Vec<&str> = existing.iter().take(8).map(String::as_str).collect();
                format!("There is no deployment `{name}`; there are {}.", some.join(", "))
            }
            Self::ModelMissing => "The body names no model.".to_owned(),
            Self::WrongFamily { deployment, format, .. } => {
                format!("The deployment `{deployment}` is a model of {format}, which this route does not serve.")
            }
            Self::OperationUnsupported { operation, model } => format!("The model {model} does not do {operation}."),
            Self::ItemUnknown => "The item is not stored here.".to_owned(),
            Self::RateLimited { seconds } => format!("The limit is used up for another {seconds} seconds."),
            Self::ModelServerFailed { what } => sentence(what),
        }
    }
}

/// The cloud of an audience.
fn cloud_of(audience: &str) -> Option<Cloud> {
    let host = audience.strip_prefix("https://")?.trim_end_matches('/');
    resource(host).map(|(_, cloud)| cloud)
}

fn sovereign_issuer(issuer: &str) -> bool {
    [
        "microsoftonline.us",
        "chinacloudapi.cn",
        "microsoftonline.cn",
        "sovcloud-identity",
    ]
    .iter()
    .any(|host| issuer.contains(host))
}

/// An error's text as a sentence.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(char::to_uppercase);
    let mut sentence: String = first.into_iter().flatten().chain(characters).collect();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests;
