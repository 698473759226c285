//! Figures, for people and for programs.

use std::fs;
use std::hint::black_box;
use std::io::Write as _;
use std::time::{Duration, Instant};

use access::index::KnownGrants;
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::engine::entrada::{Entrada, Parsed, role_assignment};
use crate::measure::Figure;
use crate::options::Options;
use crate::tenant::{Assignment, Question, ROLES};

/// One engine at one size.
pub(crate) struct Row {
    pub(crate) engine: &'static str,
    pub(crate) size: usize,
    pub(crate) built: Duration,
    /// Bytes that the process grew by while the engine was built.
    pub(crate) memory: u64,
    /// From names to an answer.
    pub(crate) decision: Figure,
}

#[derive(Default)]
pub(crate) struct Report {
    pub(crate) rows: Vec<Row>,
    own: Vec<Own>,
}

/// What is measured of Entrada alone.
struct Own {
    size: usize,
    warm: Figure,
    first: Figure,
    effective: Figure,
    compiled: usize,
    memory: u64,
}

impl Report {
    /// Measures what the server does: warm callers, first decisions, and a grant.
    pub(crate) fn entrada(
        &mut self,
        row: &Row,
        entrada: &Entrada,
        questions: &[Question],
        options: &Options,
    ) -> Result<()> {
        let parsed: Result<Vec<_>> = questions.iter().map(Parsed::new).collect();
        let parsed = parsed?;
        let first = Figure::of(options, &parsed, |question| entrada.first(question));
        // One for each caller, as every known token has one.
        let mut known: Vec<_> = parsed.iter().map(|_| KnownGrants::default()).collect();
        let mut next = 0;
        let warm = Figure::of(options, &parsed, |question| {
            let at = if next == known.len() { 0 } else { next };
            next = at + 1;
            entrada.warm(&mut known[at], question)
        });
        let assignment = role_assignment(&Assignment {
            id: "70a70500-7e4a-4c0d-9e1d-000000000000".to_owned(),
            principal: "70a70500-7e4a-4c0d-9e1d-000000000001".to_owned(),
            role: ROLES[0],
            scope: questions.first().context("no question")?.account.clone(),
        })?;
        let asked = Parsed::new(&Question {
            principal: assignment.principal.to_string(),
            account: assignment.scope.to_string(),
        })?;
        ensure!(!entrada.first(&asked), "nothing was granted yet");
        let mut effective = true;
        let grant = Figure::once(options.runs.max(5), || {
            let started = Instant::now();
            let granted = entrada.granted(&assignment);
            let time = started.elapsed();
            effective &= granted.is_some_and(|granted| black_box(granted.first(&asked)));
            time
        });
        ensure!(effective, "a grant has no effect");
        self.own.push(Own {
            size: row.size,
            warm,
            first,
            effective: grant,
            compiled: entrada.index.heap_size(),
            memory: row.memory,
        });
        Ok(())
    }

    /// Seconds that a decision of this engine would take at this size, or a hundredth of what building
    /// it would, judging by the size before.
    pub(crate) fn would_take(&self, engine: &str, size: usize) -> f64 {
        let Some(last) = self.rows.iter().rfind(|row| row.engine == engine) else {
            return 0.0;
        };
        let growth = size as f64 / last.size as f64;
        let decision = last.decision.median / 1e9 * growth;
        decision.max(last.built.as_secs_f64() / 100.0 * growth)
    }

    pub(crate) fn print(&self, options: &Options) -> Result<()> {
        let mut out = std::io::stdout().lock();
        writeln!(
            out,
            "| assignments | warm caller ns | first decision ns | grant effective ms | index B/assignment | all B/assignment |"
        )?;
        writeln!(out, "|---:|---:|---:|---:|---:|---:|")?;
        for own in &self.own {
            let size = own.size as f64;
            writeln!(
                out,
                "| {} | {} | {} | {} | {:.0} | {} |",
                own.size,
                range(own.warm, 1.0),
                range(own.first, 1.0),
                range(own.effective, 1e6),
                own.compiled as f64 / size,
                memory(own.memory, own.size),
            )?;
        }
        writeln!(
            out,
            "\n| assignments | engine | decision µs | built s | B/assignment |"
        )?;
        writeln!(out, "|---:|---|---:|---:|---:|")?;
        for row in &self.rows {
            writeln!(
                out,
                "| {} | {} | {} | {:.3} | {} |",
                row.size,
                row.engine,
                range(row.decision, 1e3),
                row.built.as_secs_f64(),
                memory(row.memory, row.size),
            )?;
        }
        if let Some(path) = &options.json {
            fs::write(path, serde_json::to_vec_pretty(&self.json())?)?;
        }
        Ok(())
    }

    fn json(&self) -> Value {
        let figure = |figure: Figure| json!([figure.low, figure.median, figure.high]);
        let own = self.own.iter().map(|own| {
            json!({
                "assignments": own.size, "warm_ns": figure(own.warm), "first_ns": figure(own.first),
                "effective_ns": figure(own.effective), "index_bytes": own.compiled,
                "resident_bytes": own.memory,
            })
        });
        let rows = self.rows.iter().map(|row| {
            json!({
                "assignments": row.size, "engine": row.engine, "decision_ns": figure(row.decision),
                "built_s": row.built.as_secs_f64(), "resident_bytes": row.memory,
            })
        });
        json!({"entrada": own.collect::<Vec<_>>(), "engines": rows.collect::<Vec<_>>()})
    }
}

/// Bytes an assignment; where there are few, what a process grows by says nothing.
fn memory(bytes: u64, size: usize) -> String {
    match size {
        ..100_000 => String::new(),
        _ => format!("{:.0}", bytes as f64 / size as f64),
    }
}

fn range(figure: Figure, unit: f64) -> String {
    let digits = if figure.median / unit >= 100.0 { 0 } else { 1 };
    format!(
        "{:.digits$} ({:.digits$} to {:.digits$})",
        figure.median / unit,
        figure.low / unit,
        figure.high / unit
    )
}
