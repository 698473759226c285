//! `entrada effective`: a principal's permissions and denials, place by place.

use wire::entrada::{EffectiveAnswer, EffectiveAt, EffectiveQuestion, PermissionEntry};

use crate::args::Effective;
use crate::exit::{Answer, Outcome};
use crate::policy::ask;
use crate::render::{BAD, FAINT, GOOD, HEADING, print, print_json};

pub(crate) fn run(effective: &Effective) -> Outcome {
    let question = EffectiveQuestion {
        principal: effective.principal.clone(),
        scope: effective.scope.clone(),
    };
    let answer: EffectiveAnswer = ask(
        &effective.source,
        "/entrada/effective",
        &question,
        |asker, question| asker.effective(question),
    )?;
    if effective.output.is_json() {
        print_json(&answer)?;
    } else {
        print(human(&answer))?;
    }
    let permitted = answer.scopes.iter().any(|at| !at.permissions.is_empty());
    Ok(if permitted { Answer::Yes } else { Answer::No })
}

fn human(answer: &EffectiveAnswer) -> String {
    let mut text = String::new();
    if answer.scopes.is_empty() {
        text += &format!("{} holds nothing anywhere\n", answer.principal);
    }
    for at in &answer.scopes {
        place(&mut text, at);
    }
    more(&mut text, "", answer.scopes_total, answer.scopes.len());
    for caveat in &answer.not_known {
        text += &format!("{FAINT}not known: {caveat}{FAINT:#}\n");
    }
    text
}

fn place(text: &mut String, at: &EffectiveAt) {
    *text += &format!("{HEADING}{}{HEADING:#}\n", at.scope);
    for held in &at.assignments {
        let known = if held.role_known {
            ""
        } else {
            " (definition not known)"
        };
        *text += &format!("  {}{known}", held.role);
        if held.scope != at.scope {
            *text += &format!(" at {}", held.scope);
        }
        if !held.through.is_empty() {
            *text += &format!(", through {}", held.through.join(" > "));
        }
        match (&*held.state, &held.when) {
            ("active", None) => {}
            ("active", Some(when)) => *text += &format!(", until {when}"),
            (state, None) => *text += &format!(", {state}"),
            (state, Some(when)) => *text += &format!(", {state} {when}"),
        }
        if let Some(condition) = &held.condition {
            *text += &format!(", if {}", one_line(condition));
        }
        *text += "\n";
    }
    more(text, "  ", at.assignments_total, at.assignments.len());
    for entry in &at.permissions {
        permission(text, &format!("{GOOD}may{GOOD:#}"), entry);
    }
    more(text, "  ", at.permissions_total, at.permissions.len());
    for denial in &at.denies {
        *text += &format!("  deny assignment \"{}\" at {}", denial.name, denial.scope);
        if !denial.through.is_empty() {
            *text += &format!(", through {}", denial.through.join(" > "));
        }
        *text += "\n";
        for entry in &denial.denied {
            permission(text, &format!("{BAD}may not{BAD:#}"), entry);
        }
    }
    more(text, "  ", at.denies_total, at.denies.len());
    if at.assignments.is_empty() {
        *text += "  nothing is assigned here or above\n";
    }
    for operation in &at.operations {
        let style = match &*operation.decision {
            "allowed" => GOOD,
            _ => BAD,
        };
        for path in &operation.operations {
            *text += &format!("  {style}{}{style:#} {path}\n", operation.decision);
        }
    }
    *text += "\n";
}

fn permission(text: &mut String, verb: &str, entry: &PermissionEntry) {
    let plane = if entry.data { "use (data)" } else { "manage" };
    let conditions = entry.conditions.iter().map(|one| one_line(one));
    let conditions: Vec<_> = conditions.collect();
    *text += &format!("  {verb} {plane}");
    if !conditions.is_empty() {
        *text += &format!(", if {}", conditions.join(" and "));
    }
    *text += "\n";
    for action in &entry.actions {
        *text += &format!("    {action}\n");
    }
    for action in &entry.except {
        *text += &format!("    except {action}\n");
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn more(text: &mut String, indent: &str, total: usize, listed: usize) {
    if total > listed {
        *text += &format!("{indent}… and {} more\n", total - listed);
    }
}
