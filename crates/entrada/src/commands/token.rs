//! `entrada token`: get one, or read one.

use std::io::Read;

use doctor::evidence::redact::redact;
use wire::entrada::{TokenAnswer, TokenRequest};

use crate::args::{Token, TokenCommand, TokenDecode, TokenGet};
use crate::client::Client;
use crate::exit::{Answer, Failure, Outcome};
use crate::render::{HEADING, print, print_json, print_line};

/// Bytes of a token that is read.
const TOKEN_BYTES: u64 = 1024 * 1024;

pub(crate) fn run(token: &Token) -> Outcome {
    match &token.command {
        TokenCommand::Get(get) => self::get(get),
        TokenCommand::Decode(decode) => self::decode(decode),
    }
}

fn get(get: &TokenGet) -> Outcome {
    let request = TokenRequest {
        principal: get.principal.clone(),
        scope: get.scope.clone(),
    };
    let answer: TokenAnswer = Client::find(&get.data)?.post("/entrada/token", &request)?;
    print_line(answer.access_token)?;
    Ok(Answer::Yes)
}

fn decode(decode: &TokenDecode) -> Outcome {
    let mut text = decode.token.clone();
    if text == "-" {
        text.clear();
        std::io::stdin()
            .take(TOKEN_BYTES)
            .read_to_string(&mut text)?;
    }
    let decoded =
        access::token::decode(text.trim()).map_err(|fault| Failure::new(fault.to_string()))?;
    let mut claims = decoded.claims;
    for value in claims.values_mut() {
        without_secrets(value);
    }
    if decode.output.is_json() {
        print_json(&serde_json::json!({ "header": decoded.header, "claims": claims }))?;
        return Ok(Answer::Yes);
    }
    let mut lines = String::new();
    for (title, members) in [("Header", &decoded.header), ("Claims", &claims)] {
        lines += &format!("{HEADING}{title}{HEADING:#}\n");
        for (name, value) in members {
            let meaning =
                meaning(name, value).map_or_else(String::new, |meaning| format!("   ({meaning})"));
            lines += &format!("  {name:<12} {}{meaning}\n", shown(value));
        }
    }
    print(lines)?;
    print_line("The signature was not checked and is not shown.")?;
    Ok(Answer::Yes)
}

/// Drops addresses and what looks random from claims: who somebody is, `oid` and `name` say.
fn without_secrets(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) => *text = redact(text),
        serde_json::Value::Array(items) => items.iter_mut().for_each(without_secrets),
        serde_json::Value::Object(members) => members.values_mut().for_each(without_secrets),
        _ => {}
    }
}

fn shown(value: &serde_json::Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn meaning(claim: &str, value: &serde_json::Value) -> Option<String> {
    match claim {
        "iat" | "nbf" | "exp" => value
            .as_i64()
            .map(|seconds| access::Timestamp(seconds).to_string()),
        "aud" => Some("whom it is for".to_owned()),
        "oid" => Some("the principal: this is what role assignments name".to_owned()),
        "appid" | "azp" => Some("the client; not what role assignments name".to_owned()),
        "tid" => Some("tenant".to_owned()),
        _ => None,
    }
}
