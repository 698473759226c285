//! `entrada serve`.

use std::path::PathBuf;

use clap::Args;
use server::listen::ListenAddress;

use super::DataFolder;

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  entrada serve
  entrada serve --config contoso.toml --https localhost:9443 --http localhost:9080
  entrada serve --ephemeral --https localhost:0 --http localhost:0   (for CI: free ports, nothing kept)
  entrada serve --intercept                     (for `entrada run`: Azure's own host names, through a proxy)

The data folder keeps the certificate authority (ca.pem, bundle.pem), role assignments made at run time
(entrada.db), and secrets that only their owner may read: the operator's token, the keys that sign
tokens (token-keys.json; `entrada keys rotate`), seal refresh tokens (refresh-key) and select managed
identities (identity-key). Who has signed in stays signed in over a restart.")]
pub(crate) struct Serve {
    /// Configuration file [default: the built-in sample tenant Contoso]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) data: DataFolder,
    /// Keep no changes: only certificates and addresses are written
    #[arg(long)]
    pub(crate) ephemeral: bool,
    /// Address for HTTPS
    #[arg(long, value_name = "ADDR", default_value = "localhost:8443")]
    pub(crate) https: ListenAddress,
    /// Address for HTTP
    #[arg(long, value_name = "ADDR", default_value = "localhost:8080")]
    pub(crate) http: ListenAddress,
    /// Answer for Azure's own host names, to programs on this machine that `entrada run` starts
    #[arg(long)]
    pub(crate) intercept: bool,
    /// Port of the proxy for --intercept, on loopback
    #[arg(
        long,
        value_name = "PORT",
        default_value_t = 8445,
        requires = "intercept"
    )]
    pub(crate) intercept_port: u16,
    /// Listen on an address that other machines can reach (needs --config with your own secrets)
    #[arg(long)]
    pub(crate) allow_remote: bool,
    /// Do not print a line per refusal
    #[arg(long)]
    pub(crate) quiet: bool,
}
