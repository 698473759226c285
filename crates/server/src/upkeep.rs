//! What must be done from time to time, away from every request: keys, files and certificates that expire.

use std::sync::Arc;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use azure::keys::Refresh;
use tokio::sync::oneshot;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use crate::app::App;
use crate::audit::BATCH;
use crate::authenticate::KeyKeeper;
use crate::clock;

/// How often it is looked whether keys are due, at the least.
const KEYS: Duration = Duration::from_secs(15);

/// Half of what a workload token lasts, halved again: a reader always finds a good one.
const FILES: Duration = Duration::from_secs(15 * 60);

/// How long a start waits for the first keys.
const FIRST_KEYS: Duration = Duration::from_secs(10);

/// The thread that does it.
pub(crate) struct Upkeep {
    stop: oneshot::Sender<()>,
    thread: Option<JoinHandle<()>>,
}

impl Upkeep {
    /// Starts it, and returns when signing keys that must be fetched are there, or could not be fetched.
    pub(crate) fn start(app: Arc<App>, refresh: Refresh) -> Self {
        let retry = Duration::from_secs(refresh.retry.unsigned_abs().max(1));
        let (stop, stopped) = oneshot::channel();
        let (ready, first_keys) = mpsc::channel();
        let work = move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            match runtime {
                Ok(runtime) => runtime.block_on(async {
                    tokio::select! {
                        () = keep(&app, retry.min(KEYS), &ready) => {}
                        _ = stopped => {}
                    }
                    write_journal(&app).await;
                }),
                Err(error) => complain(&error.to_string()),
            }
        };
        let thread = std::thread::Builder::new()
            .name("entrada-upkeep".to_owned())
            .spawn(work)
            .ok();
        let _ = first_keys.recv_timeout(FIRST_KEYS);
        Self { stop, thread }
    }

    /// Ends it.
    pub(crate) fn stop(self) {
        let _ = self.stop.send(());
        if let Some(thread) = self.thread {
            let _ = thread.join();
        }
    }
}

/// Never returns.
async fn keep(app: &App, every: Duration, ready: &mpsc::Sender<()>) {
    let keeper = app.authority.keeper();
    if let Some(keeper) = keeper {
        keeper.refresh_if_due(clock::now()).await;
    }
    let _ = ready.send(());
    let mut keys = interval_at(Instant::now() + every, every);
    let mut files = interval_at(Instant::now() + FILES, FILES);
    let mut journal = interval_at(Instant::now() + BATCH, BATCH);
    journal.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = journal.tick() => {
                app.policy.settle().await;
                write_journal(app).await;
            }
            _ = files.tick() => renew(app),
            _ = keys.tick() => if let Some(keeper) = keeper {
                keeper.refresh_if_due(clock::now()).await;
            },
            () = missed(keeper) => if let Some(keeper) = keeper {
                keeper.refresh_for_missed(clock::now()).await;
            },
        }
    }
}

async fn missed(keeper: Option<&KeyKeeper>) {
    match keeper {
        Some(keeper) => keeper.missed().await,
        None => std::future::pending().await,
    }
}

async fn write_journal(app: &App) {
    let Some(audit) = &app.audit else {
        return;
    };
    let written = audit.flush(clock::now(), |id| app.explanations.find(id));
    if let Err(problem) = written.await {
        complain(&format!("the journal: {problem}"));
    }
}

fn renew(app: &App) {
    let now = clock::now();
    if let Some(Err(problem)) = app.local.as_ref().map(|local| local.renew(now)) {
        complain(&problem);
    }
    if let Err(problem) = app.certificates.renew_if_due(now) {
        complain(&problem.to_string());
    }
    let interception = app.interception.as_ref();
    if let Some(Err(problem)) = interception.map(|ours| ours.renew_if_due(now)) {
        complain(&problem.to_string());
    }
}

#[expect(
    clippy::print_stderr,
    reason = "nobody waits for the answer, and the operator must know"
)]
fn complain(problem: &str) {
    eprintln!("cannot renew: {problem}");
}
