//! The next best check: the one question whose answer separates the remaining causes best.

use crate::RuleId;
use crate::case::Case;
use crate::fact::Name;
use crate::report::{Certainty, Finding, NextCheck};

/// How many checks a report names.
const LIMIT: usize = 3;

/// A question, the command that answers it, and the causes between which its answer decides.
struct Check {
    question: &'static str,
    command: fn(&Case<'_>) -> String,
    separates: &'static [RuleId],
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
    },
];

/// The checks that separate the findings, the most telling first. None where the first is proven.
pub(crate) fn next(case: &Case<'_>, findings: &[Finding]) -> Vec<NextCheck> {
    let open = findings
        .first()
        .is_some_and(|first| first.certainty != Certainty::Proven);
    if !open || findings.len() < 2 {
        return Vec::new();
    }
    let mut told: Vec<(usize, usize, &Check)> = CHECKS
        .iter()
        .map(|check| {
            let known = |finding: &&Finding| check.separates.contains(&finding.rule);
            let first = findings
                .iter()
                .position(|finding| known(&finding))
                .unwrap_or(usize::MAX);
            (findings.iter().filter(known).count(), first, check)
        })
        .filter(|(count, _, _)| *count >= 2)
        .collect();
    told.sort_by_key(|(count, first, _)| (*first, std::cmp::Reverse(*count)));
    told.into_iter()
        .take(LIMIT)
        .map(|(_, _, check)| NextCheck {
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
