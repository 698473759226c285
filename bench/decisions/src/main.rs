//! What a decision costs, among ten to a million role assignments, and beside general policy engines
//! that are given the same policy.
//!
//! Every engine is asked the same questions: may this principal chat at this account? All must give
//! the same answers before any is timed. Three figures are Entrada's alone, as its server does them: a
//! warm caller (what was decided before is looked up), the first decision, and a grant until it is
//! effective (the policy is copied, compiled and put in the old one's place).

mod engine;
mod measure;
mod options;
mod random;
mod report;
mod tenant;

use std::time::Instant;

use anyhow::{Result, ensure};
use clap::Parser as _;

use engine::Engine;
use engine::entrada::Entrada;
use measure::{FEW, Figure, resident};
use options::{Options, Peers};
use report::{Report, Row};
use tenant::{Question, Tenant};

fn main() -> Result<()> {
    let options = Options::parse();
    let mut report = Report::default();
    for &size in &options.sizes {
        let tenant = Tenant::new(size);
        let questions = tenant.questions(options.questions);
        eprintln!("{size} assignments: Entrada");
        let before = resident()?;
        let started = Instant::now();
        let mut entrada = Entrada::new(&tenant)?;
        let built = started.elapsed();
        let memory = resident()?.saturating_sub(before);
        let expected = answers(&mut entrada, &questions)?;
        let row = Row {
            engine: entrada.name(),
            size,
            built,
            memory,
            decision: time(&mut entrada, &questions, &options)?,
        };
        report.entrada(&row, &entrada, &questions, &options)?;
        report.rows.push(row);
        drop(entrada);
        if options.peers == Peers::All {
            for peer in engine::PEERS {
                if report.would_take(peer.name, size) > options.patience {
                    eprintln!("{size} assignments: {} would take too long", peer.name);
                    continue;
                }
                eprintln!("{size} assignments: {}", peer.name);
                let before = resident()?;
                let started = Instant::now();
                let mut engine = (peer.build)(&tenant)?;
                let built = started.elapsed();
                let memory = resident()?.saturating_sub(before);
                let first = check(engine.as_mut(), &questions, &expected, &options)?;
                // What takes long is not done again.
                let decision = if first.median / 1e9 > options.patience {
                    first
                } else {
                    time(engine.as_mut(), &questions, &options)?
                };
                report.rows.push(Row {
                    engine: peer.name,
                    size,
                    built,
                    memory,
                    decision,
                });
            }
        }
    }
    report.print(&options)
}

fn answers(engine: &mut dyn Engine, questions: &[Question]) -> Result<Vec<bool>> {
    questions
        .iter()
        .map(|question| engine.allows(question))
        .collect()
}

/// The engine must answer as Entrada does; slow ones are asked fewer questions. Gives how long they took.
fn check(
    engine: &mut dyn Engine,
    questions: &[Question],
    expected: &[bool],
    options: &Options,
) -> Result<Figure> {
    let started = Instant::now();
    let mut asked = 0;
    for (question, expected) in questions.iter().zip(expected) {
        let answer = engine.allows(question)?;
        ensure!(
            answer == *expected,
            "{} says {answer} to {question:?}",
            engine.name()
        );
        asked += 1;
        if started.elapsed().as_secs_f64() > options.seconds && asked >= FEW {
            break;
        }
    }
    eprintln!("  {asked} answers are the same");
    Ok(Figure::single(started.elapsed(), asked))
}

fn time(engine: &mut dyn Engine, questions: &[Question], options: &Options) -> Result<Figure> {
    let mut fault = None;
    let figure = Figure::of(options, questions, |question| {
        match engine.allows(question) {
            Ok(allowed) => allowed,
            Err(error) => {
                fault = Some(error);
                false
            }
        }
    });
    fault.map_or(Ok(figure), Err)
}
