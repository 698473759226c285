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

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  entrada diff --assign nobody \"Cognitive Services User\" contoso
  entrada diff --unassign developer \"Cognitive Services User\" contoso --add-member ai-developers developer
  entrada diff --role role.json --output json
  entrada diff --against changed-policy.json
  entrada diff --policy before.json --against after.json

Roles are defined first; then assignments and members go, then they come. Nothing is changed.
Exit status: 0 no difference, 1 some difference, 2 the question cannot be asked.")]
pub(crate) struct Diff {
    /// Assign a role
    #[arg(long, num_args = 3, value_names = ["PRINCIPAL", "ROLE", "SCOPE"])]
    pub(crate) assign: Vec<String>,
    /// Take a role assignment away
    #[arg(long, num_args = 3, value_names = ["PRINCIPAL", "ROLE", "SCOPE"])]
    pub(crate) unassign: Vec<String>,
    /// Add a member to a group
    #[arg(long, num_args = 2, value_names = ["GROUP", "MEMBER"])]
    pub(crate) add_member: Vec<String>,
    /// Remove a member from a group
    #[arg(long, num_args = 2, value_names = ["GROUP", "MEMBER"])]
    pub(crate) remove_member: Vec<String>,
    /// Make or replace a role definition: JSON as `az role definition create` takes it
    #[arg(long = "role", value_name = "FILE")]
    pub(crate) roles: Vec<PathBuf>,
    /// Compare with this policy file instead
    #[arg(long, value_name = "FILE", conflicts_with_all = ["assign", "unassign", "add_member", "remove_member", "roles"])]
    pub(crate) against: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) source: PolicySource,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  entrada export > policy.json
  entrada who-can chat contoso --policy policy.json

The lists have the shapes that `az … list` prints; no secret is among them.")]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) data: DataFolder,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  entrada wait nobody chat contoso --timeout 60
  entrada wait --endpoint https://contoso.openai.azure.com --deployment gpt-4o
  entrada wait --endpoint https://localhost:8443 --deployment gpt-4o --as nobody

With --endpoint, the smallest possible call is made each time, with the credential that the program would use
(`entrada doctor` shows which). Pauses grow by half each time, up to 30 seconds.
Exit status: 0 effective, 1 not within the time, 2 cannot be told.")]
pub(crate) struct Wait {
    /// The principal: name, object id, client id or UPN
    #[arg(required_unless_present = "endpoint")]
    pub(crate) principal: Option<String>,
    /// The operation, as in `check`
    #[arg(required_unless_present = "endpoint")]
    pub(crate) operation: Option<String>,
    /// The resource: an account's name or an ARM id
    #[arg(required_unless_present = "endpoint")]
    pub(crate) resource: Option<String>,
    /// Call this endpoint instead of asking the server's policy
    #[arg(long, value_name = "URL", conflicts_with_all = ["principal", "operation", "resource", "output"])]
    pub(crate) endpoint: Option<String>,
    /// The deployment that is called
    #[arg(long, value_name = "NAME", requires = "endpoint")]
    pub(crate) deployment: Option<String>,
    /// Call as this principal of the running Entrada server
    #[arg(long = "as", value_name = "NAME", requires = "endpoint")]
    pub(crate) act_as: Option<String>,
    /// Seconds to wait at most
    #[arg(long, value_name = "SECONDS", default_value_t = 900)]
    pub(crate) timeout: u64,
    /// Seconds before asking for the second time
    #[arg(long, value_name = "SECONDS", default_value_t = 1.0)]
    pub(crate) interval: f64,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) data: DataFolder,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  entrada least-privilege developer
  entrada least-privilege developer --custom-role > role.json    (for az role definition create)
  entrada calls --tally --output json > calls.json
  entrada least-privilege developer --policy policy.json --calls calls.json

Without --calls, the server's own count since its start is taken (`entrada calls --tally`). Calls in a file are
what `entrada calls --output json` prints, or one JSON object a line with operation (or action) and resource.
Exit status: 0 something is used, 1 nothing is, 2 the question cannot be asked.")]
pub(crate) struct LeastPrivilege {
    /// The principal: name, object id, client id or UPN
    pub(crate) principal: String,
    /// What was called; `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) calls: Option<PathBuf>,
    /// Count what was refused, too
    #[arg(long)]
    pub(crate) include_refused: bool,
    /// Print only a role definition of exactly what is used, as `az role definition create` takes it
    #[arg(long)]
    pub(crate) custom_role: bool,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) source: PolicySource,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  az role assignment list --all --include-inherited > role-assignments.json
  az role definition list > role-definitions.json
  az role deny-assignment list > deny-assignments.json
  az cognitiveservices account list > accounts.json
  az cognitiveservices account deployment list -g ai -n contoso > deployments.json
  az account list > subscriptions.json
  az ad group list > groups.json
  az ad group member list --group developers > developers.json
  az ad sp list --all > service-principals.json
  entrada import *assignments.json role-definitions.json accounts.json deployments.json subscriptions.json \\
    groups.json service-principals.json --members developers developers.json > policy.json
  entrada why-not alice chat contoso --policy policy.json

Lists are recognised by their entries, an empty one by its file's name. What was not read is said, in the file as
well: an answer that hangs on it is `unknown`.")]
pub(crate) struct Import {
    /// What `az … list` printed, pages of ARM and Graph, or policy files
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// What `az ad group member list` printed of a group
    #[arg(long, num_args = 2, value_names = ["GROUP", "FILE"])]
    pub(crate) members: Vec<String>,
}
