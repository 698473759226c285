//! Entrada: who may call the model, why not, and what to do about it.

mod args;
mod client;
mod commands;
mod data_folder;
mod exit;
mod logs;
mod policy;
mod project;
mod render;

use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command};

/// A gateway allocates and frees small things all day: measured 2 to 3 % of a request (`docs/benchmarks.md`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return exit::usage(&error),
    };
    let outcome = match arguments.command {
        Command::Serve(serve) => commands::serve::run(&serve),
        Command::Run(run) => commands::run::run(&run),
        Command::Demo(demo) => commands::demo::run(&demo),
        Command::Init(init) => commands::init::run(&init),
        Command::Env(env) => commands::env::run(&env),
        Command::Check(check) => commands::check::run(&check),
        Command::Calls(calls) => commands::calls::run(&calls),
        Command::WhoCan(who_can) => commands::who_can::run(&who_can),
        Command::Effective(effective) => commands::effective::run(&effective),
        Command::WhyNot(why_not) => commands::why_not::run(&why_not),
        Command::Diff(diff) => commands::diff::run(&diff),
        Command::Import(import) => commands::import::run(&import),
        Command::Export(export) => commands::export::run(&export),
        Command::LeastPrivilege(asked) => commands::least_privilege::run(&asked),
        Command::Wait(wait) => commands::wait::run(&wait),
        Command::Grant(grant) => commands::grant::run(&grant),
        Command::Revoke(revoke) => commands::revoke::run(&revoke),
        Command::Token(token) => commands::token::run(&token),
        Command::Audit(audit) => commands::audit::run(&audit),
        Command::Keys(keys) => commands::keys::run(&keys),
        Command::Explain(explain) => commands::explain::run(&explain),
        Command::Triage(triage) => commands::triage::run(&triage),
        Command::Doctor(doctor) => commands::doctor::run(&doctor),
        Command::Mcp(mcp) => commands::mcp::run(&mcp),
        Command::Rules(rules) => commands::rules::run(&rules),
        Command::Completions(completions) => commands::generate::completions(&completions),
        Command::Man => commands::generate::manual(),
    };
    exit::report(outcome)
}
