//! Timing loops: every run asks all questions again and again, in order, for its time.

use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::options::Options;

/// The fewest different questions that a figure is made of: they are not equally hard.
pub(crate) const FEW: usize = 20;

/// Nanoseconds, the median of all runs and the range.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figure {
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Figure {
    /// What one call costs on average, over several runs.
    pub(crate) fn of<T>(options: &Options, items: &[T], mut call: impl FnMut(&T) -> bool) -> Self {
        let mut items = items.iter().cycle();
        let mut run = |seconds: f64, batch: usize| {
            let (mut calls, started) = (0, Instant::now());
            while started.elapsed().as_secs_f64() < seconds || calls < FEW {
                for item in items.by_ref().take(batch) {
                    black_box(call(black_box(item)));
                }
                calls += batch;
            }
            started.elapsed().as_nanos() as f64 / calls as f64
        };
        // Slow engines are watched after every call, fast ones after a thousand.
        let batch = if run(options.seconds / 4.0, 1) > 1e5 {
            1
        } else {
            1_000
        };
        Self::new(
            (0..options.runs)
                .map(|_| run(options.seconds, batch))
                .collect(),
        )
    }

    /// A figure of one run.
    pub(crate) fn single(time: Duration, calls: usize) -> Self {
        Self::new(vec![time.as_nanos() as f64 / calls as f64])
    }

    fn new(mut runs: Vec<f64>) -> Self {
        runs.sort_by(f64::total_cmp);
        Self {
            median: runs[runs.len() / 2],
            low: runs[0],
            high: runs[runs.len() - 1],
        }
    }

    /// What one call costs, where a run is one call.
    pub(crate) fn once(runs: usize, mut call: impl FnMut() -> Duration) -> Self {
        Self::new((0..runs).map(|_| call().as_nanos() as f64).collect())
    }
}

/// Memory that this process has resident, in bytes.
pub(crate) fn resident() -> Result<u64> {
    let text = fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    Ok(kibibytes.context("VmRSS")?.trim().parse::<u64>()? * 1024)
}
