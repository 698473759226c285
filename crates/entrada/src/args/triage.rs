//! `entrada triage`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Args, Debug)]
#[command(after_help = "\
Reads JSON lines (Azure Monitor, API Management, applications), JSON over several lines (what `az ... -o json`
prints, answers of Log Analytics), CSV with a head (exports of Log Analytics), plain text with stack traces and
access logs, compressed with gzip or zstd or not at all; what a file is, its content tells. Times without a zone are taken
for UTC. Failed calls that have nothing to do with models on Azure are counted and not explained.

Examples:
  entrada triage app.log
  entrada triage gateway-*.jsonl.zst --since 2h
  kubectl logs deploy/chat | entrada triage - --by endpoint
  az monitor activity-log list -o json | entrada triage -
  entrada triage insights.json.gz --since 2026-11-20 --until 2026-11-21 --output markdown

Exit status: 0 no failure, 1 failures were found, 2 a file could not be read to its end.")]
pub(crate) struct Triage {
    /// Logs; `-` for standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Only failures since then: a time, a day (UTC), or so long ago (30m, 2h, 7d)
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Only failures before then
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// What makes failures of one cause different
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT", default_values_t = [GroupBy::Principal, GroupBy::Endpoint])]
    pub(crate) by: Vec<GroupBy>,
    /// How many groups to show, the largest
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) top: usize,
    /// Form of the answer
    #[arg(long = "output", value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: TriageFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GroupBy {
    /// The cause alone
    Cause,
    /// Who called
    Principal,
    /// Which host, or account, was called
    Endpoint,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TriageFormat {
    /// For people
    #[default]
    Human,
    /// For programs: docs/triage.schema.json
    Json,
    /// For pasting into a ticket
    Markdown,
}
