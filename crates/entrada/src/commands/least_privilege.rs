//! `entrada least-privilege`: the smallest roles for what a principal really called.

use std::io::Read;
use std::path::Path;

use serde_json::Value;
use wire::entrada::{
    HeldEntry, LeastPrivilegeAnswer, LeastPrivilegeQuestion, PlaceEntry, UseEntry,
};

use crate::args::LeastPrivilege;
use crate::exit::{Answer, Failure, Outcome};
use crate::policy::ask;
use crate::render::{ADVICE, BAD, FAINT, HEADING, print, print_json};

/// The most unused patterns that are shown of one assignment.
const MAX_SHOWN: usize = 5;

pub(crate) fn run(asked: &LeastPrivilege) -> Outcome {
    if asked.source.policy.is_some() && asked.calls.is_none() {
        return Err(Failure::new("a policy file tells of no calls").hint(
            "--calls FILE: `entrada calls --tally --output json`, or one JSON object a line",
        ));
    }
    let question = LeastPrivilegeQuestion {
        principal: asked.principal.clone(),
        uses: asked
            .calls
            .as_deref()
            .map(|file| uses(asked, file))
            .transpose()?,
        include_refused: asked.include_refused,
    };
    let answer: LeastPrivilegeAnswer = ask(
        &asked.source,
        "/entrada/least-privilege",
        &question,
        |asker, question| asker.least_privilege(question, &[]),
    )?;
    let found = answer.uses > 0;
    if asked.custom_role {
        let role = answer.custom_role.as_ref();
        let nothing = || Failure::new(format!("{} used nothing", answer.principal));
        print_json(role.ok_or_else(nothing)?)?;
    } else if asked.output.is_json() {
        print_json(&answer)?;
    } else {
        print(human(&answer))?;
    }
    Ok(if found { Answer::Yes } else { Answer::No })
}

/// Calls from a file: what `entrada calls` prints as JSON, or one object a line with `operation` (or
/// `action`) and `resource`.
fn uses(asked: &LeastPrivilege, file: &Path) -> Result<Vec<UseEntry>, Failure> {
    let shown = file.display();
    let unreadable = |error| Failure::new(format!("cannot read `{shown}`: {error}"));
    let mut text = String::new();
    if file.as_os_str() == "-" {
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(unreadable)?;
    } else {
        text = std::fs::read_to_string(file).map_err(unreadable)?;
    }
    let mut entries = Vec::new();
    let values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
    for value in values {
        let value = value.map_err(|error| Failure::new(format!("`{shown}`: {error}")))?;
        match value
            .get("counts")
            .or_else(|| value.get("calls"))
            .unwrap_or(&value)
        {
            Value::Array(list) => entries.extend(list.iter().cloned()),
            one => entries.push(one.clone()),
        }
    }
    let uses = entries
        .iter()
        .filter(|entry| counts(asked, entry))
        .map(used);
    uses.collect()
}

/// Whether a call is of this principal and was permitted.
fn counts(asked: &LeastPrivilege, entry: &Value) -> bool {
    let names = ["principal", "principal_id"].map(|name| entry[name].as_str());
    let mut names = names.into_iter().flatten().peekable();
    let is_own =
        names.peek().is_none() || names.any(|name| name.eq_ignore_ascii_case(&asked.principal));
    let was_refused = entry["refused"].is_object() || entry["permitted"].as_u64() == Some(0);
    is_own && (asked.include_refused || !was_refused)
}

fn used(entry: &Value) -> Result<UseEntry, Failure> {
    let text = |name: &str| entry[name].as_str().map(str::to_owned);
    let action = text("action").map(|action| match entry["plane"].as_str() {
        Some(plane) => format!("{plane}:{action}"),
        None => action,
    });
    let lacks = |name| Failure::new(format!("a call has no `{name}`: {entry}"));
    Ok(UseEntry {
        deployment: text("deployment").filter(|_| action.is_none()),
        operation: action
            .or_else(|| text("operation"))
            .ok_or_else(|| lacks("operation"))?,
        resource: text("resource").ok_or_else(|| lacks("resource"))?,
    })
}

fn human(answer: &LeastPrivilegeAnswer) -> String {
    let mut text = match answer.uses {
        0 => format!("{} used nothing\n", answer.principal),
        uses => format!(
            "{HEADING}{} uses {uses} actions; these roles are enough{HEADING:#}\n",
            answer.principal
        ),
    };
    for place in &answer.places {
        self::place(&mut text, place);
    }
    for one in &answer.uncovered {
        text += &format!("  {BAD}no known role permits{BAD:#} {one}\n");
    }
    for one in &answer.denied {
        text += &format!("  {BAD}a deny assignment takes away{BAD:#} {one}\n");
    }
    if !answer.held.is_empty() {
        text += &format!("\n{HEADING}What it holds now{HEADING:#}\n");
    }
    for held in &answer.held {
        self::held(&mut text, held);
    }
    if answer.uses > 0 {
        text += &format!(
            "\n{} known actions are permitted there now, {} would be\n",
            answer.rights_now, answer.rights_then
        );
        text += &format!("{FAINT}a role of exactly what is used: --custom-role{FAINT:#}\n");
    }
    for caveat in &answer.not_known {
        text += &format!("{FAINT}not known: {caveat}{FAINT:#}\n");
    }
    text
}

fn place(text: &mut String, place: &PlaceEntry) {
    *text += &format!(
        "  {} {FAINT}at {}{FAINT:#}\n",
        place.roles.join(" and "),
        place.scope
    );
    for action in &place.actions {
        *text += &format!("    {FAINT}for{FAINT:#} {action}\n");
    }
    let own = place
        .commands
        .iter()
        .filter(|command| command.starts_with("entrada "));
    for command in own {
        *text += &format!("    {ADVICE}{command}{ADVICE:#}\n");
    }
}

fn held(text: &mut String, held: &HeldEntry) {
    let through = match held.through.is_empty() {
        true => String::new(),
        false => format!(", through {}", held.through.join(" > ")),
    };
    let verdict = match held.used {
        0 => format!("{BAD}idle{BAD:#}"),
        used => format!("permits {used} of them"),
    };
    *text += &format!(
        "  {} {FAINT}at {}{FAINT:#}{through}: {verdict}\n",
        held.role, held.scope
    );
    if held.used > 0 {
        for pattern in held.unused.iter().take(MAX_SHOWN) {
            *text += &format!("    unused {pattern}\n");
        }
        if held.unused_total > MAX_SHOWN {
            *text += &format!("    … and {} more\n", held.unused_total - MAX_SHOWN);
        }
    }
}
