//! `entrada run`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::{CredentialKind, DataFolder, ShellKind};

#[derive(Args, Debug)]
#[command(after_help = "\
The program calls Azure's own host names, and `HTTPS_PROXY` leads it to Entrada: no line of code and
no configuration changes. Its sign-in, its keys and its NO_PROXY are replaced for it alone; your own
`az` and `azd` sign-ins are neither used nor touched. Nothing is installed, and nothing remains but
files in the data folder. What is not a name of Azure's that Entrada answers for is refused at once.

The server is the running one of the data folder if it was started with --intercept, else one of the
program's own, which ends with it; if the program fails, its last refusal is explained before that.

Examples:
  entrada run -- python app.py                        as the first principal who may call models
  entrada run --as nobody -- python app.py            what the program does when it is refused
  entrada run -- az role assignment list              signed in already, as the first who may give roles
  entrada run --config entrada.toml -- npm test       against a tenant of your own
  entrada run --as developer --print-env              what would be set

Exit status: the program's own; 128 and more if a signal ended it, 127 if it was not found.")]
pub(crate) struct Run {
    /// The principal to run as [default: the first who may do what the program is for]
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) principal: Option<String>,
    /// How the program gets its token
    #[arg(long, value_enum, default_value_t)]
    pub(crate) credential: CredentialKind,
    /// Configuration file for a server of the program's own [default: the built-in sample tenant Contoso]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) data: DataFolder,
    /// Print what would be set, and run nothing
    #[arg(long)]
    pub(crate) print_env: bool,
    /// Form of --print-env [default: from $SHELL]
    #[arg(long, value_enum, requires = "print_env")]
    pub(crate) shell: Option<ShellKind>,
    /// Say nothing: neither who the program runs as, nor why its calls are refused
    #[arg(long)]
    pub(crate) quiet: bool,
    /// The program and its arguments
    #[arg(
        last = true,
        required_unless_present = "print_env",
        value_name = "COMMAND"
    )]
    pub(crate) command: Vec<OsString>,
}
