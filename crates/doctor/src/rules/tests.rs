use std::collections::HashSet;

use super::RuleId;
use crate::{diagnose, evidence};

#[test]
fn labels_and_codes_are_unique_and_well_formed() {
    let labels: HashSet<_> = RuleId::ALL.iter().map(|id| id.as_str()).collect();
    let codes: HashSet<_> = RuleId::ALL.iter().map(|id| id.code()).collect();
    assert_eq!(labels.len(), RuleId::ALL.len());
    assert_eq!(codes.len(), RuleId::ALL.len());
    for id in RuleId::ALL {
        assert!(id.code().len() == 6 && id.code()[..3].bytes().all(|b| b.is_ascii_uppercase()));
        assert_eq!(RuleId::parse(id.as_str()), Some(*id));
        assert_eq!(RuleId::parse(&id.code().to_lowercase()), Some(*id));
    }
}

#[test]
fn every_page_has_its_sections() {
    for id in RuleId::ALL {
        for heading in [
            "What it means",
            "How to recognise it",
            "Fix",
            "Example",
            "Sources",
        ] {
            assert!(!id.rule().section(heading).is_empty(), "{id}: {heading}");
        }
    }
}

#[test]
fn every_rule_fires_on_its_case_and_is_not_first_on_the_other() {
    for id in RuleId::ALL {
        let first = |text: &str| {
            let report = diagnose(&evidence::read(text));
            report.findings.first().map(|finding| finding.rule)
        };
        assert_eq!(
            first(id.rule().fires),
            Some(*id),
            "{:?}",
            crate::scores(&evidence::read(id.rule().fires))
        );
        let other = first(id.rule().silent);
        assert!(
            other.is_some() && other != Some(*id),
            "{id} on its silent case: {other:?}"
        );
    }
}

#[test]
fn every_finding_rests_on_a_fact_and_brings_a_fix() {
    for id in RuleId::ALL {
        for finding in diagnose(&evidence::read(id.rule().fires)).findings {
            assert!(!finding.evidence.is_empty(), "{id}");
            assert!(!finding.fix.is_empty(), "{id}");
            assert!(!finding.cause.is_empty(), "{id}");
        }
    }
}

/// Who mends a cause works with commands, declarations, the portal or code: each has its way.
#[test]
fn every_cause_is_mended_in_the_ways_of_its_kind() {
    use crate::evidence::client::Language;
    use crate::fix::FixKind;
    use crate::fix::ways::{Nature, of};
    let mut faults = Vec::new();
    for id in RuleId::ALL {
        let fixes = id.fixes();
        let has = |kind: FixKind| fixes.iter().any(|fix| fix.kind == kind);
        let declared = has(FixKind::Bicep) || has(FixKind::Terraform);
        let languages = [
            Language::Python,
            Language::JavaScript,
            Language::DotNet,
            Language::Java,
            Language::Go,
        ];
        let coded = languages
            .iter()
            .all(|language| has(FixKind::Code(*language)));
        let whole = match of(*id).nature {
            Nature::Resource => has(FixKind::Command) && has(FixKind::Portal) && declared,
            Nature::Directory => {
                has(FixKind::Command) && has(FixKind::Portal) && has(FixKind::Terraform)
            }
            Nature::Program => coded,
            Nature::Machine => has(FixKind::Command),
            Nature::Service => has(FixKind::Command) && has(FixKind::Portal),
        };
        if !whole {
            faults.push(format!(
                "{id}: {:?} of {:?}",
                of(*id).nature,
                fixes.iter().map(|fix| fix.kind).collect::<Vec<_>>()
            ));
        }
        for fix in &fixes {
            for unfilled in [
                "ACCOUNT'",
                "PRINCIPAL'",
                "ROLE'",
                "ROLE_ID",
                "DATA_ACTION",
                "PROPERTIES",
                "SCOPE\"",
            ] {
                if fix.command.contains(unfilled) {
                    faults.push(format!("{id}: {unfilled} in {}", fix.command));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
