//! Entrada behind Entrada: the gateway's own credential is an identity of the other's tenant.

use super::TestServer;
use super::client::{Answer, sample_with};

const COGNITIVE_SERVICES: &str = "https://cognitiveservices.azure.com";

/// A call to a gateway in front of `model_server`, with this credential.
fn call_through(model_server: &TestServer, credential: &str) -> Answer {
    let url = &model_server.server().addresses().http;
    let deployment = format!(
        "[[account.deployment]]\nname = 'behind'\nmodel = {{ format = 'OpenAI', name = 'gpt-4o' }}\n\
         [account.deployment.upstream]\nurl = '{url}/openai/v1'\nmodel = 'gpt-4o'\n\
         credential = {{ scope = '{COGNITIVE_SERVICES}/.default', {credential} }}\n"
    );
    let gateway = TestServer::with_config(&sample_with(&deployment, ""));
    let token = format!("Bearer {}", gateway.token("developer", COGNITIVE_SERVICES));
    let body = r#"{"model":"behind","messages":[{"role":"user","content":"hello"}]}"#;
    let path = "/openai/v1/chat/completions";
    gateway.send("POST", path, &[("Authorization", &token)], body)
}

/// The client id of a principal.
fn client_id(server: &TestServer, principal: &str) -> String {
    let path = format!("/entrada/environment?principal={principal}");
    let environment = server.operator("GET", &path, "").json();
    environment["client_id"].as_str().unwrap().to_owned()
}

fn imds(server: &TestServer, client_id: &str) -> String {
    let origin = &server.server().addresses().http_address;
    format!("managed_identity = {{ imds = 'http://{origin}', client_id = '{client_id}' }}")
}

#[test]
fn a_managed_identity_opens_the_upstream() {
    let server = TestServer::start();
    let credential = imds(&server, &client_id(&server, "app-identity"));
    let answer = call_through(&server, &credential);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.body.contains("You said: hello"), "{}", answer.body);
}

#[test]
fn a_workload_identity_opens_the_upstream() {
    let server = TestServer::start();
    let environment = server
        .operator("GET", "/entrada/environment?principal=workload", "")
        .json();
    let text = |name: &str| environment[name].as_str().unwrap().to_owned();
    let credential = format!(
        "workload_identity = {{ authority = '{}', tenant_id = '{}', client_id = '{}', token_file = '{}', ca_file = '{}' }}",
        server.server().addresses().https,
        text("tenant_id"),
        text("client_id"),
        text("federated_token_file"),
        server.server().data().certificate_authority().display(),
    );
    let answer = call_through(&server, &credential);
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[test]
fn a_token_that_cannot_be_had_is_a_bad_gateway_and_not_the_callers_fault() {
    let server = TestServer::start();
    let unknown = imds(&server, "00000000-0000-4000-8000-00000000ffff");
    let answer = call_through(&server, &unknown);
    assert_eq!(answer.status, 502, "{}", answer.body);
    let error = &answer.json()["error"];
    assert_eq!(error["code"], "UpstreamCredentialUnavailable");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("yours is not the problem"), "{message}");
    assert!(!answer.body.contains("127.0.0.1") && !answer.body.contains("ffff"));
}
