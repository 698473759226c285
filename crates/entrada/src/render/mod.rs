//! What people and programs read: data on standard output, everything else on standard error.

mod junit;
mod markdown;
mod report;
mod sarif;
mod triage;

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use serde_json::Value;

pub(crate) use triage::{triage_for_people, triage_markdown};

use crate::args::ReportFormat;
use crate::exit::Failure;

/// Yes, allowed, done.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// No, denied, fault.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// What to do about it.
pub(crate) const ADVICE: Style = AnsiColor::Cyan.on_default();
/// Less important.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// A heading.
pub(crate) const HEADING: Style = Style::new().bold();

/// A report of schema `entrada.report/v1` in the form that was asked for.
pub(crate) fn rendered(report: &Value, format: ReportFormat) -> Result<String, Failure> {
    Ok(match format {
        ReportFormat::Human => report::report(report),
        ReportFormat::Json => pretty(report)?,
        ReportFormat::Sarif => pretty(&sarif::sarif(report))?,
        ReportFormat::Junit => junit::junit(report),
        ReportFormat::Markdown => markdown::markdown(report),
    })
}

/// Words in lines of 80 columns: what stands before the first, and before the others.
pub(crate) fn wrapped(text: &mut String, first: &str, next: &str, words: &str) {
    report::wrap(text, first, next, words);
}

/// JSON as `--output json` prints it.
pub(crate) fn pretty(value: &impl Serialize) -> Result<String, Failure> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

/// Writes to standard output; a closed pipe (`| head`) is no failure.
pub(crate) fn print(text: impl AsRef<str>) -> Result<(), Failure> {
    match anstream::stdout().write_all(text.as_ref().as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Writes a line to standard output.
pub(crate) fn print_line(text: impl AsRef<str>) -> Result<(), Failure> {
    print(format!("{}\n", text.as_ref()))
}

/// Writes pretty JSON to standard output.
pub(crate) fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    print(pretty(value)?)
}

/// Says something to the person at the terminal.
pub(crate) fn tell(text: impl AsRef<str>) {
    let _ = writeln!(anstream::stderr(), "{}", text.as_ref());
}

/// Says what went wrong, and what to do about it.
pub(crate) fn print_error(message: &str, hint: Option<&str>) {
    tell(format!("{BAD}error{BAD:#}: {message}"));
    if let Some(hint) = hint {
        tell(format!("{ADVICE}hint{ADVICE:#}: {hint}"));
    }
}
