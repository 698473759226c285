//! The gateway ladder: what one request costs, from bytes passed on unseen to a verified token and a
//! decision, in Entrada and in its peers.
//!
//! One rung is one proxy with one kind of traffic. Each runs as a process of its own on one core; the
//! model server behind it and the clients before it share the other:
//!
//! ```text
//! core 1: clients (load)  ──HTTP──>  core 0: proxy under test  ──HTTP──>  core 1: model server
//! ```
//!
//! The main figure is CPU time per request, which the kernel accounts to the proxy's threads: it
//! does not depend on how fast clients and model server are. Before every load the answers are
//! checked: the allowed call's body is the model server's, and who may not call is refused.

mod check;
mod client;
mod load;
mod model_server;
mod options;
mod own;
mod process;
mod product;
mod proxy;
mod report;
mod rung;
mod tokens;
mod traffic;

use anyhow::Result;
use clap::Parser as _;

use options::{Command, Options};

fn main() -> Result<()> {
    match Options::parse().command {
        Command::Run(run) => rung::run(&run),
        Command::Product(product) => product::run(&product),
        Command::ModelServer { port } => model_server::run(port),
        Command::Forward {
            port,
            upstream,
            direct,
        } => own::run(port, upstream, direct),
        Command::Load => load::run(),
    }
}
