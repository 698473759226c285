//! `entrada explain`: root cause, evidence and fix, of a refusal of the server or of pasted evidence.

use std::fs::File;
use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use doctor::{Facts, NextCheck, Report};
use wire::entrada::{RequestList, RequestRecord};

use super::env::encoded;
use crate::args::{Explain, ReportFormat};
use crate::client::Client;
use crate::exit::{Answer, Failure, Outcome};
use crate::render::{ADVICE, FAINT, HEADING, print, print_json, print_line, rendered, tell};

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
    let report = doctor::diagnose(&facts);
    let from_terminal = !files.iter().any(|path| path.as_os_str() == "-");
    let people = io::stdin().is_terminal() && io::stdout().is_terminal();
    let report = if from_terminal && people && explain.output.format == ReportFormat::Human {
        converse(facts, report)?
    } else {
        print(rendered(&report.to_json(), explain.output.format)?)?;
        report
    };
    Ok(Answer::found(!report.findings.is_empty()))
}

/// Shows the report, asks for the answers to the next checks one after the other and goes on with them,
/// until nothing is left to ask or nobody answers.
fn converse(mut facts: Facts, mut report: Report) -> Result<Report, Failure> {
    show(&report)?;
    let mut asked: Vec<String> = Vec::new();
    for round in 1..=ROUNDS {
        let next = report.next_checks.iter();
        let Some(check) = next.clone().find(|check| !asked.contains(&check.question)) else {
            let none_left = !asked.is_empty() && !report.findings.is_empty();
            if none_left {
                tell(format!("{FAINT}There is nothing more to ask.{FAINT:#}"));
            }
            break;
        };
        ask(check, round == 1);
        asked.push(check.question.clone());
        let said = match reply()? {
            Reply::Words(said) => said,
            Reply::Nothing => continue,
            Reply::Enough => break,
        };
        let known = facts.clone();
        facts.extend(doctor::evidence::read(&said).of_file(&format!("answer {round}")));
        if facts == known {
            tell(format!("{FAINT}Nothing in this bears on it.{FAINT:#}"));
            continue;
        }
        let before = verdict(&report);
        report = doctor::diagnose(&facts);
        tell("");
        match verdict(&report) {
            after if after == before => {
                tell(format!("{FAINT}That changes nothing:{FAINT:#} {after}."));
            }
            _ => show(&report)?,
        }
    }
    Ok(report)
}

/// The report, without the checks that will be asked for.
fn show(report: &Report) -> Result<(), Failure> {
    let mut shown = report.clone();
    shown.next_checks.clear();
    print(rendered(&shown.to_json(), ReportFormat::Human)?)
}

/// The likeliest cause and how sure it is, in one line.
fn verdict(report: &Report) -> String {
    match report.findings.first() {
        Some(first) => format!(
            "{}, {} ({})",
            first.rule.title(),
            first.certainty.as_str(),
            first.rule
        ),
        None => "no known cause".to_owned(),
    }
}

fn ask(check: &NextCheck, first: bool) {
    tell(format!("\n{HEADING}{}{HEADING:#}", check.question));
    for line in check.command.lines() {
        tell(format!("  {ADVICE}{line}{ADVICE:#}"));
    }
    let how = "Paste what it prints, or say it in words; an empty line ends the answer.";
    if first {
        tell(format!(
            "{FAINT}{how}\nEnter alone passes the question over, q stops.{FAINT:#}"
        ));
    }
}

/// What somebody answers.
enum Reply {
    Words(String),
    /// The question is passed over.
    Nothing,
    /// No more questions.
    Enough,
}

/// What is typed or pasted up to an empty line or the end.
fn reply() -> Result<Reply, Failure> {
    let mut said = String::new();
    let mut lines = io::stdin().lock().take(EVIDENCE_BYTES);
    loop {
        if said.is_empty() {
            let _ = write!(anstream::stderr(), "{ADVICE}> {ADVICE:#}");
        }
        let mut line = String::new();
        let read = lines
            .read_line(&mut line)
            .map_err(|error| Failure::new(format!("cannot read the answer: {error}")))?;
        let word = line.trim();
        match (read, said.is_empty()) {
            (0, true) => {
                tell("");
                return Ok(Reply::Enough);
            }
            (_, true) if matches!(word, "q" | "quit" | "exit") => return Ok(Reply::Enough),
            (_, true) if word.is_empty() => return Ok(Reply::Nothing),
            (0, false) => return Ok(Reply::Words(said)),
            (_, false) if word.is_empty() => return Ok(Reply::Words(said)),
            _ => said.push_str(&line),
        }
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
