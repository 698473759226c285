//! `entrada why-not`: the shortest true explanation of a refusal, and what would permit it.

use wire::entrada::{RemedyEntry, WhyNotAnswer, WhyNotQuestion};

use super::verdict::{self, Decided, Verdict};
use crate::args::WhyNot;
use crate::exit::Outcome;
use crate::render::{ADVICE, FAINT, HEADING};

pub(crate) fn run(why_not: &WhyNot) -> Outcome {
    let question = WhyNotQuestion {
        principal: why_not.principal.clone(),
        operation: why_not.operation.clone(),
        resource: why_not.resource.clone(),
    };
    verdict::run(
        &why_not.source,
        &why_not.output,
        "/entrada/why-not",
        &question,
        |asker, question| asker.why_not(question),
    )
}

impl Decided for WhyNotAnswer {
    fn verdict(&self) -> Verdict<'_> {
        Verdict {
            decision: &self.decision,
            summary: &self.summary,
            data: self.data,
            action: &self.action,
            scope: &self.scope,
        }
    }

    fn reasons(&self) -> String {
        let mut text = String::new();
        if !self.remedies.is_empty() {
            text += &format!(
                "\n{HEADING}Any of these would permit it{HEADING:#} (least privilege first; each was tried)\n"
            );
        } else if self.decision != "allowed" {
            text += "\nno single change that would permit it was found\n";
        }
        for (place, remedy) in self.remedies.iter().enumerate() {
            remedy_line(&mut text, place + 1, remedy);
        }
        if self.remedies_total > self.remedies.len() {
            text += &format!(
                "  … and {} more\n",
                self.remedies_total - self.remedies.len()
            );
        }
        if self.cut_short {
            text += "  … not every combination was tried\n";
        }
        for caveat in &self.not_known {
            text += &format!("{FAINT}not known: {caveat}{FAINT:#}\n");
        }
        text
    }
}

fn remedy_line(text: &mut String, place: usize, remedy: &RemedyEntry) {
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
