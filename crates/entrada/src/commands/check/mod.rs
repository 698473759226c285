//! `entrada check`: may P do O on R, and why.

mod bulk;

use wire::entrada::{CheckAnswer, CheckQuestion};

use crate::args::Check;
use crate::exit::{Answer, Failure, Outcome};
use crate::policy::ask;
use crate::render::{ADVICE, BAD, FAINT, GOOD, HEADING, print, print_json};

pub(crate) fn run(check: &Check) -> Outcome {
    if let (Some(policy), Some(requests)) = (&check.source.policy, &check.requests) {
        return bulk::run(check, policy, requests);
    }
    let (Some(principal), Some(operation), Some(resource)) =
        (&check.principal, &check.operation, &check.resource)
    else {
        return Err(Failure::new(
            "a principal, an operation and a resource are needed",
        ));
    };
    let question = CheckQuestion {
        principal: principal.clone(),
        operation: operation.clone(),
        resource: resource.clone(),
    };
    let answer: CheckAnswer = ask(
        &check.source,
        "/entrada/check",
        &question,
        |asker, question| asker.check(question),
    )?;
    if check.output.is_json() {
        print_json(&answer)?;
    } else {
        print(human(&answer))?;
    }
    Ok(if answer.decision == "allowed" {
        Answer::Yes
    } else {
        Answer::No
    })
}

fn human(answer: &CheckAnswer) -> String {
    let style = if answer.decision == "allowed" {
        GOOD
    } else {
        BAD
    };
    let plane = if answer.data { "data action" } else { "action" };
    let mut text = format!("{style}{}{style:#}: {}\n", answer.decision, answer.summary);
    text += &format!(
        "{FAINT}{plane} {}\non {}{FAINT:#}\n",
        answer.action, answer.scope
    );
    section(&mut text, "Considered", &answer.steps);
    // What was considered and almost applied stands above already.
    let elsewhere: Vec<String> = answer
        .near_misses
        .iter()
        .filter(|near| !answer.steps.contains(near))
        .cloned()
        .collect();
    section(&mut text, "Near misses", &elsewhere);
    if answer.near_misses_total > answer.near_misses.len() {
        text += &format!(
            "  … and {} more\n",
            answer.near_misses_total - answer.near_misses.len()
        );
    }
    if let Some(fix) = &answer.fix {
        text += &format!("\n{HEADING}Fix{HEADING:#}\n  {ADVICE}{fix}{ADVICE:#}\n");
    }
    text
}

fn section(text: &mut String, title: &str, lines: &[String]) {
    if !lines.is_empty() {
        *text += &format!("\n{HEADING}{title}{HEADING:#}\n");
        for line in lines {
            *text += &format!("  - {line}\n");
        }
    }
}
