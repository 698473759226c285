//! `entrada revoke`: removes a role assignment.

use wire::entrada::RevokeAnswer;

use crate::args::{Assignment, Revoke};
use crate::client::Client;
use crate::exit::{Answer, Outcome};
use crate::render::{print_json, print_line};

pub(crate) fn run(revoke: &Revoke) -> Outcome {
    let Assignment { output, data, .. } = &revoke.assignment;
    let answer: RevokeAnswer =
        Client::find(data)?.post("/entrada/revoke", &revoke.assignment.request())?;
    let nothing = answer.removed.is_empty();
    if output.is_json() {
        print_json(&answer)?;
    } else if nothing {
        print_line("nothing to revoke: no such role assignment at exactly this scope")?;
    } else {
        print_line(format!("revoked {}", answer.removed.join(", ")))?;
    }
    Ok(if nothing { Answer::No } else { Answer::Yes })
}
