//! The simulator through its only door, with requests as clients send them.

mod chat;
mod conformance;
mod control;
mod embeddings;
mod instances;
mod messages;
mod responses;
mod script;

use std::path::Path;
use std::time::Duration;

use access::Timestamp;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::{
    Answer, Call, Identity, Model, Options, Reply, ReplyConfig, SimulatedConfig, Simulator,
};
use crate::backend::{Api, Dialect, Route};

const CHAT: Route = Route::new(Api::ChatCompletions, Dialect::Classic);
const CHAT_V1: Route = Route::new(Api::ChatCompletions, Dialect::V1);
const CHAT_INFERENCE: Route = Route::new(Api::ChatCompletions, Dialect::Inference);
const COMPLETIONS: Route = Route::new(Api::Completions, Dialect::Classic);
const EMBEDDINGS: Route = Route::new(Api::Embeddings, Dialect::Classic);
const RESPONSES: Route = Route::new(Api::Responses, Dialect::V1);
const MESSAGES: Route = Route::new(Api::Messages, Dialect::Anthropic);

/// A simulator with one model and headers to send to it.
struct Bench {
    simulator: Simulator,
    model: Model,
    headers: HeaderMap,
}

impl Bench {
    fn new(model: &str) -> Self {
        Self::scripted(model, "")
    }

    /// `config` is a deployment's part of the configuration file.
    fn scripted(model: &str, config: &str) -> Self {
        let options = Options {
            local: true,
            journal: true,
            salt: crate::backend::Salt::NONE,
        };
        Self {
            simulator: Simulator::new(options),
            model: build(model, config),
            headers: HeaderMap::new(),
        }
    }

    fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_str(value).expect("a header value"),
        );
        self
    }

    fn reply(&self, route: Route, body: &Value) -> Reply {
        self.raw(route, body.to_string())
    }

    fn raw(&self, route: Route, body: impl Into<Bytes>) -> Reply {
        self.as_account("contoso", route, &body.into())
    }

    fn as_account(&self, account: &str, route: Route, body: &Bytes) -> Reply {
        self.simulator.answer(
            &self.model,
            &Call {
                route,
                account,
                owner: account,
                deployment: "the-deployment",
                caller: "ada",
                headers: &self.headers,
                body,
                now: Timestamp(1_700_000_000),
            },
        )
    }

    /// Status and JSON of an answer in one piece.
    fn ask(&self, route: Route, body: &Value) -> (u16, Value) {
        json(self.reply(route, body))
    }

    /// The JSON of a good answer in one piece.
    fn good(&self, route: Route, body: &Value) -> Value {
        let (status, answer) = self.ask(route, body);
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// The data of each event of a good stream.
    fn stream(&self, route: Route, body: &Value) -> Vec<String> {
        let mut body = body.clone();
        body["stream"] = Value::Bool(true);
        wire::sse::data(&text(self.reply(route, &body))).collect()
    }
}

#[derive(Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Deployment {
    simulated: SimulatedConfig,
    reply: Vec<ReplyConfig>,
}

fn build(model: &str, config: &str) -> Model {
    try_build(model, config).unwrap_or_else(|fault| panic!("{fault}"))
}

fn try_build(model: &str, config: &str) -> Result<Model, String> {
    let config: Deployment = toml::from_str(config).map_err(|fault| fault.to_string())?;
    let format = if model.starts_with("claude") {
        "Anthropic"
    } else {
        "OpenAI"
    };
    let identity = Identity {
        name: model.to_owned(),
        version: String::new(),
        format: format.to_owned(),
    };
    Model::new(
        identity,
        &config.simulated,
        &config.reply,
        Path::new(env!("CARGO_MANIFEST_DIR")),
    )
    .map_err(|fault| {
        let source = std::error::Error::source(&fault).map(|source| format!(": {source}"));
        format!("{fault}{}", source.unwrap_or_default())
    })
}

fn answer(reply: Reply) -> Answer {
    match reply {
        Reply::Answer(answer) => answer,
        Reply::Refused { refusal, .. } => panic!("refused: {}", refusal.render().body),
        Reply::HangUp { .. } => panic!("hung up"),
    }
}

fn text(reply: Reply) -> String {
    let bytes: Vec<u8> = answer(reply)
        .frames
        .iter()
        .flat_map(|frame| frame.bytes.to_vec())
        .collect();
    String::from_utf8(bytes).expect("UTF-8")
}

fn json(reply: Reply) -> (u16, Value) {
    let status = reply.status();
    let body = match reply {
        Reply::Refused { refusal, .. } => refusal.render().body,
        reply => text(reply),
    };
    (
        status,
        serde_json::from_str(&body).unwrap_or_else(|fault| panic!("{fault}: {body}")),
    )
}

fn delay(reply: &Reply) -> Duration {
    match reply {
        Reply::Answer(Answer { delay, .. })
        | Reply::Refused { delay, .. }
        | Reply::HangUp { delay } => *delay,
    }
}

fn user(message: &str) -> Value {
    serde_json::json!({ "messages": [{ "role": "user", "content": message }] })
}

/// `base` with the members of `more`.
fn with(mut base: Value, more: Value) -> Value {
    if let (Some(base), Value::Object(more)) = (base.as_object_mut(), more) {
        base.extend(more);
    }
    base
}
