//! However a question is asked, the answer is the same: of the server, and of the policy that it exports.

use std::sync::Arc;

use access::index::Index;
use access::operation::OperationTable;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use wire::arm::{Estate, read_estate};

use super::TestServer;
use crate::clock;
use crate::question::{Asker, EstateNames};

const OPERATIONS: &[&str] = &[
    "chat",
    "inference-chat",
    "messages",
    "project-responses",
    "POST /openai/v1/embeddings",
    "Microsoft.CognitiveServices/accounts/listKeys/action",
    "Microsoft.Authorization/roleAssignments/write",
];
const PLACES: &[&str] = &[
    "contoso",
    "contoso-lab",
    "contoso/projects/chat",
    "contoso/deployments/Phi-4",
    "resource-group:ai",
    "subscription:Contoso Production",
    "/",
];

/// The sample with what makes answers differ: an eligible role, a deny assignment and a custom role.
const MORE: &str = r#"
[[role]]
name = "Chat only"
id = "c0ffee00-0000-4000-8000-000000000001"
data_actions = ["Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action"]

[[assignment]]
principal = "nobody"
role = "Chat only"
scope = "contoso"
eligible = true

[[deny]]
name = "no embeddings for the squad"
principals = ["squad-blue"]
data_actions = ["Microsoft.CognitiveServices/accounts/OpenAI/deployments/embeddings/action"]
scope = "resource-group:ai"
"#;

fn both<Q: DeserializeOwned, A: Serialize, E: std::fmt::Display>(
    server: &TestServer,
    estate: &Estate,
    path: &str,
    question: &Value,
    ask: impl Fn(Asker<'_>, &Q) -> Result<A, E>,
) -> Value {
    let online = server.operator("POST", path, &question.to_string());
    assert_eq!(online.status, 200, "{path} {question}: {}", online.body);
    let index = Index::new(Arc::new(estate.policy.clone()), OperationTable::standard());
    let asker = Asker {
        index: &index,
        newest: None,
        names: &EstateNames::new(estate),
        now: clock::now(),
    };
    let asked: Q = serde_json::from_value(question.clone()).unwrap();
    let offline = ask(asker, &asked).unwrap_or_else(|error| panic!("{question}: {error}"));
    let offline = serde_json::to_value(offline).unwrap();
    assert_eq!(online.json(), offline, "{path} {question}");
    offline
}

#[test]
fn the_server_and_its_exported_policy_answer_alike() {
    let server = TestServer::with_config(&format!("{}{MORE}", crate::config::SAMPLE));
    let exported = server.operator("GET", "/entrada/policy", "");
    let estate = read_estate(exported.body.as_bytes()).unwrap();
    let names: Vec<String> = estate
        .principals
        .iter()
        .map(|known| known.name.clone())
        .chain(estate.policy.groups.iter().map(|group| group.name.clone()))
        .collect();
    assert!(names.len() > 12, "{names:?}");
    let mut decisions = std::collections::BTreeSet::new();
    for operation in OPERATIONS {
        for resource in PLACES {
            let place = json!({ "operation": operation, "resource": resource, "eligible": true });
            both(
                &server,
                &estate,
                "/entrada/who-can",
                &place,
                |asker, asked| asker.who_can(asked),
            );
            for principal in &names {
                let question =
                    json!({ "principal": principal, "operation": operation, "resource": resource });
                let check = both(
                    &server,
                    &estate,
                    "/entrada/check",
                    &question,
                    |asker, asked| asker.check(asked),
                );
                decisions.insert(check["decision"].as_str().unwrap().to_owned());
            }
        }
    }
    assert!(decisions.len() > 1, "{decisions:?}");
    for principal in &names {
        let question =
            json!({ "principal": principal, "operation": "chat", "resource": "contoso" });
        let why_not = both(
            &server,
            &estate,
            "/entrada/why-not",
            &question,
            |asker, asked| asker.why_not(asked),
        );
        assert_eq!(
            why_not["decision"] == "allowed",
            why_not["remedies"] == json!([])
        );
        for scope in [Value::Null, json!("contoso")] {
            let question = json!({ "principal": principal, "scope": scope });
            both(
                &server,
                &estate,
                "/entrada/effective",
                &question,
                |asker, asked| asker.effective(asked),
            );
        }
        let grant = json!({ "changes": [
            { "change": "assign", "principal": principal, "role": "Foundry User", "scope": "contoso-lab" }
        ] });
        both(&server, &estate, "/entrada/diff", &grant, |asker, asked| {
            asker.diff(asked)
        });
    }
}

#[test]
fn a_change_is_compared_before_it_is_made() {
    let server = TestServer::with_config(&format!("{}{MORE}", crate::config::SAMPLE));
    let diff = |changes: Value| {
        let body = json!({ "changes": changes }).to_string();
        server.operator("POST", "/entrada/diff", &body)
    };
    let assign = json!({ "change": "assign", "principal": "nobody", "role": "Chat only", "scope": "contoso" });
    let answer = diff(json!([assign])).json();
    assert_eq!(
        (&answer["gaining"], &answer["losing"]),
        (&json!(1), &json!(0))
    );
    let found = &answer["principals"][0];
    assert_eq!(found["principal"], "nobody");
    assert_eq!(found["differences"].as_array().unwrap().len(), 1, "{found}");

    // Nothing changed: it can be asked again. What is taken back alters nothing.
    let there_and_back = json!([assign, { "change": "unassign", "principal": "nobody", "role": "Chat only", "scope": "contoso" }]);
    let answer = diff(there_and_back).json();
    assert_eq!(answer["differences_total"], json!(0));
    assert_eq!(
        answer["changes"].as_array().unwrap().len(),
        3,
        "the eligible one goes, too"
    );

    let leave =
        json!([{ "change": "remove-member", "group": "ai-developers", "member": "squad-blue" }]);
    let answer = diff(leave).json();
    let losers: Vec<&str> = answer["principals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["principal"].as_str().unwrap())
        .collect();
    assert_eq!(losers, ["group-member", "squad-blue"]);

    let nothing = json!([{ "change": "unassign", "principal": "nobody", "role": "Owner", "scope": "contoso" }]);
    assert_eq!(diff(nothing).status, 409);
    let unknown = json!([{ "change": "remove-role", "role": "Emperor" }]);
    assert_eq!(diff(unknown).status, 404);
    let role = json!([{ "change": "define-role", "definition": { "Name": "Chat only", "DataActions": ["*"] } }]);
    assert_eq!(diff(role).json()["changes"][0]["kind"], "define-role");
}

#[test]
fn the_smallest_role_is_found_for_what_was_called() {
    let server = TestServer::start();
    let token = server.token("developer", "https://cognitiveservices.azure.com");
    let called = server.send(
        "POST",
        "/openai/v1/chat/completions",
        &[("Authorization", &format!("Bearer {token}"))],
        r#"{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}]}"#,
    );
    assert_eq!(called.status, 200, "{}", called.body);
    let ask = |question: Value| {
        let body = question.to_string();
        server
            .operator("POST", "/entrada/least-privilege", &body)
            .json()
    };
    let found = ask(json!({ "principal": "developer" }));
    assert_eq!(
        found["places"][0]["roles"],
        json!(["Cognitive Services OpenAI User"]),
        "{found}"
    );
    assert_eq!(
        found["custom_role"]["DataActions"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(found["held"][0]["used"], json!(1));
    assert!(found["rights_then"].as_u64() < found["rights_now"].as_u64());

    let uses = json!([{ "operation": "POST /openai/v1/chat/completions", "resource": "contoso", "deployment": "Phi-4" }]);
    let found = ask(json!({ "principal": "owner", "uses": uses }));
    assert_eq!(
        found["places"][0]["roles"],
        json!(["Cognitive Services User"]),
        "{found}"
    );
    assert_eq!(
        found["held"][0]["used"],
        json!(0),
        "an owner's rights are idle"
    );
    assert_eq!(ask(json!({ "principal": "nobody" }))["uses"], json!(0));
}

#[test]
fn a_group_that_nobody_listed_leaves_the_answer_open() {
    let account =
        "/subscriptions/s/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/a";
    let file = json!({
        "roleAssignments": [{ "id": "1", "principalId": "devs", "principalType": "Group",
            "roleDefinitionName": "Cognitive Services User", "scope": account }],
        "unreadGroups": ["devs"]
    });
    let estate = read_estate(file.to_string().as_bytes()).unwrap();
    let index = Index::new(Arc::new(estate.policy.clone()), OperationTable::standard());
    let asker = Asker {
        index: &index,
        newest: None,
        names: &EstateNames::new(&estate),
        now: clock::now(),
    };
    let check = |operation: &str| {
        let question = json!({ "principal": "alice", "operation": operation, "resource": account });
        asker
            .check(&serde_json::from_value(question).unwrap())
            .unwrap()
    };
    let chat = check("chat");
    assert_eq!(chat.decision, "unknown");
    assert!(
        chat.summary
            .contains("who is in a group that allows it was not read"),
        "{}",
        chat.summary
    );
    // Whoever is in that group may not do this either: that is a plain no.
    assert_eq!(
        check("Microsoft.Authorization/roleAssignments/write").decision,
        "denied"
    );
}
