//! `entrada audit …`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{DataFolder, Output};

#[derive(Args, Debug)]
pub(crate) struct Audit {
    #[command(subcommand)]
    pub(crate) command: AuditCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Show what happened last: role assignments made and removed, calls refused, starts
    #[command(after_help = "\
Examples:
  entrada audit list
  entrada audit list --kind grant --output json")]
    List(AuditList),
    /// Write the whole journal as JSON lines, with the MACs that `verify` checks
    #[command(after_help = "\
Examples:
  entrada audit export > journal.jsonl
  entrada audit export | jq 'select(.entry.kind == \"grant\")'")]
    Export(AuditExport),
    /// Check that no row was changed, taken out or put in; with a saved head also that none is missing at the end
    #[command(after_help = "\
Examples:
  entrada audit verify
  entrada audit verify --head head.json
  entrada audit verify journal.jsonl --key audit-key --head head.json

It does not find: rows that somebody with the key has written; rows missing at the end of a journal
whose head was not saved after them; what was never written (rows of kind `dropped` count those).
Exit: 0 all is as written, 1 something was changed, 2 could not be checked.")]
    Verify(AuditVerify),
    /// Print a sealed statement of how far the journal has come, to be saved where the server cannot write
    #[command(after_help = "\
Examples:
  entrada audit head > head-$(date +%F).json")]
    Head(AuditHead),
}

#[derive(Args, Debug)]
pub(crate) struct AuditList {
    /// Only this kind: grant, revoke, refusal, start, dropped
    #[arg(long)]
    pub(crate) kind: Option<String>,
    /// How many, the newest
    #[arg(long, default_value_t = 20)]
    pub(crate) limit: usize,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) data: DataFolder,
}

#[derive(Args, Debug)]
pub(crate) struct AuditExport {
    #[command(flatten)]
    pub(crate) data: DataFolder,
}

#[derive(Args, Debug)]
pub(crate) struct AuditVerify {
    /// An exported journal; without it, that of the running server (`-` is standard input)
    pub(crate) file: Option<PathBuf>,
    /// A head that was saved earlier
    #[arg(long, value_name = "FILE")]
    pub(crate) head: Option<PathBuf>,
    /// The key, if it is not in the data folder
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) data: DataFolder,
}

#[derive(Args, Debug)]
pub(crate) struct AuditHead {
    #[command(flatten)]
    pub(crate) data: DataFolder,
}
