//! Step 5, the endpoint: whether the URL is one that the client can use, and what the service says to a
//! stranger.

use access::Timestamp;

use super::ask::{Answer, Check, Place, Purpose, Request, Response};
use super::examination::Examination;
use super::step::{Note, Step};
use crate::RuleId;
use crate::diagnose::diagnose;
use crate::endpoints::{base, takes};
use crate::evidence;
use crate::evidence::client::Protocol;
use crate::evidence::endpoint::{Endpoint, Flaw, Host};
use crate::evidence::version::{ApiVersion, VersionKind};
use crate::fact::Name;
use crate::report::Certainty;

/// Seconds by which clocks may differ: what Microsoft's library tolerates.
const SKEW: i64 = 300;

impl Examination {
    pub(super) fn wanted_of_endpoint(&self) -> Vec<Check> {
        vec![Check::Request(Request {
            place: Place::Endpoint,
            method: "GET",
            path: format!(
                "{}/openai/models?api-version=2024-10-21",
                self.target().url.prefix
            ),
            bearer: None,
            body: None,
            headers: Vec::new(),
            purpose: Purpose::Stranger,
        })]
    }

    pub(super) fn evaluate_endpoint(&mut self) -> Vec<Note> {
        let mut notes = self.shape();
        notes.extend(self.flaws());
        notes.extend(self.version());
        let stranger = self.answers_for(&Purpose::Stranger);
        match stranger.first().map(|(_, answer)| (*answer).clone()) {
            Some(Answer::Response(response)) => {
                notes.extend(self.said_to_a_stranger(&response));
                notes.extend(self.clock(&response));
            }
            _ if self.has_fault(Step::Network) => {
                notes.insert(
                    0,
                    Note::unknown("without a connection, nobody can be asked"),
                );
            }
            Some(Answer::Failed(trouble)) => {
                notes.push(Note::unknown(super::credential::told(&trouble.words)));
            }
            _ => {}
        }
        notes
    }

    /// Whether the client can be given this URL.
    fn shape(&mut self) -> Vec<Note> {
        let target = self.target();
        let (host, cloud) = (target.url.endpoint.host, target.url.cloud());
        let protocol = target.protocol();
        let local = target.url.is_loopback();
        let sdk = target.sdk;
        let name = sdk.map_or("the client", |sdk| sdk.title).to_owned();
        let text = target.url.text.clone();
        let as_account = Endpoint {
            host: if local { Host::OpenAi } else { host },
            ..target.url.endpoint.clone()
        };
        let protocols: Vec<Protocol> = match sdk {
            Some(sdk) => sdk.protocols.to_vec(),
            None => vec![protocol],
        };
        let verdicts: Vec<Option<bool>> = protocols
            .iter()
            .map(|one| takes(*one, &as_account))
            .collect();
        match host {
            Host::Regional => {
                self.fault(Step::Endpoint, RuleId::CustomSubdomainMissing, Certainty::Proven)
                    .says(format!(
                        "{text} is the endpoint of a whole region, which takes keys only; tokens need the resource's own host name."
                    ));
                return vec![Note::wrong("the endpoint of a region takes no tokens")];
            }
            Host::OpenAiPlatform | Host::AnthropicPlatform => {
                self.fault(
                    Step::Endpoint,
                    RuleId::EndpointWrongForSdk,
                    Certainty::Proven,
                )
                .says(format!(
                    "{text} is not Azure's, and takes no tokens of Entra."
                ));
                return vec![Note::wrong("this is not an endpoint of Azure")];
            }
            Host::Management | Host::Authority | Host::Portal => {
                self.fault(Step::Endpoint, RuleId::EndpointMalformed, Certainty::Proven)
                    .says(format!("{text} is a site of Azure's that runs no models."));
                return vec![Note::wrong("models are not called here")];
            }
            _ => {}
        }
        if verdicts.contains(&Some(true)) || verdicts.contains(&None) {
            let known = super::cloud::name(cloud);
            let what = match (local, target_is_known(host)) {
                (true, _) => "a local endpoint".to_owned(),
                (_, true) => format!("an endpoint of {known}"),
                _ => "an endpoint that is not Azure's own host: a gateway".to_owned(),
            };
            return vec![Note::seen(format!(
                "{what}, with the path of {}",
                spoken(protocol)
            ))];
        }
        let right = base(protocol).map(|right| match self.target().url.account() {
            Some(account) if !local => right.replace("<resource>", account),
            _ if local => right
                .replace("https://<resource>.openai.azure.com", &self.local_base())
                .replace(
                    "https://<resource>.services.ai.azure.com",
                    &self.local_base(),
                ),
            _ => right.to_owned(),
        });
        let words = format!("{name} cannot use {text}");
        let variable = variable_of(protocol).filter(|name| self.plain(name).is_some());
        let fault = self.fault(
            Step::Endpoint,
            RuleId::EndpointWrongForSdk,
            Certainty::Likely,
        );
        match &right {
            Some(right) => fault.says(format!(
                "{}: it needs {right}",
                super::token::sentence(&words)
            )),
            None => fault.says(format!("{}.", super::token::sentence(&words))),
        };
        if let (Some(name), Some(right)) = (variable, &right) {
            fault.sets(name, right);
        }
        vec![Note::wrong(match right {
            Some(right) => format!("{words}; it needs {right}"),
            None => words,
        })]
    }

    fn local_base(&self) -> String {
        format!("{}{}", self.target().url.origin, self.target().url.prefix)
    }

    /// What is wrong with the text itself.
    fn flaws(&mut self) -> Vec<Note> {
        let mut notes = Vec::new();
        for flaw in self.target().url.endpoint.flaws.clone() {
            // What `http` means here is told by the call: tokens are not sent.
            let words = match flaw {
                Flaw::Doubled => "a part of the path stands twice",
                Flaw::DoubleSlash => "the path has an empty segment (`//`)",
                Flaw::Scheme => "the scheme is not `https`",
                Flaw::NoScheme => "the scheme is missing",
                Flaw::Quotes => "there are quotes or blanks in it",
                Flaw::Placeholder => "a placeholder was left in it",
                Flaw::NoneSegment => "a variable that was not set stands in it",
                Flaw::PathAfterQuery => "a path was appended behind the query",
                Flaw::HostTypo => "the host is nearly one of the service's, and not quite",
                Flaw::NoRegion => "the host's first part is no region",
            };
            notes.push(Note::wrong(words));
            let text = self.target().url.text.clone();
            self.fault(Step::Endpoint, RuleId::EndpointMalformed, Certainty::Likely)
                .says(format!("In {text}, {words}."));
        }
        notes
    }

    fn version(&mut self) -> Vec<Note> {
        let named = self.target().api_version.as_deref().map(ApiVersion::read);
        let Some(version) = named.or_else(|| self.target().url.endpoint.version.clone()) else {
            return Vec::new();
        };
        let shown = super::surroundings::named(&version.text);
        match version.kind {
            VersionKind::Known | VersionKind::Word | VersionKind::UnknownDate => {
                vec![Note::seen(format!("api-version {shown}"))]
            }
            VersionKind::Retired
            | VersionKind::ModelVersion
            | VersionKind::Placeholder
            | VersionKind::Odd => {
                self.value(Name::ApiVersion, &shown, Step::Endpoint);
                self.fault(
                    Step::Endpoint,
                    RuleId::ApiVersionUnsupported,
                    Certainty::Likely,
                )
                .says(format!(
                    "The api-version `{shown}` is none that the data plane takes."
                ));
                vec![Note::wrong(format!(
                    "`{shown}` is no api-version of the data plane"
                ))]
            }
        }
    }

    /// What the service says before it knows who calls. Refusing a stranger is what it should do.
    fn said_to_a_stranger(&mut self, response: &Response) -> Vec<Note> {
        let headers: Vec<(&str, &str)> = response
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let facts = evidence::read_response(response.status, &headers, &response.body);
        let finding = diagnose(&facts).findings.into_iter().next();
        let telling = finding.filter(|finding| {
            use RuleId::*;
            [
                FirewallRules,
                PublicNetworkDisabled,
                EndpointResourceNotFound,
                CustomSubdomainMissing,
                SubscriptionDisabled,
                ServiceOutageOrBug,
            ]
            .contains(&finding.rule)
        });
        let status = response.status;
        match telling {
            Some(finding) => {
                let certainty = finding.certainty.max(Certainty::Likely);
                let words = format!("a stranger is answered {status}: {}", finding.cause);
                let fault = self.fault(Step::Endpoint, finding.rule, certainty);
                fault.says(finding.cause);
                fault.evidence.extend(finding.evidence);
                vec![Note::wrong(words)]
            }
            None if (500..600).contains(&status) => {
                self.fault(
                    Step::Endpoint,
                    RuleId::ServiceOutageOrBug,
                    Certainty::Likely,
                )
                .says(format!(
                    "The service answers {status} before it knows who calls."
                ));
                vec![Note::wrong(format!("the service answers {status}"))]
            }
            None if status == 401 => {
                vec![Note::seen("the service answers, and asks who calls (401)")]
            }
            None => vec![Note::seen(format!(
                "the service answers a stranger with {status}"
            ))],
        }
    }

    fn clock(&mut self, response: &Response) -> Vec<Note> {
        let Some(there) = response.header("date").and_then(http_date) else {
            return Vec::new();
        };
        let skew = self.now().0 - there.0;
        if skew.abs() <= SKEW {
            return Vec::new();
        }
        let direction = if skew > 0 { "ahead of" } else { "behind" };
        let words = format!(
            "the clock of this machine is {} minutes {direction} the service's",
            skew.abs() / 60
        );
        self.fault(Step::Environment, RuleId::TokenExpired, Certainty::Likely)
            .says(format!(
                "{}: tokens look expired, or not yet valid, that are good.",
                super::token::sentence(&words)
            ))
            .fixed_by(vec![crate::fix::run(
                "Set the clock",
                "timedatectl set-ntp true    # Windows: w32tm /resync",
            )]);
        vec![Note::wrong(words)]
    }
}

fn target_is_known(host: Host) -> bool {
    !matches!(host, Host::Unknown | Host::ApiManagement | Host::Loopback)
}

/// What a protocol is called.
pub(super) fn spoken(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::AzureOpenAi => "the AzureOpenAI class",
        Protocol::OpenAi => "the OpenAI v1 API",
        Protocol::Inference => "the Azure AI Model Inference API",
        Protocol::Anthropic => "Anthropic's API",
        Protocol::Project => "a Foundry project",
        Protocol::Management | Protocol::SignIn | Protocol::Rest => "REST",
    }
}

/// The variable that holds the endpoint of clients of this protocol.
fn variable_of(protocol: Protocol) -> Option<&'static str> {
    match protocol {
        Protocol::AzureOpenAi => Some("AZURE_OPENAI_ENDPOINT"),
        Protocol::OpenAi => Some("OPENAI_BASE_URL"),
        Protocol::Inference => Some("AZURE_AI_INFERENCE_ENDPOINT"),
        _ => None,
    }
}

/// `Mon, 23 Nov 2026 11:54:26 GMT`
fn http_date(text: &str) -> Option<Timestamp> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let rest = text.split_once(", ")?.1;
    let mut parts = rest.split(' ');
    let (day, month, year, time) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS
        .find(month)
        .filter(|at| month.len() == 3 && at % 3 == 0)?
        / 3
        + 1;
    Timestamp::parse(&format!("{year}-{month:02}-{day:0>2}T{time}Z")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_http_are_read() {
        let check = |text: &str, expected: Option<&str>| {
            let expected = expected.map(|text| Timestamp::parse(text).unwrap());
            assert_eq!(http_date(text), expected, "{text}");
        };
        check(
            "Mon, 23 Nov 2026 11:54:26 GMT",
            Some("2026-11-23T11:54:26Z"),
        );
        check(
            "Sun, 01 Feb 2026 00:00:00 GMT",
            Some("2026-02-01T00:00:00Z"),
        );
        check("yesterday", None);
        check("Mon, 23 ebM 2026 11:54:26 GMT", None);
    }
}
