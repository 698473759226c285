//! `entrada run`: the program's environment, streams, signals and exit status.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

const SECRETS: [(&str, &str); 6] = [
    ("AZURE_OPENAI_API_KEY", "3f9c1d7be2a84560b1c9d04e8f7a6b52"),
    ("OPENAI_API_KEY", "sk-proj-Ab12Cd34Ef56"),
    ("AZURE_CLIENT_SECRET", "Zx8Q~aVeryLong.OpenSesame"),
    ("AZURE_FEDERATED_TOKEN_FILE", "/var/run/secrets/token"),
    ("ARM_CLIENT_SECRET", "open-sesame-1843"),
    ("ANTHROPIC_API_KEY", "sk-ant-api03"),
];

fn run(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_entrada"));
    command
        .arg("run")
        .args(arguments)
        .env("ENTRADA_DATA", data)
        .stdin(Stdio::null());
    for name in [
        "NO_PROXY",
        "no_proxy",
        "NODE_OPTIONS",
        "AZURE_OPENAI_ENDPOINT",
    ] {
        command.env_remove(name);
    }
    command
}

fn finished(mut command: Command) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// A server with a proxy; stops when dropped.
struct Running(Child);

impl Running {
    fn start(data: &Path) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_entrada"))
            .args([
                "serve",
                "--ephemeral",
                "--intercept",
                "--intercept-port",
                "0",
            ])
            .args([
                "--https",
                "localhost:0",
                "--http",
                "localhost:0",
                "--quiet",
                "--data",
            ])
            .arg(data)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut running = Self(child);
        let mut said = BufReader::new(running.0.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("Refused calls") {
            line.clear();
            assert!(said.read_line(&mut line).unwrap() > 0, "it did not start");
        }
        // Its further words go nowhere, and never fill the pipe.
        std::thread::spawn(move || said.read_to_end(&mut Vec::new()));
        running
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_program_finds_everything_set_and_no_secret_of_anybodys() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = run(folder.path(), &["--as", "developer", "--", "env"]);
    command
        .envs(SECRETS)
        .env("NO_PROXY", "internal.example,.azure.com")
        .env(
            "OPENAI_BASE_URL",
            "https://contoso.openai.azure.com/openai/v1",
        )
        .env("AZURE_CONFIG_DIR", "/elsewhere/.azure")
        .env(
            "AZURE_AI_INFERENCE_ENDPOINT",
            "https://mine.services.ai.azure.com/models",
        );
    let (code, shown, said) = finished(command);
    assert_eq!(code, 0, "{said}");
    for (name, secret) in SECRETS {
        assert!(!shown.contains(secret), "{name}");
        assert!(!said.contains(secret), "{name}");
    }
    let value = |name: &str| {
        let lines = shown.lines().filter_map(|line| line.split_once('='));
        let mut values = lines.filter(|(known, _)| *known == name);
        values.next().map(|(_, value)| value.to_owned())
    };
    let is = |name: &str, expected: &str| {
        assert_eq!(value(name).as_deref(), Some(expected), "{name}");
    };
    is("NO_PROXY", "localhost,127.0.0.1,internal.example");
    is(
        "OPENAI_BASE_URL",
        "https://contoso.openai.azure.com/openai/v1",
    );
    is("AZURE_OPENAI_ENDPOINT", "https://contoso.openai.azure.com");
    is(
        "AZURE_AI_INFERENCE_ENDPOINT",
        "https://mine.services.ai.azure.com/models",
    );
    let proxy = value("HTTPS_PROXY").unwrap();
    assert!(proxy.starts_with("http://127.0.0.1:"), "{proxy}");
    let own = value("AZURE_CONFIG_DIR").unwrap();
    assert!(own.starts_with(&value("ENTRADA_DATA").unwrap()), "{own}");
    assert!(value("AZURE_AUTHORITY_HOST").is_none());
    // A server of the program's own leaves nothing behind.
    assert!(!Path::new(&value("ENTRADA_DATA").unwrap()).exists());
    assert!(!folder.path().join("server.json").exists());
}

#[test]
fn the_files_that_are_named_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let script = r#"
        grep -q BEGIN "$REQUESTS_CA_BUNDLE" && grep -q BEGIN "$NODE_EXTRA_CA_CERTS" || exit 21
        grep -rq "PRIVATE KEY" "$ENTRADA_DATA"/intercept-* && exit 22
        grep -q systemAssignedIdentity "$AZURE_CONFIG_DIR/azureProfile.json" || exit 23
        grep -q useAzCliAuth "$AZD_CONFIG_DIR/config.json" || exit 24
        test "$(ls -ld "$ENTRADA_DATA" | cut -c1-10)" = drwx------ || exit 25
    "#;
    let (code, _, said) = finished(run(folder.path(), &["--", "sh", "-c", script]));
    assert_eq!(code, 0, "{said}");
}

#[test]
fn the_exit_status_is_the_programs() {
    let folder = tempfile::tempdir().unwrap();
    let check = |program: &[&str], expected: i32| {
        let arguments = [&["--quiet", "--"], program].concat();
        let (code, _, said) = finished(run(folder.path(), &arguments));
        assert_eq!(code, expected, "{program:?}: {said}");
    };
    check(&["true"], 0);
    check(&["false"], 1);
    check(&["sh", "-c", "exit 42"], 42);
    check(&["sh", "-c", "kill -TERM $$"], 128 + 15);
    check(&["no-such-program"], 127);
    check(&["/"], 126);
    let (code, _, said) = finished(run(folder.path(), &["--as", "nobody-at-all", "--", "true"]));
    assert_eq!(code, 2);
    assert!(said.contains("nobody-at-all"), "{said}");
}

#[test]
fn input_output_and_signals_pass_through() {
    let folder = tempfile::tempdir().unwrap();
    let script = "read line; echo \"got $line\"; trap 'echo ended; exit 9' TERM; echo ready; while :; do sleep 0.05; done";
    let mut command = run(folder.path(), &["--quiet", "--", "sh", "-c", script]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"a line\n").unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(said.next().unwrap().unwrap(), "got a line");
    assert_eq!(said.next().unwrap().unwrap(), "ready");
    let id = child.id().to_string();
    Command::new("kill").args(["-TERM", &id]).status().unwrap();
    assert_eq!(said.next().unwrap().unwrap(), "ended");
    assert_eq!(child.wait().unwrap().code(), Some(9));
}

#[test]
fn a_running_server_is_used_if_it_intercepts() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let root = fs::canonicalize(folder.path()).unwrap();
    let arguments = [
        "--print-env",
        "--as",
        "owner",
        "--shell",
        "json",
        "--credential",
        "secret",
    ];
    let (code, shown, said) = finished(run(&root, &arguments));
    assert_eq!(code, 0, "{said}");
    let set: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(set["ENTRADA_DATA"], root.to_str().unwrap());
    assert_eq!(set["AZURE_CLIENT_SECRET"], "contoso-owner-secret");
    let proxy = set["HTTPS_PROXY"].as_str().unwrap();
    let addresses = fs::read_to_string(root.join("server.json")).unwrap();
    assert!(addresses.contains(proxy), "{addresses}");
    let mut stream = TcpStream::connect(proxy.strip_prefix("http://").unwrap()).unwrap();
    let target = "example.com:443";
    write!(
        stream,
        "CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 403 Not intercepted by Entrada"),
        "{answer}"
    );
    // What `az account set` chose stays chosen, and what other subscriptions there were does not.
    let profile = Path::new(set["AZURE_CONFIG_DIR"].as_str().unwrap()).join("azureProfile.json");
    let text = fs::read_to_string(&profile).unwrap();
    fs::write(&profile, format!("\u{feff}{text} ")).unwrap();
    finished(run(&root, &["--as", "owner", "--", "true"]));
    assert!(
        fs::read_to_string(&profile)
            .unwrap()
            .starts_with('\u{feff}')
    );
    fs::write(&profile, r#"{"subscriptions":[]}"#).unwrap();
    finished(run(&root, &["--as", "owner", "--", "true"]));
    assert_eq!(fs::read_to_string(&profile).unwrap(), text);
    drop(server);
    // It was killed, and its addresses are still there: nobody answers at them.
    let (code, _, said) = finished(run(&root, &["--", "true"]));
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("on a server of its own"), "{said}");
}
