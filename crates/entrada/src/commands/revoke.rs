//! `entrada revoke`: removes a role assignment.

use wire::entrada::{GrantRequest, RevokeAnswer};

use crate::args::Revoke;
use crate::client::Client;
use crate::exit::{Answer, Outcome};
use crate::render::{print_json, print_line};

pub(crate) fn run(revoke: &Revoke) -> Outcome {
    let request = GrantRequest {
        principal: revoke.principal.clone(),
        role: revoke.role.clone(),
        scope: revoke.scope.clone(),
    };
    let answer: RevokeAnswer = Client::find(&revoke.data)?.post("/entrada/revoke", &request)?;
    let nothing = answer.removed.is_empty();
    if revoke.output.is_json() {
        print_json(&answer)?;
    } else if nothing {
        print_line("nothing to revoke: no such role assignment at exactly this scope")?;
    } else {
        print_line(format!("revoked {}", answer.removed.join(", ")))?;
    }
    Ok(if nothing { Answer::No } else { Answer::Yes })
}
