//! Row 1 of the page: the software itself has a known bug.

use doctor::RuleId;

use crate::exit::Failure;
use crate::render::{ADVICE, BAD, FAINT, GOOD, HEADING, print_line};

/// A lock file as a project has it, and after the update.
const BEFORE: &str = "azure-ai-inference==1.0.0b4\nazure-identity==1.15.0\nopenai==1.40.0\n";
const AFTER: &str = "azure-ai-inference==1.0.0b9\nazure-identity==1.27.0\nopenai==3.54.0\n";

/// Shows row 1; false when the affected version is not found, or the mended one is.
pub(super) fn show() -> Result<bool, Failure> {
    print_line(format!(
        "{HEADING}Row 1{HEADING:#}  You're using an SDK: known issues"
    ))?;
    print_line(format!(
        "  {FAINT}a requirements.txt with an affected version{FAINT:#}"
    ))?;
    let found = findings(BEFORE);
    for (title, fix) in &found {
        print_line(format!("  cause    {BAD}sdk-version-bug{BAD:#}  {title}"))?;
        print_line(format!("  fix      {ADVICE}{fix}{ADVICE:#}"))?;
    }
    let left = findings(AFTER);
    print_line(format!(
        "  again    {GOOD}no known issue{GOOD:#}  in the updated versions\n"
    ))?;
    Ok(!found.is_empty() && left.is_empty())
}

/// What the doctor finds in a lock file: title and fix.
fn findings(lock_file: &str) -> Vec<(String, String)> {
    let report = doctor::diagnose(&doctor::evidence::read(lock_file));
    let advised = report
        .findings
        .iter()
        .filter(|finding| finding.rule == RuleId::SdkVersionBug);
    advised
        .map(|finding| {
            let fix = finding.fix.first().map(|fix| fix.command.clone());
            (finding.cause.clone(), fix.unwrap_or_default())
        })
        .collect()
}
