//! `--fix` in a project: the pin of a package with a known bug, where one line decides it.

use std::path::Path;

use doctor::Report;
use serde_json::Value;

use super::apply::offer;
use crate::args::Doctor;
use crate::exit::Failure;
use crate::project::Project;
use crate::render::tell;

/// Offers a newer version for every pin in a requirements file. Lock files are their tools' to write.
pub(super) fn apply(doctor: &Doctor, folder: &Path, project: &Project) -> Result<(), Failure> {
    let report: Report = doctor_report(project);
    let report = report.to_json();
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    let mut changes: Vec<(String, usize, String, String)> = Vec::new();
    for finding in &findings {
        let fixed = newest_fix(finding);
        let package = finding["advisories"][0]["package"].as_str();
        let (Some(fixed), Some(package)) = (fixed, package) else {
            continue;
        };
        for evidence in finding["evidence"].as_array().into_iter().flatten() {
            let origin = &evidence["origin"];
            if let (Some(path), Some(line)) = (origin["path"].as_str(), origin["line"].as_u64()) {
                let line = usize::try_from(line).unwrap_or(0);
                changes.push((path.to_owned(), line, package.to_owned(), fixed.clone()));
            }
        }
    }
    let mut files: Vec<&String> = changes.iter().map(|(path, ..)| path).collect();
    files.sort();
    files.dedup();
    for name in files {
        let path = folder.join(name);
        let Ok(before) = std::fs::read_to_string(&path) else {
            continue;
        };
        let mut lines: Vec<String> = before.split('\n').map(str::to_owned).collect();
        for (_, line, package, fixed) in changes.iter().filter(|(path, ..)| path == name) {
            if let Some(text) = line.checked_sub(1).and_then(|at| lines.get_mut(at))
                && let Some(pinned) = pinned(text, package, fixed)
            {
                *text = pinned;
            }
        }
        let after = lines.join("\n");
        if after == before {
            tell(format!(
                "{name}: its own tool writes it; run the command above"
            ));
        } else {
            offer(doctor, &path, &before, &after)?;
        }
    }
    Ok(())
}

fn doctor_report(project: &Project) -> Report {
    doctor::project::report(&project.facts)
}

/// The version in which all known bugs of a package are fixed: the one that its command names.
fn newest_fix(finding: &Value) -> Option<String> {
    let command = finding["fix"][0]["command"].as_str()?;
    let (_, version) = command.split_once(">=")?;
    let end = version.find(|c: char| !c.is_ascii_alphanumeric() && !"._-+".contains(c));
    Some(version[..end.unwrap_or(version.len())].to_owned())
}

/// A line `package==old` with another version; extras, markers and comments stay.
fn pinned(line: &str, package: &str, fixed: &str) -> Option<String> {
    let (name, rest) = line.split_once("==")?;
    let bare = name.split('[').next()?.trim().replace('_', "-");
    if !bare.eq_ignore_ascii_case(package) || rest.starts_with('=') {
        return None;
    }
    let version = |c: char| c.is_ascii_alphanumeric() || ".-+!*".contains(c);
    let start = rest.len() - rest.trim_start().len();
    let end = rest[start..]
        .find(|c| !version(c))
        .map_or(rest.len(), |at| start + at);
    Some(format!("{name}=={}{fixed}{}", &rest[..start], &rest[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_changed_and_everything_around_it_stays() {
        let check = |line: &str, expected: Option<&str>| {
            assert_eq!(
                pinned(line, "openai", "3.4.0").as_deref(),
                expected,
                "{line}"
            );
        };
        check("openai==2.40.0", Some("openai==3.4.0"));
        check(
            "OpenAI[realtime] == 2.40.0 ; python_version > '3.8'  # why",
            Some("OpenAI[realtime] == 3.4.0 ; python_version > '3.8'  # why"),
        );
        check("openai>=2.40.0", None);
        check("openai-agents==1.0", None);
        check("name = \"openai\"", None);
    }
}
