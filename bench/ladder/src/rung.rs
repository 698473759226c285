//! The rungs, and how one is measured.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

use crate::check::check;
use crate::client::Target;
use crate::load::{Outcome, Task};
use crate::options::{Peers, Run};
use crate::process::{self, other_core, pinned};
use crate::proxy::{Proxy, Setting, install};
use crate::report::{self, Figures};
use crate::traffic::{KEY, Traffic};

/// One proxy with one kind of traffic.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rung {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) proxy: Proxy,
    pub(crate) traffic: Traffic,
    /// Whether every token is sent once only.
    pub(crate) cold: bool,
}

const fn rung(name: &'static str, about: &'static str, proxy: Proxy, traffic: Traffic) -> Rung {
    Rung {
        name,
        about,
        proxy,
        traffic,
        cold: false,
    }
}

const fn entrada(assignments: usize, tls: bool) -> Proxy {
    Proxy::Entrada {
        assignments,
        tls,
        other: false,
    }
}

const RUNGS: &[Rung] = &[
    rung(
        "plain",
        "own forwarder, hyper-util's client, no checks",
        Proxy::Plain,
        Traffic::Chat,
    ),
    rung(
        "plain-direct",
        "own forwarder, a stack of connections, no checks",
        Proxy::PlainDirect,
        Traffic::Chat,
    ),
    rung(
        "entrada",
        "Entrada, warm tokens",
        Proxy::ENTRADA,
        Traffic::Chat,
    ),
    rung(
        "entrada-other",
        "the Entrada of --other, warm tokens",
        Proxy::Entrada {
            assignments: 0,
            tls: false,
            other: true,
        },
        Traffic::Chat,
    ),
    Rung {
        cold: true,
        ..rung(
            "entrada-cold",
            "Entrada, every token for the first time",
            Proxy::ENTRADA,
            Traffic::Chat,
        )
    },
    rung(
        "entrada-10",
        "Entrada, 10 more role assignments",
        entrada(10, false),
        Traffic::Chat,
    ),
    rung(
        "entrada-100k",
        "Entrada, 100,000 more role assignments",
        entrada(100_000, false),
        Traffic::Chat,
    ),
    rung(
        "entrada-rewrite",
        "Entrada, the body's model rewritten",
        Proxy::ENTRADA,
        Traffic::Rewritten,
    ),
    rung(
        "entrada-v1",
        "Entrada, routed by the body's model",
        Proxy::ENTRADA,
        Traffic::V1,
    ),
    rung(
        "entrada-key",
        "Entrada, api-key",
        Proxy::ENTRADA,
        Traffic::Key,
    ),
    rung(
        "entrada-tls",
        "Entrada, clients by TLS 1.3",
        entrada(0, true),
        Traffic::Chat,
    ),
    rung(
        "entrada-sse",
        "Entrada, 33 events",
        Proxy::ENTRADA,
        Traffic::Stream,
    ),
    rung(
        "plain-sse",
        "own forwarder, 33 events",
        Proxy::Plain,
        Traffic::Stream,
    ),
    rung(
        "plain-direct-sse",
        "own forwarder, a stack of connections, 33 events",
        Proxy::PlainDirect,
        Traffic::Stream,
    ),
    rung("nginx", "nginx, no checks", Proxy::Nginx, Traffic::Chat),
    rung(
        "nginx-sse",
        "nginx, 33 events",
        Proxy::Nginx,
        Traffic::Stream,
    ),
    rung(
        "haproxy",
        "HAProxy, no checks",
        Proxy::Haproxy,
        Traffic::Chat,
    ),
    rung(
        "haproxy-sse",
        "HAProxy, 33 events",
        Proxy::Haproxy,
        Traffic::Stream,
    ),
    rung(
        "haproxy-jwt",
        "HAProxy, jwt_verify and claims",
        Proxy::HaproxyJwt,
        Traffic::Chat,
    ),
    rung("envoy", "Envoy, no checks", Proxy::Envoy, Traffic::Chat),
    rung(
        "envoy-jwt-cached",
        "Envoy, jwt_authn (cache 20,000) and rbac",
        Proxy::EnvoyJwtCached,
        Traffic::Chat,
    ),
    rung(
        "envoy-jwt",
        "Envoy, jwt_authn (no cache) and rbac",
        Proxy::EnvoyJwt,
        Traffic::Chat,
    ),
];

/// Measures what the options ask for and prints the figures.
pub(crate) fn run(options: &Run) -> Result<()> {
    let rungs = chosen(options)?;
    if options.list {
        return report::list(&rungs);
    }
    if let Some(folder) = &options.perf {
        fs::create_dir_all(folder)?;
    }
    let (mut setting, _model_server) = Setting::new(&options.common)?;
    setting.envoy.clone_from(&options.envoy);
    if let Some(binary) = &options.other {
        setting.other = Some(install(binary, &setting.folder, "data-other")?);
    }
    let mut figures: Vec<_> = rungs.iter().copied().map(Figures::new).collect();
    // In turn, so that a slower minute of the machine slows all of them.
    for number in 1..=options.runs {
        for figures in &mut figures {
            let rung = figures.rung;
            eprintln!("run {number} of {}: {}", options.runs, rung.name);
            let (outcome, resident) = measure(rung, &setting, options)
                .with_context(|| format!("rung `{}`", rung.name))?;
            figures.add(&outcome, resident);
        }
    }
    report::print(&figures, options)
}

fn chosen(options: &Run) -> Result<Vec<Rung>> {
    let takes_part = |rung: &Rung| match rung.proxy {
        Proxy::Entrada { other: true, .. } => options.other.is_some(),
        proxy => options.peers == Peers::All || !proxy.is_peer(),
    };
    if options.rungs.is_empty() {
        return Ok(RUNGS.iter().copied().filter(takes_part).collect());
    }
    let find = |name: &String| RUNGS.iter().copied().find(|rung| rung.name == name);
    let known = |name| find(name).with_context(|| format!("`{name}` is no rung: see --list"));
    options.rungs.iter().map(known).collect()
}

/// Starts the proxy, checks it, loads it; gives the outcome and the proxy's memory.
fn measure(rung: Rung, setting: &Setting, options: &Run) -> Result<(Outcome, u64)> {
    let keys = &setting.installation(rung.proxy)?.keys;
    let running = rung.proxy.start(setting)?;
    let model_server = Target {
        address: setting.model_server,
        authority: None,
    };
    let expected = check(rung.proxy, &running, rung.traffic, &model_server, keys)?;
    let request = rung.traffic.parts("localhost");
    let count = match (rung.traffic, rung.cold) {
        (Traffic::Key, _) => 1,
        (_, true) => options.cold_tokens,
        (_, false) => options.tokens,
    };
    let credentials = if rung.traffic == Traffic::Key {
        let path = setting.folder.join("key.txt");
        fs::write(&path, KEY)?;
        path
    } else {
        keys.file(&setting.folder, count)?
    };
    let samples = options
        .perf
        .as_ref()
        .map(|folder| folder.join(format!("{}.data", rung.name)));
    let task = Task {
        target: running.target.clone(),
        before: request.before,
        after: request.after,
        credentials,
        count,
        once: rung.cold,
        connections: options.connections,
        warmup: Duration::from_secs_f64((options.seconds / 4.0).min(1.0)),
        time: Duration::from_secs_f64(options.seconds),
        expected,
        process: running.process.id(),
        samples,
    };
    let outcome = load(&task)?;
    Ok((outcome, process::resident(running.process.id())?))
}

/// Runs the clients beside the model server.
fn load(task: &Task) -> Result<Outcome> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("load");
    let mut child = pinned(other_core(), &command)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut input = child.stdin.take().context("standard input")?;
    input.write_all(&serde_json::to_vec(task)?)?;
    drop(input);
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "the clients failed");
    let outcome: Outcome = serde_json::from_slice(&output.stdout)?;
    if outcome.requests == 0 {
        bail!("no request was answered");
    }
    Ok(outcome)
}
