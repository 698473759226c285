//! `entrada export`: the running server's policy as a policy file.

use serde_json::Value;

use crate::args::Export;
use crate::client::Client;
use crate::exit::{Answer, Outcome};
use crate::render::print_json;

pub(crate) fn run(export: &Export) -> Outcome {
    let policy: Value = Client::find(&export.data)?.get("/entrada/policy")?;
    print_json(&policy)?;
    Ok(Answer::Yes)
}
