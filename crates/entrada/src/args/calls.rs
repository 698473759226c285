//! `entrada calls`

use clap::Args;

use super::{DataFolder, Output};

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  entrada calls
  entrada calls --follow
  entrada calls --as developer --limit 5 --output json
  entrada calls --tally                     who did what how often since the server was started

Calls are kept in memory: the newest of them, until the server stops. What was refused stays in the
journal (`entrada audit list --kind refusal`). No body, header or query is kept.")]
pub(crate) struct Calls {
    /// Only calls of this principal
    #[arg(long = "as", value_name = "PRINCIPAL")]
    pub(crate) principal: Option<String>,
    /// How many, the newest
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub(crate) limit: usize,
    /// Go on with those that come, until interrupted; as JSON, one line each
    #[arg(long)]
    pub(crate) follow: bool,
    /// Count them: principal, action and resource
    #[arg(long, conflicts_with_all = ["follow", "limit"])]
    pub(crate) tally: bool,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) data: DataFolder,
}
