//! `entrada explain`: root cause, evidence and fix, of a refusal of the server or of pasted evidence.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use wire::entrada::{RequestList, RequestRecord};

use super::env::encoded;
use crate::args::{Explain, ReportFormat};
use crate::client::Client;
use crate::exit::{Answer, Failure, Outcome};
use crate::render::{FAINT, print, print_json, print_line, rendered};

/// Bytes read of all evidence together.
const EVIDENCE_BYTES: u64 = 32 * 1024 * 1024;

pub(crate) fn run(explain: &Explain) -> Outcome {
    if explain.last || explain.request.is_some() {
        return record(explain);
    }
    let mut facts = doctor::Facts::default();
    for path in &explain.evidence {
        facts.extend(doctor::evidence::read(&read(path)?));
    }
    let report = doctor::diagnose(&facts);
    print(rendered(&report.to_json(), explain.output.format)?)?;
    Ok(Answer::found(!report.findings.is_empty()))
}

fn record(explain: &Explain) -> Outcome {
    let client = Client::find(&explain.data)?;
    let record: RequestRecord = match &explain.request {
        Some(id) => client.get(&format!("/entrada/requests/{}", encoded(id)))?,
        None => newest(&client, explain.principal.as_deref())?,
    };
    match explain.output.format {
        ReportFormat::Human => {}
        ReportFormat::Json => {
            print_json(&record)?;
            return Ok(Answer::No);
        }
        format => {
            print(rendered(&record.report, format)?)?;
            return Ok(Answer::No);
        }
    }
    let who = record
        .principal
        .as_deref()
        .unwrap_or("somebody without a usable credential");
    let times = if record.count > 1 {
        format!(" ({} times)", record.count)
    } else {
        String::new()
    };
    print_line(format!(
        "{FAINT}{}{times}: {who} called {} on {} and got {}{FAINT:#}\n",
        record.time,
        record.operation,
        record.account.as_deref().unwrap_or("-"),
        record.status
    ))?;
    print(rendered(&record.report, ReportFormat::Human)?)?;
    Ok(Answer::No)
}

fn newest(client: &Client, principal: Option<&str>) -> Result<RequestRecord, Failure> {
    let path = match principal {
        Some(name) => format!("/entrada/requests?limit=1&principal={}", encoded(name)),
        None => "/entrada/requests?limit=1".to_owned(),
    };
    let list: RequestList = client.get(&path)?;
    list.requests
        .into_iter()
        .next()
        .ok_or_else(|| Failure::new("the server has refused nothing yet"))
}

fn read(path: &Path) -> Result<String, Failure> {
    let name = path.display();
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        io::stdin().take(EVIDENCE_BYTES).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(EVIDENCE_BYTES).read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure::new(format!("cannot read `{name}`: {error}")))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
