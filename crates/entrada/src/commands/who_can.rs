//! `entrada who-can`: everyone who may, and by which assignment.

use comfy_table::{ContentArrangement, Table, TableStyle};
use wire::entrada::{WhoCanAnswer, WhoCanQuestion};

use crate::args::WhoCan;
use crate::exit::{Answer, Outcome};
use crate::policy::ask;
use crate::render::{FAINT, print_json, print_line};

pub(crate) fn run(who_can: &WhoCan) -> Outcome {
    let question = WhoCanQuestion {
        operation: who_can.operation.clone(),
        resource: who_can.resource.clone(),
        eligible: who_can.eligible,
    };
    let answer: WhoCanAnswer = ask(
        &who_can.source,
        "/entrada/who-can",
        &question,
        |asker, question| asker.who_can(question),
    )?;
    let nobody = answer.principals.is_empty();
    if who_can.output.is_json() {
        print_json(&answer)?;
    } else if nobody && answer.eligible.is_empty() {
        print_line(format!(
            "nobody may do {} on {}",
            answer.action, answer.scope
        ))?;
    } else {
        print_line(format!(
            "{FAINT}{}\non {}{FAINT:#}",
            answer.action, answer.scope
        ))?;
        let mut table = Table::new();
        table
            .load_style(TableStyle::new())
            .set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(["PRINCIPAL", "ANSWER", "ROLE", "THROUGH"]);
        let could = answer.eligible.iter().map(|entry| (entry, "if activated"));
        let can = answer.principals.iter();
        for (entry, decision) in can
            .map(|entry| (entry, entry.decision.as_str()))
            .chain(could)
        {
            table.add_row([
                entry.principal.as_str(),
                decision,
                &entry.role,
                &entry.through.join(" > "),
            ]);
        }
        print_line(table.trim_fmt())?;
    }
    if !who_can.output.is_json() {
        for caveat in &answer.not_known {
            print_line(format!("{FAINT}not known: {caveat}{FAINT:#}"))?;
        }
    }
    Ok(if nobody { Answer::No } else { Answer::Yes })
}
