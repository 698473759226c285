//! What people and programs read: data on standard output, everything else on standard error.

mod report;

pub(crate) use report::report as print_report;

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde::Serialize;

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
    print_line(serde_json::to_string_pretty(value)?)
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
