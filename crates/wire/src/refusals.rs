//! Every refusal that the services are known to make, in one catalogue.
//!
//! A [`Refusal`] is a shape with its values filled in. The endpoint *renders* it, byte for byte as
//! the real service; the doctor *recognises* it in whatever a client printed: a JSON body, a Python
//! dict, an SDK's one-liner, escaped, re-quoted, wrapped or redacted. Both directions read the same
//! table, and a property test holds them together: `recognise(render(r))` contains `r`.
//!
//! ```
//! use wire::refusals::{recognise, Refusal, Shape};
//!
//! let refusal = Refusal::PrincipalLacksDataAction {
//!     principal: "ada@contoso.com".into(),
//!     data_action: "Microsoft.CognitiveServices/accounts/OpenAI/responses/write".into(),
//!     method: "POST".into(),
//!     template: "/openai/v1/responses".into(),
//! };
//! let answer = refusal.render();
//! assert_eq!((answer.status, answer.reason), (401, "PermissionDenied"));
//!
//! let seen = recognise(Some(answer.status), &answer.body);
//! assert_eq!(seen[0].shape, Shape::PrincipalLacksDataAction);
//! assert_eq!(seen[0].value("principal"), Some("ada@contoso.com"));
//! ```

mod catalogue;
mod plain;
mod recognise;
#[cfg(test)]
mod tests;

pub use catalogue::{Refusal, Shape};
pub use plain::Plain;
pub use recognise::{Recognised, Sign, recognise, recognise_in};

/// Which service speaks: it decides the headers that go with a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// The inference data plane behind its usual front (`apim-request-id`, HSTS, nosniff).
    Inference,
    /// The front's token check, which answers with a bare `Content-Type`.
    Front,
    /// The network policy of the front: like [`Service::Inference`], and it names its policy.
    NetworkPolicy,
    /// The `/models` router, which answers `text/plain`.
    ModelRouter,
    /// Azure Resource Manager.
    ResourceManager,
    /// The Entra token endpoint.
    SignIn,
}

/// How a message is wrapped. Spacing is part of the wire and was verified by recorded lengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Envelope {
    /// `{"error":{"code":"C","message":"M"}}`
    Error,
    /// `{"error":{"code":"C","message": "M"}}`: one space before the message.
    ErrorSpaced,
    /// `{"error":{"message":"M","type":"invalid_request_error","param":null,"code":"C"}}`
    OpenAi,
    /// `{"error":{"code":"C","message":"M","details":"M"}}`
    Details,
    /// The same with the newline that the `/models` router sends.
    DetailsLine,
    /// `{ "statusCode": 401, "message": "M" }`
    Flat,
    /// `{"statusCode":401,"message":"M"}`
    FlatCompact,
    /// Entra's OAuth error object.
    SignIn,
    /// No body at all.
    Empty,
}

/// What is fixed about a shape: one row of the catalogue.
#[derive(Debug)]
pub struct Description {
    /// The stable name of the shape, as the fact base calls it.
    pub id: &'static str,
    /// Who answers so.
    pub service: Service,
    /// The HTTP status.
    pub status: u16,
    /// The HTTP/1.1 reason phrase; the services set their own.
    pub reason: &'static str,
    /// How the message is wrapped.
    pub envelope: Envelope,
    /// The `code` member, or Entra's `error`.
    pub code: &'static str,
    /// The message with `{name}` for each value.
    pub message: &'static str,
    /// Phrases, lower case and without quotes, each of which gives this shape away on its own.
    pub signs: &'static [&'static str],
}

/// A refusal as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The HTTP status.
    pub status: u16,
    /// The reason phrase for HTTP/1.1.
    pub reason: &'static str,
    /// Headers whose value is known here, without `Content-Length`.
    pub headers: Vec<(&'static str, String)>,
    /// Headers which the real service sends as well and whose value only the server knows.
    pub request_headers: &'static [&'static str],
    /// The body.
    pub body: String,
}

impl Refusal {
    /// The stable name of this shape, for example `rbac_detailed`.
    pub fn id(&self) -> &'static str {
        self.shape().id()
    }

    /// Status, reason phrase, headers and body, as the real service sends them.
    pub fn render(&self) -> Rendered {
        let description = self.shape().describe();
        let values = self.values();
        let message = fill(description.message, &values);
        let message = quote(&message);
        let code = quote(&fill(description.code, &values));
        let body = match self.envelope(description.envelope) {
            Envelope::Error => format!(r#"{{"error":{{"code":{code},"message":{message}}}}}"#),
            Envelope::ErrorSpaced => {
                format!(r#"{{"error":{{"code":{code},"message": {message}}}}}"#)
            }
            Envelope::OpenAi => format!(
                r#"{{"error":{{"message":{message},"type":"invalid_request_error","param":null,"code":{code}}}}}"#
            ),
            Envelope::Details => {
                format!(r#"{{"error":{{"code":{code},"message":{message},"details":{message}}}}}"#)
            }
            Envelope::DetailsLine => {
                format!(
                    "{{\"error\":{{\"code\":{code},\"message\":{message},\"details\":{message}}}}}\n"
                )
            }
            Envelope::Flat => {
                format!(
                    r#"{{ "statusCode": {}, "message": {message} }}"#,
                    description.status
                )
            }
            Envelope::FlatCompact => {
                format!(
                    r#"{{"statusCode":{},"message":{message}}}"#,
                    description.status
                )
            }
            Envelope::SignIn => sign_in_body(&code, &message, &values),
            Envelope::Empty => String::new(),
        };
        Rendered {
            status: self.status(),
            reason: description.reason,
            headers: self.headers(description.service),
            request_headers: match description.service {
                Service::Inference | Service::NetworkPolicy => &["apim-request-id"],
                Service::Front | Service::ModelRouter => &[],
                Service::ResourceManager => &[
                    "x-ms-request-id",
                    "x-ms-correlation-request-id",
                    "x-ms-routing-request-id",
                ],
                Service::SignIn => &["x-ms-request-id", "x-ms-ests-server"],
            },
            body,
        }
    }

    /// The `Foundry` audience was recorded without the spaces of the older text.
    fn envelope(&self, usual: Envelope) -> Envelope {
        match self {
            Self::TokenRejected { audience } if audience.starts_with("https://ai.azure") => {
                Envelope::FlatCompact
            }
            _ => usual,
        }
    }

    /// Entra answers 401 where the client's own proof is wrong, 400 otherwise.
    fn status(&self) -> u16 {
        match self {
            Self::SignInRefused { error, .. } if error == "invalid_client" => 401,
            _ => self.shape().describe().status,
        }
    }

    fn headers(&self, service: Service) -> Vec<(&'static str, String)> {
        const JSON: (&str, &str) = ("Content-Type", "application/json");
        const STRICT: (&str, &str) = (
            "Strict-Transport-Security",
            "max-age=31536000; includeSubDomains; preload",
        );
        const NO_SNIFF: (&str, &str) = ("x-content-type-options", "nosniff");
        let fixed: &[(&'static str, &str)] = match (service, self.shape()) {
            (_, Shape::TooManyHeaders) => &[],
            (Service::Inference, _) => &[JSON, STRICT, NO_SNIFF],
            (Service::NetworkPolicy, _) => &[
                JSON,
                STRICT,
                NO_SNIFF,
                ("policy-id", "ThrowExceptionDueToTrafficDenied"),
            ],
            (Service::Front, _) => &[JSON],
            (Service::ModelRouter, _) => &[("Content-Type", "text/plain; charset=utf-8")],
            (Service::ResourceManager, Shape::ActionNotAuthorised) => &[
                ("Content-Type", "application/json; charset=utf-8"),
                ("x-ms-failure-cause", "gateway"),
            ],
            (Service::ResourceManager, _) => &[("Content-Type", "application/json; charset=utf-8")],
            (Service::SignIn, _) => &[
                ("Content-Type", "application/json; charset=utf-8"),
                ("Cache-Control", "no-store, no-cache"),
                ("Pragma", "no-cache"),
            ],
        };
        let mut headers: Vec<_> = fixed.iter().map(|(n, v)| (*n, (*v).to_owned())).collect();
        match self {
            Self::TokenRateLimit { seconds, .. } => {
                headers.push(("retry-after", seconds.to_string()));
                let milliseconds = u64::from(*seconds) * 1000;
                headers.push(("retry-after-ms", milliseconds.to_string()));
                headers.push(("x-ratelimit-reset-tokens", seconds.to_string()));
            }
            Self::RequestRateLimit { seconds } => {
                headers.push(("retry-after", seconds.to_string()));
                let milliseconds = u64::from(*seconds) * 1000;
                headers.push(("retry-after-ms", milliseconds.to_string()));
            }
            Self::TokenOfOtherTenant { tenant } => headers.push((
                "WWW-Authenticate",
                format!(
                    "Bearer authorization_uri=\"https://login.windows.net/{}\", error=\"invalid_token\"",
                    header_safe(tenant)
                ),
            )),
            _ => {}
        }
        headers
    }
}

fn sign_in_body(error: &str, description: &str, values: &[(&'static str, String)]) -> String {
    let value = |name: &str| {
        let found = values.iter().find(|(n, _)| *n == name);
        found.map(|(_, v)| v.as_str()).unwrap_or_default()
    };
    format!(
        concat!(
            r#"{{"error":{error},"error_description":{description},"error_codes":[{code}],"#,
            r#""timestamp":{timestamp},"trace_id":{trace},"correlation_id":{correlation},"#,
            r#""error_uri":"https://login.microsoftonline.com/error?code={code}"}}"#
        ),
        error = error,
        description = description,
        code = value("code"),
        timestamp = quote(value("timestamp")),
        trace = quote(value("trace_id")),
        correlation = quote(value("correlation_id")),
    )
}

/// Replaces each known `{name}`; any other brace is the service's own.
fn fill(template: &str, values: &[(&'static str, String)]) -> String {
    let mut filled = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        filled.push_str(before);
        let known = from.find('}').and_then(|end| {
            let name = from.get(1..end)?;
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((value, end + 1))
        });
        match known {
            Some((value, end)) => {
                filled.push_str(value);
                rest = &from[end..];
            }
            None => {
                filled.push('{');
                rest = &from[1..];
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// A JSON string. Values come from callers, so a quote in a deployment's name must stay inside.
fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn header_safe(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_ascii_graphic() && *c != '"')
        .collect()
}
