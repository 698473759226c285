//! `entrada why-not`: the shortest true explanation of a refusal, and what would permit it.

use wire::entrada::{RemedyEntry, WhyNotAnswer, WhyNotQuestion};

use crate::args::WhyNot;
use crate::exit::{Answer, Outcome};
use crate::policy::ask;
use crate::render::{ADVICE, BAD, FAINT, GOOD, HEADING, print, print_json};

pub(crate) fn run(why_not: &WhyNot) -> Outcome {
    let question = WhyNotQuestion {
        principal: why_not.principal.clone(),
        operation: why_not.operation.clone(),
        resource: why_not.resource.clone(),
    };
    let answer: WhyNotAnswer = ask(
        &why_not.source,
        "/entrada/why-not",
        &question,
        |asker, question| asker.why_not(question),
    )?;
    if why_not.output.is_json() {
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

fn human(answer: &WhyNotAnswer) -> String {
    let style = if answer.decision == "allowed" {
        GOOD
    } else {
        BAD
    };
    let mut text = format!("{style}{}{style:#}: {}\n", answer.decision, answer.summary);
    let plane = if answer.data { "data action" } else { "action" };
    text += &format!(
        "{FAINT}{plane} {}\non {}{FAINT:#}\n",
        answer.action, answer.scope
    );
    if !answer.remedies.is_empty() {
        text += &format!(
            "\n{HEADING}Any of these would permit it{HEADING:#} (least privilege first; each was tried)\n"
        );
    } else if answer.decision != "allowed" {
        text += "\nno single change that would permit it was found\n";
    }
    for (place, remedy) in answer.remedies.iter().enumerate() {
        self::remedy(&mut text, place + 1, remedy);
    }
    if answer.remedies_total > answer.remedies.len() {
        text += &format!(
            "  … and {} more\n",
            answer.remedies_total - answer.remedies.len()
        );
    }
    if answer.cut_short {
        text += "  … not every combination was tried\n";
    }
    for caveat in &answer.not_known {
        text += &format!("{FAINT}not known: {caveat}{FAINT:#}\n");
    }
    text
}

fn remedy(text: &mut String, place: usize, remedy: &RemedyEntry) {
    let changes: Vec<_> = remedy
        .changes
        .iter()
        .map(|change| &*change.summary)
        .collect();
    let what = match (&*changes, &remedy.not_before) {
        ([], Some(when)) => format!("wait until {when}"),
        (changes, Some(when)) => format!("{}, and wait until {when}", changes.join(", and ")),
        (changes, None) => changes.join(", and "),
    };
    let mut notes = Vec::new();
    match remedy.gains {
        0 | 1 => {}
        gains => notes.push(format!("permits {} other actions, too", gains - 1)),
    }
    if remedy.manages {
        notes.push("may then change the resource or hand out roles".to_owned());
    }
    if remedy.affects_others {
        notes.push("affects others".to_owned());
    }
    *text += &format!("{place:3}. {what}\n");
    if !notes.is_empty() {
        *text += &format!("     {FAINT}{}{FAINT:#}\n", notes.join("; "));
    }
    for change in &remedy.changes {
        if let Some(command) = change.commands.first() {
            *text += &format!("     {ADVICE}{command}{ADVICE:#}\n");
        }
    }
}
