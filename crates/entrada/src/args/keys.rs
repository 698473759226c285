//! `entrada keys …`

use clap::{Args, Subcommand};

use super::{DataFolder, Output};

#[derive(Args, Debug)]
pub(crate) struct Keys {
    #[command(subcommand)]
    pub(crate) command: KeysCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// List the keys of the running server: waiting, signing, retired
    List(KeysList),
    /// Have another key sign: published now, signing in an hour, the old one accepted until its tokens end
    #[command(after_help = "\
Examples:
  entrada keys rotate
  entrada keys rotate --withdraw         (somebody else may have the key: its tokens end now)

`[token_service] signing_key_days = 90` does it by itself.")]
    Rotate(KeysRotate),
}

#[derive(Args, Debug)]
pub(crate) struct KeysList {
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) data: DataFolder,
}

#[derive(Args, Debug)]
pub(crate) struct KeysRotate {
    /// Sign with the new key at once
    #[arg(long)]
    pub(crate) now: bool,
    /// Sign at once, and accept no older key any more
    #[arg(long)]
    pub(crate) withdraw: bool,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) data: DataFolder,
}
