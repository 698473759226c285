//! `entrada doctor`

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;
use doctor::live::SDKS;

use super::{DataFolder, ReportFormat, ReportOutput};

#[derive(Args, Debug)]
#[command(after_help = "\
Steps: environment, credential, token, network, endpoint, account, roles, call. All of them only look;
--probe makes the smallest possible call, --fix changes what you say yes to.
A token is sent only to the service that it is for, and to ENDPOINT only with --probe.

With --project alone, files that list packages are read: requirements, poetry, uv, pdm, Pipfile, conda,
package-lock, pnpm, yarn, bun, Cargo, go.mod, NuGet, Maven and Gradle.

Examples:
  entrada doctor https://contoso.openai.azure.com
  entrada doctor https://contoso.services.ai.azure.com/models --sdk azure-ai-inference --probe
  entrada doctor https://localhost:8443 --as contributor --probe       (a running `entrada serve`)
  entrada doctor https://contoso.openai.azure.com --deployment gpt-4o --fix --wait
  entrada doctor --project . --output sarif > entrada.sarif

Exit status: 0 healthy, 1 a fault was found, 2 too little could be seen.")]
pub(crate) struct Doctor {
    /// The endpoint, as the client is given it [default: from the environment, else the running server]
    pub(crate) endpoint: Option<String>,
    /// The client that calls
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(SDKS.iter().map(|sdk| sdk.id)))]
    pub(crate) sdk: Option<String>,
    /// The deployment that is called
    #[arg(long, value_name = "NAME")]
    pub(crate) deployment: Option<String>,
    /// Call as this principal of the running Entrada server
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) principal: Option<String>,
    /// Make the smallest possible call, whole and as a stream [default: ask on a terminal]
    #[arg(long)]
    pub(crate) probe: bool,
    /// The api-version that the client is given
    #[arg(long, value_name = "VERSION")]
    pub(crate) api_version: Option<String>,
    /// The scope that tokens are for, where it is a gateway's own
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Option<String>,
    /// ARM id of the account, where it cannot be found by its host
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<String>,
    /// Azure Resource Manager [default: the one of the endpoint's cloud]
    #[arg(long, value_name = "URL", env = "ENTRADA_ARM_ENDPOINT")]
    pub(crate) arm: Option<String>,
    /// Microsoft Graph [default: the one of the endpoint's cloud]
    #[arg(long, value_name = "URL", env = "ENTRADA_GRAPH_ENDPOINT")]
    pub(crate) graph: Option<String>,
    /// A file of variables that the program reads as well, such as .env
    #[arg(long, value_name = "FILE")]
    pub(crate) env_file: Option<PathBuf>,
    /// Folder of a project: known bugs of the client libraries in its lock files
    #[arg(long, value_name = "DIR")]
    pub(crate) project: Option<PathBuf>,
    /// Offer to apply what mends it and is safe: a role assignment, a line of a .env file, a version
    #[arg(long)]
    pub(crate) fix: bool,
    /// Apply without asking
    #[arg(long, requires = "fix")]
    pub(crate) yes: bool,
    /// Call until the grant is effective, and say how long it took (with --probe)
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "900")]
    pub(crate) wait: Option<u64>,
    #[command(flatten)]
    pub(crate) output: ReportOutput,
    #[command(flatten)]
    pub(crate) data: DataFolder,
}

impl Doctor {
    /// Nothing but where the server's files are.
    pub(crate) fn of(data: &DataFolder) -> Self {
        Self {
            endpoint: None,
            sdk: None,
            deployment: None,
            principal: None,
            probe: false,
            api_version: None,
            scope: None,
            account: None,
            arm: None,
            graph: None,
            env_file: None,
            project: None,
            fix: false,
            yes: false,
            wait: None,
            output: ReportOutput {
                format: ReportFormat::Json,
            },
            data: data.clone(),
        }
    }
}
