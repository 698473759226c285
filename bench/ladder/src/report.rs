//! Figures, for people and for programs.

use std::fs;
use std::io::Write as _;

use anyhow::Result;
use serde_json::json;

use crate::load::Outcome;
use crate::options::Run;
use crate::rung::Rung;

/// What the runs of one rung came to.
pub(crate) struct Figures {
    pub(crate) rung: Rung,
    /// CPU time per request, microseconds.
    cpu: Vec<f64>,
    per_second: Vec<f64>,
    /// Share of the proxy's core that was used: near 1, the proxy was what limited the load.
    busy: Vec<f64>,
    median: Vec<f64>,
    p99: Vec<f64>,
    /// MiB.
    resident: Vec<f64>,
}

impl Figures {
    pub(crate) fn new(rung: Rung) -> Self {
        let none = Vec::new;
        Self {
            rung,
            cpu: none(),
            per_second: none(),
            busy: none(),
            median: none(),
            p99: none(),
            resident: none(),
        }
    }

    /// Adds a run.
    pub(crate) fn add(&mut self, outcome: &Outcome, resident: u64) {
        let requests = outcome.requests as f64;
        let micros = |time: std::time::Duration| time.as_secs_f64() * 1e6;
        self.cpu.push(micros(outcome.cpu) / requests);
        self.per_second.push(requests / outcome.time.as_secs_f64());
        self.busy
            .push(outcome.cpu.as_secs_f64() / outcome.time.as_secs_f64());
        self.median.push(micros(outcome.median) / 1e3);
        self.p99.push(micros(outcome.p99) / 1e3);
        self.resident.push(resident as f64 / (1024.0 * 1024.0));
    }
}

/// Prints the table, and writes the JSON if wanted.
pub(crate) fn print(figures: &[Figures], options: &Run) -> Result<()> {
    let floor = figures.first().map_or(1.0, |first| median(&first.cpu));
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "| rung | CPU µs/request | (range) | × first | requests/s | busy | p50 ms | p99 ms | RSS MiB |"
    )?;
    writeln!(out, "|---|---:|---|---:|---:|---:|---:|---:|---:|")?;
    for row in figures {
        let (low, high) = range(&row.cpu);
        writeln!(
            out,
            "| {} | {:.1} | {low:.1} to {high:.1} | {:.2} | {:.0} | {:.0} % | {:.2} | {:.2} | {:.1} |",
            row.rung.name,
            median(&row.cpu),
            median(&row.cpu) / floor,
            median(&row.per_second),
            median(&row.busy) * 100.0,
            median(&row.median),
            median(&row.p99),
            median(&row.resident),
        )?;
    }
    if let Some(path) = &options.common.json {
        let rungs: Vec<_> = figures
            .iter()
            .map(|row| {
                json!({
                    "rung": row.rung.name, "about": row.rung.about,
                    "cpu_us": row.cpu, "requests_per_second": row.per_second, "busy": row.busy,
                    "p50_ms": row.median, "p99_ms": row.p99, "rss_mib": row.resident,
                })
            })
            .collect();
        let text = json!({
            "connections": options.connections, "seconds": options.seconds, "runs": options.runs,
            "rungs": rungs,
        });
        fs::write(path, serde_json::to_vec_pretty(&text)?)?;
    }
    Ok(())
}

/// Prints the rungs.
pub(crate) fn list(rungs: &[Rung]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    for rung in rungs {
        writeln!(out, "{:18} {}", rung.name, rung.about)?;
    }
    Ok(())
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

fn range(values: &[f64]) -> (f64, f64) {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (low, high)
}
