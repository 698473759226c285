//! Questions about access.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{DataFolder, Output};

/// Which policy is asked: the running server's, or a file's.
#[derive(Args, Clone, Debug)]
pub(crate) struct PolicySource {
    /// Answer offline from this policy: a JSON object of ARM-shaped lists (`entrada import`)
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) data: DataFolder,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  entrada check developer chat contoso
  entrada check owner \"POST /models/chat/completions\" contoso
  entrada check contributor Microsoft.CognitiveServices/accounts/listKeys/action contoso
  entrada check --policy policy.json alice chat /subscriptions/…/accounts/contoso
  entrada check --policy policy.json --requests requests.jsonl --output json")]
pub(crate) struct Check {
    /// The principal: name, object id, client id or UPN
    #[arg(required_unless_present = "requests")]
    pub(crate) principal: Option<String>,
    /// The operation: a short name (chat, embeddings, responses, models, messages, inference-chat…),
    /// METHOD and path template, or an action
    #[arg(required_unless_present = "requests")]
    pub(crate) operation: Option<String>,
    /// The resource: an account's name or an ARM id
    #[arg(required_unless_present = "requests")]
    pub(crate) resource: Option<String>,
    /// Questions, one JSON object a line; `-` for standard input
    #[arg(long, value_name = "FILE", requires = "policy", conflicts_with_all = ["principal", "operation", "resource"])]
    pub(crate) requests: Option<PathBuf>,
    /// How much each of the answers to --requests says
    #[arg(long, value_enum, default_value_t, requires = "requests")]
    pub(crate) reasons: ReasonsKind,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) source: PolicySource,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReasonsKind {
    /// The decision alone
    None,
    /// What decided
    #[default]
    Short,
    /// Every step
    Full,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  entrada who-can chat contoso
  entrada who-can chat contoso --eligible
  entrada who-can Microsoft.CognitiveServices/accounts/listKeys/action contoso --output json")]
pub(crate) struct WhoCan {
    /// The operation, as in `check`
    pub(crate) operation: String,
    /// The resource: an account's name or an ARM id
    pub(crate) resource: String,
    /// Name those too who could by activating an eligible assignment (Privileged Identity Management)
    #[arg(long)]
    pub(crate) eligible: bool,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) source: PolicySource,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  entrada effective developer
  entrada effective owner --scope contoso
  entrada effective alice --policy policy.json --output json

Permissions are merged only where that is exact: `except` takes out of its own line only, another line may
permit the same. Deny assignments win over all of them.
Exit status: 0 something is permitted, 1 nothing is, 2 the question cannot be asked.")]
pub(crate) struct Effective {
    /// The principal: name, object id, client id or UPN
    pub(crate) principal: String,
    /// Only this place: an account's name, resource-group:NAME, subscription:NAME or an ARM id
    #[arg(long, value_name = "RESOURCE")]
    pub(crate) scope: Option<String>,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) source: PolicySource,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  entrada why-not owner chat contoso
  entrada why-not nobody \"POST /models/chat/completions\" contoso --output json
  entrada why-not --policy policy.json alice chat /subscriptions/…/accounts/contoso

Every change that is offered was tried: it permits the operation, and nothing less of it does.
Exit status: 0 it is allowed, 1 it is not, 2 the question cannot be asked.")]
pub(crate) struct WhyNot {
    /// The principal: name, object id, client id or UPN
    pub(crate) principal: String,
    /// The operation, as in `check`
    pub(crate) operation: String,
    /// The resource: an account's name or an ARM id
    pub(crate) resource: String,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) source: PolicySource,
}
