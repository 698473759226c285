//! `entrada doctor` against a running `entrada serve`, and against a stand-in for Azure.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod azure;
mod entrada;
mod server;

use std::collections::BTreeMap;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// What one run of the doctor said.
struct Run {
    status: i32,
    output: String,
    errors: String,
}

impl Run {
    /// Runs `entrada doctor` with these variables and no others.
    fn doctor(arguments: &[&str], variables: &BTreeMap<String, String>) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_entrada"));
        command
            .arg("doctor")
            .args(arguments)
            .env_clear()
            .envs(variables);
        let Output {
            status,
            stdout,
            stderr,
        } = command.stdin(Stdio::null()).output().unwrap();
        Run {
            status: status.code().unwrap(),
            output: String::from_utf8(stdout).unwrap(),
            errors: String::from_utf8(stderr).unwrap(),
        }
    }

    fn json(&self) -> Value {
        let json = serde_json::from_str(&self.output);
        json.unwrap_or_else(|_| panic!("{}\n{}", self.output, self.errors))
    }

    /// The causes that were found, the first first.
    fn rules(&self) -> Vec<String> {
        let json = self.json();
        let findings = json["findings"].as_array().unwrap().iter();
        findings
            .map(|finding| finding["rule"].as_str().unwrap().to_owned())
            .collect()
    }

    fn valid(&self) {
        let schema = include_str!("../../../../docs/report.schema.json");
        let schema: Value = serde_json::from_str(schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let json = self.json();
        let faults: Vec<String> = validator
            .iter_errors(&json)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{faults:#?}\n{json:#}");
    }
}
