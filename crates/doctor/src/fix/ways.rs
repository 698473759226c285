//! The other ways to the same end: each cause is mended where its owner works. People at a terminal run a
//! command, others keep their resources in Bicep or Terraform, use the portal, or change the program.
//!
//! A test holds every cause to the ways that its [`Nature`] asks for.

use super::declarations;
use super::snippets::Concept;
use super::{Fix, FixKind, bicep, portal, role_for, terraform};
use crate::RuleId;
use crate::case::Case;
use crate::fact::{Facts, Name};

/// Where a cause is mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    /// In a resource of Azure: command, portal, and Bicep or Terraform.
    Resource,
    /// In Entra: command, portal and Terraform.
    Directory,
    /// In the program: code in every language that has an SDK.
    Program,
    /// Where the program runs: a command, a variable, patience.
    Machine,
    /// By whom it belongs to: the portal says who.
    Service,
}

impl RuleId {
    /// Where it is mended: `Azure`, `Entra`, `program`, `machine` or `service`.
    pub fn mended_in(self) -> &'static str {
        match of(self).nature {
            Nature::Resource => "Azure",
            Nature::Directory => "Entra",
            Nature::Program => "program",
            Nature::Machine => "machine",
            Nature::Service => "service",
        }
    }

    /// What mends it where nothing is known of the case: every way, in every language, with placeholders.
    pub fn fixes(self) -> Vec<Fix> {
        let facts = Facts::new();
        let case = Case::new(&facts);
        let mut fixes = (self.rule().fix)(&case);
        extend(self, &case, &mut fixes);
        fixes
    }
}

/// How a cause is mended besides what its rule says itself.
pub(crate) struct Ways {
    pub(crate) nature: Nature,
    portal: Option<&'static str>,
    template: Option<Template>,
    code: Option<Concept>,
}

/// What is declared.
enum Template {
    /// The role that the call needs, for the caller.
    Role,
    /// This role, for the caller.
    NamedRole(&'static str),
    /// Properties of the account.
    Account(&'static str),
    /// Anything else in Bicep, where `ACCOUNT` is the account's name.
    Bicep(&'static str),
    Terraform(&'static str),
}

/// The ways of a cause.
pub(crate) fn of(rule: RuleId) -> Ways {
    use RuleId::*;
    use Template::*;
    let resource = |portal, template| Ways {
        nature: Nature::Resource,
        portal: Some(portal),
        template: Some(template),
        code: None,
    };
    let directory = |portal, text| Ways {
        nature: Nature::Directory,
        portal: Some(portal),
        template: Some(Terraform(text)),
        code: None,
    };
    let program = |concept| Ways {
        nature: Nature::Program,
        portal: None,
        template: None,
        code: Some(concept),
    };
    let machine = || Ways {
        nature: Nature::Machine,
        portal: None,
        template: None,
        code: None,
    };
    let service = |portal| Ways {
        nature: Nature::Service,
        portal: Some(portal),
        ..machine()
    };
    const GRANT: &str = "The resource > Access control (IAM) > Add role assignment";
    const DEPLOYMENTS: &str = "Foundry portal > the resource > Models + endpoints";
    const NETWORKING: &str = "The resource > Networking";
    match rule {
        RoleMissing | RoleControlPlaneOnly | RoleOpenaiOnly | RoleWrongScope => {
            resource(GRANT, Role)
        }
        RoleDataActionMissing => resource(
            "The resource group > Access control (IAM) > Roles > the custom role > Edit > Permissions",
            Bicep(declarations::CUSTOM_ROLE),
        ),
        RolePimNotActivated => resource(
            "Privileged Identity Management > My roles > Azure resources > Activate",
            Bicep(declarations::ACTIVATION),
        ),
        DenyAssignment => resource(
            "The resource > Access control (IAM) > Deny assignments",
            Bicep(declarations::NO_DENIAL),
        ),
        ControlPlanePermissionMissing => {
            resource(GRANT, NamedRole("Cognitive Services Contributor"))
        }
        RoleAssignmentWriteMissing => {
            resource(GRANT, NamedRole("Role Based Access Control Administrator"))
        }
        ManagedIdentityUnavailable => resource(
            "The app > Settings > Identity > System assigned: On",
            Bicep(declarations::IDENTITY),
        ),
        PublicNetworkDisabled => resource(NETWORKING, Bicep(declarations::PRIVATE_ENDPOINT)),
        FirewallRules => resource(NETWORKING, Account(declarations::RULES)),
        PrivateDns => resource(
            "The private endpoint > DNS configuration; the private DNS zone > Virtual network links",
            Bicep(declarations::PRIVATE_ZONE),
        ),
        CustomSubdomainMissing => resource(
            "The resource > Networking > Generate Custom Domain Name",
            Account("customSubDomainName: 'ACCOUNT'"),
        ),
        LocalAuthDisabled => Ways {
            code: Some(Concept::Entra),
            ..resource(
                "The resource > Resource Management > Keys and Endpoint, which says so",
                Account("disableLocalAuth: false"),
            )
        },
        ApiKeyInvalid | ApiKeyWrongResource => resource(
            "The resource > Resource Management > Keys and Endpoint",
            Bicep(declarations::KEY),
        ),
        DeploymentNotFound | ModelNotDeployedOrUnknown | RegionNotSupported => {
            resource(DEPLOYMENTS, Bicep(declarations::DEPLOYMENT))
        }
        QuotaOrRateLimit => resource(
            "Foundry portal > Management center > Quota",
            Bicep(declarations::DEPLOYMENT),
        ),
        EndpointResourceNotFound => resource(
            "Azure AI services > Manage deleted resources > Recover",
            Account("restore: true"),
        ),
        CapabilityHostMissing => resource(
            "Foundry portal > Management center > the project > Connected resources",
            Bicep(declarations::CAPABILITY_HOST),
        ),
        WrongIdentity => Ways {
            code: Some(Concept::ClientId),
            ..resource(GRANT, Role)
        },
        ManagedIdentityClientIdMissing => program(Concept::ClientId),
        GroupMembershipStale => directory(
            "Entra ID > Groups > the group > Members",
            declarations::GROUP_MEMBER,
        ),
        CredentialAppNotFound => directory(
            "Entra ID > App registrations > Overview",
            declarations::SERVICE_PRINCIPAL,
        ),
        CredentialAppNotPublicClient => directory(
            "Entra ID > App registrations > Authentication",
            declarations::PUBLIC_CLIENT,
        ),
        CredentialConsentMissing => directory(
            "Entra ID > App registrations > API permissions",
            declarations::CONSENT,
        ),
        CredentialFederationMismatch => directory(
            "Entra ID > App registrations > Certificates & secrets > Federated credentials",
            declarations::FEDERATION,
        ),
        CredentialSecretInvalid => directory(
            "Entra ID > App registrations > Certificates & secrets",
            declarations::PASSWORD,
        ),
        CredentialMfaOrConditionalAccess => service("Entra ID > Sign-in logs > the failed sign-in"),
        SubscriptionDisabled => service("Subscriptions > the subscription > Overview"),
        ServiceOutageOrBug => service("Service Health > Service issues"),
        TokenMissing
        | TokenWrongHeader
        | TokenMalformed
        | TokenExpired
        | KeySentInsteadOfToken
        | SdkMisconfigured => program(Concept::Entra),
        TokenWrongAudience => program(Concept::Scope),
        TokenWrongTenant => program(Concept::Tenant),
        TokenWrongCloud => program(Concept::Cloud),
        TokenIsApiKey | EndpointMalformed | EndpointWrongForSdk | SdkWrongClass => {
            program(Concept::BaseUrl)
        }
        ApiVersionMissing | ApiVersionUnsupported => program(Concept::ApiVersion),
        DeploymentNameVsModelName => program(Concept::Deployment),
        OperationNotSupportedByModel => program(Concept::Responses),
        StatefulItemWrongResource => program(Concept::Stateless),
        SdkVersionBug => program(Concept::Upgrade),
        CredentialUnavailable
        | CredentialTenantNotFound
        | DnsNotResolving
        | TlsOrProxy
        | NetworkPathUnstable
        | RolePropagation
        | DeploymentJustCreated => machine(),
    }
}

/// Adds the ways that a rule does not name itself.
pub(crate) fn extend(rule: RuleId, case: &Case<'_>, fixes: &mut Vec<Fix>) {
    let ways = of(rule);
    if let Some(concept) = ways.code {
        let language = case.language();
        for (known, text) in concept.samples() {
            let kind = FixKind::Code(*known);
            let wanted = language.is_none_or(|language| language == *known);
            if wanted && fixes.iter().all(|fix| fix.kind != kind) {
                fixes.push(Fix {
                    kind,
                    ..super::run(concept.title(), *text)
                });
            }
        }
    }
    let has = |fixes: &[Fix], kind| fixes.iter().any(|fix| fix.kind == kind);
    if let Some(path) = ways.portal.filter(|_| !has(fixes, FixKind::Portal)) {
        fixes.push(portal(path));
    }
    let account = case.account();
    match ways.template {
        None => {}
        Some(Template::Role) => fixes.extend(grant(case, role_for(case))),
        Some(Template::NamedRole(role)) => fixes.extend(grant(case, role)),
        Some(Template::Account(properties)) => fixes.push(bicep(
            declarations::ACCOUNT
                .replace("PROPERTIES", properties)
                .replace("ACCOUNT", &account),
        )),
        Some(Template::Bicep(text)) => fixes.push(bicep(filled(text, case))),
        Some(Template::Terraform(text)) => fixes.push(terraform(filled(text, case))),
    }
}

/// A role assignment, in both languages of declarations.
fn grant(case: &Case<'_>, role: &str) -> [Fix; 2] {
    let known = access::builtin::by_name(role);
    let id = known.map_or_else(|| "<role-id>".to_owned(), |role| role.id.to_string());
    let put = |text: &str| {
        filled(text, case)
            .replace("ROLE_ID", &id)
            .replace("ROLE", role)
    };
    [
        bicep(put(declarations::GRANT)),
        terraform(put(declarations::GRANT_TERRAFORM)),
    ]
}

fn filled(text: &str, case: &Case<'_>) -> String {
    text.replace("ACCOUNT", &case.account())
        .replace(
            "PRINCIPAL",
            &case.or(Name::Principal, "principal-object-id"),
        )
        .replace("DATA_ACTION", &case.or(Name::DataAction, "data-action"))
        .replace("DEPLOYMENT", &case.or(Name::Deployment, "deployment"))
        .replace("MODEL", &case.or(Name::Model, "model"))
        .replace("SCOPE", &case.account_scope())
}
