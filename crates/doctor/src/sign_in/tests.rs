use std::collections::HashSet;

use super::*;
use crate::{diagnose, evidence};

#[test]
fn at_least_eighty_codes_are_explained_and_every_row_is_whole() {
    assert!(all().len() >= 80);
    let mut seen = HashSet::new();
    for code in all() {
        let number = &code.code;
        assert!(seen.insert(number), "{number} stands twice");
        assert!(number.len() >= 4 && number.bytes().all(|byte| byte.is_ascii_digit()));
        assert!(
            RuleId::parse(&code.cause).is_some(),
            "{number}: {}",
            code.cause
        );
        assert!(
            !code.meaning.is_empty() && !code.meaning.ends_with('.'),
            "{number}"
        );
        assert!(!code.fix().command.is_empty(), "{number}");
        assert!(code.source().starts_with("https://"), "{number}");
    }
}

#[test]
fn every_code_in_any_text_is_named_with_its_cause_and_fix() {
    for code in all() {
        for text in [
            format!(
                "azure.core.exceptions.ClientAuthenticationError: AADSTS{}: Something is wrong. Trace ID: x",
                code.code
            ),
            format!(
                "{{\"error\":\"invalid_request\",\"error_description\":\"AADSTS{}: x\"}}",
                code.code
            ),
            format!(
                "{{\"error\":\"invalid_client\",\"error_codes\":[{}],\"trace_id\":\"x\"}}",
                code.code
            ),
            format!(
                "see https://login.microsoftonline.com/error?code={}",
                code.code
            ),
        ] {
            let report = diagnose(&evidence::read(&text));
            let finding = report.findings.first().unwrap_or_else(|| panic!("{text}"));
            assert_eq!(finding.rule, code.cause(), "{text}: {report:?}");
            assert!(
                finding.cause.contains(&code.statement()),
                "{}",
                finding.cause
            );
            let first = code.fix().command;
            let named = finding
                .fix
                .iter()
                .any(|fix| fix.command.lines().next() == first.lines().next());
            assert!(named, "{text}: {:?}", finding.fix);
        }
    }
}

#[test]
fn a_code_that_is_not_in_the_table_says_nothing_of_its_own() {
    assert!(find("AADSTS99999999").is_none());
    assert!(find("").is_none());
    let report = diagnose(&evidence::read("AADSTS99999999: x"));
    assert!(
        report
            .findings
            .iter()
            .all(|finding| !finding.cause.contains("AADSTS9999"))
    );
}
