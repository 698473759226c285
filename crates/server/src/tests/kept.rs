//! Kept responses, wherever they are: here, or on a model server.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};

use super::TestServer;
use super::client::sample_with;
use crate::config;

const COGNITIVE_SERVICES: &str = "https://cognitiveservices.azure.com";
const FOUNDRY: &str = "https://ai.azure.com";

/// A model server that answers everything alike and tells what it was asked.
fn model_server() -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut head = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            while reader.read_line(&mut head).unwrap_or(0) > 2 {}
            if tell.send(head).is_err() {
                return;
            }
            let body = r#"{"id":"resp_upstream","object":"response"}"#;
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
        }
    });
    (address, told)
}

fn keeper(name: &str, address: SocketAddr) -> String {
    format!(
        "[[account.deployment]]\nname = '{name}'\nmodel = {{ format = 'OpenAI', name = 'llama' }}\n\
         upstream = {{ url = 'http://{address}/v1', apis = ['responses'], stored_responses = true }}\n"
    )
}

#[test]
fn what_a_kept_response_was_asked_is_listed_on_every_route() {
    let server = TestServer::start();
    let version = "?api-version=2025-04-01-preview";
    for (base, query, audience) in [
        ("/openai/responses", version, COGNITIVE_SERVICES),
        ("/openai/v1/responses", "", COGNITIVE_SERVICES),
        (
            "/api/projects/chat/openai/v1/responses",
            "?api-version=v1",
            FOUNDRY,
        ),
    ] {
        let token = format!("Bearer {}", server.token("developer", audience));
        let headers = [("Authorization", token.as_str())];
        let body = r#"{"model":"gpt-4o","input":[{"role":"user","content":"one"},{"role":"user","content":"two"}]}"#;
        let made = server.send("POST", &format!("{base}{query}"), &headers, body);
        let id = made.json()["id"].as_str().unwrap().to_owned();
        let more = if query.is_empty() { "?" } else { "&" };
        let path = format!("{base}/{id}/input_items{query}{more}order=asc&limit=1");
        let list = server.send("GET", &path, &headers, "");
        assert_eq!(list.status, 200, "{base}: {}", list.body);
        let list = list.json();
        assert_eq!(list["data"][0]["content"][0]["text"], "one", "{base}");
        assert_eq!(list["has_more"], true);
        let missing = server.send(
            "GET",
            &format!("{base}/resp_none/input_items{query}"),
            &headers,
            "",
        );
        assert_eq!(missing.status, 404, "{base}");
    }
}

#[test]
fn a_project_sees_neither_the_accounts_responses_nor_the_other_way_round() {
    let server = TestServer::start();
    let account = format!("Bearer {}", server.token("developer", COGNITIVE_SERVICES));
    let project = format!("Bearer {}", server.token("developer", FOUNDRY));
    let body = r#"{"model":"gpt-4o","input":"hello"}"#;
    let places = [
        ("/openai/v1/responses", account.as_str()),
        ("/api/projects/chat/openai/v1/responses", project.as_str()),
    ];
    for ((here, mine), (there, theirs)) in [(places[0], places[1]), (places[1], places[0])] {
        let made = server.send("POST", here, &[("Authorization", mine)], body);
        let id = made.json()["id"].as_str().unwrap().to_owned();
        let read = |path: &str, token: &str| {
            let headers = [("Authorization", token)];
            server
                .send("GET", &format!("{path}/{id}"), &headers, "")
                .status
        };
        assert_eq!(
            (read(here, mine), read(there, theirs)),
            (200, 404),
            "{here}"
        );
    }
}

#[test]
fn a_response_that_a_model_server_keeps_is_read_and_deleted_there() {
    let (address, told) = model_server();
    let two = keeper("llama", address) + &keeper("llama-again", address);
    let server = TestServer::with_config(&sample_with(&two, ""));
    let token = format!("Bearer {}", server.token("developer", COGNITIVE_SERVICES));
    let headers = [("Authorization", token.as_str())];
    for (method, path, expected) in [
        (
            "GET",
            "/openai/v1/responses/resp_upstream",
            "GET /v1/responses/resp_upstream ",
        ),
        (
            "GET",
            "/openai/v1/responses/resp_upstream/input_items?limit=5",
            "GET /v1/responses/resp_upstream/input_items?limit=5 ",
        ),
        (
            "DELETE",
            "/openai/responses/resp_upstream?api-version=2025-04-01-preview",
            "DELETE /v1/responses/resp_upstream ",
        ),
    ] {
        let answer = server.send(method, path, &headers, "");
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        let asked = told.recv().unwrap();
        assert!(asked.starts_with(expected), "{asked}");
        assert!(
            !asked.to_ascii_lowercase().contains("authorization"),
            "{asked}"
        );
    }
    // Who may not read here asks nobody there.
    let nobody = format!("Bearer {}", server.token("nobody", COGNITIVE_SERVICES));
    let path = "/openai/v1/responses/resp_upstream";
    let refused = server.send("GET", path, &[("Authorization", &nobody)], "");
    assert_eq!(refused.status, 401);
    // Another account has no such server.
    let other = format!("/contoso-lab{path}");
    let elsewhere = format!(
        "Bearer {}",
        server.token("other-resource", COGNITIVE_SERVICES)
    );
    let missing = server.send("GET", &other, &[("Authorization", &elsewhere)], "");
    assert_eq!(missing.status, 404, "{}", missing.body);
    assert!(told.try_recv().is_err());
}

#[test]
fn with_two_model_servers_nobody_knows_which_keeps_a_response() {
    let ((one, told_one), (other, told_other)) = (model_server(), model_server());
    let two = keeper("llama", one) + &keeper("qwen", other);
    let server = TestServer::with_config(&sample_with(&two, ""));
    let token = format!("Bearer {}", server.token("developer", COGNITIVE_SERVICES));
    let path = "/openai/v1/responses/resp_upstream";
    let missing = server.send("GET", path, &[("Authorization", &token)], "");
    assert_eq!(missing.status, 404, "{}", missing.body);
    assert!(told_one.try_recv().is_err() && told_other.try_recv().is_err());
}

#[test]
fn two_accounts_do_not_keep_responses_on_one_server() {
    let address = "127.0.0.1:9".parse().unwrap();
    let account =
        "[[account]]\nname = 'other'\nsubscription = 'Contoso Production'\nresource_group = 'ai'\n";
    let accounts = format!("{account}{}", keeper("llama", address));
    let shared = sample_with(&keeper("llama", address), &accounts);
    let refused =
        config::read(&shared, std::path::Path::new("."), crate::clock::now()).unwrap_err();
    assert!(
        refused.to_string().contains("stored_responses"),
        "{refused}"
    );
    let apart = sample_with("", &accounts);
    config::read(&apart, std::path::Path::new("."), crate::clock::now()).unwrap();
}
