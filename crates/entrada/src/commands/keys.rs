//! `entrada keys`: the signing keys of the local token service, and their rotation.

use wire::entrada::{KeyList, RotateKeysRequest};

use crate::args::{Keys, KeysCommand, Output};
use crate::client::Client;
use crate::exit::{Answer, Outcome};
use crate::render::{print_json, print_line};

pub(crate) fn run(keys: &Keys) -> Outcome {
    match &keys.command {
        KeysCommand::List(list) => print(
            &Client::find(&list.data)?.get("/entrada/keys")?,
            list.output,
        ),
        KeysCommand::Rotate(rotate) => {
            let request = RotateKeysRequest {
                at_once: rotate.now,
                withdraw: rotate.withdraw,
            };
            let server = Client::find(&rotate.data)?;
            print(
                &server.post("/entrada/keys/rotate", &request)?,
                rotate.output,
            )
        }
    }
}

fn print(answer: &KeyList, output: Output) -> Outcome {
    if output.is_json() {
        print_json(answer)?;
        return Ok(Answer::Yes);
    }
    for key in &answer.keys {
        let until = match &key.until {
            Some(until) => format!(", accepted until {until}"),
            None => String::new(),
        };
        print_line(format!(
            "{}  {:<7}  signs from {}{until}",
            key.id, key.state, key.from
        ))?;
    }
    Ok(Answer::Yes)
}
