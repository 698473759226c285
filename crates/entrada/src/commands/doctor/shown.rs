//! An examination as people see it: steps while they end, then the verdict.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};

use azure::examine::Watch;
use doctor::live::{Health, Mark, Outcome, StepRecord};

use super::examined::{Asks, Examined};
use crate::args::ReportFormat;
use crate::render::{ADVICE, BAD, FAINT, GOOD, print, rendered, tell, wrapped};

/// How many plain sights a step shows.
const SEEN: usize = 2;

/// Prints steps as they end: where they are the output, there; else to whoever waits at a terminal.
pub(super) struct Steps {
    human: bool,
    terminal: bool,
}

impl Steps {
    pub(super) fn new(human: bool) -> Self {
        Self {
            human,
            terminal: io::stderr().is_terminal(),
        }
    }
}

impl Watch for Steps {
    fn ended(&mut self, record: &StepRecord) {
        if self.human {
            // A closed pipe ends the program later, when the verdict is printed.
            let _ = print(step(record));
        } else if self.terminal {
            tell(step(record).trim_end());
        }
    }

    fn consents(&mut self) -> bool {
        confirmed("Make the smallest possible call, whole and as a stream?")
    }
}

impl Asks for Steps {
    fn can_ask(&self) -> bool {
        self.human && people()
    }
}

/// Nobody is there.
pub(crate) struct Silent;

impl Watch for Silent {
    fn ended(&mut self, _: &StepRecord) {}

    fn consents(&mut self) -> bool {
        false
    }
}

impl Asks for Silent {
    fn can_ask(&self) -> bool {
        false
    }
}

/// Whether a person reads and writes.
pub(super) fn people() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Asks for a yes.
pub(super) fn confirmed(question: &str) -> bool {
    let _ = write!(anstream::stderr(), "{question} [y/N] ");
    let _ = anstream::stderr().flush();
    let mut answer = String::new();
    let read = io::stdin().read_line(&mut answer);
    read.is_ok() && matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

fn step(record: &StepRecord) -> String {
    let (style, word) = match record.outcome {
        Outcome::Passed => (GOOD, "ok"),
        Outcome::Fault => (BAD, "FAULT"),
        Outcome::NotEvaluated => (FAINT, "?"),
    };
    let head = format!("{} {:<12}", record.step.number(), record.step.id());
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{head} {style}{word:<5}{style:#} {FAINT}{:>6} ms{FAINT:#}",
        record.took_ms
    );
    let mut seen = 0;
    let mut notes: Vec<_> = record.notes.iter().collect();
    notes.sort_by_key(|note| match note.mark {
        Mark::Wrong => 0,
        Mark::Seen => 1,
        Mark::Notable => 2,
        Mark::Unknown => 3,
    });
    for note in notes {
        let first = match note.mark {
            Mark::Wrong => "  x ",
            Mark::Notable => "  ! ",
            Mark::Unknown => "  ? ",
            Mark::Seen => {
                seen += 1;
                if seen > SEEN {
                    continue;
                }
                "    "
            }
        };
        wrapped(&mut text, first, "    ", &note.words);
    }
    text
}

/// The end of it: cause and fix, or that there is nothing to mend.
pub(super) fn verdict(examined: &Examined) -> String {
    let mut text = String::from("\n");
    let findings = examined.report["findings"].as_array().map_or(0, Vec::len);
    match examined.health {
        Health::Healthy => {
            let _ = writeln!(
                text,
                "{GOOD}Healthy.{GOOD:#} Nothing stands in the way of a call."
            );
        }
        Health::Unknown => {
            let _ = writeln!(
                text,
                "{ADVICE}Undecided.{ADVICE:#} Nothing that was seen is wrong, and not everything could be seen."
            );
        }
        Health::Fault => {}
    }
    let checks = examined.report["next_checks"]
        .as_array()
        .map_or(0, Vec::len);
    if findings + checks > 0 {
        if examined.health != Health::Fault {
            text.push('\n');
        }
        let told = rendered(&examined.report, ReportFormat::Human).unwrap_or_default();
        match findings {
            0 => text.push_str(told.split_once('\n').map_or("", |(_, rest)| rest)),
            _ => text.push_str(&told),
        }
    }
    text
}
