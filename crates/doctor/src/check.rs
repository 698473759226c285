//! The next best check: the one question whose answer separates the remaining causes best.

use crate::RuleId;
use crate::case::Case;
use crate::clues::network;
use crate::evidence::endpoint::Use;
use crate::evidence::role::Stance;
use crate::fact::{Kind, Name, Origin};
use crate::report::{Certainty, Finding, NextCheck};

/// How many checks a report names.
const LIMIT: usize = 3;

/// A question, the command that answers it, and the causes between which its answer decides.
struct Check {
    question: &'static str,
    command: fn(&Case<'_>) -> String,
    separates: &'static [RuleId],
    /// Whether the evidence has the answer already.
    answered: fn(&Case<'_>) -> bool,
}

use RuleId::*;

const CHECKS: &[Check] = &[
    Check {
        question: "Which roles does the caller have at the resource, inherited and through groups included?",
        command: |case| {
            format!(
                "az role assignment list --assignee {} --scope {} --include-inherited --include-groups -o table",
                case.or(Name::Principal, "principal-object-id"),
                case.account_scope()
            )
        },
        separates: &[
            RoleMissing,
            RoleControlPlaneOnly,
            RoleOpenaiOnly,
            RoleDataActionMissing,
            RoleWrongScope,
            RolePropagation,
            RolePimNotActivated,
            GroupMembershipStale,
            WrongIdentity,
        ],
        answered: |case| case.role(|role| role.stance == Stance::Held).is_some(),
    },
    Check {
        question: "Whose token is it, for which resource and tenant, and until when?",
        command: |_| {
            "az account get-access-token --scope https://cognitiveservices.azure.com/.default --query accessToken -o tsv | entrada token decode -".to_owned()
        },
        separates: &[
            TokenMissing,
            TokenWrongHeader,
            TokenWrongAudience,
            TokenMalformed,
            TokenExpired,
            TokenWrongTenant,
            TokenWrongCloud,
            TokenIsApiKey,
            WrongIdentity,
        ],
        answered: |case| case.claims().is_some(),
    },
    Check {
        question: "Which deployments does the resource have, and of which models?",
        command: |case| {
            format!(
                "az cognitiveservices account deployment list -n {} -g <resource-group> --query '[].{{deployment:name,model:properties.model.name,state:properties.provisioningState}}' -o table",
                case.account()
            )
        },
        separates: &[
            DeploymentNotFound,
            DeploymentNameVsModelName,
            DeploymentJustCreated,
            ModelNotDeployedOrUnknown,
            OperationNotSupportedByModel,
        ],
        answered: |case| has(case, |kind| matches!(kind, Kind::Deployed { .. })),
    },
    Check {
        question: "Which URL, with which query, does the client really call?",
        command: |_| {
            "OPENAI_LOG=debug <the program>    # prints each request; or a look at the proxy's log"
                .to_owned()
        },
        separates: &[
            EndpointWrongForSdk,
            EndpointMalformed,
            ApiVersionMissing,
            ApiVersionUnsupported,
            SdkVersionBug,
            SdkWrongClass,
            SdkMisconfigured,
        ],
        answered: |case| case.endpoint(|one| one.usage == Use::Called).is_some(),
    },
    Check {
        question: "Are keys allowed, is public access on, and which networks are admitted?",
        command: |case| {
            format!(
                "az cognitiveservices account show -n {} -g <resource-group> --query 'properties.{{keysOff:disableLocalAuth,public:publicNetworkAccess,rules:networkAcls,subdomain:customSubDomainName}}'",
                case.account()
            )
        },
        separates: &[
            LocalAuthDisabled,
            KeySentInsteadOfToken,
            ApiKeyInvalid,
            ApiKeyWrongResource,
            PublicNetworkDisabled,
            FirewallRules,
            PrivateDns,
            CustomSubdomainMissing,
        ],
        answered: account_was_shown,
    },
    Check {
        question: "To which address does the name lead where the program runs?",
        command: |case| format!("nslookup {}.openai.azure.com", case.account()),
        separates: &[
            DnsNotResolving,
            PrivateDns,
            PublicNetworkDisabled,
            EndpointResourceNotFound,
            CustomSubdomainMissing,
            TlsOrProxy,
            NetworkPathUnstable,
        ],
        answered: |case| {
            case.clue(&network::RESOLVES_PRIVATE).is_some()
                || case.clue(&network::RESOLVES_PUBLIC).is_some()
        },
    },
    Check {
        question: "Which credential answers where the program runs, and as whom?",
        command: |_| {
            "az account show --query '{user:user.name,tenant:tenantId,subscription:name}'; env | grep -E '^(AZURE|IDENTITY|MSI)_' | sed 's/=.*/=(set)/'".to_owned()
        },
        separates: &[
            CredentialUnavailable,
            ManagedIdentityUnavailable,
            ManagedIdentityClientIdMissing,
            WrongIdentity,
            TokenWrongTenant,
            KeySentInsteadOfToken,
        ],
        answered: |case| case.value(Name::TokenTenant).is_some(),
    },
];

/// The checks whose answers separate the remaining causes best, the most telling first. None where
/// the first is proven; none that was answered already.
///
/// A check tells the causes that it separates from each other and from the rest; what remains open
/// after it are the causes that it does not know, as likely as they are among themselves. The best
/// check leaves least open.
pub(crate) fn next(
    case: &Case<'_>,
    findings: &[Finding],
    likely: &[(RuleId, f64)],
) -> Vec<NextCheck> {
    let open = findings
        .first()
        .is_some_and(|first| first.certainty != Certainty::Proven);
    if !open || findings.len() < 2 {
        return Vec::new();
    }
    let mut told: Vec<(f64, &Check)> = CHECKS
        .iter()
        .filter(|check| {
            let known = |finding: &&Finding| check.separates.contains(&finding.rule);
            findings.iter().filter(known).count() >= 2 && !(check.answered)(case)
        })
        .map(|check| {
            let rest = likely
                .iter()
                .filter(|(rule, _)| !check.separates.contains(rule));
            (left_open(rest.map(|(_, share)| *share)), check)
        })
        .collect();
    told.sort_by(|a, b| a.0.total_cmp(&b.0));
    told.into_iter()
        .take(LIMIT)
        .map(|(_, check)| NextCheck {
            question: check.question.to_owned(),
            command: (check.command)(case),
            separates: findings
                .iter()
                .map(|finding| finding.rule)
                .filter(|rule| check.separates.contains(rule))
                .collect(),
        })
        .collect()
}

fn has(case: &Case<'_>, test: fn(&Kind) -> bool) -> bool {
    case.facts().iter().any(|fact| test(&fact.kind))
}

/// How much is open among causes with these shares: their sum times their entropy, in nats.
fn left_open(shares: impl Iterator<Item = f64> + Clone) -> f64 {
    let sum: f64 = shares.clone().sum();
    if sum <= 0.0 {
        return 0.0;
    }
    let entropy: f64 = shares
        .map(|share| share / sum)
        .filter(|p| *p > 0.0)
        .map(|p| -p * p.ln())
        .sum();
    // A rest of one cause is settled by the check's silence, but it costs to be silent.
    const SILENCE: f64 = 0.1;
    sum * (entropy + SILENCE)
}

/// The account itself was looked at: a log names its id, too.
fn account_was_shown(case: &Case<'_>) -> bool {
    let id = case.value_fact(Name::AccountId);
    id.is_some_and(|fact| match &fact.origin {
        Origin::Field { name } => name.ends_with("id"),
        _ => false,
    })
}

#[cfg(test)]
mod tests;
