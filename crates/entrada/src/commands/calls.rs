//! `entrada calls`: what the server was asked, answered or refused, and how often by whom.

use std::thread::sleep;
use std::time::Duration;

use comfy_table::{ContentArrangement, Table, TableStyle};
use wire::entrada::{CallList, CallRecord, CallTally};

use super::env::encoded;
use crate::args::Calls;
use crate::client::Client;
use crate::exit::{Answer, Failure, Outcome};
use crate::render::{BAD, FAINT, GOOD, print_json, print_line};

/// How often `--follow` asks.
const PAUSE: Duration = Duration::from_millis(500);

/// Calls asked for at once; the server gives no more.
const PAGE: usize = 1_000;

pub(crate) fn run(calls: &Calls) -> Outcome {
    let server = Client::find(&calls.data)?;
    if calls.tally {
        return tally(calls, &server);
    }
    let mut newest = ask(calls, &server, 0, calls.limit)?;
    if !calls.follow && calls.output.is_json() {
        newest.calls.reverse();
        print_json(&newest)?;
        return Ok(Answer::Yes);
    }
    let mut last = 0;
    loop {
        for call in newest.calls.iter().rev() {
            last = call.sequence;
            if calls.output.is_json() {
                print_line(serde_json::to_string(call)?)?;
            } else {
                print_line(line(call))?;
            }
        }
        if !calls.follow {
            return Ok(Answer::Yes);
        }
        sleep(PAUSE);
        newest = ask(calls, &server, last, PAGE)?;
    }
}

fn ask(calls: &Calls, server: &Client, after: u64, limit: usize) -> Result<CallList, Failure> {
    let mut path = format!("/entrada/calls?after={after}&limit={limit}");
    if let Some(name) = &calls.principal {
        path = format!("{path}&principal={}", encoded(name));
    }
    server.get(&path)
}

/// `2026-11-23T10:00:00Z 401  1.2 ms  owner  POST /…  contoso  gpt-4o  -> role-control-plane-only`
fn line(call: &CallRecord) -> String {
    let style = if call.status < 400 { GOOD } else { BAD };
    let mut line = format!(
        "{FAINT}{}{FAINT:#} {style}{}{style:#} {:>8}  {:<12} {}",
        call.time,
        call.status,
        milliseconds(call.microseconds),
        call.principal.as_deref().unwrap_or("somebody"),
        call.operation,
    );
    if let Some(resource) = &call.resource {
        line += &format!("  {}", short(resource));
    }
    if let Some(deployment) = &call.deployment {
        line += &format!("  {deployment}");
    }
    if let Some(refused) = &call.refused {
        line += &format!(
            "  -> {}\n    {FAINT}why: entrada explain --request {}{FAINT:#}",
            refused.cause, refused.id
        );
    }
    line
}

fn tally(calls: &Calls, server: &Client) -> Outcome {
    let path = match &calls.principal {
        Some(name) => format!("/entrada/calls/tally?principal={}", encoded(name)),
        None => "/entrada/calls/tally".to_owned(),
    };
    let tally: CallTally = server.get(&path)?;
    if calls.output.is_json() {
        print_json(&tally)?;
        return Ok(Answer::Yes);
    }
    let mut table = Table::new();
    table
        .load_style(TableStyle::new())
        .set_content_arrangement(ContentArrangement::Disabled);
    table.set_header([
        "PRINCIPAL",
        "ACTION",
        "RESOURCE",
        "DEPLOYMENT",
        "PERMITTED",
        "REFUSED",
        "LAST",
    ]);
    for count in &tally.counts {
        table.add_row([
            &count.principal,
            &count.action,
            short(&count.resource),
            count.deployment.as_deref().unwrap_or_default(),
            &count.permitted.to_string(),
            &count.refused.to_string(),
            &count.last,
        ]);
    }
    print_line(table.trim_fmt())?;
    if tally.uncounted > 0 {
        let more = tally.uncounted;
        print_line(format!("{more} calls of further kinds had no room"))?;
    }
    Ok(Answer::Yes)
}

/// The end of a resource id, by which people know it.
fn short(resource: &str) -> &str {
    match resource.rsplit('/').next() {
        Some(name) if !name.is_empty() => name,
        _ => resource,
    }
}

fn milliseconds(microseconds: u64) -> String {
    format!("{}.{} ms", microseconds / 1000, microseconds % 1000 / 100)
}
