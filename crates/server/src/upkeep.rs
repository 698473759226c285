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
                if let Err(problem) = app.local.renew(clock::now()) {
                    complain(&problem);
                }
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

#[expect(
    clippy::print_stderr,
    reason = "nobody waits for the answer, and the operator must know"
)]
fn complain(problem: &str) {
    eprintln!("cannot renew: {problem}");
}
