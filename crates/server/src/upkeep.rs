//! What must be done from time to time, away from every request: files and certificates that expire.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::app::App;
use crate::clock;

/// Half of what a workload token lasts, halved again: a reader always finds a good one.
const INTERVAL: Duration = Duration::from_secs(15 * 60);

/// The thread that does it.
pub(crate) struct Upkeep {
    stop: Sender<()>,
    thread: Option<JoinHandle<()>>,
}

impl Upkeep {
    /// Starts it.
    pub(crate) fn start(app: Arc<App>) -> Self {
        let (stop, stopped) = channel();
        let work = move || {
            while stopped.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
                renew(&app);
            }
        };
        let thread = std::thread::Builder::new()
            .name("entrada-upkeep".to_owned())
            .spawn(work)
            .ok();
        Self { stop, thread }
    }

    /// Ends it.
    pub(crate) fn stop(self) {
        drop(self.stop);
        if let Some(thread) = self.thread {
            let _ = thread.join();
        }
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
}

#[expect(
    clippy::print_stderr,
    reason = "nobody waits for the answer, and the operator must know"
)]
fn complain(problem: &str) {
    eprintln!("cannot renew: {problem}");
}
