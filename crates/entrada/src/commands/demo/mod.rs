//! `entrada demo`: every row of the troubleshooting page against a real server, refused, explained,
//! mended and answered.

mod caller;
mod situation;
mod software;

use std::time::{Duration, Instant};

use server::listen::{Limits, ListenAddress};
use server::{KeyRefresh, Options, Server};
use wire::entrada::{EnvironmentAnswer, GrantAnswer, GrantRequest, RequestList};

use self::caller::Seen;
use self::situation::{Call, SITUATIONS, Situation, Solution};
use crate::args::Demo;
use crate::client::Client;
use crate::exit::{Answer, Failure, Outcome};
use crate::render::{ADVICE, BAD, FAINT, GOOD, HEADING, print_line};

/// How long the demo's role assignments take to become effective, in seconds.
const PROPAGATION: u32 = 1;

/// How long the demo waits for one, at most.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) fn run(demo: &Demo) -> Outcome {
    if demo.row.is_some_and(|row| !(1..=7).contains(&row)) {
        return Err(Failure::new("the page has rows 1 to 7"));
    }
    let folder = tempfile::Builder::new().prefix("entrada-demo-").tempdir()?;
    let sample = server::config::SAMPLE.replace(
        "propagation_seconds = 0",
        &format!("propagation_seconds = {PROPAGATION}"),
    );
    let server = Server::start(&Options {
        config: Some(sample),
        config_folder: folder.path().to_owned(),
        data: folder.path().to_owned(),
        ephemeral: true,
        https: ListenAddress::Localhost(0),
        http: ListenAddress::Localhost(0),
        intercept: None,
        allow_remote: false,
        print_refusals: false,
        workers: Some(1),
        limits: Limits::default(),
        key_refresh: KeyRefresh::default(),
    })?;
    print_line(format!(
        "{HEADING}A local Foundry, the sample tenant Contoso{HEADING:#} {FAINT}{} {}{FAINT:#}\n\
         Real tokens, real calls, real refusals: the rows of the page\n\
         \"Troubleshoot Microsoft Entra ID access\", one after the other.\n",
        server.addresses().https,
        server.addresses().http
    ))?;
    let good = walk(&Client::at(server.data().clone())?, demo.row);
    server.stop();
    if good? {
        print_line("Every situation was refused, explained, mended and answered.")?;
        print_line(format!(
            "Next: {ADVICE}entrada serve{ADVICE:#}, and in another terminal {ADVICE}eval \"$(entrada env --as developer)\"{ADVICE:#}"
        ))?;
        print_line(format!(
            "      {ADVICE}entrada serve{ADVICE:#} prints the address of its portal, where all this is done by clicks"
        ))?;
        Ok(Answer::Yes)
    } else {
        Err(Failure::new(
            "a situation did not go as it must: this is a bug in Entrada",
        ))
    }
}

fn walk(client: &Client, only: Option<usize>) -> Result<bool, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut good = true;
    if only.is_none_or(|row| row == 1) {
        good &= software::show()?;
    }
    for situation in SITUATIONS
        .iter()
        .filter(|situation| only.is_none_or(|row| row == situation.row))
    {
        good &= show(client, situation, &runtime)?;
    }
    Ok(good)
}

/// Shows one situation; false when it did not go as the page says.
fn show(
    client: &Client,
    situation: &Situation,
    runtime: &tokio::runtime::Runtime,
) -> Result<bool, Failure> {
    print_line(format!(
        "{HEADING}Row {}{HEADING:#}  {}",
        situation.row, situation.error
    ))?;
    print_line(format!("  {FAINT}{}{FAINT:#}", situation.story))?;
    let environment = client.get(&format!(
        "/entrada/environment?principal={}",
        situation.principal
    ))?;
    let refused = runtime.block_on(caller::call(client, &environment, &situation.call))?;
    field(
        "call",
        &format!("{} as {}", line_of(&situation.call), situation.principal),
    )?;
    field(
        "refused",
        &format!(
            "{BAD}HTTP/1.1 {} {}{BAD:#}  {}",
            refused.status,
            refused.reason,
            refused.message()
        ),
    )?;
    let cause = explain(client)?;
    mend(client, situation)?;
    let answered = again(client, &environment, situation, runtime)?;
    let style = if answered.status == 200 { GOOD } else { BAD };
    field(
        "again",
        &format!(
            "{style}{} {}{style:#}  {}",
            answered.status,
            answered.reason,
            answered.message()
        ),
    )?;
    print_line("")?;
    let as_expected = refused.status >= 400 && cause == situation.cause && answered.status == 200;
    if !as_expected {
        field("wrong", &format!("the cause must be {}", situation.cause))?;
    }
    Ok(as_expected)
}

/// Shows the newest refusal's explanation and returns the cause's label.
fn explain(client: &Client) -> Result<String, Failure> {
    let list: RequestList = client.get("/entrada/requests?limit=1")?;
    let record = list
        .requests
        .into_iter()
        .next()
        .ok_or_else(|| Failure::new("the server kept no record"))?;
    let finding = &record.report["findings"][0];
    field(
        "cause",
        &format!(
            "{BAD}{}{BAD:#}  {}",
            record.cause,
            finding["title"].as_str().unwrap_or_default()
        ),
    )?;
    for fact in finding["evidence"].as_array().into_iter().flatten().take(3) {
        let text = fact["fact"].as_str().unwrap_or_default();
        field("because", text)?;
    }
    Ok(record.cause)
}

fn mend(client: &Client, situation: &Situation) -> Result<(), Failure> {
    match situation.solution {
        Solution::Grant { role, scope } => {
            let principal = situation.principal;
            let request = GrantRequest {
                principal: principal.to_owned(),
                role: role.to_owned(),
                scope: scope.to_owned(),
                description: None,
            };
            let _: GrantAnswer = client.post("/entrada/grant", &request)?;
            field(
                "fix",
                &format!("{ADVICE}entrada grant {principal} \"{role}\" {scope}{ADVICE:#}"),
            )
        }
        Solution::Change { what, .. } => field("fix", &format!("{ADVICE}{what}{ADVICE:#}")),
    }
}

/// The call once more; after a grant, until it is effective.
fn again(
    client: &Client,
    environment: &EnvironmentAnswer,
    situation: &Situation,
    runtime: &tokio::runtime::Runtime,
) -> Result<Seen, Failure> {
    let call = match &situation.solution {
        Solution::Grant { .. } => &situation.call,
        Solution::Change { call, .. } => call,
    };
    let started = Instant::now();
    loop {
        let seen = runtime.block_on(caller::call(client, environment, call))?;
        let waited = started.elapsed();
        if seen.status == 200
            || !matches!(situation.solution, Solution::Grant { .. })
            || waited > PATIENCE
        {
            if waited > Duration::from_millis(200) {
                field(
                    "waited",
                    &format!(
                        "{:.1} s until effective (Azure takes 5 to 10 minutes)",
                        waited.as_secs_f64()
                    ),
                )?;
            }
            return Ok(seen);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn line_of(call: &Call) -> String {
    let method = if call.body.is_some() { "POST" } else { "GET" };
    format!("{method} {}", call.path)
}

fn field(name: &str, text: &str) -> Result<(), Failure> {
    print_line(format!("  {name:<8} {text}"))
}
