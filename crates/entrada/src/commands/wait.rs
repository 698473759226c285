//! `entrada wait`: until a grant is effective, found out by asking.
//!
//! With PRINCIPAL, OPERATION and RESOURCE the server's policy is asked; with `--endpoint` the smallest possible
//! call is made, as `entrada doctor --probe --wait` does.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use wire::entrada::{CheckAnswer, CheckQuestion};

use super::doctor;
use crate::args::{Doctor, Wait};
use crate::client::Client;
use crate::exit::{Answer, Failure, Outcome};
use crate::render::{FAINT, GOOD, print_json, tell};

/// Pauses grow up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// When to ask again, and until when.
#[derive(Clone, Debug)]
pub(crate) struct Rhythm {
    started: Instant,
    limit: Duration,
    pause: Duration,
}

impl Rhythm {
    /// Asks after this pause, then after ever longer ones, for so long in all.
    pub(crate) fn new(first: Duration, limit: Duration) -> Self {
        Self {
            started: Instant::now(),
            limit,
            pause: first,
        }
    }

    /// How long it has been.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// The next pause, half as long again as the last, and never beyond the limit; none once that is reached.
    pub(crate) fn pause(&mut self) -> Option<Duration> {
        let left = self
            .limit
            .checked_sub(self.elapsed())
            .filter(|left| !left.is_zero())?;
        let pause = self.pause.min(left);
        self.pause = (self.pause * 3 / 2).min(LONGEST_PAUSE.max(self.pause));
        Some(pause)
    }
}

/// What came of waiting, for programs.
#[derive(serde::Serialize)]
pub(super) struct Waited {
    /// `effective`, `timed-out` or `cannot-tell`.
    outcome: &'static str,
    /// How often it was asked.
    asked: u32,
    /// Seconds since the first question.
    seconds: f64,
    /// The last answer, in a sentence.
    last: String,
}

pub(crate) fn run(wait: &Wait) -> Outcome {
    let rhythm = Rhythm::new(
        Duration::from_secs_f64(wait.interval.max(0.05)),
        Duration::from_secs(wait.timeout),
    );
    match (
        &wait.endpoint,
        &wait.principal,
        &wait.operation,
        &wait.resource,
    ) {
        (Some(endpoint), ..) => by_calling(wait, endpoint, rhythm),
        (None, Some(principal), Some(operation), Some(resource)) => {
            let question = CheckQuestion {
                principal: principal.clone(),
                operation: operation.clone(),
                resource: resource.clone(),
            };
            let server = Client::find(&wait.data)?;
            let (waited, status) = by_asking(&server, &question, rhythm, progress)?;
            finished(wait, &waited).map(|()| status)
        }
        _ => Err(Failure::new(
            "a principal, an operation and a resource are needed",
        )),
    }
}

/// Asks the running server's policy until it permits, or waiting is over; what it says meanwhile is told.
pub(super) fn by_asking(
    server: &Client,
    question: &CheckQuestion,
    mut rhythm: Rhythm,
    told: impl Fn(u32, &Rhythm, &str),
) -> Result<(Waited, Answer), Failure> {
    let mut asked = 0;
    loop {
        asked += 1;
        let answer: CheckAnswer = server.post("/entrada/check", question)?;
        let outcome = match (&*answer.decision, rhythm.pause()) {
            ("allowed", _) => Some(("effective", Answer::Yes)),
            // Waiting does not bring what a condition or a definition leaves open.
            ("unknown" | "conditional", _) => Some(("cannot-tell", Answer::Undecided)),
            (_, None) => Some(("timed-out", Answer::No)),
            (_, Some(pause)) => {
                told(asked, &rhythm, &answer.summary);
                std::thread::sleep(pause);
                None
            }
        };
        if let Some((outcome, status)) = outcome {
            let waited = Waited {
                outcome,
                asked,
                seconds: rhythm.elapsed().as_secs_f64(),
                last: answer.summary,
            };
            return Ok((waited, status));
        }
    }
}

fn progress(asked: u32, rhythm: &Rhythm, said: &str) {
    if asked == 1 || std::io::stderr().is_terminal() {
        let seconds = rhythm.elapsed().as_secs();
        tell(format!("{FAINT}{seconds:4} s{FAINT:#}  {said}"));
    }
}

fn finished(wait: &Wait, waited: &Waited) -> Result<(), Failure> {
    if wait.output.is_json() {
        return print_json(waited);
    }
    let Waited {
        asked,
        seconds,
        last,
        ..
    } = waited;
    tell(match waited.outcome {
        "effective" => {
            format!("{GOOD}effective{GOOD:#} after {seconds:.1} s, asked {asked} times: {last}")
        }
        "timed-out" => format!("not effective after {seconds:.1} s, asked {asked} times: {last}"),
        _ => format!("waiting will not tell: {last}"),
    });
    Ok(())
}

/// Makes the smallest possible call until it is let through, with the credential that the doctor finds.
fn by_calling(wait: &Wait, endpoint: &str, rhythm: Rhythm) -> Outcome {
    let asked = Doctor {
        endpoint: Some(endpoint.to_owned()),
        deployment: wait.deployment.clone(),
        principal: wait.act_as.clone(),
        probe: true,
        ..Doctor::of(&wait.data)
    };
    let examined = doctor::examined(&asked, doctor::Silent)?;
    doctor::wait(&examined, rhythm)
}
