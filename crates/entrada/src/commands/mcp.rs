//! `entrada mcp`: explain, doctor, rules and the questions about access as MCP tools, over standard input and output. A tool
//! answers with the bytes that the command prints with `--output json`.

mod catalogue;

use std::path::PathBuf;
use std::time::Duration;

use ::doctor::live::Sdk;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation,
    ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler, ServiceExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wire::entrada::{
    CheckAnswer, CheckQuestion, DiffAnswer, DiffQuestion, EffectiveAnswer, EffectiveQuestion,
    LeastPrivilegeAnswer, LeastPrivilegeQuestion, WhoCanAnswer, WhoCanQuestion, WhyNotAnswer,
    WhyNotQuestion,
};

use catalogue::catalogue;

use super::doctor::{Silent, examined};
use super::rules;
use super::wait::{Rhythm, by_asking};
use crate::args::{DataFolder, Doctor, Mcp};
use crate::client::Client;
use crate::exit::{Answer, Failure, Outcome};
use crate::project;
use crate::render::pretty;

/// The longest evidence that is read.
const EVIDENCE_BYTES: usize = 32 * 1024 * 1024;

/// The longest that a tool waits, in seconds.
const LONGEST_WAIT: u64 = 900;

const INSTRUCTIONS: &str = "Finds out why a call to Azure OpenAI, Microsoft Foundry or a local Entrada endpoint was \
refused (401, 403, 404 and the like), and how to mend it. Give `explain` everything that is known: the error, the \
endpoint, the client, roles, settings. Secrets in it are dropped before it is read.";

pub(crate) fn run(mcp: &Mcp) -> Outcome {
    let tools = Tools {
        data: mcp.data.clone(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let running = tools
            .serve(rmcp::transport::stdio())
            .await
            .map_err(|error| Failure::new(format!("the client did not begin well: {error}")))?;
        running.waiting().await?;
        Ok::<(), Failure>(())
    })?;
    // The thread that reads standard input may still wait for it.
    runtime.shutdown_background();
    Ok(Answer::Yes)
}

#[derive(Clone)]
struct Tools {
    data: DataFolder,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct ExplainArguments {
    evidence: String,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct DoctorArguments {
    project: Option<PathBuf>,
    endpoint: Option<String>,
    sdk: Option<String>,
    deployment: Option<String>,
    #[serde(rename = "as")]
    principal: Option<String>,
    #[serde(default)]
    probe: bool,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct WaitArguments {
    principal: String,
    operation: String,
    resource: String,
    #[serde(default = "usual_wait")]
    timeout_seconds: u64,
}

/// Clients of this protocol give a tool up after about a minute, unless they are told otherwise.
fn usual_wait() -> u64 {
    45
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesArguments {
    rule: Option<String>,
}

impl ServerHandler for Tools {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("entrada", env!("CARGO_PKG_VERSION")))
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(catalogue()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let tools = self.clone();
        let name = request.name.to_string();
        let arguments = Value::Object(request.arguments.unwrap_or_default());
        // Files and the server are waited for elsewhere, so that the client can go on talking.
        let answered = tokio::task::spawn_blocking(move || tools.answer(&name, arguments)).await;
        let result = match answered {
            Ok(Ok(text)) => CallToolResult::success(vec![ContentBlock::text(text)]),
            Ok(Err(failure)) => CallToolResult::error(vec![ContentBlock::text(failure.told())]),
            Err(_) => return Err(ErrorData::internal_error("the tool stopped", None)),
        };
        Ok(result.into())
    }
}

impl Tools {
    fn answer(&self, name: &str, arguments: Value) -> Result<String, Failure> {
        match name {
            "explain" => explain(&read(arguments)?),
            "doctor" => self.doctor(read(arguments)?),
            "check" => {
                let question: CheckQuestion = read(arguments)?;
                self.ask::<CheckAnswer>("/entrada/check", &question)
            }
            "who_can" => {
                let question: WhoCanQuestion = read(arguments)?;
                self.ask::<WhoCanAnswer>("/entrada/who-can", &question)
            }
            "effective" => {
                let question: EffectiveQuestion = read(arguments)?;
                self.ask::<EffectiveAnswer>("/entrada/effective", &question)
            }
            "least_privilege" => {
                let question: LeastPrivilegeQuestion = read(arguments)?;
                self.ask::<LeastPrivilegeAnswer>("/entrada/least-privilege", &question)
            }
            "why_not" => {
                let question: WhyNotQuestion = read(arguments)?;
                self.ask::<WhyNotAnswer>("/entrada/why-not", &question)
            }
            "diff" => {
                let question: DiffQuestion = read(arguments)?;
                self.ask::<DiffAnswer>("/entrada/diff", &question)
            }
            "wait" => self.wait(read(arguments)?),
            "rules" => rules_of(&read(arguments)?),
            _ => Err(Failure::new(format!("no tool is called `{name}`"))),
        }
    }

    /// A project, or an endpoint, as the command of that name with the same arguments.
    fn doctor(&self, arguments: DoctorArguments) -> Result<String, Failure> {
        if let Some(sdk) = &arguments.sdk
            && Sdk::find(sdk).is_none()
        {
            return Err(Failure::new(format!("no client is called `{sdk}`")));
        }
        if let (Some(folder), None) = (&arguments.project, &arguments.endpoint) {
            let project = project::read(folder)?;
            return pretty(&::doctor::project::report(&project.facts).to_json());
        }
        let doctor = Doctor {
            endpoint: arguments.endpoint,
            sdk: arguments.sdk,
            deployment: arguments.deployment,
            principal: arguments.principal,
            probe: arguments.probe,
            ..Doctor::of(&self.data)
        };
        let mut examined = examined(&doctor, Silent)?;
        if let Some(folder) = &arguments.project {
            examined.add(&::doctor::project::report(&project::read(folder)?.facts));
        }
        pretty(&examined.report)
    }

    /// Waits as the command of that name does, but says nothing until it is over.
    fn wait(&self, arguments: WaitArguments) -> Result<String, Failure> {
        let question = CheckQuestion {
            principal: arguments.principal,
            operation: arguments.operation,
            resource: arguments.resource,
        };
        let limit = Duration::from_secs(arguments.timeout_seconds.min(LONGEST_WAIT));
        let rhythm = Rhythm::new(Duration::from_secs(1), limit);
        let server = Client::find(&self.data)?;
        let (waited, _) = by_asking(&server, &question, rhythm, |_, _, _| ())?;
        pretty(&waited)
    }

    /// Asks the running server.
    fn ask<A: DeserializeOwned + Serialize>(
        &self,
        path: &str,
        question: &impl Serialize,
    ) -> Result<String, Failure> {
        let answer: A = Client::find(&self.data)?.post(path, question)?;
        pretty(&answer)
    }
}

fn explain(arguments: &ExplainArguments) -> Result<String, Failure> {
    if arguments.evidence.len() > EVIDENCE_BYTES {
        return Err(Failure::new("the evidence is longer than 32 MiB"));
    }
    let facts = ::doctor::evidence::read(&arguments.evidence);
    pretty(&::doctor::diagnose(&facts).to_json())
}

fn rules_of(arguments: &RulesArguments) -> Result<String, Failure> {
    let Some(name) = &arguments.rule else {
        return pretty(&rules::list());
    };
    match rules::sign_in_code(name) {
        Some(code) => pretty(&rules::explained(code)),
        None => pretty(&rules::page(rules::rule(name)?)),
    }
}

fn read<T: DeserializeOwned>(arguments: Value) -> Result<T, Failure> {
    serde_json::from_value(arguments)
        .map_err(|error| Failure::new(format!("the arguments do not fit the tool: {error}")))
}
