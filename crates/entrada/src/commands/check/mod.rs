//! `entrada check`: may P do O on R, and why.

mod bulk;

use wire::entrada::{CheckAnswer, CheckQuestion};

use super::verdict::{self, Decided, Verdict};
use crate::args::Check;
use crate::exit::{Failure, Outcome};
use crate::render::{ADVICE, HEADING};

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
    verdict::run(
        &check.source,
        &check.output,
        "/entrada/check",
        &question,
        |asker, question| asker.check(question),
    )
}

impl Decided for CheckAnswer {
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
        section(&mut text, "Considered", &self.steps);
        // What was considered and almost applied stands above already.
        let elsewhere: Vec<String> = self
            .near_misses
            .iter()
            .filter(|near| !self.steps.contains(near))
            .cloned()
            .collect();
        section(&mut text, "Near misses", &elsewhere);
        if self.near_misses_total > self.near_misses.len() {
            text += &format!(
                "  … and {} more\n",
                self.near_misses_total - self.near_misses.len()
            );
        }
        if let Some(fix) = &self.fix {
            text += &format!("\n{HEADING}Fix{HEADING:#}\n  {ADVICE}{fix}{ADVICE:#}\n");
        }
        text
    }
}

fn section(text: &mut String, title: &str, lines: &[String]) {
    if !lines.is_empty() {
        *text += &format!("\n{HEADING}{title}{HEADING:#}\n");
        for line in lines {
            *text += &format!("  - {line}\n");
        }
    }
}
