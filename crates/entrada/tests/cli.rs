//! The program as people and scripts use it: arguments in; output and exit status out.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn entrada(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_entrada"));
    command
        .args(arguments)
        .env_remove("ENTRADA_DATA")
        .stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    entrada(arguments).output().unwrap()
}

fn run_with_input(arguments: &[&str], input: &str) -> Output {
    let mut child = entrada(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

#[test]
fn the_demo_goes_through_every_row_of_the_page() {
    let output = run(&["demo"]);
    let shown = text(&output.stdout);
    assert_eq!(code(&output), 0, "{shown}{}", text(&output.stderr));
    for row in 1..=7 {
        assert!(shown.contains(&format!("Row {row}")), "{shown}");
    }
    assert!(shown.contains("HTTP/1.1 401 PermissionDenied"));
    assert!(shown.contains("Every situation was refused, explained, mended and answered."));
}

#[test]
fn a_pasted_error_is_explained_for_people_and_programs() {
    let paste = "Error code: 401 - {'error': {'code': 'PermissionDenied', 'message': 'Principal does not have \
                 access to API/Operation.'}}\n- the app has Contributor on the resource group\n";
    let human = run_with_input(&["explain", "-"], paste);
    assert_eq!(code(&human), 1);
    assert!(
        text(&human.stdout).contains("role-control-plane-only"),
        "{}",
        text(&human.stdout)
    );
    let json = run_with_input(&["explain", "--output", "json", "-"], paste);
    let report: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(report["schema"], "entrada.report/v1");
    assert_eq!(report["findings"][0]["rule"], "role-control-plane-only");
    assert_eq!(
        code(&run_with_input(&["explain", "-"], "the weather is fine\n")),
        0
    );
    assert_eq!(code(&run(&["explain", "no/such/file"])), 2);
}

#[test]
fn init_writes_what_serve_reads_and_overwrites_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("contoso.toml");
    let path = file.to_str().unwrap();
    assert_eq!(code(&run(&["init", path])), 0);
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(server::config::read(&written, folder.path(), access::Timestamp(0)).is_ok());
    let schema = std::fs::read_to_string(folder.path().join("entrada.schema.json")).unwrap();
    assert!(schema.contains("json-schema.org") && written.starts_with("#:schema entrada.schema"));
    let gateway = run(&["init", "--gateway", "-"]);
    let gateway = server::config::read(&text(&gateway.stdout), folder.path(), access::Timestamp(0));
    assert!(gateway.unwrap().entra.is_some());
    let again = run(&["init", path]);
    assert_eq!(code(&again), 2);
    assert!(text(&again.stderr).contains("--force"));
}

const POLICY: &str = r#"{
  "roleAssignments": [
    {"id":"1","principalId":"alice","roleDefinitionId":"a97b65f3-24c7-4388-baec-2e87135dc908","scope":"/subscriptions/s/resourceGroups/rg"},
    {"id":"2","properties":{"principalId":"devs","roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635","scope":"/subscriptions/s"}}
  ],
  "groups": [{"id":"devs","displayName":"Developers","members":["bob"]}]
}"#;

fn bulk(folder: &Path, requests: &str) -> Output {
    let policy = folder.join("policy.json");
    std::fs::write(&policy, POLICY).unwrap();
    let arguments = [
        "check",
        "--policy",
        policy.to_str().unwrap(),
        "--requests",
        "-",
        "--reasons",
        "none",
        "--output",
        "json",
    ];
    run_with_input(&arguments, requests)
}

fn request(principal: &str, scope: &str, expect: &str) -> String {
    let action = "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action";
    format!(
        r#"{{"principal":"{principal}","scope":"{scope}","action":"{action}","data":true,"expect":"{expect}"}}"#
    ) + "\n"
}

#[test]
fn policies_are_checked_in_bulk_with_exit_codes_for_scripts() {
    let folder = tempfile::tempdir().unwrap();
    let account =
        "/subscriptions/s/resourceGroups/RG/providers/Microsoft.CognitiveServices/accounts/a";
    let good = request("alice", account, "allowed") + &request("bob", account, "denied");
    let output = bulk(folder.path(), &good);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let answers = text(&output.stdout);
    let decisions: Vec<String> = answers
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|answer| answer["decision"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(decisions, ["allowed", "denied"]);
    let sibling = "/subscriptions/s/resourceGroups/rg2";
    assert_eq!(
        code(&bulk(folder.path(), &request("alice", sibling, "allowed"))),
        1
    );
    let bad = bulk(folder.path(), &("nonsense\n".to_owned() + &good));
    assert_eq!(code(&bad), 2);
    assert_eq!(text(&bad.stdout).lines().count(), 3);
}

#[test]
fn a_taken_port_is_a_clear_error() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(&[
        "serve",
        "--ephemeral",
        "--https",
        &address,
        "--http",
        "127.0.0.1:0",
    ]);
    assert_eq!(code(&output), 2);
    assert!(
        text(&output.stderr).contains("already in use"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn the_sample_listens_on_loopback_only() {
    let output = run(&[
        "serve",
        "--ephemeral",
        "--https",
        "0.0.0.0:0",
        "--allow-remote",
    ]);
    assert_eq!(code(&output), 2);
    assert!(
        text(&output.stderr).contains("its secrets are public"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn help_completions_manual_and_rules_are_there() {
    for arguments in [
        &["--help"][..],
        &["completions", "bash"],
        &["completions", "fish"],
        &["man"],
        &["rules"],
    ] {
        let output = run(arguments);
        assert_eq!(code(&output), 0, "{arguments:?}");
        assert!(output.stdout.len() > 500, "{arguments:?}");
    }
    for command in [
        "serve", "run", "demo", "env", "check", "who-can", "grant", "revoke", "explain",
    ] {
        let help = text(&run(&[command, "--help"]).stdout);
        assert!(help.contains("Usage:"), "{command}");
    }
    assert!(text(&run(&["rules", "TOK005"]).stdout).contains("What it means"));
}

#[test]
fn without_a_server_commands_say_how_to_get_one() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let output = run(&["check", "owner", "chat", "contoso", "--data", data]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("entrada serve"));
}

/// Runs `explain` on files with these names and contents; the first cause, and the whole report.
fn explained(files: &[(&str, &str)], arguments: &[&str]) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    let output = entrada(&["explain", "--output", "json"])
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .unwrap();
    let shown = text(&output.stdout);
    let report: serde_json::Value = serde_json::from_str(&shown).unwrap();
    let first = report["findings"][0]["rule"].as_str();
    (first.unwrap_or_default().to_owned(), shown)
}

#[test]
fn evidence_of_every_kind_is_read_and_says_where_it_came_from() {
    let har = r#"{"log":{"entries":[{"request":{"method":"POST","url":"https://contoso.openai.azure.com/openai/deployments/a/chat/completions?api-version=2024-10-21","headers":[{"name":"api-key","value":"0123456789abcdef0123456789abcdef"}]},"response":{"status":403,"headers":[],"content":{"text":"{\"error\":{\"code\":\"AuthenticationTypeDisabled\",\"message\":\"Key based authentication is disabled for this resource.\"}}"}}}]}}"#;
    let curl = "> POST /openai/deployments/a/chat/completions HTTP/2\n> Host: contoso.openai.azure.com\n< HTTP/2 404\n<\n{\"error\":{\"code\":\"DeploymentNotFound\",\"message\":\"The API deployment for this resource does not exist.\"}}\n";
    let log = "{\"category\":\"GatewayLogs\",\"properties\":{\"url\":\"https://contoso.openai.azure.com/openai/x\",\"responseCode\":403,\"backendResponseBody\":\"Access denied due to Virtual Network/Firewall rules.\"}}\n";
    let java = "com.azure.core.exception.ClientAuthenticationException: Status code 401, \"{\"error\":{\"code\":\"PermissionDenied\",\"message\":\"Principal does not have access to API/Operation.\"}}\"\n\tat com.azure.ai.openai.OpenAIClient.getChatCompletions(OpenAIClient.java:700)\n";
    let env = "AZURE_OPENAI_ENDPOINT=\"https://contoso.openai.azure.com/\"\nAZURE_OPENAI_API_KEY=0123456789abcdef0123456789abcdef\nOPENAI_API_VERSION=2024-08-06\n# 404 Resource not found\n";
    for (name, content, expected, origin) in [
        ("call.har", har, "local-auth-disabled", "log.entries[0]"),
        ("curl.txt", curl, "deployment-not-found", "curl.txt"),
        ("gateway.json", log, "firewall-rules", "the record"),
        ("trace.txt", java, "role-missing", "trace.txt"),
        (
            "settings.env",
            env,
            "api-version-unsupported",
            "settings.env",
        ),
    ] {
        let other = ("note.txt", "the program runs in App Service\n");
        let (first, shown) = explained(&[(name, content), other], &[name, "note.txt"]);
        assert_eq!(first, expected, "{name}: {shown}");
        assert!(shown.contains(origin), "{name}: {shown}");
        assert!(!shown.contains("0123456789abcdef"), "{name}: {shown}");
    }
}

#[test]
fn an_answer_to_a_next_check_continues_the_diagnosis() {
    let error = "endpoint: https://contoso.openai.azure.com\nError code: 401 - Principal does not have access to API/Operation.\n";
    let roles = r#"[{"principalId":"11111111-2222-3333-4444-555555555555","roleDefinitionName":"Contributor","scope":"/subscriptions/0/resourceGroups/ai"}]"#;
    let files = [("error.txt", error), ("roles.json", roles)];
    let (first, _) = explained(&files, &["error.txt"]);
    assert_eq!(first, "role-missing");
    let (first, shown) = explained(&files, &["error.txt", "--with", "roles.json"]);
    assert_eq!(first, "role-control-plane-only", "{shown}");
    assert!(
        shown.contains("roles.json: [0].roleDefinitionName"),
        "{shown}"
    );
}

#[test]
fn serve_reads_the_proxies_of_its_environment() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("entrada.toml");
    assert_eq!(code(&run(&["init", config.to_str().unwrap()])), 0);
    let behind = "\n[[account]]\nname = 'gate'\nsubscription = 'Contoso Production'\nresource_group = 'ai'\n\
                  [[account.deployment]]\nname = 'gpt-4o'\nmodel = { format = 'OpenAI', name = 'gpt-4o' }\n\
                  upstream = { url = 'https://models.example/v1' }\n";
    let text_of_it = std::fs::read_to_string(&config).unwrap() + behind;
    std::fs::write(&config, text_of_it).unwrap();
    let refused = entrada(&[
        "serve",
        "--ephemeral",
        "--https",
        "localhost:0",
        "--http",
        "localhost:0",
    ])
    .arg("--config")
    .arg(&config)
    .arg("--data")
    .arg(folder.path().join("data"))
    .env("HTTPS_PROXY", "socks5://ada:hunter2@proxy.example")
    .output()
    .unwrap();
    let said = text(&refused.stderr);
    assert_eq!(code(&refused), 2, "{said}");
    assert!(
        said.contains("HTTPS_PROXY") && said.contains("only http proxies"),
        "{said}"
    );
    assert!(!said.contains("hunter2"), "{said}");
}
