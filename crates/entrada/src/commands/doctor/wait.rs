//! `--wait`: calls until a grant is effective.

use std::time::{Duration, Instant};

use doctor::live::{Answer as Answered, Trouble};

use super::examined::Examined;
use crate::exit::{Answer, Failure, Outcome};
use crate::render::tell;

/// Between two calls.
const PAUSE: Duration = Duration::from_secs(5);
/// Between the first calls: a grant on a local server is effective at once.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// How many first calls there are.
const FIRST: u32 = 4;

pub(super) fn wait(examined: &Examined, seconds: u64) -> Outcome {
    let Some(call) = &examined.call else {
        return Err(Failure::new("there is no call to wait with")
            .hint("a token, a connection and a deployment are needed; see the steps above"));
    };
    let start = Instant::now();
    let limit = Duration::from_secs(seconds);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    examined.performer.allow_calls();
    runtime.block_on(async {
        let mut calls = 0;
        loop {
            calls += 1;
            let answer = examined.performer.perform(call).await;
            let said = match &answer {
                Answered::Response(response) if (200..300).contains(&response.status) => {
                    tell(format!(
                        "effective: call {calls} is let through, {:.1} s after the first",
                        start.elapsed().as_secs_f64()
                    ));
                    return Ok(Answer::Yes);
                }
                Answered::Response(response) => response.status.to_string(),
                Answered::Failed(Trouble { words, .. }) => words.clone(),
                _ => "no answer".to_owned(),
            };
            let pause = if calls <= FIRST { FIRST_PAUSE } else { PAUSE };
            if start.elapsed() + pause > limit {
                tell(format!(
                    "not effective after {} s: {said}",
                    start.elapsed().as_secs()
                ));
                return Ok(Answer::No);
            }
            if calls == 1 {
                tell(format!(
                    "waiting for the call to be let through (now: {said})"
                ));
            }
            tokio::time::sleep(pause).await;
        }
    })
}
