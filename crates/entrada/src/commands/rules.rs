//! `entrada rules`: every cause that the doctor knows, and the page of one.

use comfy_table::{ContentArrangement, Table, TableStyle};
use doctor::sign_in::SignInCode;
use doctor::{FixKind, RuleId};
use serde_json::{Value, json};

use crate::args::{Output, Rules};
use crate::exit::{Answer, Failure, Outcome};
use crate::render::{print, print_json, print_line};

pub(crate) fn run(rules: &Rules) -> Outcome {
    let code = rules.rule.as_deref().and_then(sign_in_code);
    if let Some(code) = code {
        return sign_in(code, rules.output);
    }
    if let Some(name) = &rules.rule {
        let rule = rule(name)?;
        if rules.output.is_json() {
            print_json(&page(rule))?;
        } else {
            print(rule.rule().doc)?;
        }
        return Ok(Answer::Yes);
    }
    if rules.output.is_json() {
        print_json(&list())?;
        return Ok(Answer::Yes);
    }
    let mut table = Table::new();
    table
        .load_style(TableStyle::new())
        .set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["CODE", "RULE", "TITLE"]);
    for rule in RuleId::ALL {
        table.add_row([rule.code(), rule.as_str(), rule.title()]);
    }
    print_line(table.trim_fmt())?;
    Ok(Answer::Yes)
}

/// Every rule in short.
pub(crate) fn list() -> Value {
    RuleId::ALL
        .iter()
        .map(|rule| json!({ "rule": rule.as_str(), "code": rule.code(), "title": rule.title() }))
        .collect()
}

/// One rule with its page and everything that mends it, with placeholders.
pub(crate) fn page(rule: RuleId) -> Value {
    let fixes = rule.fixes();
    let fixes = fixes.iter().map(|fix| {
        let language = match fix.kind {
            FixKind::Code(language) => Some(language.as_str()),
            _ => None,
        };
        json!({ "kind": fix.kind.as_str(), "language": language, "title": fix.title, "command": fix.command })
    });
    json!({
        "rule": rule.as_str(), "code": rule.code(), "title": rule.title(), "page": rule.rule().doc,
        "fix": fixes.collect::<Vec<_>>(),
    })
}

/// The rule of a label or code.
pub(crate) fn rule(name: &str) -> Result<RuleId, Failure> {
    RuleId::parse(name).ok_or_else(|| {
        Failure::new(format!("no rule is called `{name}`")).hint("`entrada rules` lists them")
    })
}

/// The code of Entra that a name is, if it is one.
pub(crate) fn sign_in_code(name: &str) -> Option<&'static SignInCode> {
    let is_code = name.to_ascii_uppercase().starts_with("AADSTS");
    is_code.then(|| doctor::sign_in::find(name)).flatten()
}

/// What a code of Entra means.
pub(crate) fn explained(code: &SignInCode) -> Value {
    let fix = code.fix();
    json!({
        "code": format!("AADSTS{}", code.code),
        "name": code.name,
        "meaning": code.meaning,
        "rule": code.cause().as_str(),
        "fix": { "title": fix.title, "command": fix.command },
        "source": code.source(),
    })
}

fn sign_in(code: &'static SignInCode, output: Output) -> Outcome {
    if output.is_json() {
        print_json(&explained(code))?;
        return Ok(Answer::Yes);
    }
    let fix = code.fix();
    print(format!(
        "AADSTS{}{}\n  {}\n\n  Cause: {} ({})\n  Fix:   {}\n           {}\n\n  {}\n",
        code.code,
        code.name
            .as_deref()
            .map(|name| format!(" {name}"))
            .unwrap_or_default(),
        code.meaning,
        code.cause().as_str(),
        code.cause().code(),
        fix.title,
        fix.command,
        code.source(),
    ))?;
    Ok(Answer::Yes)
}
