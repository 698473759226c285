//! The command line: one description per option, from which help, manual and completions come.

mod audit;
mod calls;
mod doctor;
mod keys;
mod questions;
mod run;
mod serve;
mod triage;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use wire::entrada::GrantRequest;

pub(crate) use audit::{Audit, AuditCommand, AuditList, AuditVerify};
pub(crate) use calls::Calls;
pub(crate) use doctor::Doctor;
pub(crate) use keys::{Keys, KeysCommand};
pub(crate) use questions::{
    Check, Diff, Effective, Export, Import, LeastPrivilege, PolicySource, ReasonsKind, Wait,
    WhoCan, WhyNot,
};
pub(crate) use run::Run;
pub(crate) use serve::Serve;
pub(crate) use triage::{GroupBy, Triage, TriageFormat};

/// A local Foundry endpoint that verifies Entra tokens, decides by Azure RBAC, and says why.
#[derive(Debug, Parser)]
#[command(name = "entrada", version, about, max_term_width = 100, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  entrada demo                                  every row of the troubleshooting page, for real
  entrada serve                                 a local Foundry on https://localhost:8443
  eval \"$(entrada env --as developer)\"          run your program as that principal
  entrada run -- python app.py                  the same, with Azure's own host names in it
  entrada explain --last                        why the last call was refused, and the fix
  entrada check owner chat contoso              may it, and why not
  pbpaste | entrada explain -                   a pasted error: root cause and fix
  entrada triage app.log gateway.jsonl.gz       which failures, how often, since when, and why
  entrada doctor https://NAME.openai.azure.com  what is wrong with a live endpoint, read-only
  entrada doctor --project .                    known bugs of the client libraries in use

Exit status: 0 yes or done, 1 no or a fault was found, 2 the command failed.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the endpoint, its token service and managed identity
    Serve(Serve),
    /// Run a program that calls Azure's own host names against Entrada, unchanged
    Run(Run),
    /// Walk through every situation of the troubleshooting page, with real calls
    Demo(Demo),
    /// Write a commented configuration to start from
    Init(Init),
    /// Print the environment that lets a program run as a principal
    Env(Env),
    /// May a principal do something, and why
    Check(Check),
    /// Who may do something
    WhoCan(WhoCan),
    /// What a principal may do at all: its permissions and denials, place by place
    Effective(Effective),
    /// Why a principal may not do something, and every change that would permit it
    WhyNot(WhyNot),
    /// The smallest roles for what a principal really called, and what of its present ones is idle
    LeastPrivilege(LeastPrivilege),
    /// Wait until a grant is effective, by asking
    Wait(Wait),
    /// What a change of the policy would alter, before it is made: who gains and who loses what
    Diff(Diff),
    /// Make a policy file of what `az … list` printed, to ask questions of a real subscription offline
    Import(Import),
    /// Print the running server's policy as a file that the questions can be asked of
    Export(Export),
    /// Assign a role
    Grant(Grant),
    /// Remove a role assignment
    Revoke(Revoke),
    /// Get or decode an access token
    Token(Token),
    /// List or rotate the keys that sign tokens
    Keys(Keys),
    /// Show the newest calls, or who did what how often
    Calls(Calls),
    /// Show the journal of changes and refusals, and verify that nobody edited it
    Audit(Audit),
    /// Name the root cause of a refusal, with evidence and fix
    Explain(Explain),
    /// Find the failed calls in large logs, grouped by cause, caller, endpoint and time
    Triage(Triage),
    /// Examine a live endpoint step by step, or a project for known bugs of its client libraries
    Doctor(Box<Doctor>),
    /// List what the doctor can recognise
    Rules(Rules),
    /// Serve explain, doctor, rules and the questions about access as MCP tools on standard input and output
    Mcp(Mcp),
    /// Print completions for a shell
    Completions(Completions),
    /// Print the manual page (roff)
    Man,
}

/// Where the server keeps its files, and where the other commands find it.
#[derive(Args, Clone, Debug)]
pub(crate) struct DataFolder {
    /// Data folder of the server [default: the platform's data directory]
    #[arg(long = "data", value_name = "DIR", env = "ENTRADA_DATA")]
    pub(crate) path: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
}

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Output {
    /// Form of the answer
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: OutputFormat,
}

impl Output {
    pub(crate) fn is_json(self) -> bool {
        self.output == OutputFormat::Json
    }
}

/// Forms of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people
    #[default]
    Human,
    /// For programs: docs/report.schema.json
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit XML, for CI
    Junit,
    /// For pasting into a ticket
    Markdown,
}

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct ReportOutput {
    /// Form of the report
    #[arg(long = "output", value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

#[derive(Args, Debug)]
pub(crate) struct Demo {
    /// Show only this row of the page (1 to 8)
    #[arg(long, value_name = "N")]
    pub(crate) row: Option<usize>,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  entrada init                        the sample tenant Contoso, to edit
  entrada init --gateway gateway.toml  tokens of your Entra tenant, in front of your model servers")]
pub(crate) struct Init {
    /// File to write; `-` for standard output
    #[arg(default_value = "entrada.toml")]
    pub(crate) file: PathBuf,
    /// Write a gateway for a real Entra tenant instead of the sample tenant
    #[arg(long)]
    pub(crate) gateway: bool,
    /// Overwrite the file if it exists
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  eval \"$(entrada env --as developer)\"
  entrada env --as developer --credential secret --shell json
  entrada env --as workload --credential workload")]
pub(crate) struct Env {
    /// The principal to run as
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) principal: String,
    /// How the program gets its token
    #[arg(long, value_enum, default_value_t)]
    pub(crate) credential: CredentialKind,
    /// Form of the output [default: from $SHELL]
    #[arg(long, value_enum)]
    pub(crate) shell: Option<ShellKind>,
    #[command(flatten)]
    pub(crate) data: DataFolder,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum CredentialKind {
    /// App Service managed identity: no code change with DefaultAzureCredential
    #[default]
    ManagedIdentity,
    /// Workload identity federation: a token file
    Workload,
    /// Client id and secret
    Secret,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShellKind {
    /// sh, bash, zsh
    Sh,
    /// fish
    Fish,
    /// PowerShell
    Powershell,
    /// A JSON object
    Json,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  entrada grant nobody \"Cognitive Services User\" contoso
  entrada grant squad-blue 5e0bd9bd-7b93-4f28-af87-19fc36ad61bd resource-group:ai")]
pub(crate) struct Grant {
    #[command(flatten)]
    pub(crate) assignment: Assignment,
    /// Why, for whoever reads the list of assignments
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  entrada revoke nobody \"Cognitive Services User\" contoso")]
pub(crate) struct Revoke {
    #[command(flatten)]
    pub(crate) assignment: Assignment,
}

/// A role assignment, as people say it
#[derive(Args, Debug)]
pub(crate) struct Assignment {
    /// The principal: name, object id, client id or UPN
    pub(crate) principal: String,
    /// Role name or GUID
    pub(crate) role: String,
    /// Where: an account's name, resource-group:NAME, subscription:NAME or an ARM id
    pub(crate) scope: String,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) data: DataFolder,
}

impl Assignment {
    /// As the server is asked for it.
    pub(crate) fn request(&self) -> GrantRequest {
        GrantRequest {
            principal: self.principal.clone(),
            role: self.role.clone(),
            scope: self.scope.clone(),
            description: None,
        }
    }
}

#[derive(Args, Debug)]
pub(crate) struct Token {
    #[command(subcommand)]
    pub(crate) command: TokenCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Print an access token of a principal of the local tenant
    #[command(after_help = "\
Example:
  curl --cacert \"$(entrada env --as developer --shell json | jq -r .CURL_CA_BUNDLE)\" \\
    -H \"Authorization: Bearer $(entrada token get --as developer)\" https://localhost:8443/openai/v1/models")]
    Get(TokenGet),
    /// Show what a token says, without addresses; its signature is neither checked nor printed
    #[command(after_help = "\
Example:
  az account get-access-token --query accessToken -o tsv | entrada token decode -")]
    Decode(TokenDecode),
}

#[derive(Args, Debug)]
pub(crate) struct TokenGet {
    /// The principal
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) principal: String,
    /// Resource or scope
    #[arg(long, default_value = "https://cognitiveservices.azure.com/.default")]
    pub(crate) scope: String,
    #[command(flatten)]
    pub(crate) data: DataFolder,
}

#[derive(Args, Debug)]
pub(crate) struct TokenDecode {
    /// The token; `-` reads it from standard input, which keeps it out of the shell's history
    pub(crate) token: String,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  entrada explain --last
  entrada explain --last --as owner
  entrada explain --request 0f0e2d3c-…
  pbpaste | entrada explain -
  entrada explain error.txt requirements.txt --output json
  entrada explain error.txt --with roles.json
  entrada explain error.txt --output markdown     (for a ticket: no secret is in it)")]
pub(crate) struct Explain {
    /// Files with evidence: pasted errors, `curl -v`, HAR, JSON logs, output of az, lock files; `-`
    /// for standard input
    #[arg(required_unless_present_any = ["last", "request"], conflicts_with_all = ["last", "request"])]
    pub(crate) evidence: Vec<PathBuf>,
    /// Answers to the next checks of an earlier report: the output of their commands, or words
    #[arg(long = "with", value_name = "FILE", requires = "evidence")]
    pub(crate) answers: Vec<PathBuf>,
    /// The newest refusal of the running server
    #[arg(long)]
    pub(crate) last: bool,
    /// Only refusals of this principal
    #[arg(long = "as", value_name = "NAME", requires = "last")]
    pub(crate) principal: Option<String>,
    /// The refusal with this id (`apim-request-id`)
    #[arg(long, value_name = "ID", conflicts_with = "last")]
    pub(crate) request: Option<String>,
    #[command(flatten)]
    pub(crate) output: ReportOutput,
    #[command(flatten)]
    pub(crate) data: DataFolder,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Example, for a client that is configured by JSON:
  { \"mcpServers\": { \"entrada\": { \"command\": \"entrada\", \"args\": [\"mcp\"] } } }

The tools read files of this machine and the running server, and change nothing.")]
pub(crate) struct Mcp {
    #[command(flatten)]
    pub(crate) data: DataFolder,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  entrada rules
  entrada rules token-wrong-audience
  entrada rules AADSTS50076")]
pub(crate) struct Rules {
    /// Show one rule: its label or code; or what an AADSTS code means
    pub(crate) rule: Option<String>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}
