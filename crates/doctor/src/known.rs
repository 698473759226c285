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

mod refused;

pub use refused::Refused;

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

    /// The cause that a decision stands for, if it does not allow.
    pub fn of_decision(decision: &Decision) -> Option<Self> {
        let cause = match decision.verdict {
            Verdict::Denied(denial) => Self::of_denial(denial),
            Verdict::Unknown => Self::RoleMissing,
            Verdict::Conditional => Self::RoleDataActionMissing,
            Verdict::Allowed => return None,
        };
        let action = decision.action.to_ascii_lowercase();
        Some(match cause {
            Self::ControlPlanePermissionMissing if action.ends_with("roleassignments/write") => {
                Self::RoleAssignmentWriteMissing
            }
            other => other,
        })
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
            TokenFault::GroupsUnknown => Self::GroupMembershipStale,
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
        let Some(cause) = RuleId::of_decision(decision) else {
            return Self::new();
        };
        // Commands name the caller by its object id, whatever its short name is here.
        let mut facts = Self::from_call(&Call {
            principal: Some(decision.principal.to_string()),
            ..call.clone()
        });
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

    /// What a token's faults tell: the first is why it was refused, the others would be next.
    pub fn from_token_faults(faults: &[TokenFault], call: &Call) -> Self {
        let mut facts = Self::from_call(call);
        let mut causes = Vec::new();
        for fault in faults {
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
            let (cause, statement) = (RuleId::of_token_fault(fault), sentence(&fault.to_string()));
            // One cause is one finding; what else is said of it is evidence.
            facts.server(if causes.contains(&cause) {
                Kind::Observed(statement)
            } else {
                causes.push(cause);
                Kind::Known { cause, statement }
            });
        }
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
