//! The cases of the conformance kit, decided here: by the policy as it stands, and by its index.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::sync::Arc;

use access::Timestamp;
use access::action::Plane;
use access::decide::{Question, decide};
use access::index::{Index, Outcome};
use access::operation::OperationTable;
use access::principal::PrincipalId;
use access::scope::Scope;
use serde_json::Value;

const CASES: &str = include_str!("../../../conformance/rbac/cases.json");

const VALUES: &[(&str, &str)] = &[
    (
        "subscription",
        "/subscriptions/00000000-0000-4000-8000-00000000000a",
    ),
    (
        "resource_group",
        "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/ai",
    ),
    (
        "account",
        "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/ai/providers/Microsoft.CognitiveServices/accounts/one",
    ),
    (
        "other_account",
        "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/other/providers/Microsoft.CognitiveServices/accounts/two",
    ),
    (
        "project",
        "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/ai/providers/Microsoft.CognitiveServices/accounts/one/projects/web",
    ),
    (
        "twin_account",
        "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/ai/providers/Microsoft.CognitiveServices/accounts/one2",
    ),
    ("principal", "00000000-0000-4000-8000-000000000001"),
    ("other_principal", "00000000-0000-4000-8000-000000000002"),
    ("member", "00000000-0000-4000-8000-000000000003"),
    ("inner_group", "00000000-0000-4000-8000-000000000004"),
    ("group", "00000000-0000-4000-8000-000000000005"),
];

#[test]
fn every_case_is_decided_as_azure_decides_it() {
    let document: Value = serde_json::from_str(CASES).unwrap();
    let described: Vec<&String> = document["placeholders"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    let values: BTreeMap<&str, &str> = VALUES.iter().copied().collect();
    assert_eq!(described, values.keys().collect::<Vec<_>>());
    let filled = VALUES.iter().fold(CASES.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), value)
    });
    let document: Value = serde_json::from_str(&filled).unwrap();
    let cases = document["cases"].as_array().unwrap();
    assert!(cases.len() > 40);
    for case in cases {
        let name = &case["name"];
        for field in ["reason", "source", "confidence"] {
            assert!(!case[field].as_str().unwrap().is_empty(), "{name}: {field}");
        }
        let policy = wire::arm::read_policy(case["policy"].to_string().as_bytes());
        let policy = policy.unwrap_or_else(|error| panic!("{name}: {error}"));
        let asked = &case["question"];
        let principal = PrincipalId::new(asked["principal"].as_str().unwrap());
        let scope = Scope::parse(asked["scope"].as_str().unwrap()).unwrap();
        let question = Question {
            principal: &principal,
            groups: &[],
            action: asked["action"].as_str().unwrap(),
            plane: if asked["data"] == true {
                Plane::Data
            } else {
                Plane::Control
            },
            scope: &scope,
            now: Timestamp(0),
        };
        let decision = decide(&policy, &question);
        assert_eq!(
            decision.verdict.as_str(),
            case["expect"],
            "{name}: {decision:?}"
        );
        let index = Index::new(Arc::new(policy), OperationTable::standard());
        let fast = index.evaluator().decide(&question);
        assert_eq!(fast, Outcome::from(decision.verdict), "{name}");
    }
}
