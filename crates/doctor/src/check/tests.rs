use crate::evidence::read;
use crate::{Facts, diagnose};

const DENIED: &str = "endpoint: https://contoso.openai.azure.com
Error code: 401 - {'error': {'code': 'PermissionDenied', 'message': 'Principal does not have access to API/Operation.'}}
";

/// The command of the first check, and the cause that is first.
#[track_caller]
fn check(facts: &Facts, command: &str, cause: &str) {
    let report = diagnose(facts);
    let asked = report
        .next_checks
        .first()
        .map_or("", |check| &check.command);
    assert!(
        asked.starts_with(command),
        "{asked} for {:#?}",
        report.findings
    );
    assert_eq!(report.findings[0].rule.as_str(), cause);
}

#[test]
fn the_first_question_is_the_one_whose_answer_settles_most() {
    check(&read(DENIED), "az role assignment list", "role-missing");
    let not_found = "endpoint: https://contoso.openai.azure.com\n404 DeploymentNotFound: The API deployment for this resource does not exist\n";
    check(
        &read(not_found),
        "az cognitiveservices account deployment list",
        "deployment-not-found",
    );
}

#[test]
fn an_answer_continues_the_diagnosis_and_is_not_asked_for_again() {
    let mut facts = read(DENIED);
    facts.extend(read(
        r#"[{"principalId":"11111111-2222-3333-4444-555555555555","roleDefinitionName":"Owner","scope":"/subscriptions/0"}]"#,
    ));
    let report = diagnose(&facts);
    assert_eq!(report.findings[0].rule.as_str(), "role-control-plane-only");
    let asked = report
        .next_checks
        .iter()
        .any(|check| check.command.starts_with("az role assignment list"));
    assert!(!asked, "{:#?}", report.next_checks);
}

#[test]
fn what_is_open_is_least_where_the_rest_is_unlikely_or_one() {
    let open = |shares: &[f64]| super::left_open(shares.iter().copied());
    assert!(open(&[]) < open(&[0.1]));
    assert!(open(&[0.2]) < open(&[0.1, 0.1]));
    assert!(open(&[0.1, 0.1]) < open(&[0.3, 0.3]));
}
