//! The command line.

use std::path::PathBuf;

use clap::Parser;

#[derive(Debug, Parser)]
#[command(about)]
pub(crate) struct Options {
    /// Numbers of role assignments
    #[arg(long, value_delimiter = ',', default_values_t = [10, 1_000, 100_000, 1_000_000])]
    pub(crate) sizes: Vec<usize>,
    /// Engines beside Entrada
    #[arg(long, default_value = "all")]
    pub(crate) peers: Peers,
    /// Different questions
    #[arg(long, default_value_t = 10_000)]
    pub(crate) questions: usize,
    /// Runs of every measurement
    #[arg(long, default_value_t = 3)]
    pub(crate) runs: usize,
    /// Seconds of every run
    #[arg(long, default_value_t = 1.0)]
    pub(crate) seconds: f64,
    /// Peers that would need more seconds than this for a decision, or a hundred times as many to be
    /// built, are left out
    #[arg(long, default_value_t = 0.5)]
    pub(crate) patience: f64,
    /// Also write the figures to this file, as JSON
    #[arg(long)]
    pub(crate) json: Option<PathBuf>,
}

/// Who takes part beside Entrada.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Peers {
    /// Cedar, regorus and casbin.
    All,
    /// Nobody.
    None,
}
