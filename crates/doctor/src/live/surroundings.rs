//! Step 1, the environment: the variables that decide how a client signs in, where it calls and whom it
//! trusts.

use super::ask::{SecretForm, Setting, Variable};
use super::cloud::{self, cloud_of_authority};
use super::examination::Examination;
use super::source::{order, pinned};
use super::step::{Note, Step};
use super::target::TargetUrl;
use crate::RuleId;
use crate::evidence::redact::redact;
use crate::evidence::version::{ApiVersion, VersionKind};
use crate::fact::Name;
use crate::report::Certainty;

/// How a variable may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reading {
    /// It may be shown.
    Plain,
    /// It names a file, which is tried.
    File,
    /// It is a secret: only what it looks like is told.
    Secret,
}

use Reading::{File, Plain, Secret};

/// Every variable that is read, in the order in which a report names them.
pub const VARIABLES: &[(&str, Reading)] = &[
    ("AZURE_TENANT_ID", Plain),
    ("AZURE_CLIENT_ID", Plain),
    ("AZURE_CLIENT_SECRET", Secret),
    ("AZURE_CLIENT_CERTIFICATE_PATH", File),
    ("AZURE_CLIENT_CERTIFICATE_PASSWORD", Secret),
    ("AZURE_USERNAME", Secret),
    ("AZURE_PASSWORD", Secret),
    ("AZURE_FEDERATED_TOKEN_FILE", File),
    ("AZURE_AUTHORITY_HOST", Plain),
    ("AZURE_REGIONAL_AUTHORITY_NAME", Plain),
    ("AZURE_TOKEN_CREDENTIALS", Plain),
    ("IDENTITY_ENDPOINT", Plain),
    ("IDENTITY_HEADER", Secret),
    ("MSI_ENDPOINT", Plain),
    ("MSI_SECRET", Secret),
    ("IMDS_ENDPOINT", Plain),
    ("AZURE_POD_IDENTITY_AUTHORITY_HOST", Plain),
    ("AZURE_OPENAI_ENDPOINT", Plain),
    ("AZURE_OPENAI_API_KEY", Secret),
    ("AZURE_OPENAI_AD_TOKEN", Secret),
    ("AZURE_AI_INFERENCE_ENDPOINT", Plain),
    ("AZURE_INFERENCE_CREDENTIAL", Secret),
    ("ANTHROPIC_FOUNDRY_API_KEY", Secret),
    ("OPENAI_BASE_URL", Plain),
    ("OPENAI_API_KEY", Secret),
    ("OPENAI_API_VERSION", Plain),
    ("HTTPS_PROXY", Plain),
    ("HTTP_PROXY", Plain),
    ("ALL_PROXY", Plain),
    ("NO_PROXY", Plain),
    ("SSL_CERT_FILE", File),
    ("REQUESTS_CA_BUNDLE", File),
    ("CURL_CA_BUNDLE", File),
    ("NODE_EXTRA_CA_CERTS", File),
    ("NODE_TLS_REJECT_UNAUTHORIZED", Plain),
];

/// How many variables are named that are set and not wrong.
const NAMED: usize = 5;

/// Variables with which a client calls with a key.
const KEYS: [&str; 4] = [
    "AZURE_OPENAI_API_KEY",
    "OPENAI_API_KEY",
    "AZURE_INFERENCE_CREDENTIAL",
    "ANTHROPIC_FOUNDRY_API_KEY",
];

impl Variable {
    /// Where it is set, as people say it.
    fn place(&self) -> String {
        match &self.file {
            Some(file) => format!("`{}` ({file})", self.name),
            None => format!("`{}`", self.name),
        }
    }
}

impl Examination {
    /// A variable's value, if it may be shown and is not empty.
    pub(super) fn plain(&self, name: &str) -> Option<&str> {
        match &self.variable(name)?.setting {
            Setting::Plain(value) => Some(value.trim()).filter(|value| !value.is_empty()),
            Setting::File { path, .. } => Some(path),
            Setting::Secret(_) => None,
        }
    }

    pub(super) fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables().iter().find(|one| one.name == name)
    }

    /// The variables with keys that a client could use, and which this endpoint's client reads.
    pub(super) fn keys_set(&self) -> Vec<&Variable> {
        let usable = |one: &&Variable| {
            KEYS.contains(&one.name) && matches!(one.setting, Setting::Secret(SecretForm::Opaque))
        };
        self.variables().iter().filter(usable).collect()
    }

    pub(super) fn evaluate_environment(&mut self) -> Vec<Note> {
        let mut notes = self.what_is_set();
        notes.extend(self.keys_and_tokens());
        notes.extend(self.credential_variables());
        notes.extend(self.places());
        notes.extend(self.trust());
        notes.extend(self.authorities());
        notes.extend(self.certificate_form());
        notes
    }

    fn what_is_set(&self) -> Vec<Note> {
        let names: Vec<&str> = self.variables().iter().map(|one| one.name).collect();
        let words = match names.as_slice() {
            [] => "no variable that the clients read is set".to_owned(),
            names if names.len() > NAMED => format!(
                "set: {} and {} more",
                names[..NAMED].join(", "),
                names.len() - NAMED
            ),
            names => format!("set: {}", names.join(", ")),
        };
        vec![Note::seen(words)]
    }

    fn keys_and_tokens(&mut self) -> Vec<Note> {
        let mut notes = Vec::new();
        for variable in self.variables().to_vec() {
            let Setting::Secret(form) = &variable.setting else {
                continue;
            };
            let place = variable.place();
            match form {
                SecretForm::Unusable(why) => {
                    let words = format!("{place} is {why}");
                    notes.push(Note::wrong(words.clone()));
                    self.fault(
                        Step::Environment,
                        RuleId::SdkMisconfigured,
                        Certainty::Likely,
                    )
                    .says(format!("{words}."));
                }
                SecretForm::Token(_) if KEYS.contains(&variable.name) => {
                    let words = format!("{place} holds a token, and clients send it as a key");
                    notes.push(Note::wrong(words.clone()));
                    self.fault(
                        Step::Environment,
                        RuleId::TokenWrongHeader,
                        Certainty::Likely,
                    )
                    .says(format!(
                        "{words}. Tokens travel in `Authorization: Bearer`."
                    ));
                }
                SecretForm::Token(_) | SecretForm::Opaque => {}
            }
        }
        let keys = self.keys_set();
        if !keys.is_empty() {
            let keys: Vec<String> = keys.iter().map(|one| one.place()).collect();
            notes.push(Note::notable(format!(
                "{} set: a client that finds a key may use it instead of a token",
                are(&keys)
            )));
        }
        notes
    }

    fn credential_variables(&mut self) -> Vec<Note> {
        let mut notes = Vec::new();
        let set = |name: &str| self.variable(name).is_some();
        let (tenant, client) = (set("AZURE_TENANT_ID"), set("AZURE_CLIENT_ID"));
        let proof = set("AZURE_CLIENT_SECRET")
            || set("AZURE_CLIENT_CERTIFICATE_PATH")
            || set("AZURE_USERNAME");
        if proof && !(tenant && client) {
            let missing = match (tenant, client) {
                (false, false) => "AZURE_TENANT_ID and AZURE_CLIENT_ID are",
                (false, true) => "AZURE_TENANT_ID is",
                _ => "AZURE_CLIENT_ID is",
            };
            notes.push(Note::notable(format!(
                "a secret or certificate is set, and {missing} not: EnvironmentCredential passes"
            )));
        }
        if set("AZURE_CLIENT_SECRET") && set("AZURE_FEDERATED_TOKEN_FILE") {
            notes.push(Note::notable(
                "a client secret and a federated token are set: the secret comes first".to_owned(),
            ));
        }
        if client && !proof && !set("AZURE_FEDERATED_TOKEN_FILE") {
            notes.push(Note::notable(
                "AZURE_CLIENT_ID alone selects a user-assigned managed identity".to_owned(),
            ));
        }
        if set("AZURE_REGIONAL_AUTHORITY_NAME") {
            notes.push(Note::notable(
                "AZURE_REGIONAL_AUTHORITY_NAME sends sign-ins to a regional authority".to_owned(),
            ));
        }
        let pin = self.plain("AZURE_TOKEN_CREDENTIALS").map(str::to_owned);
        if let Some(pin) = pin {
            let order = order(self.language());
            if pinned(order, Some(&pin)).is_none() {
                let words = format!(
                    "AZURE_TOKEN_CREDENTIALS is `{}`, which is neither dev, prod nor a credential of this chain",
                    named(&pin)
                );
                notes.push(Note::wrong(words.clone()));
                self.fault(
                    Step::Environment,
                    RuleId::SdkMisconfigured,
                    Certainty::Likely,
                )
                .says(format!("{words}."))
                .unsets("AZURE_TOKEN_CREDENTIALS");
            }
        }
        notes
    }

    /// Variables that say where to call.
    fn places(&mut self) -> Vec<Note> {
        let mut notes = Vec::new();
        let here = self.target().url.cloud();
        let authority = self.plain("AZURE_AUTHORITY_HOST").map(str::to_owned);
        let other = authority.as_deref().and_then(cloud_of_authority);
        if let Some(other) = other.filter(|other| *other != here && self.target().url.is_account())
            && !self.target().url.is_loopback()
        {
            let words = format!(
                "AZURE_AUTHORITY_HOST is the authority of {}, and the endpoint is in {}",
                cloud::name(other),
                cloud::name(here)
            );
            notes.push(Note::wrong(words.clone()));
            self.fault(
                Step::Environment,
                RuleId::TokenWrongCloud,
                Certainty::Proven,
            )
            .says(format!("{words}."))
            .sets(
                "AZURE_AUTHORITY_HOST",
                &super::cloud::CloudServices::of(here).authority,
            );
        }
        for name in [
            "AZURE_OPENAI_ENDPOINT",
            "AZURE_AI_INFERENCE_ENDPOINT",
            "OPENAI_BASE_URL",
        ] {
            let other = self.plain(name).and_then(|url| TargetUrl::parse(url).ok());
            if let Some(other) = other.filter(|other| other.host != self.target().url.host) {
                notes.push(Note::notable(format!(
                    "{name} names another host, {}",
                    other.host
                )));
            }
        }
        let version = self.plain("OPENAI_API_VERSION").map(ApiVersion::read);
        if let Some(version) = version {
            let fault = match version.kind {
                VersionKind::Known | VersionKind::Word | VersionKind::UnknownDate => None,
                VersionKind::Retired => Some("was withdrawn"),
                VersionKind::ModelVersion => Some("is the version of a model"),
                VersionKind::Placeholder => Some("is a placeholder"),
                VersionKind::Odd => Some("is no api-version"),
            };
            if let Some(fault) = fault {
                let words = format!("OPENAI_API_VERSION `{}` {fault}", named(&version.text));
                notes.push(Note::wrong(words.clone()));
                self.value(Name::ApiVersion, &named(&version.text), Step::Environment);
                self.fault(
                    Step::Environment,
                    RuleId::ApiVersionUnsupported,
                    Certainty::Likely,
                )
                .says(format!("{words}."))
                .sets("OPENAI_API_VERSION", "2024-10-21");
            }
        }
        notes
    }

    /// Proxies and certificates.
    fn trust(&mut self) -> Vec<Note> {
        let mut notes = Vec::new();
        for variable in self.variables().to_vec() {
            let Setting::File {
                path,
                trouble: Some(trouble),
            } = &variable.setting
            else {
                continue;
            };
            let words = format!("{} names `{}`: {trouble}", variable.place(), shown(path));
            notes.push(Note::wrong(words.clone()));
            let rule = match variable.name {
                "AZURE_FEDERATED_TOKEN_FILE" => RuleId::CredentialFederationMismatch,
                "AZURE_CLIENT_CERTIFICATE_PATH" => RuleId::CredentialSecretInvalid,
                _ => RuleId::TlsOrProxy,
            };
            self.fault(Step::Environment, rule, Certainty::Likely)
                .says(format!("{words}."));
        }
        if self.plain("NODE_TLS_REJECT_UNAUTHORIZED") == Some("0") {
            notes.push(Note::notable(
                "NODE_TLS_REJECT_UNAUTHORIZED=0: Node trusts every certificate".to_owned(),
            ));
        }
        let proxies = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"];
        let proxied: Vec<&str> = proxies
            .into_iter()
            .filter(|name| self.plain(name).is_some())
            .collect();
        if !proxied.is_empty() {
            let spared = self
                .plain("NO_PROXY")
                .is_some_and(|no| no.contains("169.254.169.254"));
            let hint = match spared {
                false if self.plain("HTTP_PROXY").is_some() => {
                    "; NO_PROXY does not spare the metadata service 169.254.169.254"
                }
                _ => "",
            };
            notes.push(Note::notable(format!("{} set{hint}", proxied.join(", "))));
        }
        notes
    }
}

/// A value of the environment in a report.
pub(super) fn shown(value: &str) -> String {
    let one_line: String = value
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(120)
        .collect();
    redact(&one_line)
}

/// A name that a report shows only if it looks like one: what stands where a name belongs may be
/// anything.
pub(super) fn named(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let is_name = (1..=80).contains(&value.len()) && value.chars().all(plain);
    match is_name && redact(value) == value {
        true => value.to_owned(),
        false => "(no name)".to_owned(),
    }
}

fn are(names: &[String]) -> String {
    let is = if names.len() == 1 { "is" } else { "are" };
    format!("{} {is}", names.join(", "))
}
