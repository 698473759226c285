//! A call of each API, from body to reply.

use bytes::Bytes;
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use wire::anthropic::CountTokens;
use wire::inference::{ModelInfo, ModelType};
use wire::openai::embedding::{Embedding, EmbeddingList, EmbeddingRequest, EncodingFormat, Vector};
use wire::openai::responses::{OutputItem, Response, ResponseRequest};
use wire::openai::usage::EmbeddingUsage;
use wire::refusals::Refusal;

use super::script::Told;
use super::{Matched, Simulator, Turn, lock};
use crate::backend::hash::{Salt, hash, id};
use crate::backend::simulated::embedding::embed;
use crate::backend::simulated::latency::Latency;
use crate::backend::simulated::model::Model;
use crate::backend::simulated::prompt::{Context, Prompt, texts};
use crate::backend::simulated::render::{self, Asked, Setting};
use crate::backend::simulated::reply::{Invalid, Reply};
use crate::backend::simulated::responses::Kept;
use crate::backend::{Api, Dialect, Route};

/// Most texts of one request for embeddings, as the API has it.
const MAX_INPUTS: usize = 2_048;
/// Most tokens of all texts of one request for embeddings, as the API has it.
const MAX_INPUT_TOKENS: u32 = 300_000;
/// Most numbers in all vectors of one answer: 2,048 vectors of 1,536.
const MAX_NUMBERS: usize = 2_048 * 1_536;

impl Simulator {
    /// The model's reply, with no fault but the script's.
    pub(super) fn reply(&self, turn: &Turn<'_>, matched: &mut Matched) -> Result<Reply, Invalid> {
        let Turn { call, model, .. } = turn;
        if let Some(refusal) = unsupported(call.route, model) {
            return Ok(Reply::refused(refusal));
        }
        match call.route.api {
            Api::ChatCompletions => {
                let prompt = Prompt::from_chat(parse(call.body)?)?;
                let name = model.versioned_name();
                Ok(match self.tell(turn, &prompt, matched)? {
                    Told::Outcomes(outcomes) => {
                        render::chat(&self.setting(turn, &name), &prompt, &outcomes)
                    }
                    Told::Instead(reply) => reply,
                })
            }
            Api::Completions => self.complete(turn, matched),
            Api::Embeddings => self.embed(turn, matched),
            Api::Responses => self.respond(turn, matched),
            Api::Messages => {
                let prompt = Prompt::from_messages(parse(call.body)?, true)?;
                let name = &model.identity.name;
                Ok(match self.tell(turn, &prompt, matched)? {
                    Told::Outcomes(outcomes) => {
                        let outcome = first(&outcomes)?;
                        render::messages(&self.setting(turn, name), &prompt, outcome)
                    }
                    Told::Instead(reply) => reply,
                })
            }
            Api::CountTokens => {
                let prompt = Prompt::from_messages(parse(call.body)?, false)?;
                Ok(Reply::json(
                    StatusCode::OK,
                    &CountTokens {
                        input_tokens: prompt.tokens,
                    },
                ))
            }
            Api::Info => Ok(Reply::json(StatusCode::OK, &info(model))),
        }
    }

    fn complete(&self, turn: &Turn<'_>, matched: &mut Matched) -> Result<Reply, Invalid> {
        let prompts = Prompt::from_completion(parse(turn.call.body)?)?;
        let mut outcomes = Vec::new();
        for prompt in &prompts {
            match self.tell(turn, prompt, matched)? {
                Told::Outcomes(more) => outcomes.extend(more),
                Told::Instead(reply) => return Ok(reply),
            }
        }
        let name = turn.model.versioned_name();
        Ok(render::completion(
            &self.setting(turn, &name),
            &prompts,
            &outcomes,
        ))
    }

    fn embed(&self, turn: &Turn<'_>, matched: &mut Matched) -> Result<Reply, Invalid> {
        let Turn { call, model, .. } = turn;
        let request: EmbeddingRequest = parse(call.body)?;
        let format = request.encoding_format.unwrap_or(EncodingFormat::Float);
        if format == EncodingFormat::Unsupported {
            return Err(Invalid::new(
                "encoding_format",
                "is not one of float and base64",
            ));
        }
        let dimensions = match request.dimensions {
            None => model.dimensions,
            Some(given) => model.admit_dimensions(given).ok_or_else(|| {
                Invalid::new(
                    "dimensions",
                    format!("`{given}` is more than this model has, or none"),
                )
            })?,
        };
        let texts = texts(request.input);
        if texts.is_empty() || texts.len() > MAX_INPUTS {
            return Err(Invalid::new(
                "input",
                format!("must hold 1 to {MAX_INPUTS} texts"),
            ));
        }
        if texts.len() * dimensions as usize > MAX_NUMBERS {
            return Err(Invalid::new("input", "asks for too many numbers at once"));
        }
        let tokens = texts
            .iter()
            .map(|(_, tokens)| *tokens)
            .fold(0, u32::saturating_add);
        if tokens > MAX_INPUT_TOKENS {
            return Err(Invalid::new(
                "input",
                format!("has more than {MAX_INPUT_TOKENS} tokens in all"),
            ));
        }
        let message = texts
            .iter()
            .map(|(text, _)| text.as_str())
            .collect::<Vec<_>>()
            .join("\n");
        // A script can delay, fail or filter embeddings; it has no words for them.
        let prompt = Prompt {
            message,
            choices: 1,
            ..Prompt::default()
        };
        if let Told::Instead(reply) = self.tell(turn, &prompt, matched)? {
            return Ok(reply);
        }
        let data = texts.iter().zip(0..).map(|((text, _), index)| Embedding {
            index,
            embedding: Vector::new(embed(text, dimensions, model.seed), format),
        });
        let named = call.route.dialect == Dialect::Inference;
        let list = EmbeddingList {
            id: named.then(|| id("", self.options.salt, &[turn.key.as_bytes()])),
            data: data.collect(),
            model: model.identity.name.clone(),
            usage: EmbeddingUsage::new(tokens),
        };
        Ok(Reply::json(StatusCode::OK, &list).later(self.latency(turn).first()))
    }

    fn respond(&self, turn: &Turn<'_>, matched: &mut Matched) -> Result<Reply, Invalid> {
        let call = turn.call;
        let request: ResponseRequest = parse(call.body)?;
        let body: Value = parse(call.body)?;
        let mut context = match &request.previous_response_id {
            None => Context::default(),
            Some(previous) => match lock(&self.responses).find(call.owner, previous) {
                Some(kept) => kept.context.clone(),
                None => return Err(Invalid::previous_response(previous)),
            },
        };
        let prompt = Prompt::from_response(&request, &mut context)?;
        let outcomes = match self.tell(turn, &prompt, matched)? {
            Told::Outcomes(outcomes) => outcomes,
            Told::Instead(reply) => return Ok(reply),
        };
        let asked = Asked::new(&request, &body);
        let store = asked.store();
        // This API names the deployment, not the model behind it.
        let setting = self.setting(turn, call.deployment);
        let (response, reply) = render::response(&setting, &prompt, asked, first(&outcomes)?);
        if store {
            self.keep(turn, &response, context, &body);
        }
        Ok(reply)
    }

    fn keep(&self, turn: &Turn<'_>, response: &Response, mut context: Context, asked: &Value) {
        context.tokens = response.usage.map_or(0, |usage| usage.total_tokens);
        for item in &response.output {
            if let OutputItem::FunctionCall(call) = item {
                context.remember(call.call_id.clone(), call.name.clone());
            }
        }
        // Plain data with text keys: writing it cannot fail.
        let body = Bytes::from(serde_json::to_vec(response).unwrap_or_default());
        let items = input_items(asked, &turn.key, self.options.salt);
        let items = Bytes::from(serde_json::to_vec(&items).unwrap_or_default());
        let size = body.len() + items.len() + context.size();
        lock(&self.responses).keep(
            turn.call.owner,
            &response.id,
            Kept {
                body,
                items,
                context,
                size,
            },
        );
    }

    fn setting<'s>(&self, turn: &'s Turn<'_>, model: &'s str) -> Setting<'s> {
        Setting {
            key: &turn.key,
            created: turn.call.now.0,
            model,
            dialect: turn.call.route.dialect,
            latency: self.latency(turn),
            salt: self.options.salt,
        }
    }

    fn latency(&self, turn: &Turn<'_>) -> Latency {
        Latency::new(
            turn.model.latency,
            hash(turn.model.seed, &[turn.key.as_bytes()]),
        )
    }
}

fn parse<T: DeserializeOwned>(body: &Bytes) -> Result<T, Invalid> {
    serde_json::from_slice(body).map_err(|fault| Invalid::body(&fault))
}

fn first<T>(outcomes: &[T]) -> Result<&T, Invalid> {
    outcomes
        .first()
        .ok_or_else(|| Invalid::new("n", "asks for nothing"))
}

/// The refusal of an API that the model does not have.
fn unsupported(route: Route, model: &Model) -> Option<Refusal> {
    let supported = match route.api {
        Api::Embeddings => model.embeds(),
        Api::Completions => model.completes(),
        Api::Info => true,
        Api::ChatCompletions | Api::Responses | Api::Messages | Api::CountTokens => !model.embeds(),
    };
    (!supported).then(|| route.api.refusal(&model.identity.name))
}

fn info(model: &Model) -> ModelInfo {
    ModelInfo {
        model_name: model.identity.name.clone(),
        model_type: if model.embeds() {
            ModelType::Embeddings
        } else {
            ModelType::Chat
        },
        model_provider_name: model.identity.format.clone(),
    }
}

/// What was asked as a list of items with names, as the API lists them.
fn input_items(asked: &Value, key: &str, salt: Salt) -> Vec<Value> {
    let items = match &asked["input"] {
        Value::String(text) => {
            vec![json!({ "role": "user", "content": [{ "type": "input_text", "text": text }] })]
        }
        Value::Array(items) => items.clone(),
        _ => Vec::new(),
    };
    let named = |(n, mut item): (usize, Value)| {
        if let Value::Object(members) = &mut item {
            members.entry("type").or_insert_with(|| json!("message"));
            members
                .entry("status")
                .or_insert_with(|| json!("completed"));
            members.entry("id").or_insert_with(|| {
                json!(id(
                    "msg_",
                    salt,
                    &[key.as_bytes(), b"input", &n.to_le_bytes()]
                ))
            });
            if let Some(Value::String(text)) = members.get("content") {
                let part = json!([{ "type": "input_text", "text": text }]);
                members.insert("content".to_owned(), part);
            }
        }
        item
    };
    items.into_iter().enumerate().map(named).collect()
}
