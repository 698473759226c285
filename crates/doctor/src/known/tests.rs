use access::Timestamp;
use access::action::Plane;
use access::assignment::RoleAssignment;
use access::builtin;
use access::decide::{Question, decide};
use access::policy::Policy;
use access::principal::PrincipalId;
use access::scope::Scope;

use super::*;
use crate::{Certainty, diagnose};

fn call() -> Call {
    Call {
        account: Some("contoso".into()),
        account_id: Some("/subscriptions/s/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/contoso".into()),
        ..Call::default()
    }
}

fn check(facts: &Facts, rule: RuleId) -> crate::Finding {
    let report = diagnose(facts);
    let finding = report.findings[0].clone();
    assert_eq!((finding.rule, finding.certainty), (rule, Certainty::Proven));
    assert!(!finding.fix.is_empty() && !finding.evidence.is_empty());
    finding
}

#[test]
fn a_denial_becomes_the_rule_of_its_name_with_the_role_that_would_do() {
    let account = Scope::parse(call().account_id.as_deref().unwrap()).unwrap();
    let principal = PrincipalId::new("11111111-2222-3333-4444-555555555555");
    let owner = builtin::by_name("Owner").unwrap();
    let policy = Policy {
        assignments: vec![RoleAssignment::new(
            "1",
            principal.clone(),
            owner.id.clone(),
            account.clone(),
        )],
        ..Policy::default()
    };
    let decision = decide(
        &policy,
        &Question {
            principal: &principal,
            groups: &[],
            action: "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action",
            plane: Plane::Data,
            scope: &account,
            now: Timestamp(0),
        },
    );
    let finding = check(
        &Facts::from_denial(&decision, &call()),
        RuleId::RoleControlPlaneOnly,
    );
    assert!(
        finding.cause.contains("management rights only"),
        "{}",
        finding.cause
    );
    let command = &finding.fix[0].command;
    assert!(
        command.contains("11111111-2222-3333-4444-555555555555"),
        "{command}"
    );
    assert!(
        command.contains("Cognitive Services OpenAI User"),
        "{command}"
    );
    assert!(command.contains("/accounts/contoso"), "{command}");
}

#[test]
fn every_denial_has_a_rule_and_its_id_is_the_rules_label_where_one_exists() {
    for denial in Denial::ALL {
        let rule = RuleId::of_denial(*denial);
        if RuleId::parse(denial.id()).is_some() {
            assert_eq!(denial.id(), rule.as_str(), "{denial:?}");
        }
    }
}

#[test]
fn token_faults_are_told_apart() {
    let accepted = vec!["https://cognitiveservices.azure.com".to_owned()];
    for (fault, rule) in [
        (
            TokenFault::Audience {
                found: "https://management.azure.com".into(),
                accepted: accepted.clone(),
            },
            RuleId::TokenWrongAudience,
        ),
        (
            TokenFault::Audience {
                found: "https://cognitiveservices.azure.us".into(),
                accepted,
            },
            RuleId::TokenWrongCloud,
        ),
        (
            TokenFault::Expired {
                expired: Timestamp(1),
                now: Timestamp(9),
            },
            RuleId::TokenExpired,
        ),
        (
            TokenFault::Tenant {
                found: "a".into(),
                accepted: vec!["b".into()],
            },
            RuleId::TokenWrongTenant,
        ),
        (TokenFault::Segments { segments: 1 }, RuleId::TokenMalformed),
        (TokenFault::GroupsUnknown, RuleId::GroupMembershipStale),
        (
            TokenFault::Issuer {
                issuer: "https://login.microsoftonline.us/x/v2.0".into(),
            },
            RuleId::TokenWrongCloud,
        ),
    ] {
        check(&Facts::from_token_faults(&[fault], &call()), rule);
    }
}

#[test]
fn a_token_with_several_faults_gets_a_finding_for_each_cause_the_first_first() {
    let now = Timestamp(1_795_000_000);
    let faults = [
        TokenFault::Audience {
            found: "https://graph.microsoft.com".into(),
            accepted: vec!["https://cognitiveservices.azure.com".into()],
        },
        TokenFault::Expired {
            expired: now.plus(-7200),
            now,
        },
    ];
    let report = diagnose(&Facts::from_token_faults(&faults, &call()));
    let rules: Vec<RuleId> = report.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, [RuleId::TokenWrongAudience, RuleId::TokenExpired]);
    for finding in &report.findings {
        assert_eq!(finding.certainty, Certainty::Proven);
    }
}

#[test]
fn every_other_refusal_has_a_rule_a_cause_and_a_fix() {
    let unknown = |existing: &[&str], own: Option<&str>| Refused::DeploymentUnknown {
        name: "gpt-4o".into(),
        existing: existing.iter().map(|name| (*name).to_owned()).collect(),
        of_that_model: own.map(str::to_owned),
    };
    for (refused, rule) in [
        (Refused::CredentialMissing, RuleId::TokenMissing),
        (
            Refused::CredentialInHeader {
                header: "Authentication".into(),
            },
            RuleId::TokenWrongHeader,
        ),
        (
            Refused::TokenInKeyHeader {
                header: "api-key".into(),
            },
            RuleId::TokenWrongHeader,
        ),
        (Refused::KeyAsToken, RuleId::TokenIsApiKey),
        (Refused::KeyInvalid, RuleId::ApiKeyInvalid),
        (
            Refused::KeyOfOtherAccount {
                account: "other".into(),
            },
            RuleId::ApiKeyWrongResource,
        ),
        (
            Refused::KeysDisabled {
                token_beside: false,
            },
            RuleId::LocalAuthDisabled,
        ),
        (
            Refused::NetworkDenied {
                address: "203.0.113.7".into(),
            },
            RuleId::FirewallRules,
        ),
        (Refused::PublicAccessDisabled, RuleId::PublicNetworkDisabled),
        (Refused::SubdomainRequired, RuleId::CustomSubdomainMissing),
        (
            Refused::AccountUnknown { name: "x".into() },
            RuleId::EndpointResourceNotFound,
        ),
        (
            Refused::RouteUnknown {
                path: "/model/chat/completions".into(),
                meant: Some("/models/chat/completions".into()),
            },
            RuleId::EndpointMalformed,
        ),
        (
            Refused::RouteUnknown {
                path: "/nowhere".into(),
                meant: None,
            },
            RuleId::EndpointWrongForSdk,
        ),
        (Refused::ApiVersionMissing, RuleId::ApiVersionMissing),
        (
            Refused::ApiVersionUnsupported {
                given: "2024-07-18".into(),
                wanted: None,
            },
            RuleId::ApiVersionUnsupported,
        ),
        (unknown(&["chat"], None), RuleId::DeploymentNotFound),
        (
            unknown(&["chat"], Some("chat")),
            RuleId::DeploymentNameVsModelName,
        ),
        (unknown(&[], None), RuleId::ModelNotDeployedOrUnknown),
        (Refused::ModelMissing, RuleId::SdkMisconfigured),
        (
            Refused::WrongFamily {
                deployment: "c".into(),
                format: "Anthropic".into(),
                route: None,
            },
            RuleId::EndpointWrongForSdk,
        ),
        (
            Refused::OperationUnsupported {
                operation: "embeddings".into(),
                model: "gpt-4o".into(),
            },
            RuleId::OperationNotSupportedByModel,
        ),
        (Refused::ItemUnknown, RuleId::StatefulItemWrongResource),
        (
            Refused::RateLimited { seconds: 7 },
            RuleId::QuotaOrRateLimit,
        ),
        (
            Refused::ModelServerFailed {
                what: "no answer".into(),
            },
            RuleId::ServiceOutageOrBug,
        ),
    ] {
        let finding = check(&Facts::from_refused(&refused, &call()), rule);
        assert!(finding.cause.ends_with('.'), "{}", finding.cause);
    }
}

#[test]
fn a_bug_of_the_client_stands_beside_the_cause_that_it_leads_to() {
    let with_agent = |refused: &Refused, agent: &str| {
        let mut facts = Facts::from_refused(refused, &call());
        facts.extend(crate::evidence::user_agent(agent));
        diagnose(&facts).findings
    };
    let refused = Refused::KeysDisabled { token_beside: true };
    let findings = with_agent(&refused, "AzureOpenAI/Python 2.40.0");
    assert_eq!(findings[0].certainty, Certainty::Proven);
    assert_eq!(findings[1].rule, RuleId::SdkVersionBug);
    assert!(
        findings[1]
            .cause
            .starts_with("openai 2.40.0 has a known bug")
    );
    assert_eq!(
        findings[1].fix[0].command,
        "pip install --upgrade 'openai>=3.4.0'"
    );
    // Another version has not that bug, and another cause is not its work.
    assert_eq!(with_agent(&refused, "AzureOpenAI/Python 3.54.0").len(), 1);
    let missing = Refused::CredentialMissing;
    assert_eq!(with_agent(&missing, "AzureOpenAI/Python 2.40.0").len(), 1);
}
