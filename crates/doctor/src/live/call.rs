//! Step 8, the call itself: the smallest possible request, whole and as a stream.

use serde_json::json;

use super::ask::{Answer, Check, Place, Purpose, Request, Response};
use super::credential::told;
use super::examination::Examination;
use super::step::{Note, Step};
use crate::RuleId;
use crate::evidence;
use crate::evidence::client::Protocol;
use crate::evidence::endpoint::{self, Found, Use};
use crate::evidence::sent::Sent;
use crate::fact::{Facts, Kind, Name, Origin};
use crate::report::Certainty;

const CLASSIC_VERSION: &str = "2024-10-21";
const INFERENCE_VERSION: &str = "2024-05-01-preview";

/// What came of the call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Made {
    /// It was not made.
    #[default]
    Not,
    /// The service let it through.
    Through,
    /// The service refused it.
    Refused,
    /// No answer came.
    Unanswered,
}

/// Whether a call can be made at all: somebody to call as, and a connection.
pub(super) fn possible(examination: &Examination) -> bool {
    examination.chosen.is_some() && !examination.has_fault(Step::Network)
}

impl Examination {
    /// The call that the client would make, to make it once more.
    pub fn the_call(&self) -> Option<Check> {
        let request = self.request(false).filter(|_| possible(self));
        request.map(Check::Request)
    }

    /// The id under which the endpoint remembers why it refused the call, if it was refused.
    pub fn refused_as(&self) -> Option<&str> {
        self.refusal.as_ref()?;
        let response = self.response(&Purpose::Call { streamed: false })?;
        let id = response.header("apim-request-id")?;
        let plain = |c: char| c.is_ascii_hexdigit() || c == '-';
        (id.len() <= 64 && id.chars().all(plain)).then_some(id)
    }

    /// The data action that the caller lacks, if the call was refused for one and its refusal names it.
    pub fn missing_action(&self) -> Option<&str> {
        let refusal = self.refusal.as_ref()?;
        refusal.iter().find_map(|fact| match &fact.kind {
            Kind::Value(Name::DataAction, action) => Some(action.as_str()),
            _ => None,
        })
    }

    pub(super) fn wanted_of_call(&self) -> Vec<Check> {
        if !self.may_call() || !possible(self) {
            return Vec::new();
        }
        let Some(whole) = self.request(false) else {
            return Vec::new();
        };
        let whole = Check::Request(whole);
        let through = matches!(
            self.answer(&whole),
            Some(Answer::Response(response)) if response.ok()
        );
        let stream = self.request(true).map(Check::Request);
        let stream = stream.filter(|_| through);
        std::iter::once(whole).chain(stream).collect()
    }

    /// The smallest request that the client would make. `None` where none can be streamed.
    fn request(&self, streamed: bool) -> Option<Request> {
        let target = self.target();
        let source = self.chosen.as_ref()?.source;
        let protocol = target.protocol();
        let deployment = self.callable();
        let model = self.deployment().map_or("", |one| one.model.as_str());
        let embeds = format!("{model} {}", deployment.as_deref().unwrap_or_default())
            .to_ascii_lowercase()
            .contains("embed");
        let lists = deployment.is_none() && protocol != Protocol::Anthropic;
        if streamed && (lists || embeds) {
            return None;
        }
        let deployment = deployment.unwrap_or_default();
        let version = |default: &str| {
            let own = target.api_version.clone();
            own.or_else(|| Some(target.url.endpoint.version.as_ref()?.text.clone()))
                .or_else(|| self.plain("OPENAI_API_VERSION").map(str::to_owned))
                .filter(|version| {
                    version
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || c == '-')
                })
                .unwrap_or_else(|| default.to_owned())
        };
        let base = self.base_path();
        let operation = if embeds {
            "embeddings"
        } else {
            "chat/completions"
        };
        let safe = encoded(&deployment);
        let (path, headers) = match protocol {
            Protocol::AzureOpenAi if lists => (
                format!(
                    "{base}/openai/models?api-version={}",
                    version(CLASSIC_VERSION)
                ),
                Vec::new(),
            ),
            Protocol::AzureOpenAi => (
                format!(
                    "{base}/openai/deployments/{safe}/{operation}?api-version={}",
                    version(CLASSIC_VERSION)
                ),
                Vec::new(),
            ),
            Protocol::Inference if lists => (
                format!("{base}/info?api-version={}", version(INFERENCE_VERSION)),
                Vec::new(),
            ),
            Protocol::Inference => (
                format!(
                    "{base}/{operation}?api-version={}",
                    version(INFERENCE_VERSION)
                ),
                Vec::new(),
            ),
            Protocol::Anthropic => (
                format!("{base}/v1/messages"),
                vec![("anthropic-version", "2023-06-01")],
            ),
            Protocol::Project if lists => {
                (format!("{base}/deployments?api-version=v1"), Vec::new())
            }
            Protocol::Project => (format!("{base}/openai/v1/{operation}"), Vec::new()),
            _ if lists => (format!("{base}/models"), Vec::new()),
            _ => (format!("{base}/{operation}"), Vec::new()),
        };
        let body = (!lists).then(|| smallest(&deployment, model, embeds, streamed));
        Some(Request {
            place: Place::Endpoint,
            method: if lists { "GET" } else { "POST" },
            path,
            bearer: Some(source),
            body,
            headers,
            purpose: Purpose::Call { streamed },
        })
    }

    /// What the client puts its own paths behind: the URL as it was given, without what belongs to one
    /// call.
    fn base_path(&self) -> String {
        let url = &self.target().url;
        let path = match url.path.find("/openai/deployments/") {
            Some(at) => &url.path[..at],
            None => &url.path,
        };
        format!("{}{path}", url.prefix)
    }

    /// The deployment to call: the one that is named, or the first that the client's API serves.
    fn callable(&self) -> Option<String> {
        if let Some(named) = self.target().deployment() {
            return Some(named.to_owned());
        }
        let deployments = self.account.as_ref()?.deployments.as_ref()?;
        let wanted = match self.target().protocol() {
            Protocol::Anthropic => "Anthropic",
            _ => "OpenAI",
        };
        let fits = |format: &str| format.eq_ignore_ascii_case(wanted);
        let first = deployments
            .iter()
            .find(|one| fits(&one.format) && !one.model.contains("embed"));
        first.map(|one| one.name.clone())
    }

    pub(super) fn evaluate_call(&mut self) -> Vec<Note> {
        if !possible(self) {
            let why = match self.chosen {
                None => "without a token, no call can be made",
                Some(_) => "without a connection, no call can be made",
            };
            return vec![Note::unknown(why)];
        }
        if !self.may_call() {
            return vec![Note::unknown(
                "not made; --probe makes the smallest possible call",
            )];
        }
        let mut notes = Vec::new();
        for streamed in [false, true] {
            let asked = self.answers_for(&Purpose::Call { streamed });
            let Some((request, answer)) = asked.first() else {
                continue;
            };
            let (request, answer) = ((*request).clone(), (*answer).clone());
            notes.push(match &answer {
                Answer::Response(response) => self.called(&request, response, streamed),
                Answer::Failed(trouble) => {
                    if self.call == Made::Not {
                        self.call = Made::Unanswered;
                    }
                    let words = told(&trouble.words);
                    self.fault(Step::Call, RuleId::NetworkPathUnstable, Certainty::Possible)
                        .says(format!("The call got no answer: {words}."));
                    Note::wrong(format!("no answer: {words}"))
                }
                _ => continue,
            });
        }
        if notes.is_empty() {
            notes.push(Note::unknown(
                "no call is known that this client would make (--deployment NAME)",
            ));
        }
        notes
    }

    fn called(&mut self, request: &Request, response: &Response, streamed: bool) -> Note {
        let what = match streamed {
            true => "streamed",
            false => "whole",
        };
        let short = request.path.split('?').next().unwrap_or_default();
        if response.ok() && streamed && response.events == 0 {
            return Note::notable("streaming was asked for, and the answer came without events");
        }
        if response.ok() || took_the_call(response) {
            self.call = Made::Through;
            let events = match (streamed, response.events) {
                (true, events) => format!(" in {events} events"),
                _ => String::new(),
            };
            return Note::seen(format!(
                "{} {short}, {what}: {}{events}",
                request.method, response.status
            ));
        }
        if self.call == Made::Through {
            return Note::wrong(format!("{what}: {}", response.status));
        }
        self.call = Made::Refused;
        self.refusal = Some(self.refused_call(request, response));
        let said = response.json.as_ref().and_then(|json| {
            let message = json["error"]["message"]
                .as_str()
                .or(json["message"].as_str());
            message.map(told)
        });
        Note::wrong(match said {
            Some(said) => format!("{} {short}: {}: {said}", request.method, response.status),
            None => format!("{} {short}: {}", request.method, response.status),
        })
    }

    /// The client's side of a refusal, as evidence.
    fn refused_call(&self, request: &Request, response: &Response) -> Facts {
        let headers: Vec<(&str, &str)> = response
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let mut facts = evidence::read_response(response.status, &headers, &response.body);
        facts.learn(Kind::Sent(Sent::Token), Origin::field("call"));
        let url = format!("{}{}", self.target().url.origin, request.path);
        if let Some(Found::Endpoint(called)) = endpoint::find(&url, Use::Called).into_iter().next()
        {
            facts.learn(Kind::Endpoint(*called), Origin::field("call"));
        }
        if let Some(claims) = self
            .chosen
            .as_ref()
            .and_then(|chosen| chosen.claims.clone())
        {
            facts.learn(Kind::Claims(claims), Origin::field("token"));
        }
        let deployments = self
            .account
            .as_ref()
            .and_then(|account| account.deployments.clone());
        for deployment in deployments.unwrap_or_default() {
            facts.learn(
                Kind::Deployed {
                    name: deployment.name,
                    model: deployment.model,
                },
                Origin::field("account"),
            );
        }
        facts
    }
}

/// Whether a refusal is about the request's parameters alone: the caller was let through to the model.
fn took_the_call(response: &Response) -> bool {
    let code = response
        .json
        .as_ref()
        .and_then(|json| json["error"]["code"].as_str());
    response.status == 400
        && matches!(
            code,
            Some("unsupported_parameter" | "unsupported_value" | "invalid_value")
        )
}

/// The smallest body: one word in, one token out.
fn smallest(deployment: &str, model: &str, embeds: bool, streamed: bool) -> String {
    if embeds {
        return json!({ "model": deployment, "input": "a" }).to_string();
    }
    // Reasoning models refuse the old name of the limit.
    let name = if model.is_empty() { deployment } else { model };
    let reasons = ["o1", "o3", "o4", "gpt-5"]
        .iter()
        .any(|start| name.starts_with(start));
    let limit = if reasons {
        "max_completion_tokens"
    } else {
        "max_tokens"
    };
    let mut body = json!({
        "model": deployment,
        "messages": [{ "role": "user", "content": "a" }],
        limit: 1,
    });
    if streamed {
        body["stream"] = true.into();
    }
    body.to_string()
}

/// A name as a segment of a path.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
