//! The clients: keep-alive connections that each send the next request as soon as they have their
//! answer (a closed loop), with the next of many tokens.

use std::cell::{Cell, RefCell};
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio::task::{JoinSet, LocalSet};

use crate::client::{Connection, Target};
use crate::process;

/// What to send, and how long.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) target: Target,
    pub(crate) before: String,
    pub(crate) after: String,
    /// One credential a line.
    pub(crate) credentials: PathBuf,
    /// How many of them to use.
    pub(crate) count: usize,
    /// Whether each is sent just once: the load ends when all were.
    pub(crate) once: bool,
    pub(crate) connections: usize,
    pub(crate) warmup: Duration,
    pub(crate) time: Duration,
    /// Bytes of every answer's body.
    pub(crate) expected: usize,
    /// The process whose CPU time is measured.
    pub(crate) process: u32,
    /// Where to put samples of what that process does, if wanted.
    pub(crate) samples: Option<PathBuf>,
}

/// What came of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) requests: u64,
    pub(crate) time: Duration,
    pub(crate) cpu: Duration,
    pub(crate) median: Duration,
    pub(crate) p99: Duration,
}

/// Reads a task from standard input, writes its outcome to standard output.
pub(crate) fn run() -> Result<()> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let task: Task = serde_json::from_str(&text)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let outcome = LocalSet::new().block_on(&runtime, load(task))?;
    std::io::stdout().write_all(&serde_json::to_vec(&outcome)?)?;
    Ok(())
}

struct State {
    task: Task,
    credentials: Vec<String>,
    next: Cell<usize>,
    stage: Cell<Stage>,
    exhausted: Notify,
    latencies: RefCell<Histogram<u64>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Warmup,
    Measured,
    Over,
}

async fn load(task: Task) -> Result<Outcome> {
    let text = fs::read_to_string(&task.credentials)?;
    let credentials: Vec<_> = text.lines().take(task.count).map(str::to_owned).collect();
    ensure!(credentials.len() == task.count, "too few credentials");
    let state = Rc::new(State {
        credentials,
        next: Cell::new(0),
        stage: Cell::new(Stage::Warmup),
        exhausted: Notify::new(),
        latencies: RefCell::new(Histogram::new(3)?),
        task,
    });
    let mut clients = JoinSet::new();
    for _ in 0..state.task.connections {
        clients.spawn_local(client(Rc::clone(&state)));
    }
    let measured = measure(&state);
    let (time, cpu) = tokio::select! {
        measured = measured => measured?,
        // Clients end after the measurement only, unless something is wrong.
        ended = clients.join_next() => return Err(match ended.context("no connections")?? {
            Err(fault) => fault,
            Ok(()) => anyhow::anyhow!("a client ended early"),
        }),
    };
    let latencies = state.latencies.borrow();
    let at = |quantile| Duration::from_nanos(latencies.value_at_quantile(quantile));
    Ok(Outcome {
        requests: latencies.len(),
        time,
        cpu,
        median: at(0.5),
        p99: at(0.99),
    })
}

/// Waits for the warm-up, then for the load; gives its time and the CPU time of the process.
async fn measure(state: &State) -> Result<(Duration, Duration)> {
    let task = &state.task;
    tokio::time::sleep(task.warmup).await;
    while !task.once && state.next.get() < task.count {
        tokio::time::sleep(Duration::from_millis(10)).await; // until every token was seen
    }
    let _perf = match &task.samples {
        Some(file) => Some(process::sample(task.process, file)?),
        None => None,
    };
    let cpu = process::cpu_time(task.process)?;
    let started = Instant::now();
    state.stage.set(Stage::Measured);
    if task.once {
        state.exhausted.notified().await;
    } else {
        tokio::time::sleep(task.time).await;
    }
    state.stage.set(Stage::Over);
    Ok((started.elapsed(), process::cpu_time(task.process)? - cpu))
}

async fn client(state: Rc<State>) -> Result<()> {
    let task = &state.task;
    let mut connection = Connection::open(&task.target).await?;
    let mut request = Vec::new();
    while let Some(credential) = state.credential() {
        request.clear();
        request.extend(task.before.as_bytes());
        request.extend(credential.as_bytes());
        request.extend(task.after.as_bytes());
        let started = Instant::now();
        let status = connection.call(&request).await?;
        let body = connection.body();
        ensure!(
            status == 200 && body.len() == task.expected,
            "{status}: {}",
            String::from_utf8_lossy(body)
        );
        if state.stage.get() == Stage::Measured {
            let nanoseconds = u64::try_from(started.elapsed().as_nanos())?;
            state.latencies.borrow_mut().record(nanoseconds)?;
        }
    }
    std::future::pending().await
}

impl State {
    /// The next credential; none if all were sent once, as the task wants it.
    fn credential(&self) -> Option<&str> {
        if self.task.once && self.stage.get() == Stage::Warmup {
            // Warms up connections and code, with the few tokens that do not count.
            return self.credentials.first().map(String::as_str);
        }
        let next = self.next.get();
        self.next.set(next + 1);
        if self.task.once && next + 1 >= self.credentials.len() {
            self.exhausted.notify_one();
            return None;
        }
        let at = if self.task.once {
            next + 1
        } else {
            next % self.credentials.len()
        };
        Some(&self.credentials[at])
    }
}
