//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(about)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Measure the rungs
    Run(Run),
    /// Measure what is no gateway's: the start, a grant, bulk decisions
    Product(Product),
    /// The model server behind the proxies (started by `run`)
    #[command(hide = true)]
    ModelServer { port: u16 },
    /// Our own forwarder, which checks nothing (started by `run`)
    #[command(hide = true)]
    Forward {
        port: u16,
        upstream: SocketAddr,
        #[arg(long)]
        direct: bool,
    },
    /// The clients (started by `run`); their task comes on standard input
    #[command(hide = true)]
    Load,
}

#[derive(Args, Debug)]
pub(crate) struct Run {
    /// Rungs to measure, such as `plain entrada`; all of them if left out
    pub(crate) rungs: Vec<String>,
    /// List the rungs
    #[arg(long)]
    pub(crate) list: bool,
    /// Peers that take part
    #[arg(long, default_value = "all")]
    pub(crate) peers: Peers,
    #[command(flatten)]
    pub(crate) common: Common,
    /// A second Entrada, measured in turn with the first as `entrada-other`: before and after a change
    #[arg(long)]
    pub(crate) other: Option<PathBuf>,
    /// Envoy's binary
    #[arg(long, default_value = "envoy")]
    pub(crate) envoy: PathBuf,
    /// Runs of every rung
    #[arg(long, default_value_t = 3)]
    pub(crate) runs: usize,
    /// Seconds of every load
    #[arg(long, default_value_t = 5.0)]
    pub(crate) seconds: f64,
    /// Connections of the clients
    #[arg(long, default_value_t = 64)]
    pub(crate) connections: usize,
    /// Distinct tokens of warm rungs
    #[arg(long, default_value_t = 10_000)]
    pub(crate) tokens: usize,
    /// Distinct tokens of cold rungs, each sent once
    #[arg(long, default_value_t = 30_000)]
    pub(crate) cold_tokens: usize,
    /// Sample the proxy with `perf record` while it is under load, into this folder
    #[arg(long)]
    pub(crate) perf: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Common {
    /// The Entrada to measure
    #[arg(long, default_value = "../target/dist/entrada")]
    pub(crate) entrada: PathBuf,
    /// Where keys, tokens and configurations are kept between runs
    #[arg(long, default_value = "target/ladder")]
    pub(crate) folder: PathBuf,
    /// Also write the figures to this file, as JSON
    #[arg(long)]
    pub(crate) json: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Product {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Runs of every measurement
    #[arg(long, default_value_t = 10)]
    pub(crate) runs: usize,
    /// Role assignments in the policy that a grant changes and bulk questions are asked of
    #[arg(long, default_value_t = 100_000)]
    pub(crate) assignments: usize,
    /// Bulk questions
    #[arg(long, default_value_t = 1_000_000)]
    pub(crate) lines: usize,
}

/// Who takes part beside Entrada and our own forwarder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Peers {
    /// nginx, HAProxy and Envoy.
    All,
    /// Nobody.
    None,
}
