//! One file per command.

pub(crate) mod audit;
pub(crate) mod calls;
pub(crate) mod check;
pub(crate) mod demo;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod effective;
pub(crate) mod env;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod generate;
pub(crate) mod grant;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod keys;
pub(crate) mod least_privilege;
pub(crate) mod mcp;
pub(crate) mod revoke;
pub(crate) mod rules;
pub(crate) mod run;
pub(crate) mod serve;
pub(crate) mod token;
pub(crate) mod triage;
mod verdict;
pub(crate) mod wait;
pub(crate) mod who_can;
pub(crate) mod why_not;
