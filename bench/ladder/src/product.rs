//! What is measured of Entrada beside its gateway: how fast it starts and how little it needs when
//! idle, how soon a grant is effective, and how many questions it answers in bulk.

mod bulk;
mod effective;
mod start;

use std::fs;
use std::io::Write as _;
use std::time::Duration;

use anyhow::Result;
use serde_json::json;

use crate::options::Product;
use crate::proxy::Setting;

/// One figure: its name, its unit and its runs.
struct Figure {
    name: &'static str,
    unit: &'static str,
    runs: Vec<f64>,
}

/// Measures and prints.
pub(crate) fn run(options: &Product) -> Result<()> {
    let (setting, _model_server) = Setting::new(&options.common)?;
    let mut figures = start::measure(&setting, options)?;
    figures.extend(effective::measure(&setting, options)?);
    figures.extend(bulk::measure(&setting, options)?);

    let mut out = std::io::stdout().lock();
    writeln!(out, "| figure | median | range |\n|---|---:|---|")?;
    for Figure { name, unit, runs } in &mut figures {
        runs.sort_by(f64::total_cmp);
        let at = |place: usize| runs.get(place).copied().unwrap_or_default();
        let (low, median, high) = (at(0), at(runs.len() / 2), at(runs.len() - 1));
        writeln!(
            out,
            "| {name} | {median:.1} {unit} | {low:.1} to {high:.1} |"
        )?;
    }
    if let Some(path) = &options.common.json {
        let figures: Vec<_> = figures
            .iter()
            .map(|figure| json!({"name": figure.name, "unit": figure.unit, "runs": figure.runs}))
            .collect();
        fs::write(path, serde_json::to_vec_pretty(&figures)?)?;
    }
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
