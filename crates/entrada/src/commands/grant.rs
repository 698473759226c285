//! `entrada grant`: assigns a role, durably, and says when it takes effect.

use wire::entrada::GrantAnswer;

use crate::args::{Assignment, Grant};
use crate::client::Client;
use crate::exit::{Answer, Outcome};
use crate::render::{GOOD, print_json, print_line};

pub(crate) fn run(grant: &Grant) -> Outcome {
    let Assignment { output, data, .. } = &grant.assignment;
    let mut request = grant.assignment.request();
    request.description.clone_from(&grant.description);
    let answer: GrantAnswer = Client::find(data)?.post("/entrada/grant", &request)?;
    if output.is_json() {
        print_json(&answer)?;
        return Ok(Answer::Yes);
    }
    let GrantAnswer {
        principal,
        role,
        scope,
        created,
        effective_in_seconds,
        ..
    } = answer;
    let what = if created { "granted" } else { "already there" };
    print_line(format!(
        "{GOOD}{what}{GOOD:#}: {principal} is {role} on {scope}"
    ))?;
    if effective_in_seconds > 0 {
        print_line(format!("effective in {effective_in_seconds} s"))?;
    }
    Ok(Answer::Yes)
}
