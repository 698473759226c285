//! Performs the checks of [`doctor::live`]: the one loop below the command line, MCP and the portal.
//!
//! # What goes where
//!
//! A token is made for one place and sent to that place only: the Resource Manager, the directory, or the
//! endpoint that is examined, the last only with consent. Nothing follows a redirect, plain HTTP carries a
//! token to this machine only, every check has a deadline and all of them together have one. Tokens stay
//! here: the examination is told their claims.

mod certificate;
mod network;
mod performer;
mod program;
mod sources;
mod surroundings;

pub use performer::{Performer, PerformerError};
pub use surroundings::{Surroundings, VariableFile};

use std::sync::Arc;
use std::time::{Duration, Instant};

use doctor::live::{Answer, Answered, Check, Examination, StepRecord, Trouble, TroubleKind};
use tokio::task::JoinSet;

/// How long one check may take.
const CHECK: Duration = Duration::from_secs(25);
/// How long all checks together may take.
const ALL: Duration = Duration::from_secs(120);

/// Who watches an examination.
pub trait Watch {
    /// A step ended.
    fn ended(&mut self, record: &StepRecord);

    /// Whether the call itself may be made. Asked at most once, and only where the target says so.
    fn consents(&mut self) -> bool;
}

/// Examines: performs every check until the examination is over.
pub async fn examine(
    examination: &mut Examination,
    performer: &Arc<Performer>,
    watch: &mut dyn Watch,
) {
    let start = Instant::now();
    let mut running: JoinSet<Answered> = JoinSet::new();
    loop {
        for check in examination.due() {
            let performer = Arc::clone(performer);
            running.spawn(async move { perform(&performer, check, start).await });
        }
        match running.join_next().await {
            Some(Ok(answered)) => examination.learn(answered),
            // A check that stopped in the middle leaves its step open: there is nothing more to learn.
            Some(Err(_)) => return,
            None => {
                if !examination.wants_consent() {
                    return;
                }
                let yes = watch.consents();
                if yes {
                    performer.allow_calls();
                }
                examination.consent(yes);
            }
        }
        for record in examination.ended() {
            watch.ended(record);
        }
    }
}

async fn perform(performer: &Performer, check: Check, start: Instant) -> Answered {
    let millis = || u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let began_ms = millis();
    let left = ALL.saturating_sub(start.elapsed()).min(CHECK);
    let answer = tokio::time::timeout(left, performer.perform(&check)).await;
    let answer = answer.unwrap_or_else(|_| {
        Answer::Failed(Trouble {
            kind: TroubleKind::Time,
            words: format!("no answer within {} s", left.as_secs()),
            issuer: None,
        })
    });
    Answered {
        check,
        answer,
        began_ms,
        ended_ms: millis(),
    }
}
