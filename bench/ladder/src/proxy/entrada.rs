//! Entrada as a gateway before one model server, with a policy of any size.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::Setting;
use crate::process::{PROXY_CORE, Process, free_port, loopback};
use crate::tokens::{GROUP, Keys, TENANT};
use crate::traffic::KEY;

pub(crate) const SUBSCRIPTION: &str = "c0a70500-7e4a-4c0d-9e1d-5b0000000001";

/// Principals that have the assignments which do not count here.
const OTHERS: usize = 1_000;

/// One Entrada, with what it keeps.
pub(crate) struct Installation {
    pub(crate) binary: PathBuf,
    pub(crate) data: PathBuf,
    /// With which it signs tokens.
    pub(crate) keys: Keys,
}

/// Starts Entrada once if its data folder is new, so that it has keys and certificates.
pub(crate) fn install(binary: &Path, folder: &Path, data: &str) -> Result<Installation> {
    let data = folder.join(data);
    if !data.exists() {
        let (https, http) = (free_port()?, free_port()?);
        let mut command = Command::new(binary);
        command.arg("serve").arg("--data").arg(&data);
        command.arg("--https").arg(loopback(https).to_string());
        command.arg("--http").arg(loopback(http).to_string());
        let log = folder.join("prepare.log");
        let mut process = Process::start("entrada", PROXY_CORE, &command, &log)?;
        process
            .wait_for(loopback(http))
            .with_context(|| fs::read_to_string(&log).unwrap_or_default())?;
    }
    Ok(Installation {
        binary: binary.to_owned(),
        keys: Keys::open(&data)?,
        data,
    })
}

impl Installation {
    /// Whom TLS clients trust.
    pub(super) fn authority(&self) -> PathBuf {
        self.data.join("ca.pem")
    }
}

pub(super) fn command(
    setting: &Setting,
    entrada: &Installation,
    port: u16,
    assignments: usize,
    tls: bool,
) -> Result<Command> {
    let file = setting.folder.join(format!("entrada-{assignments}.toml"));
    fs::write(
        &file,
        config(&format!("http://{}/v1", setting.model_server), assignments)?,
    )?;
    let other = free_port()?;
    let (https, http) = if tls { (port, other) } else { (other, port) };
    let mut command = Command::new(&entrada.binary);
    command.arg("serve").arg("--quiet");
    command
        .arg("--config")
        .arg(file)
        .arg("--data")
        .arg(&entrada.data);
    command.arg("--https").arg(loopback(https).to_string());
    command.arg("--http").arg(loopback(http).to_string());
    Ok(command)
}

/// The id of a principal that has assignments elsewhere; its name is `other-` and the number.
pub(crate) fn other(number: usize) -> String {
    format!("c0a70500-7e4a-4c0d-9e1d-0b{number:010x}")
}

/// One account, one group that may call it, and `assignments` that other principals have elsewhere.
fn config(upstream: &str, assignments: usize) -> Result<String> {
    let mut text = format!(
        r#"[tenant]
id = "{TENANT}"
name = "Ladder"
domain = "ladder.onmicrosoft.com"

[endpoint]
default_account = "ladder"

[[subscription]]
id = "{SUBSCRIPTION}"
name = "Ladder"

[[account]]
name = "ladder"
subscription = "Ladder"
resource_group = "ai"
local_auth = true
keys = ["{KEY}"]

[[account.deployment]]
name = "gpt-4o"
model = {{ format = "OpenAI", name = "gpt-4o", version = "2024-11-20" }}
upstream = {{ url = "{upstream}", single_model = true }}

[[account.deployment]]
name = "rewritten"
model = {{ format = "OpenAI", name = "gpt-4o", version = "2024-11-20" }}
upstream = {{ url = "{upstream}", model = "gpt-4o" }}

[[group]]
name = "callers"
id = "{GROUP}"

[[assignment]]
principal = "callers"
role = "Cognitive Services OpenAI User"
scope = "ladder"
"#
    );
    let others = assignments.min(OTHERS);
    for number in 0..others {
        write!(
            text,
            r#"
[[application]]
name = "other-{number}"
id = "{}"
client_id = "c0a70500-7e4a-4c0d-9e1d-ca{number:010x}"
"#,
            other(number)
        )?;
    }
    for number in 0..assignments {
        write!(
            text,
            r#"
[[assignment]]
principal = "other-{}"
role = "Cognitive Services OpenAI User"
scope = "/subscriptions/{SUBSCRIPTION}/resourceGroups/ai/providers/Microsoft.CognitiveServices/accounts/other-{}"
"#,
            number % others,
            number / others,
        )?;
    }
    Ok(text)
}
