//! `--fix`: applies what mends it, after a yes.

use std::path::{Path, PathBuf};

use doctor::live::Remedy;
use wire::entrada::{GrantAnswer, GrantRequest};

use super::examined::{Examined, now};
use super::shown::{confirmed, people};
use crate::args::Doctor;
use crate::exit::Failure;
use crate::render::{ADVICE, FAINT, tell};

/// Offers every remedy. Whether a role was granted.
pub(super) fn apply(doctor: &Doctor, examined: &Examined) -> Result<bool, Failure> {
    let mut granted = false;
    if examined.remedies.is_empty() {
        tell("--fix: nothing that was found can be mended from here");
    }
    for remedy in &examined.remedies {
        match remedy {
            Remedy::AssignRole { .. } => granted |= assign(doctor, examined, remedy)?,
            Remedy::SetVariable { name, value } => variable(doctor, name, Some(value))?,
            Remedy::UnsetVariable { name } => variable(doctor, name, None)?,
        }
    }
    Ok(granted)
}

/// A yes: given in advance, or by a person.
pub(super) fn agreed(doctor: &Doctor, question: &str) -> bool {
    if doctor.yes {
        return true;
    }
    if !people() {
        tell(format!(
            "{FAINT}not applied: say --yes, or answer at a terminal{FAINT:#}"
        ));
        return false;
    }
    confirmed(question)
}

fn assign(doctor: &Doctor, examined: &Examined, remedy: &Remedy) -> Result<bool, Failure> {
    let Remedy::AssignRole {
        principal,
        role,
        scope,
        ..
    } = remedy
    else {
        return Ok(false);
    };
    tell(format!(
        "{ADVICE}+ assign{ADVICE:#} {role}\n  to       {principal}\n  at       {scope}"
    ));
    if !agreed(doctor, "Assign it?") {
        return Ok(false);
    }
    match &examined.server {
        Some(server) => {
            let request = GrantRequest {
                principal: principal.clone(),
                role: role.clone(),
                scope: scope.clone(),
                description: None,
            };
            let _: GrantAnswer = server.post("/entrada/grant", &request)?;
        }
        None => {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            let assigned = runtime.block_on(examined.performer.assign_role(remedy, now()));
            assigned.map_err(|why| {
                Failure::new(format!("the role was not assigned: {why}")).hint(
                    "Microsoft.Authorization/roleAssignments/write is needed; ask an Owner or User Access Administrator",
                )
            })?;
        }
    }
    tell("assigned");
    Ok(true)
}

/// Sets a variable in the file of variables, or takes it out.
fn variable(doctor: &Doctor, name: &str, value: Option<&str>) -> Result<(), Failure> {
    let Some(path) = file(doctor) else {
        tell(match value {
            Some(value) => format!("{ADVICE}export {name}={value}{ADVICE:#}"),
            None => format!("{ADVICE}unset {name}{ADVICE:#}"),
        });
        return Ok(());
    };
    let before = std::fs::read_to_string(&path)?;
    let after = with_variable(&before, name, value);
    if after == before {
        tell(format!(
            "{ADVICE}unset {name}{ADVICE:#}    (it is not in {})",
            path.display()
        ));
        return Ok(());
    }
    offer(doctor, &path, &before, &after)
}

fn file(doctor: &Doctor) -> Option<PathBuf> {
    let named = doctor.env_file.clone();
    named.or_else(|| Some(PathBuf::from(".env")).filter(|path| path.is_file()))
}

/// Shows what would change in a file, and writes it after a yes.
pub(super) fn offer(
    doctor: &Doctor,
    path: &Path,
    before: &str,
    after: &str,
) -> Result<(), Failure> {
    tell(diff(path, before, after));
    if agreed(doctor, "Write it?") {
        std::fs::write(path, after)?;
        tell(format!("written: {}", path.display()));
    }
    Ok(())
}

/// The text with a variable set to a value, or without the variable.
fn with_variable(text: &str, name: &str, value: Option<&str>) -> String {
    let is_it = |line: &str| {
        let line = line.trim_start();
        let line = line.strip_prefix("export ").unwrap_or(line);
        line.split_once('=')
            .is_some_and(|(left, _)| left.trim() == name)
    };
    let mut written = false;
    let mut after = String::new();
    for line in text.split_inclusive('\n') {
        if !is_it(line) {
            after.push_str(line);
            continue;
        }
        if let (Some(value), false) = (value, written) {
            after.push_str(&format!("{name}={value}\n"));
            written = true;
        }
    }
    if let (Some(value), false) = (value, written) {
        if !after.is_empty() && !after.ends_with('\n') {
            after.push('\n');
        }
        after.push_str(&format!("{name}={value}\n"));
    }
    after
}

/// The lines that go and the lines that come. Values that go may be secrets, and are not shown.
fn diff(path: &Path, before: &str, after: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let mut text = format!("--- {0}\n+++ {0}", path.display());
    let start = old
        .iter()
        .zip(&new)
        .take_while(|(old, new)| old == new)
        .count();
    let end = old[start..]
        .iter()
        .rev()
        .zip(new[start..].iter().rev())
        .take_while(|(old, new)| old == new)
        .count();
    for (at, line) in old[start..old.len() - end].iter().enumerate() {
        text.push_str(&format!(
            "\n{FAINT}{:>4}{FAINT:#} -{}",
            start + at + 1,
            without_secret(line)
        ));
    }
    for (at, line) in new[start..new.len() - end].iter().enumerate() {
        text.push_str(&format!(
            "\n{FAINT}{:>4}{FAINT:#} +{}",
            start + at + 1,
            without_secret(line)
        ));
    }
    text
}

fn without_secret(line: &str) -> String {
    const SECRET: [&str; 5] = ["KEY", "SECRET", "TOKEN", "PASSWORD", "CREDENTIAL"];
    let name = line.split_once('=').map_or("", |(name, _)| name.trim());
    match SECRET
        .iter()
        .any(|word| name.to_ascii_uppercase().ends_with(word))
    {
        true => format!("{name}=…"),
        false => doctor::evidence::redact::redact(line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_set_where_it_stands_and_added_where_it_does_not() {
        let check = |before: &str, value: Option<&str>, after: &str| {
            assert_eq!(with_variable(before, "A", value), after, "{before:?}");
        };
        check("A=1\nB=2\n", Some("3"), "A=3\nB=2\n");
        check("B=2\nexport A = 1\n", Some("3"), "B=2\nA=3\n");
        check("B=2", Some("3"), "B=2\nA=3\n");
        check("AB=1\n# A=2\n", Some("3"), "AB=1\n# A=2\nA=3\n");
        check("A=1\nB=2\nA=4\n", None, "B=2\n");
        check("A=1\nA=4\n", Some("3"), "A=3\n");
    }

    #[test]
    fn a_difference_shows_lines_and_no_secret() {
        let before = "X=1\nAZURE_OPENAI_API_KEY=hunter2SuperSecret9\nY=2\n";
        let shown = diff(Path::new(".env"), before, "X=1\nY=2\n");
        assert!(shown.contains("-AZURE_OPENAI_API_KEY=…"), "{shown}");
        assert!(
            !shown.contains("hunter2") && !shown.contains("Y=2"),
            "{shown}"
        );
    }
}
