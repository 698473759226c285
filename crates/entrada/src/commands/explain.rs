//! `entrada explain`: root cause, evidence and fix, of a refusal of the server or of pasted evidence.

use std::fs::File;
use std::io::{self, BufRead, IsTerminal, Read};
use std::path::{Path, PathBuf};

use doctor::{Facts, Report};
use wire::entrada::{RequestList, RequestRecord};

use super::env::encoded;
use crate::args::{Explain, ReportFormat};
use crate::client::Client;
use crate::exit::{Answer, Failure, Outcome};
use crate::render::{FAINT, print, print_json, print_line, rendered, tell};

/// Bytes read of all evidence together.
const EVIDENCE_BYTES: u64 = 32 * 1024 * 1024;
/// How many checks one conversation asks for.
const ROUNDS: usize = 8;

pub(crate) fn run(explain: &Explain) -> Outcome {
    if explain.last || explain.request.is_some() {
        return record(explain);
    }
    let files: Vec<&Path> = explain
        .evidence
        .iter()
        .chain(&explain.answers)
        .map(PathBuf::as_path)
        .collect();
    let mut facts = Facts::new();
    for path in &files {
        let read = doctor::evidence::read(&read(path)?);
        facts.extend(match files.len() {
            1 => read,
            _ => read.of_file(&path.display().to_string()),
        });
    }
    let mut report = doctor::diagnose(&facts);
    print(rendered(&report.to_json(), explain.output.format)?)?;
    let from_terminal = !files.iter().any(|path| path.as_os_str() == "-");
    let people = io::stdin().is_terminal() && io::stdout().is_terminal();
    if from_terminal && people && explain.output.format == ReportFormat::Human {
        report = converse(facts, report)?;
    }
    Ok(Answer::found(!report.findings.is_empty()))
}

/// Asks for the answer to the next check and goes on with it, until nothing is left to ask or an
/// empty line is the answer.
fn converse(mut facts: Facts, mut report: Report) -> Result<Report, Failure> {
    for round in 1..=ROUNDS {
        let Some(check) = report.next_checks.first() else {
            break;
        };
        tell(format!(
            "{}\nPaste the output of `{}`, or say it in words, and end with an empty line. An empty line alone ends.",
            check.question, check.command
        ));
        let answer = answer()?;
        if answer.trim().is_empty() {
            break;
        }
        facts.extend(doctor::evidence::read(&answer).of_file(&format!("answer {round}")));
        report = doctor::diagnose(&facts);
        print(rendered(&report.to_json(), ReportFormat::Human)?)?;
    }
    Ok(report)
}

/// What is typed or pasted up to an empty line or the end.
fn answer() -> Result<String, Failure> {
    let mut answer = String::new();
    let mut lines = io::stdin().lock().take(EVIDENCE_BYTES);
    loop {
        let mut line = String::new();
        let read = lines
            .read_line(&mut line)
            .map_err(|error| Failure::new(format!("cannot read the answer: {error}")))?;
        if read == 0 || line.trim().is_empty() {
            return Ok(answer);
        }
        answer.push_str(&line);
    }
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
