//! An endpoint, examined: the same for the command line and for MCP.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use access::Timestamp;
use azure::examine::{Performer, Surroundings, VariableFile, Watch};
use doctor::Report;
use doctor::live::{
    Check, CloudServices, Examination, Health, Probe, Remedy, Sdk, Target, TargetUrl,
};
use serde_json::Value;
use server::bounded_file;
use wire::entrada::{CheckAnswer, CheckQuestion, EnvironmentAnswer, RequestRecord};

use crate::args::{CredentialKind, Doctor};
use crate::client::Client;
use crate::commands::env::{CONFLICTING, encoded, variables};
use crate::exit::Failure;

/// Variables that name an endpoint, the more telling first.
const ENDPOINTS: [&str; 4] = [
    "AZURE_OPENAI_ENDPOINT",
    "AZURE_AI_INFERENCE_ENDPOINT",
    "OPENAI_BASE_URL",
    "ANTHROPIC_FOUNDRY_BASE_URL",
];

/// The most bytes of a file of variables.
const VARIABLES_BYTES: u64 = 1024 * 1024;

/// What was found, and what is needed to go on from there.
pub(crate) struct Examined {
    /// The report, with steps, as JSON.
    pub(crate) report: Value,
    pub(crate) health: Health,
    pub(crate) remedies: Vec<Remedy>,
    /// The call itself, to make it again.
    pub(crate) call: Option<Check>,
    pub(crate) performer: Arc<Performer>,
    /// The Entrada server that the endpoint is, if it is one that we operate.
    pub(crate) server: Option<Client>,
}

impl Examined {
    /// Puts what the endpoint itself says of its refusal in the place of what was concluded from outside.
    /// What is wrong besides stays.
    fn told_by_the_endpoint(&mut self, record: &RequestRecord, grant: Option<Remedy>) {
        let Some(told) = record.report["findings"]
            .as_array()
            .filter(|told| !told.is_empty())
        else {
            return;
        };
        let found = self.report["findings"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        // A path that a client makes of the wrong base looks to the endpoint like another account's name.
        let misread = |finding: &&Value| {
            record.cause == "endpoint-resource-not-found"
                && finding["rule"] == "endpoint-wrong-for-sdk"
                && finding["certainty"] != "possible"
        };
        let before: Vec<Value> = found.iter().filter(misread).cloned().collect();
        let besides = found.into_iter().filter(|finding| {
            let known = told.iter().any(|one| one["rule"] == finding["rule"]);
            let of_the_call = finding["code"]
                .as_str()
                .is_some_and(|code| code.starts_with("ROL"));
            finding["certainty"] == "proven" && !known && !of_the_call
        });
        self.report["findings"] = before
            .into_iter()
            .chain(told.iter().cloned())
            .chain(besides)
            .collect();
        self.report["next_checks"] = Value::Array(Vec::new());
        let assigns = |remedy: &Remedy| matches!(remedy, Remedy::AssignRole { .. });
        if !self.remedies.iter().any(assigns) {
            self.remedies.extend(grant);
        }
    }

    /// Has commands that examine again do it as the same principal.
    fn next_checks_as(&mut self, name: &str) {
        for check in self.report["next_checks"]
            .as_array_mut()
            .into_iter()
            .flatten()
        {
            if let Some(command) = check["command"]
                .as_str()
                .filter(|one| one.starts_with("entrada doctor"))
            {
                check["command"] = format!("{command} --as {name}").into();
            }
        }
    }

    /// Adds what a project's files say.
    pub(crate) fn add(&mut self, report: &Report) {
        let more = report.to_json();
        let all = self.report["findings"].as_array_mut();
        if let (Some(all), Some(more)) = (all, more["findings"].as_array()) {
            if !more.is_empty() {
                self.health = Health::Fault;
            }
            all.extend(more.iter().cloned());
        }
        self.report["health"] = self.health.id().into();
    }
}

/// Examines an endpoint.
pub(crate) fn examined(doctor: &Doctor, mut watch: impl Watch + Asks) -> Result<Examined, Failure> {
    let mut surroundings = here(doctor)?;
    let server = Client::find(&doctor.data).ok();
    if let Some(name) = &doctor.principal {
        become_principal(&mut surroundings, server.as_ref(), &doctor.data, name)?;
    }
    let text = endpoint(doctor, &surroundings, server.as_ref())?;
    let url = TargetUrl::parse(&text)?;
    let server = server.filter(|server| is_served_by(&url, server));
    let mut target = target(doctor, url, &surroundings, server.as_ref(), watch.can_ask());
    if let (Some(server), Some(name), None) = (&server, &doctor.principal, &doctor.account) {
        target.account_id = account_of(server, name, &target.url);
    }
    let performer = Arc::new(Performer::new(&target, surroundings, now)?);
    let mut examination = Examination::new(target, now());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(azure::examine::examine(
        &mut examination,
        &performer,
        &mut watch,
    ));
    runtime.shutdown_background();
    let mut examined = Examined {
        report: examination.to_json(),
        health: examination.health(),
        remedies: examination.remedies(),
        call: examination.the_call(),
        performer,
        server,
    };
    if let (Some(server), Some(id)) = (&examined.server, examination.refused_as()) {
        let record: Result<RequestRecord, Failure> = server.get(&format!("/entrada/requests/{id}"));
        // A server that forgot it, or is none of ours after all, leaves what was found from outside.
        if let Ok(record) = record {
            let action = examination.missing_action();
            let grant = action.and_then(|action| grant_for(server, &record, action));
            examined.told_by_the_endpoint(&record, grant);
        }
    }
    if let Some(name) = &doctor.principal {
        examined.next_checks_as(name);
    }
    Ok(examined)
}

/// The ARM id of the account that the endpoint is, as the server's operator knows it.
fn account_of(server: &Client, principal: &str, url: &TargetUrl) -> Option<String> {
    let path = format!("/entrada/environment?principal={}", encoded(principal));
    let default = || {
        let answer: EnvironmentAnswer = server.get(&path).ok()?;
        answer.default_account
    };
    let question = CheckQuestion {
        principal: principal.to_owned(),
        operation: "chat".to_owned(),
        resource: url.account().map(str::to_owned).or_else(default)?,
    };
    let answer: CheckAnswer = server.post("/entrada/check", &question).ok()?;
    Some(answer.scope)
}

/// The assignment that would have permitted a refused call, where one is what is missing.
fn grant_for(server: &Client, record: &RequestRecord, action: &str) -> Option<Remedy> {
    let question = CheckQuestion {
        principal: record.principal.clone()?,
        operation: action.to_owned(),
        resource: record.account.clone()?,
    };
    let answer: CheckAnswer = server.post("/entrada/check", &question).ok()?;
    let mends = ["role-", "wrong-identity"]
        .iter()
        .any(|start| record.cause.starts_with(start))
        && !["role-propagation", "role-pim-not-activated"].contains(&record.cause.as_str());
    let role = answer.least_privileged_role.filter(|_| mends)?;
    Some(Remedy::AssignRole {
        principal: answer.principal,
        principal_type: "ServicePrincipal",
        role,
        role_id: String::new(),
        scope: answer.scope,
    })
}

/// Who can be asked something.
pub(crate) trait Asks {
    /// Whether somebody is there to ask.
    fn can_ask(&self) -> bool;
}

pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Timestamp(since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    }))
}

/// The environment of this process, and the file that was named.
fn here(doctor: &Doctor) -> Result<Surroundings, Failure> {
    let environment: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let file = match &doctor.env_file {
        None => None,
        Some(path) => {
            let shown = path.display().to_string();
            let unusable = |why: String| Failure::new(format!("cannot read `{shown}`: {why}"));
            let text = bounded_file::text(path, VARIABLES_BYTES)
                .map_err(|error| unusable(error.to_string()))?
                .ok_or_else(|| unusable("it is longer than 1 MiB".to_owned()))?;
            Some(VariableFile::read(&shown, &text))
        }
    };
    Ok(Surroundings {
        environment,
        file,
        home: directories::BaseDirs::new().map(|folders| folders.home_dir().to_owned()),
    })
}

/// Has the surroundings be those that `entrada env --as NAME` gives.
fn become_principal(
    surroundings: &mut Surroundings,
    server: Option<&Client>,
    data: &crate::args::DataFolder,
    name: &str,
) -> Result<(), Failure> {
    let found;
    let server = match server {
        Some(server) => server,
        None => {
            found = Client::find(data)?;
            &found
        }
    };
    let path = format!("/entrada/environment?principal={}", encoded(name));
    let answer: EnvironmentAnswer = server.get(&path)?;
    let own = variables(CredentialKind::ManagedIdentity, server, &answer)?;
    for name in CONFLICTING {
        surroundings.environment.remove(*name);
    }
    surroundings.environment.extend(
        own.into_iter()
            .map(|(name, value)| (name.to_owned(), value)),
    );
    Ok(())
}

/// The endpoint: named, in a variable, or the running server.
fn endpoint(
    doctor: &Doctor,
    surroundings: &Surroundings,
    server: Option<&Client>,
) -> Result<String, Failure> {
    if let Some(endpoint) = &doctor.endpoint {
        return Ok(endpoint.clone());
    }
    let set = ENDPOINTS.iter().find_map(|name| surroundings.get(name));
    let running = || server.map(|server| server.addresses().https.clone());
    set.map(str::to_owned).or_else(running).ok_or_else(|| {
        Failure::new("no endpoint is named").hint(
            "entrada doctor https://NAME.openai.azure.com, or set AZURE_OPENAI_ENDPOINT, or start `entrada serve`",
        )
    })
}

fn is_served_by(url: &TargetUrl, server: &Client) -> bool {
    let addresses = server.addresses();
    let own = [&addresses.https, &addresses.http];
    let port = |text: &String| TargetUrl::parse(text).map(|own| own.port);
    url.is_loopback() && own.into_iter().any(|own| port(own) == Ok(url.port))
}

fn target(
    doctor: &Doctor,
    url: TargetUrl,
    surroundings: &Surroundings,
    server: Option<&Client>,
    can_ask: bool,
) -> Target {
    let mut cloud = CloudServices::of(url.cloud());
    if let Some(authority) = surroundings.get("AZURE_AUTHORITY_HOST") {
        cloud.authority = authority.to_owned();
    }
    let named = doctor.arm.clone();
    let own = server.map(|server| server.addresses().https.clone());
    let managed = named.is_some() || own.is_some() || url.is_azure();
    if let Some(arm) = named.or_else(|| own.clone()) {
        cloud.management = arm;
    }
    if let Some(graph) = doctor
        .graph
        .clone()
        .or_else(|| own.map(|own| format!("{own}/graph")))
    {
        cloud.directory = graph;
    }
    Target {
        url,
        sdk: doctor.sdk.as_deref().and_then(Sdk::find),
        deployment: doctor.deployment.clone(),
        api_version: doctor.api_version.clone(),
        scope: doctor.scope.clone(),
        account_id: doctor.account.clone(),
        cloud,
        managed,
        probe: match doctor.probe || doctor.wait.is_some() {
            true => Probe::Always,
            false if can_ask => Probe::Ask,
            false => Probe::Never,
        },
    }
}
