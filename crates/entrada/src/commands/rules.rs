//! `entrada rules`: every cause that the doctor knows, and the page of one.

use comfy_table::{ContentArrangement, Table, TableStyle};
use doctor::RuleId;
use serde_json::json;

use crate::args::Rules;
use crate::exit::{Answer, Failure, Outcome};
use crate::render::{print, print_json, print_line};

pub(crate) fn run(rules: &Rules) -> Outcome {
    if let Some(name) = &rules.rule {
        let found = RuleId::ALL
            .iter()
            .copied()
            .find(|rule| rule.code().eq_ignore_ascii_case(name));
        let rule = found.or_else(|| RuleId::parse(name)).ok_or_else(|| {
            Failure::new(format!("no rule is called `{name}`")).hint("`entrada rules` lists them")
        })?;
        if rules.output.is_json() {
            print_json(&json!({
                "rule": rule.as_str(), "code": rule.code(), "title": rule.title(), "page": rule.rule().doc,
            }))?;
        } else {
            print(rule.rule().doc)?;
        }
        return Ok(Answer::Yes);
    }
    if rules.output.is_json() {
        let list = RuleId::ALL.iter().map(
            |rule| json!({ "rule": rule.as_str(), "code": rule.code(), "title": rule.title() }),
        );
        print_json(&list.collect::<Vec<_>>())?;
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
