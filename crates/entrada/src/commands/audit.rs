//! `entrada audit`: what happened, and whether the journal that tells it is whole.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use serde_json::{Value, json};
use server::DataFolder;
use server::audit::chain::{Broken, ChainKey, Head, Verification};
use wire::entrada::{AuditPage, AuditRow};

use crate::args::{Audit, AuditCommand, AuditList, AuditVerify};
use crate::client::Client;
use crate::exit::{Answer, Failure, Outcome};
use crate::render::{print_json, print_line};

/// Rows asked for at once; the server gives no more.
const PAGE: u64 = 1_000;

pub(crate) fn run(audit: &Audit) -> Outcome {
    match &audit.command {
        AuditCommand::List(asked) => list(asked),
        AuditCommand::Export(export) => {
            let server = Client::find(&export.data)?;
            each_row(&server, |row| print_line(serde_json::to_string(&row)?))?;
            Ok(Answer::Yes)
        }
        AuditCommand::Head(head) => {
            let head: Head = Client::find(&head.data)?.get("/entrada/audit/head")?;
            print_json(&head)?;
            Ok(Answer::Yes)
        }
        AuditCommand::Verify(asked) => verify(asked),
    }
}

fn list(asked: &AuditList) -> Outcome {
    let newest = newest(&Client::find(&asked.data)?, asked)?;
    if asked.output.is_json() {
        print_json(&json!({ "rows": newest }))?;
        return Ok(Answer::Yes);
    }
    for row in &newest {
        print_line(sentence(row))?;
    }
    Ok(Answer::Yes)
}

/// The newest rows that are wanted, oldest first: asked for page by page, from the end.
fn newest(server: &Client, asked: &AuditList) -> Result<Vec<AuditRow>, Failure> {
    let head: Head = server.get("/entrada/audit/head")?;
    let mut newest = Vec::new();
    let mut end = head.sequence;
    while end > 0 && newest.len() < asked.limit {
        let after = end.saturating_sub(PAGE);
        let path = format!("/entrada/audit?after={after}&limit={}", end - after);
        let page: AuditPage = server.get(&path)?;
        let wanted = page.rows.into_iter().rev().filter(|row| {
            let kind = row.entry["kind"].as_str().unwrap_or_default();
            asked.kind.as_deref().is_none_or(|wanted| wanted == kind)
        });
        newest.extend(wanted.take(asked.limit - newest.len()));
        end = after;
    }
    newest.reverse();
    Ok(newest)
}

/// `12  2026-11-23T10:00:00Z  grant    ana is Owner at /subscriptions/…, by the operator from 127.0.0.1`
fn sentence(row: &AuditRow) -> String {
    let entry = &row.entry;
    let kind = text(&entry["kind"]);
    let told = &entry[kind];
    let what = match kind {
        "grant" => assignment(told),
        "revoke" => format!("no longer: {}", assignment(told)),
        "write" | "delete" => format!(
            "{} {}",
            text(&told["type"]),
            told["name"].as_str().unwrap_or(text(&told["id"]))
        ),
        "refusal" => format!(
            "{} {} on {}: {} -> {}{}",
            told["status"],
            told["principal"].as_str().unwrap_or("somebody"),
            text(&told["resource"]),
            text(&told["operation"]),
            text(&told["cause"]),
            match told["count"].as_u64() {
                Some(2..) => format!(", {} times", told["count"]),
                _ => String::new(),
            }
        ),
        "dropped" => format!("{} refusals had no room", told["refusals"]),
        "start" => format!("version {}", text(&told["version"])),
        _ => told.to_string(),
    };
    let by = match &entry["by"] {
        Value::Null => String::new(),
        by => {
            let name = by["name"].as_str().or(by["principal"].as_str());
            format!(
                ", by {} from {}",
                name.unwrap_or("the operator"),
                text(&by["address"])
            )
        }
    };
    let (sequence, time) = (row.sequence, text(&entry["time"]));
    format!("{sequence:>6}  {time}  {kind:<8} {what}{by}")
}

/// `ana is Owner at /subscriptions/…`, with ids where there are no names.
fn assignment(told: &Value) -> String {
    let either = |name: &str, id: &str| told[name].as_str().unwrap_or(text(&told[id])).to_owned();
    let (principal, role) = (either("name", "principal"), either("role_name", "role"));
    format!("{principal} is {role} at {}", text(&told["scope"]))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Asks for the journal page by page.
fn each_row(
    server: &Client,
    mut take: impl FnMut(AuditRow) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut after = 0;
    loop {
        let page: AuditPage = server.get(&format!("/entrada/audit?after={after}"))?;
        let Some(last) = page.rows.last() else {
            return Ok(());
        };
        after = last.sequence;
        for row in page.rows {
            take(row)?;
        }
        if !page.more {
            return Ok(());
        }
    }
}

fn verify(asked: &AuditVerify) -> Outcome {
    let file = match &asked.key {
        Some(file) => file.clone(),
        None => DataFolder::existing(&asked.data.resolve()?).audit_key(),
    };
    let key = ChainKey::read(&file)?.ok_or_else(|| {
        Failure::new(format!("there is no key in `{}`", file.display()))
            .hint("name its file with --key: `[audit] key_file` in the configuration")
    })?;
    let head = asked.head.as_deref().map(read_head).transpose()?;
    let checked = match Verification::new(&key, head) {
        Ok(verification) => check(asked, verification)?,
        Err(broken) => Err(broken),
    };
    if asked.output.is_json() {
        print_json(&match &checked {
            Ok(rows) => json!({ "whole": true, "rows": rows }),
            Err(broken) => json!({ "whole": false, "problem": broken.to_string() }),
        })?;
    } else {
        print_line(match &checked {
            Ok(rows) => format!("{rows} rows, all as they were written"),
            Err(broken) => format!("broken: {broken}"),
        })?;
    }
    Ok(if checked.is_ok() {
        Answer::Yes
    } else {
        Answer::No
    })
}

/// The rows, one after the other; a row that cannot be read fails, one that was changed is the finding.
fn check(
    asked: &AuditVerify,
    mut verification: Verification<'_>,
) -> Result<Result<u64, Broken>, Failure> {
    let mut finding = None;
    let mut look = |row: AuditRow| {
        if finding.is_none() {
            finding = verification
                .row(row.sequence, &row.entry.to_string(), &row.mac)
                .err();
        }
        Ok(())
    };
    match &asked.file {
        None => each_row(&Client::find(&asked.data)?, look)?,
        Some(file) => {
            let lines: Box<dyn BufRead> = if file == Path::new("-") {
                Box::new(io::stdin().lock())
            } else {
                let opened = File::open(file)
                    .map_err(|error| Failure::new(format!("`{}`: {error}", file.display())))?;
                Box::new(BufReader::new(opened))
            };
            for (number, line) in (1..).zip(lines.lines()) {
                let row = serde_json::from_str(&line?).map_err(|error| {
                    Failure::new(format!("line {number} is no row of a journal: {error}"))
                })?;
                look(row)?;
            }
        }
    }
    Ok(match finding {
        Some(broken) => Err(broken),
        None => verification.end(),
    })
}

fn read_head(file: &Path) -> Result<Head, Failure> {
    let failed = |error: String| Failure::new(format!("the head `{}`: {error}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| failed(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| failed(error.to_string()))
}
