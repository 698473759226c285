//! Roles that must be activated first.

use super::TestServer;
use crate::config;

#[test]
fn an_eligible_role_is_a_near_miss_and_who_can_names_its_holder_apart() {
    let eligible = "[[assignment]]\nprincipal = 'nobody'\nrole = 'Cognitive Services User'\nscope = 'contoso'\neligible = true";
    let server = TestServer::with_config(&format!("{}\n{eligible}", config::SAMPLE));
    let question = r#"{"principal":"nobody","operation":"chat","resource":"contoso"}"#;
    let checked = server.operator("POST", "/entrada/check", question).json();
    assert_eq!(checked["decision"], "denied");
    let miss = checked["near_misses"][0].as_str().unwrap();
    assert!(miss.ends_with("eligible but not activated"), "{miss}");

    let ask = |eligible: bool| {
        let question =
            serde_json::json!({ "operation": "chat", "resource": "contoso", "eligible": eligible });
        server
            .operator("POST", "/entrada/who-can", &question.to_string())
            .json()
    };
    let names = |answer: &serde_json::Value, list: &str| -> Vec<String> {
        let list = answer[list].as_array().unwrap().iter();
        list.map(|entry| entry["principal"].as_str().unwrap().to_owned())
            .collect()
    };
    let answer = ask(true);
    assert_eq!(names(&answer, "eligible"), ["nobody"]);
    assert!(names(&answer, "principals").contains(&"developer".to_owned()));
    assert!(!names(&answer, "principals").contains(&"nobody".to_owned()));
    assert!(names(&ask(false), "eligible").is_empty());

    // The call itself is refused for that reason.
    let token = format!(
        "Bearer {}",
        server.token("nobody", "https://cognitiveservices.azure.com")
    );
    let body = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}]}"#;
    let path = "/openai/v1/chat/completions";
    let refused = server.send("POST", path, &[("Authorization", &token)], body);
    assert_eq!(refused.status, 401);
    assert_eq!(
        refused.header("x-entrada-cause"),
        Some("role-pim-not-activated")
    );
}
