//! `--wait`: calls until a grant is effective.

use doctor::live::{Answer as Answered, Trouble};

use super::examined::Examined;
use crate::commands::wait::Rhythm;
use crate::exit::{Answer, Failure, Outcome};
use crate::render::tell;

pub(crate) fn wait(examined: &Examined, mut rhythm: Rhythm) -> Outcome {
    let Some(call) = &examined.call else {
        return Err(Failure::new("there is no call to wait with")
            .hint("a token, a connection and a deployment are needed; see the steps above"));
    };
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
                        rhythm.elapsed().as_secs_f64()
                    ));
                    return Ok(Answer::Yes);
                }
                Answered::Response(response) => response.status.to_string(),
                Answered::Failed(Trouble { words, .. }) => words.clone(),
                _ => "no answer".to_owned(),
            };
            let Some(pause) = rhythm.pause() else {
                tell(format!(
                    "not effective after {} s: {said}",
                    rhythm.elapsed().as_secs()
                ));
                return Ok(Answer::No);
            };
            if calls == 1 {
                tell(format!(
                    "waiting for the call to be let through (now: {said})"
                ));
            }
            tokio::time::sleep(pause).await;
        }
    })
}
