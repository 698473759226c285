//! `entrada check --policy FILE --requests FILE`: answers a second on one core, without reasons.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Result, ensure};
use serde_json::json;

use super::{Figure, milliseconds};
use crate::options::Product;
use crate::process::{PROXY_CORE, pinned};
use crate::proxy::{SUBSCRIPTION, Setting, other};

const OPENAI_USER: &str = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd";
const CHAT: &str =
    "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action";
const PRINCIPALS: usize = 1_000;

pub(super) fn measure(setting: &Setting, options: &Product) -> Result<Vec<Figure>> {
    let (policy, requests) = (
        setting.folder.join("policy.json"),
        setting.folder.join("requests.jsonl"),
    );
    let few = setting.folder.join("request.jsonl");
    fs::write(&policy, policy_of(options.assignments.max(PRINCIPALS)))?;
    fs::write(&requests, requests_of(options.lines)?)?;
    fs::write(&few, requests_of(1)?)?;
    let (mut rates, mut loads) = (Vec::new(), Vec::new());
    for run in 1..=options.runs.min(5) {
        eprintln!("bulk {run}");
        let load = check(setting, &policy, &few)?;
        let all = check(setting, &policy, &requests)?;
        rates.push((options.lines - 1) as f64 / (all - load));
        loads.push(load);
    }
    Ok(vec![
        Figure {
            name: "bulk decisions without reasons, one core",
            unit: "thousand/s",
            runs: rates,
        },
        Figure {
            name: "bulk: start, policy read and compiled",
            unit: "ms",
            runs: loads,
        },
    ])
}

/// Milliseconds of one command.
fn check(setting: &Setting, policy: &Path, requests: &PathBuf) -> Result<f64> {
    let mut command = Command::new(&setting.entrada.binary);
    command
        .arg("check")
        .arg("--policy")
        .arg(policy)
        .arg("--requests")
        .arg(requests);
    command.args(["--reasons", "none", "--output", "json"]);
    let started = Instant::now();
    let status = pinned(PROXY_CORE, &command)
        .stdout(Stdio::null())
        .status()?;
    ensure!(status.success(), "`entrada check` ended with {status}");
    Ok(milliseconds(started.elapsed()))
}

/// Assignments at accounts, a hundred to a principal.
fn policy_of(assignments: usize) -> String {
    let assignments: Vec<_> = (0..assignments)
        .map(|number| {
            let scope = account(number);
            json!({
                "id": format!("{scope}/providers/Microsoft.Authorization/roleAssignments/{}", other(number)),
                "properties": {
                    "principalId": other(number % PRINCIPALS),
                    "roleDefinitionId": format!(
                        "/providers/Microsoft.Authorization/roleDefinitions/{OPENAI_USER}"
                    ),
                    "scope": scope,
                },
            })
        })
        .collect();
    json!({ "roleAssignments": assignments }).to_string()
}

/// Questions of which every second is allowed; `entrada check` compares the answers.
fn requests_of(lines: usize) -> Result<String> {
    let mut text = String::new();
    for line in 0..lines {
        let number = line * 7 % PRINCIPALS;
        let (place, expect) = if line % 2 == 0 {
            (number, "allowed")
        } else {
            (number + 1, "denied")
        };
        writeln!(
            text,
            r#"{{"principal":"{}","scope":"{}","action":"{CHAT}","data":true,"expect":"{expect}"}}"#,
            other(number),
            account(place),
        )?;
    }
    Ok(text)
}

fn account(number: usize) -> String {
    format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/ai/providers/Microsoft.CognitiveServices/accounts/a{}",
        number % PRINCIPALS * 37 % 4_001 + number / PRINCIPALS * 4_001,
    )
}
