//! From the command to the first answer: the sample tenant, a data folder that is there already, and a
//! real call with a real token.

use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::{Figure, milliseconds};
use crate::client::{Connection, Target};
use crate::options::Product;
use crate::process::{self, Process, free_port, loopback};
use crate::proxy::Setting;
use crate::traffic::Traffic;

/// The sample's principal that may call.
const DEVELOPER: &str = "c0a70500-7e4a-4c0d-9e1d-0b0000000001";

/// How long a server is left alone before its memory is read.
const IDLE: Duration = Duration::from_secs(1);

pub(super) fn measure(setting: &Setting, options: &Product) -> Result<Vec<Figure>> {
    let token = setting.entrada.keys.token(0, DEVELOPER, None)?;
    let request = Traffic::Chat.parts("localhost").with(&token);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (mut first_answer, mut memory) = (Vec::new(), Vec::new());
    // The first run reads the program from the disk, and is not counted.
    for run in 0..=options.runs {
        eprintln!("start {run} of {}", options.runs);
        let (https, http) = (loopback(free_port()?), loopback(free_port()?));
        let mut command = Command::new(&setting.entrada.binary);
        command
            .arg("serve")
            .arg("--data")
            .arg(&setting.entrada.data);
        command.arg("--https").arg(https.to_string());
        command.arg("--http").arg(http.to_string());
        let log = setting.folder.join("start.log");
        let started = Instant::now();
        let mut process = Process::start_anywhere("entrada", command, &log)?;
        process.wait_for(http)?;
        let status = runtime.block_on(async {
            let target = Target {
                address: http,
                authority: None,
            };
            Connection::open(&target).await?.call(&request).await
        })?;
        let time = started.elapsed();
        ensure!(status == 200, "the first answer is {status}");
        sleep(IDLE);
        if run > 0 {
            first_answer.push(milliseconds(time));
            memory.push(process::resident(process.id())? as f64 / (1024.0 * 1024.0));
        }
    }
    Ok(vec![
        Figure {
            name: "start to first answer, with a data folder",
            unit: "ms",
            runs: first_answer,
        },
        Figure {
            name: "memory when idle",
            unit: "MiB",
            runs: memory,
        },
    ])
}
