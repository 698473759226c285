//! The program: its streams are ours, signals reach it, and its exit status is ours.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::process::ExitStatus;

use tokio::process::{Child, Command};

use super::environment::Changes;
use crate::exit::Failure;
use crate::render::print_error;

/// As shells say that a program is not there, or is none.
const NOT_FOUND: u8 = 127;
const NOT_EXECUTABLE: u8 = 126;

/// Runs the program to its end; its exit status.
pub(super) fn run(command: &[OsString], changes: &Changes) -> Result<u8, Failure> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(Failure::new("there is no program to run"));
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut command = Command::new(program);
        command.args(arguments);
        for name in &changes.unset {
            command.env_remove(name);
        }
        command.envs(&changes.set);
        // From here on, what ends other programs does not end this one before its child.
        let mut signals = Signals::listen()?;
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) => return Ok(not_started(program, &error)),
        };
        loop {
            tokio::select! {
                status = child.wait() => return Ok(code(status?)),
                signal = signals.next() => signals.pass_on(signal, &child),
            }
        }
    })
}

fn not_started(program: &OsString, error: &std::io::Error) -> u8 {
    let program = program.display();
    let (code, why) = match error.kind() {
        ErrorKind::NotFound => (NOT_FOUND, "no such program".to_owned()),
        _ => (NOT_EXECUTABLE, error.to_string()),
    };
    print_error(&format!("cannot run `{program}`: {why}"), None);
    code
}

fn code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return u8::try_from(128 + signal).unwrap_or(u8::MAX);
    }
    let code = status.code().unwrap_or(1);
    u8::try_from(code).unwrap_or(1)
}

#[cfg(unix)]
mod unix {
    use rustix::process::{Pid, Signal, kill_process};
    use tokio::signal::unix::{Signal as Arrivals, SignalKind, signal};

    use super::{Child, Failure};

    /// Signals that people and supervisors send.
    pub(super) struct Signals {
        interrupt: Arrivals,
        quit: Arrivals,
        terminate: Arrivals,
        hangup: Arrivals,
        user_1: Arrivals,
        user_2: Arrivals,
        /// A terminal sends its signals to the child, too.
        at_terminal: bool,
    }

    impl Signals {
        pub(super) fn listen() -> Result<Self, Failure> {
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                quit: signal(SignalKind::quit())?,
                terminate: signal(SignalKind::terminate())?,
                hangup: signal(SignalKind::hangup())?,
                user_1: signal(SignalKind::user_defined1())?,
                user_2: signal(SignalKind::user_defined2())?,
                at_terminal: std::fs::File::open("/dev/tty").is_ok(),
            })
        }

        pub(super) async fn next(&mut self) -> Signal {
            tokio::select! {
                _ = self.interrupt.recv() => Signal::INT,
                _ = self.quit.recv() => Signal::QUIT,
                _ = self.terminate.recv() => Signal::TERM,
                _ = self.hangup.recv() => Signal::HUP,
                _ = self.user_1.recv() => Signal::USR1,
                _ = self.user_2.recv() => Signal::USR2,
            }
        }

        pub(super) fn pass_on(&self, signal: Signal, child: &Child) {
            if self.at_terminal && [Signal::INT, Signal::QUIT].contains(&signal) {
                return;
            }
            let id = child.id().and_then(|id| i32::try_from(id).ok());
            if let Some(process) = id.and_then(Pid::from_raw) {
                // It may have ended meanwhile.
                let _ = kill_process(process, signal);
            }
        }
    }
}
#[cfg(unix)]
use unix::Signals;

#[cfg(not(unix))]
mod elsewhere {
    use super::{Child, Failure};

    /// Control-C reaches the child by itself.
    pub(super) struct Signals;

    impl Signals {
        #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
        pub(super) fn listen() -> Result<Self, Failure> {
            Ok(Self)
        }

        pub(super) async fn next(&mut self) {
            let _ = tokio::signal::ctrl_c().await;
        }

        pub(super) fn pass_on(&self, (): (), _: &Child) {}
    }
}
#[cfg(not(unix))]
use elsewhere::Signals;
