//! `entrada doctor` and the forms of a report, as people, scripts and other programs use them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

#[path = "support/junit.rs"]
mod junit;

const FORMS: [&str; 5] = ["human", "json", "sarif", "junit", "markdown"];

const PASTE: &str = "Error code: 401 - {'error': {'code': 'PermissionDenied', 'message': 'Principal does not have access to API/Operation.'}}\n- the app has Contributor on the resource group\n";

/// A secret that stands in every kind of evidence, and must stand in no output.
const SECRET: &str = "hunter2SuperSecret9";

fn entrada(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_entrada"))
        .args(arguments)
        .env_remove("ENTRADA_DATA")
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

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, content: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    };
    write(
        "api/requirements.txt",
        &format!("--index-url https://user:{SECRET}@feed/simple\nfastapi==0.110\nopenai==2.40.0\n"),
    );
    write(
        "web page/yarn.lock",
        "# yarn lockfile v1\n\nopenai@^5.0.0:\n  version \"5.18.0\"\n",
    );
    write(
        "app/pom.xml",
        "<project>\n<dependency>\n<groupId>com.azure</groupId>\n<artifactId>azure-identity</artifactId>\n<version>1.8.0</version>\n</dependency>\n</project>\n",
    );
    // What tools installed is not the project's.
    write(
        "web page/node_modules/x/package-lock.json",
        "{\"packages\": {\n\"node_modules/openai\": {\n\"version\": \"4.41.0\"\n}}}\n",
    );
    write("api/.venv/requirements.txt", "openai==1.3.9\n");
    write("notes.md", "openai==1.0.0\n");
    folder
}

fn doctor(folder: &Path, form: &str) -> Output {
    entrada(
        &[
            "doctor",
            "--project",
            folder.to_str().unwrap(),
            "--output",
            form,
        ],
        "",
    )
}

fn valid(schema: &str, instance: &Value) {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(instance)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:#?}\n{instance:#}");
}

/// The schema of SARIF, where one pattern has a bracket that some engines do not take for itself.
fn sarif_schema() -> String {
    include_str!("schemas/sarif-2.1.0.json").replace("{2}]?$", "{2}\\\\]?$")
}

fn valid_report(report: &Value) {
    valid(include_str!("../../../docs/report.schema.json"), report);
}

#[test]
fn affected_packages_are_named_with_file_and_line() {
    let folder = project();
    let output = doctor(folder.path(), "json");
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    valid_report(&report);
    let places: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let (bug, origin) = (&finding["advisories"][0], &finding["evidence"][0]["origin"]);
            format!(
                "{}:{} {} {}",
                origin["path"].as_str().unwrap(),
                origin["line"],
                bug["package"].as_str().unwrap(),
                bug["version"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        places,
        [
            "app/pom.xml:5 com.azure:azure-identity 1.8.0",
            "api/requirements.txt:3 openai 2.40.0",
            "web page/yarn.lock:4 openai 5.18.0",
        ]
    );
}

#[test]
fn people_read_it_without_colour_at_eighty_columns() {
    let folder = project();
    let shown = text(&doctor(folder.path(), "human").stdout);
    assert!(
        shown.starts_with("3 files that list packages were read.\n"),
        "{shown}"
    );
    assert!(
        shown.contains("openai 2.40.0 has a known bug.\n  api/requirements.txt:3\n"),
        "{shown}"
    );
    assert!(
        shown.contains("\n  pip install --upgrade 'openai>=3.4.0'\n"),
        "{shown}"
    );
    let wide = |line: &&str| line.chars().count() > 80 && !line.trim_start().starts_with("mvn");
    assert_eq!(shown.lines().find(wide), None);
}

#[test]
fn exit_codes_tell_healthy_from_fault_and_from_failure() {
    let folder = project();
    let code = |folder: &Path| doctor(folder, "human").status.code();
    assert_eq!(code(folder.path()), Some(1));
    let healthy = tempfile::tempdir().unwrap();
    assert_eq!(code(healthy.path()), Some(0));
    fs::write(healthy.path().join("requirements.txt"), "openai==3.54.0\n").unwrap();
    assert_eq!(code(healthy.path()), Some(0));
    for missing in ["no/such/folder", "notes.md"] {
        assert_eq!(code(&folder.path().join(missing)), Some(2));
    }
}

#[test]
fn reports_are_valid_in_every_form() {
    let folder = project();
    let empty = tempfile::tempdir().unwrap();
    let make = |form: &str| {
        [
            entrada(&["explain", "--output", form, "-"], PASTE),
            entrada(&["explain", "--output", form, "-"], "the weather is fine\n"),
            doctor(folder.path(), form),
            doctor(empty.path(), form),
        ]
    };
    for output in make("json") {
        valid_report(&serde_json::from_slice(&output.stdout).unwrap());
    }
    for output in make("sarif") {
        let log: Value = serde_json::from_slice(&output.stdout).unwrap();
        valid(&sarif_schema(), &log);
    }
    let log: Value = serde_json::from_slice(&make("sarif")[2].stdout).unwrap();
    let place = &log["runs"][0]["results"][2]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "web%20page/yarn.lock");
    assert_eq!(place["region"]["startLine"], 4);
    for (output, failures) in make("junit").iter().zip([None, Some(0), Some(3), Some(0)]) {
        let xml = text(&output.stdout);
        let suites = junit::read(&xml);
        let count = junit::valid(&suites);
        assert!(failures.is_none_or(|expected| expected == count), "{xml}");
    }
    let ticket = text(&make("markdown")[0].stdout);
    assert!(ticket.starts_with("### "), "{ticket}");
    assert!(
        ticket.contains("**Evidence**") && ticket.contains("```\naz role"),
        "{ticket}"
    );
}

#[test]
fn no_form_of_a_report_holds_a_secret() {
    let folder = project();
    let paste = format!(
        "{PASTE}AZURE_CLIENT_SECRET={SECRET}\napi-key: {SECRET}\nAuthorization: Bearer {SECRET}\npassword={SECRET}\n"
    );
    for form in FORMS {
        let explained = entrada(&["explain", "--output", form, "-"], &paste);
        for output in [explained, doctor(folder.path(), form)] {
            assert_eq!(output.status.code(), Some(1), "{form}");
            assert!(!text(&output.stdout).contains(SECRET), "{form}");
            assert!(!text(&output.stderr).contains(SECRET), "{form}");
        }
    }
}

#[test]
fn a_code_of_entra_is_explained_by_name() {
    let output = entrada(&["rules", "aadsts50076"], "");
    assert_eq!(output.status.code(), Some(0));
    let shown = text(&output.stdout);
    assert!(
        shown.contains("credential-mfa-or-conditional-access"),
        "{shown}"
    );
    assert!(shown.contains("az login"), "{shown}");
    assert_eq!(entrada(&["rules", "AADSTS1"], "").status.code(), Some(2));
}
