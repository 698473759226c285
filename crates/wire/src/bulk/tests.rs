use std::sync::Arc;

use access::operation::OperationTable;

use super::*;
use crate::arm::read_policy;

const CHAT: &str =
    "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action";

/// Alice has Cognitive Services User until second 100; Bob is Owner; Carol has an unknown role; Dan
/// may assign roles under a condition.
fn index() -> Index {
    let policy = br#"{
        "roleAssignments": [
            {"id": "1", "principalId": "alice", "roleDefinitionName": "Cognitive Services User",
             "scope": "/subscriptions/s", "endDateTime": 100},
            {"id": "2", "principalId": "devs", "roleDefinitionName": "Owner", "scope": "/"},
            {"id": "3", "principalId": "carol", "roleDefinitionId": "no-such-role", "scope": "/"},
            {"id": "4", "principalId": "dan", "roleDefinitionName": "Foundry Owner", "scope": "/"}
        ],
        "groups": [{"id": "devs", "displayName": "Developers", "members": ["bob"]}]
    }"#;
    let policy = Arc::new(read_policy(policy).unwrap());
    Index::new(policy, OperationTable::standard())
}

fn ask(lines: &str, told: Reasons) -> (Vec<String>, Summary) {
    let mut out = Vec::new();
    let summary = run(&index(), lines.as_bytes(), &mut out, told, Timestamp(0)).unwrap();
    let out = String::from_utf8(out).unwrap();
    (out.lines().map(str::to_owned).collect(), summary)
}

fn request(principal: &str, action: &str, data: bool, more: &str) -> String {
    format!(
        "{{\"principal\":\"{principal}\",\"scope\":\"/subscriptions/s/resourceGroups/r\",\"action\":\"{action}\",\"data\":{data}{more}}}\n"
    )
}

#[test]
fn answers_come_in_the_order_of_the_requests() {
    let lines = [
        request("ALICE", CHAT, true, ""),
        request("bob", CHAT, true, ""),
        request("carol", CHAT, true, ""),
        "\n".to_owned(),
        request(
            "dan",
            "Microsoft.Authorization/roleAssignments/write",
            false,
            "",
        ),
        request(
            "bob",
            "Microsoft.Authorization/roleAssignments/write",
            false,
            ",\"note\":[{}]",
        ),
        request("alice", CHAT, true, ",\"now\":100"),
        request("alice", CHAT, true, ",\"now\":\"1970-01-01T00:01:39Z\""),
        request("stranger", CHAT, true, ",\"groups\":[\"devs\"]")
            .trim_end()
            .to_owned(),
    ];
    let (answers, summary) = ask(&lines.concat(), Reasons::None);
    let decisions = [
        "allowed",
        "denied",
        "unknown",
        "conditional",
        "allowed",
        "denied",
        "allowed",
        "denied",
    ];
    let expected = decisions.map(|decision| format!("{{\"decision\":\"{decision}\"}}"));
    assert_eq!(answers, expected);
    let counted = Summary {
        answered: 8,
        allowed: 3,
        denied: 3,
        unknown: 1,
        conditional: 1,
        ..Summary::default()
    };
    assert_eq!(summary, counted);
    assert_eq!(summary.exit_code(), 0);
}

#[test]
fn an_unexpected_answer_says_so_and_exits_with_1() {
    let lines = request("bob", CHAT, true, ",\"expect\":\"allowed\"")
        + &request("bob", CHAT, true, ",\"expect\":\"denied\"");
    let (answers, summary) = ask(&lines, Reasons::None);
    assert_eq!(
        answers,
        [
            r#"{"decision":"denied","expect":"allowed","mismatch":true}"#,
            r#"{"decision":"denied"}"#
        ]
    );
    assert_eq!((summary.mismatches, summary.exit_code()), (1, 1));
}

#[test]
fn a_bad_line_is_named_and_the_rest_is_answered() {
    let bad = [
        "nonsense",
        "[]",
        "{}",
        r#"{"principal":"a","scope":"/","action":"x"}"#,
        r#"{"principal":"a","scope":"s","action":"x","data":true}"#,
        r#"{"principal":"","scope":"/","action":"x","data":true}"#,
        r#"{"principal":"a","scope":"/","action":"","data":true}"#,
        r#"{"principal":"a","scope":"/","action":"x","data":"yes"}"#,
        r#"{"principal":"a","scope":"/","action":"x","data":true,"expect":"maybe"}"#,
        r#"{"principal":"a","scope":"/","action":"x","data":true,"now":"soon"}"#,
        r#"{"principal":"a","principal":"b","scope":"/","action":"x","data":true}"#,
        r#"{"principal":"a","scope":"/","action":"x","data":true} trailing"#,
    ];
    for (place, line) in bad.iter().enumerate() {
        let lines = format!("\n{line}\n{}", request("alice", CHAT, true, ""));
        let (answers, summary) = ask(&lines, Reasons::Short);
        assert!(
            answers[0].starts_with(r#"{"line":2,"error":""#),
            "{place}: {}",
            answers[0]
        );
        assert!(
            answers[1].starts_with(r#"{"decision":"allowed""#),
            "{}",
            answers[1]
        );
        assert_eq!((summary.errors, summary.exit_code()), (1, 2), "{line}");
    }
    let mut out = Vec::new();
    let summary = run(
        &index(),
        &b"\xff\xfe\n"[..],
        &mut out,
        Reasons::None,
        Timestamp(0),
    );
    assert_eq!(summary.unwrap().errors, 1);
}

#[test]
fn short_reasons_are_sentences() {
    let lines = request("bob", CHAT, true, "") + &request("carol", CHAT, true, "");
    let (answers, _) = ask(&lines, Reasons::Short);
    assert_eq!(
        answers,
        [
            r#"{"decision":"denied","denial":"role-control-plane-only","reasons":["Owner at the tenant's root: management rights only (through `Developers`)"]}"#,
            r#"{"decision":"unknown","reasons":["role `no-such-role` is assigned and its definition is not known"]}"#,
        ]
    );
}

#[test]
fn full_reasons_are_every_step() {
    let (answers, _) = ask(
        &request("bob", CHAT, true, ",\"expect\":\"unknown\""),
        Reasons::Full,
    );
    let json: serde_json::Value = serde_json::from_str(&answers[0]).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&json).unwrap());
}

#[test]
fn the_decision_comes_first_whatever_is_told() {
    for told in [Reasons::None, Reasons::Short, Reasons::Full] {
        let (answers, _) = ask(&request("alice", CHAT, true, ""), told);
        assert!(answers[0].starts_with(r#"{"decision":"allowed""#));
    }
}
