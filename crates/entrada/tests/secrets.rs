//! No secret that stands in evidence, on the command line or in a request gets out: not by any command, in
//! any form, nor by the server.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Output, Stdio};

use testkit::secret::{documents, leaks, secrets};

const REPORTS: [&str; 5] = ["human", "json", "sarif", "junit", "markdown"];
const SUMMARIES: [&str; 3] = ["human", "json", "markdown"];

fn entrada(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_entrada"))
        .args(arguments)
        .env_remove("ENTRADA_DATA")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Whoever reads no input has ended already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn secret(name: &str) -> String {
    let found = secrets().into_iter().find(|secret| secret.name == name);
    found.unwrap().value
}

/// What came out, and what must not have.
#[derive(Default)]
struct Found(Vec<String>);

impl Found {
    fn check(&mut self, what: &str, shown: &str) {
        for (name, part) in leaks(shown) {
            let line = shown.lines().find(|line| line.contains(&part));
            self.0
                .push(format!("{what}: {name} in {}", line.unwrap_or_default()));
        }
    }

    fn run(&mut self, folder: &Path, arguments: &[&str], input: &str) -> Output {
        let output = entrada(folder, arguments, input);
        let shown: Vec<&str> = arguments
            .iter()
            .map(|one| &one[..one.len().min(24)])
            .collect();
        self.check(&format!("{shown:?} stdout"), &text(&output.stdout));
        self.check(&format!("{shown:?} stderr"), &text(&output.stderr));
        output
    }
}

impl Drop for Found {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(
                self.0.is_empty(),
                "{} leaks:\n{}",
                self.0.len(),
                self.0.join("\n")
            );
        }
    }
}

fn written() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for document in documents() {
        let path = folder.path().join(document.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, document.text).unwrap();
    }
    folder
}

#[test]
fn no_command_that_reads_evidence_lets_a_secret_out() {
    let folder = written();
    let mut found = Found::default();
    for document in documents() {
        for form in ["json", "markdown"] {
            found.run(
                folder.path(),
                &["explain", document.path, "--output", form],
                "",
            );
        }
        found.run(
            folder.path(),
            &["triage", document.path, "--output", "json"],
            "",
        );
    }
    let paths: Vec<&str> = documents().iter().map(|document| document.path).collect();
    for form in REPORTS {
        let all = [
            &[
                "explain",
                "curl.txt",
                "--with",
                "roles.json",
                "--output",
                form,
            ],
            paths.as_slice(),
        ]
        .concat();
        found.run(folder.path(), &all, "");
        found.run(
            folder.path(),
            &["explain", "-", "--output", form],
            &documents()[1].text,
        );
        found.run(
            folder.path(),
            &["doctor", "--project", ".", "--output", form],
            "",
        );
    }
    for form in SUMMARIES {
        let all = [
            &["triage", "--output", form, "--top", "100"],
            paths.as_slice(),
        ]
        .concat();
        let output = found.run(folder.path(), &all, "");
        assert_eq!(output.status.code(), Some(1), "failures are in them");
    }
}

#[test]
fn no_tool_of_mcp_lets_a_secret_out() {
    let folder = written();
    let mut requests = vec![
        serde_json::json!({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}),
        serde_json::json!({"jsonrpc":"2.0","method":"notifications/initialized"}),
    ];
    let call = |id: usize, name: &str, arguments: serde_json::Value| serde_json::json!({"jsonrpc":"2.0","id":id,"method":"tools/call","params":{"name":name,"arguments":arguments}});
    for document in documents() {
        requests.push(call(
            requests.len(),
            "explain",
            serde_json::json!({ "evidence": document.text }),
        ));
    }
    requests.push(call(
        requests.len(),
        "doctor",
        serde_json::json!({ "project": folder.path().join("project") }),
    ));
    for name in ["key", "jwt", "email", "client-secret"] {
        requests.push(call(
            requests.len(),
            "doctor",
            serde_json::json!({ "project": secret(name) }),
        ));
        requests.push(call(
            requests.len(),
            "rules",
            serde_json::json!({ "rule": secret(name) }),
        ));
        requests.push(call(
            requests.len(),
            "explain",
            serde_json::json!({ secret(name): secret(name) }),
        ));
        requests.push(call(requests.len(), &secret(name), serde_json::json!({})));
    }
    let data = folder.path().join("none");
    let mut child = Command::new(env!("CARGO_BIN_EXE_entrada"))
        .args(["mcp", "--data", data.to_str().unwrap()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut found = Found::default();
    for request in &requests {
        writeln!(stdin, "{request}").unwrap();
        if request["id"].is_null() {
            continue;
        }
        let answer = answers.next().unwrap().unwrap();
        found.check(&format!("{} {}", request["method"], request["id"]), &answer);
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    found.check("mcp stderr", &text(&output.stderr));
}

#[test]
fn no_error_repeats_a_secret_that_was_given_for_something_else() {
    let folder = written();
    let mut found = Found::default();
    for secret in secrets()
        .iter()
        .filter(|secret| !["prompt", "password", "guid-secret"].contains(&secret.name))
    {
        let value = secret.value.as_str();
        for arguments in [
            &["explain", value][..],
            &["explain", "curl.txt", "--with", value],
            &["explain", "--request", value, "--data", "."],
            &["triage", value],
            &["triage", "app.jsonl", "--since", value],
            &["triage", "app.jsonl", "--by", value],
            &["doctor", "--project", value],
            &["rules", value],
            &["token", "decode", value],
            &["check", value, value, value, "--data", "."],
            &["check", "--policy", value, "--requests", "-"],
            &["grant", value, value, value, "--data", "."],
            &["who-can", value, value, "--data", "."],
            &[value],
            &["explain", "--output", value],
            &["serve", "--config", value],
        ] {
            found.run(folder.path(), arguments, value);
        }
        found.run(folder.path(), &["token", "decode", "-"], value);
        found.run(
            folder.path(),
            &["token", "decode", "--output", "json", "-"],
            value,
        );
    }
}

#[test]
fn answers_in_bulk_repeat_nothing_but_what_was_asked() {
    let folder = tempfile::tempdir().unwrap();
    let (jwt, email, key) = (secret("jwt"), secret("email"), secret("key"));
    let policy = serde_json::json!({
        "accessToken": jwt,
        "roleAssignments": [{"id":"1","principalId":"alice","principalName":email,"description":key,"roleDefinitionId":"a97b65f3-24c7-4388-baec-2e87135dc908","scope":"/subscriptions/s"}],
        "groups": [{"id":"devs","mail":email,"members":["bob"]}],
    });
    fs::write(folder.path().join("policy.json"), policy.to_string()).unwrap();
    fs::write(
        folder.path().join("broken.json"),
        format!("{{\"roleAssignments\":[{{\"id\":\"1\",\"token\":\"{jwt}\""),
    )
    .unwrap();
    let action = "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action";
    let asked = serde_json::json!({"principal":"alice","scope":"/subscriptions/s","action":action,"data":true,"token":jwt,"mail":email});
    let requests = format!(
        "{asked}\n{{\"principal\":\"alice\",\"key\":\"{key}\n{jwt}\n{email} {key}\n[\"{key}\"]\n"
    );
    let mut found = Found::default();
    for reasons in ["none", "short", "full"] {
        for policy in ["policy.json", "broken.json"] {
            for form in ["human", "json"] {
                let arguments = [
                    "check",
                    "--policy",
                    policy,
                    "--requests",
                    "-",
                    "--reasons",
                    reasons,
                    "--output",
                    form,
                ];
                found.run(folder.path(), &arguments, &requests);
            }
        }
    }
}

/// A server of its own, which ends with the test.
struct Server {
    child: Child,
    errors: BufReader<ChildStderr>,
    data: PathBuf,
    address: String,
    _folder: tempfile::TempDir,
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let mut child = Command::new(env!("CARGO_BIN_EXE_entrada"))
            .args([
                "serve",
                "--ephemeral",
                "--https",
                "127.0.0.1:0",
                "--http",
                "127.0.0.1:0",
                "--data",
            ])
            .arg(&data)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert!(
                errors.read_line(&mut line).unwrap() > 0,
                "the server says where it listens"
            );
            if let Some((_, address)) = line.split_once("http://") {
                break address.trim().trim_end_matches('/').to_owned();
            }
        };
        Self {
            child,
            errors,
            data,
            address,
            _folder: folder,
        }
    }

    /// Sends a request and gives back the whole answer.
    fn send(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        // A server that refuses what it was sent may close first.
        let _ = stream.read_to_end(&mut answer);
        text(&answer)
    }

    /// Stops it and gives back what it had said.
    fn said(mut self) -> String {
        self.child.kill().unwrap();
        let mut said = String::new();
        self.errors.read_to_string(&mut said).unwrap();
        self.child.wait().unwrap();
        said
    }
}

#[test]
fn the_server_lets_out_nothing_of_what_requests_carry() {
    let server = Server::start();
    let data = server.data.to_str().unwrap().to_owned();
    let mut found = Found::default();
    let mut refused = 0;
    for secret in secrets()
        .iter()
        .filter(|secret| !["prompt", "password"].contains(&secret.name))
    {
        let value = &secret.value;
        let host = "Host: contoso.openai.azure.com\r\nConnection: close\r\n";
        let body = format!(
            "{{\"messages\":[{{\"role\":\"user\",\"content\":\"{}\"}}]}}",
            self::secret("prompt")
        );
        let chat = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21";
        for (line, headers) in [
            (
                format!("POST {chat}"),
                format!("Authorization: Bearer {value}\r\n"),
            ),
            (
                format!("POST {chat}"),
                format!("Authorization: {value}\r\n"),
            ),
            (
                format!("POST {chat}"),
                format!("Authentication: Bearer {value}\r\n"),
            ),
            (
                format!("POST {chat}"),
                format!("api-key: {value}\r\nCookie: a={value}\r\n"),
            ),
            (
                format!("POST {chat}"),
                format!(
                    "X-Forwarded-Email: {value}\r\nUser-Agent: OpenAI/Python 1.3.9 ({value})\r\n"
                ),
            ),
            (
                format!("POST {chat}&api-key={value}&sig={value}"),
                String::new(),
            ),
            (
                format!("POST /openai/deployments/{value}/chat/completions?api-version={value}"),
                String::new(),
            ),
            (format!("GET /{value}/x"), String::new()),
        ] {
            // An id in a path is one, whatever it was meant for.
            if line.contains(value.as_str()) && secret.name == "guid-secret" {
                continue;
            }
            let request = format!(
                "{line} HTTP/1.1\r\n{host}{headers}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            refused += usize::from(!server.send(&request).starts_with("HTTP/1.1 2"));
            for form in ["human", "json"] {
                found.run(
                    Path::new("."),
                    &["explain", "--last", "--data", &data, "--output", form],
                    "",
                );
            }
        }
    }
    assert!(refused > 100, "{refused} were refused");
    for form in REPORTS {
        found.run(
            Path::new("."),
            &["explain", "--last", "--data", &data, "--output", form],
            "",
        );
    }
    let said = server.said();
    assert!(
        said.contains(" -> "),
        "the server tells of refusals: {said}"
    );
    found.check("the server's own words", &said);
}
