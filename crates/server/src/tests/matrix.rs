//! Every route of the table against every kind of caller.

use access::operation::Operation;

use super::{Answer, TestServer};
use crate::route::table::{DATA_PLANE, Guard, Row};

const COGNITIVE_SERVICES: &str = "https://cognitiveservices.azure.com";
const FOUNDRY: &str = "https://ai.azure.com";

/// What a row is called with: a path without braces, and a body that its handler takes.
pub(super) fn request_for(row: &Row) -> (String, &'static str) {
    let Guard::DataAction(operation) = row.guard else {
        panic!("{row:?} is no inference route")
    };
    let path = row
        .path
        .replace("{deployment}", deployment_for(operation))
        .replace("{project}", "chat")
        .replace("{model}", "gpt-4o")
        .replace("{response}", "resp_none");
    let query = match row.path {
        path if path.starts_with("/openai/v1") || path.starts_with("/anthropic") => "",
        path if path.starts_with("/api/projects") => "?api-version=v1",
        _ => "?api-version=2025-04-01-preview",
    };
    (format!("{path}{query}"), body_for(operation))
}

fn deployment_for(operation: Operation) -> &'static str {
    match operation {
        Operation::DeploymentCompletions => "gpt-35-turbo-instruct",
        Operation::DeploymentEmbeddings => "text-embedding-3-small",
        _ => "gpt-4o",
    }
}

fn body_for(operation: Operation) -> &'static str {
    use Operation::*;
    match operation {
        DeploymentChatCompletions | V1ChatCompletions | ProjectChatCompletions => {
            r#"{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}]}"#
        }
        InferenceChatCompletions => {
            r#"{"model":"Phi-4","messages":[{"role":"user","content":"hello"}]}"#
        }
        DeploymentCompletions | V1Completions => {
            r#"{"model":"gpt-35-turbo-instruct","prompt":"hello"}"#
        }
        DeploymentEmbeddings | V1Embeddings | InferenceEmbeddings | ProjectEmbeddings => {
            r#"{"model":"text-embedding-3-small","input":["hello"]}"#
        }
        ResponsesCreate | V1ResponsesCreate | ProjectResponsesCreate => {
            r#"{"model":"gpt-4o","input":"hello"}"#
        }
        AnthropicMessages | AnthropicCountTokens => {
            r#"{"model":"claude-sonnet","max_tokens":16,"messages":[{"role":"user","content":"hello"}]}"#
        }
        _ => "",
    }
}

fn call(server: &TestServer, row: &Row, headers: &[(&str, &str)]) -> Answer {
    let (path, body) = request_for(row);
    server.send(row.method, &path, headers, body)
}

fn audience_for(row: &Row) -> &'static str {
    if row.path.starts_with("/api/projects") {
        FOUNDRY
    } else {
        COGNITIVE_SERVICES
    }
}

pub(super) fn bearer(server: &TestServer, row: &Row, principal: &str) -> String {
    format!("Bearer {}", server.token(principal, audience_for(row)))
}

#[test]
fn without_a_credential_every_route_refuses_as_the_front_does() {
    let server = TestServer::start();
    for row in DATA_PLANE {
        let answer = call(&server, row, &[]);
        assert_eq!(
            (answer.status, answer.reason.as_str()),
            (401, "Unauthorized"),
            "{row:?}"
        );
        assert!(
            answer
                .body
                .contains("Access token is missing, invalid, audience is incorrect"),
            "{row:?}"
        );
        assert_eq!(
            answer.header("x-entrada-cause"),
            Some("token-missing"),
            "{row:?}"
        );
    }
}

#[test]
fn without_a_role_every_route_names_the_missing_data_action() {
    let server = TestServer::start();
    for row in DATA_PLANE {
        let answer = call(
            &server,
            row,
            &[("Authorization", &bearer(&server, row, "nobody"))],
        );
        assert_eq!(
            (answer.status, answer.reason.as_str()),
            (401, "PermissionDenied"),
            "{row:?}: {}",
            answer.body
        );
        let message = answer.json()["error"]["message"]
            .as_str()
            .unwrap()
            .to_owned();
        let Guard::DataAction(operation) = row.guard else {
            unreachable!()
        };
        assert!(
            message
                .contains("lacks the required data action `Microsoft.CognitiveServices/accounts/"),
            "{message}"
        );
        assert!(
            message.contains(&format!("`{operation}` operation")),
            "{row:?}: {message}"
        );
        assert_eq!(
            answer.header("x-entrada-cause"),
            Some("role-missing"),
            "{row:?}"
        );
    }
}

#[test]
fn management_roles_open_no_route() {
    let server = TestServer::start();
    for principal in ["owner", "contributor"] {
        for row in DATA_PLANE {
            let answer = call(
                &server,
                row,
                &[("Authorization", &bearer(&server, row, principal))],
            );
            assert_eq!(answer.status, 401, "{principal} on {row:?}");
            assert_eq!(
                answer.header("x-entrada-cause"),
                Some("role-control-plane-only"),
                "{row:?}"
            );
        }
    }
}

#[test]
fn the_right_role_opens_every_route() {
    let server = TestServer::start();
    for principal in ["developer", "group-member"] {
        for row in DATA_PLANE {
            let answer = call(
                &server,
                row,
                &[("Authorization", &bearer(&server, row, principal))],
            );
            // A response that is not there is the one thing that these calls cannot have.
            let expected = if row.path.contains("{response}") {
                404
            } else {
                200
            };
            assert_eq!(
                answer.status, expected,
                "{principal} on {row:?}: {}",
                answer.body
            );
        }
    }
}

#[test]
fn a_role_on_another_account_opens_no_route_here() {
    let server = TestServer::start();
    for row in DATA_PLANE {
        let answer = call(
            &server,
            row,
            &[("Authorization", &bearer(&server, row, "other-resource"))],
        );
        assert_eq!(answer.status, 401, "{row:?}");
        assert_eq!(
            answer.header("x-entrada-cause"),
            Some("role-wrong-scope"),
            "{row:?}"
        );
    }
}

#[test]
fn tokens_for_another_audience_are_refused_on_every_route() {
    let server = TestServer::start();
    for audience in [
        "https://ml.azure.com",
        "https://management.azure.com",
        "https://graph.microsoft.com",
    ] {
        let token = format!("Bearer {}", server.token("developer", audience));
        for row in DATA_PLANE {
            let answer = call(&server, row, &[("Authorization", &token)]);
            assert_eq!(answer.status, 401, "{row:?}");
            assert_eq!(
                answer.header("x-entrada-cause"),
                Some("token-wrong-audience"),
                "{row:?}"
            );
        }
    }
}

#[test]
fn project_routes_take_foundry_tokens_only() {
    let server = TestServer::start();
    let token = format!("Bearer {}", server.token("developer", COGNITIVE_SERVICES));
    for row in DATA_PLANE
        .iter()
        .filter(|row| row.path.starts_with("/api/projects"))
    {
        let answer = call(&server, row, &[("Authorization", &token)]);
        assert_eq!(answer.status, 401, "{row:?}");
        assert!(
            answer.body.contains("(https://ai.azure.com)"),
            "{}",
            answer.body
        );
    }
}

#[test]
fn a_key_opens_every_account_route_where_keys_are_on() {
    let server = TestServer::start();
    for row in DATA_PLANE {
        let good = call(&server, row, &[("api-key", "contoso-local-key-1")]);
        let expected = if row.path.contains("{response}") {
            404
        } else {
            200
        };
        assert_eq!(good.status, expected, "{row:?}: {}", good.body);
        let bad = call(&server, row, &[("api-key", "contoso-local-key-3")]);
        assert_eq!(
            (bad.status, bad.reason.as_str()),
            (401, "PermissionDenied"),
            "{row:?}"
        );
        assert_eq!(bad.body.len(), 224, "{row:?}");
    }
}

#[test]
fn every_route_answers_below_a_resource_and_by_host_name() {
    let server = TestServer::start();
    for row in DATA_PLANE
        .iter()
        .filter(|row| !row.path.contains("{response}"))
    {
        let (path, body) = request_for(row);
        let token = bearer(&server, row, "developer");
        let below = server.send(
            row.method,
            &format!("/contoso{path}"),
            &[("Authorization", &token)],
            body,
        );
        assert_eq!(below.status, 200, "{row:?}: {}", below.body);
        let host = ("Host", "contoso.services.ai.azure.com");
        let by_host = server.send(row.method, &path, &[host, ("Authorization", &token)], body);
        assert_eq!(by_host.status, 200, "{row:?}: {}", by_host.body);
    }
}
