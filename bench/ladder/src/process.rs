//! Processes on a core of their own, and what the kernel says they cost.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

/// The core of the proxy under test.
pub(crate) const PROXY_CORE: usize = 0;

/// The core of everything else: another one, if there is one.
pub(crate) fn other_core() -> usize {
    std::thread::available_parallelism().map_or(0, |cores| cores.get().min(2) - 1)
}

/// How long a process may take until it listens.
const START: Duration = Duration::from_secs(30);

/// How long a process may take to end when it is asked to.
const END: Duration = Duration::from_secs(2);

/// A process that is ended when nobody needs it any more.
pub(crate) struct Process {
    name: String,
    child: Child,
}

impl Process {
    /// Starts `command`, on this core, with its complaints going to `log`.
    pub(crate) fn start(name: &str, core: usize, command: &Command, log: &Path) -> Result<Self> {
        Self::spawn(name, pinned(core, command), log)
    }

    /// The same on any core.
    pub(crate) fn start_anywhere(name: &str, command: Command, log: &Path) -> Result<Self> {
        Self::spawn(name, command, log)
    }

    fn spawn(name: &str, mut command: Command, log: &Path) -> Result<Self> {
        let log = fs::File::create(log)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        Ok(Self {
            name: name.to_owned(),
            child,
        })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it listens at `address`.
    pub(crate) fn wait_for(&mut self, address: SocketAddr) -> Result<()> {
        let started = Instant::now();
        while TcpStream::connect(address).is_err() {
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended: {status}", self.name);
            }
            ensure!(
                started.elapsed() < START,
                "{} does not listen at {address}",
                self.name
            );
            sleep(Duration::from_micros(500));
        }
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Asked first: a build that collects a profile writes it when it ends. It may have ended by itself.
        signal(&self.child, "-TERM");
        let asked = Instant::now();
        while asked.elapsed() < END && matches!(self.child.try_wait(), Ok(None)) {
            sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn signal(child: &Child, name: &str) {
    let _ = Command::new("kill")
        .args([name, &child.id().to_string()])
        .stderr(Stdio::null())
        .status();
}

/// The same command, on this core only, and killed when we are.
pub(crate) fn pinned(core: usize, command: &Command) -> Command {
    let mut pinned = Command::new("setpriv");
    pinned.args(["--pdeathsig", "KILL", "taskset", "--cpu-list"]);
    pinned.arg(core.to_string());
    pinned.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            pinned.env(name, value);
        }
    }
    pinned
}

/// A port that is free now.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}

pub(crate) fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// CPU time that a process's threads have had, in user and kernel mode. Exact, where
/// `/proc/PID/stat` counts ticks.
pub(crate) fn cpu_time(process: u32) -> Result<Duration> {
    let mut total = 0;
    for thread in fs::read_dir(format!("/proc/{process}/task"))? {
        let text = fs::read_to_string(thread?.path().join("schedstat"))?;
        let nanoseconds = text.split(' ').next().unwrap_or_default();
        total += nanoseconds.parse::<u64>().context("schedstat")?;
    }
    Ok(Duration::from_nanos(total))
}

/// Samples a process with `perf`, until the result is dropped.
pub(crate) fn sample(process: u32, file: &Path) -> Result<Sampling> {
    let mut command = Command::new("perf");
    command.args([
        "record",
        "--event",
        "cpu-clock",
        "--freq",
        "4999",
        "--output",
    ]);
    command.arg(file).arg("--pid").arg(process.to_string());
    let perf = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    Ok(Sampling(perf.context("cannot start perf")?))
}

/// `perf` at work.
pub(crate) struct Sampling(Child);

impl Drop for Sampling {
    fn drop(&mut self) {
        // It writes its file when it is interrupted; without that there is nothing to read.
        signal(&self.0, "-INT");
        let _ = self.0.wait();
    }
}

/// Memory that a process has resident, in bytes.
pub(crate) fn resident(process: u32) -> Result<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    Ok(kibibytes.context("VmRSS")?.trim().parse::<u64>()? * 1024)
}
