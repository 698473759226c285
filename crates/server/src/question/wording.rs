//! Decisions in words, for people. Programs read the labels beside them.

use access::decision::{Candidate, Decision, DenyOutcome, DenyStep, PathGroup, Step, Verdict};

/// The verdict in a sentence, with what decided.
pub(crate) fn summary(decision: &Decision, principal: &str) -> String {
    let decided = decision.decisive().map(step);
    match (decision.verdict, decided) {
        (Verdict::Allowed, Some(decided)) => format!("{principal} may: {decided}"),
        (Verdict::Allowed, None) => format!("{principal} may"),
        (Verdict::Denied(denial), Some(decided)) => {
            format!("{principal} may not ({}): {decided}", denial.id())
        }
        (Verdict::Denied(denial), None) => match decision.near_misses.first() {
            Some(near) => format!("{principal} may not ({}): {}", denial.id(), near.summary()),
            None => format!(
                "{principal} may not ({}): no role assignment reaches it",
                denial.id()
            ),
        },
        (Verdict::Unknown, _) => {
            let roles: Vec<_> = decision
                .unknown_roles
                .iter()
                .map(ToString::to_string)
                .collect();
            format!(
                "not known whether {principal} may: no definition of role {}",
                roles.join(", ")
            )
        }
        (Verdict::Conditional, _) => {
            format!("whether {principal} may depends on a condition that needs more attributes")
        }
    }
}

/// One step in a sentence.
pub(crate) fn step(step: &Step) -> String {
    match step {
        Step::Grant(candidate) => self::candidate(candidate),
        Step::Deny(deny) => self::deny(deny),
    }
}

/// One assignment, and what came of it, in a sentence.
pub(crate) fn candidate(candidate: &Candidate) -> String {
    format!("{}{}", candidate.summary(), through(&candidate.path))
}

fn deny(deny: &DenyStep) -> String {
    let why = match &deny.outcome {
        DenyOutcome::Denies => "denies this".to_owned(),
        DenyOutcome::MayDeny => "denies this if its condition holds".to_owned(),
        DenyOutcome::OtherPrincipals => "is for other principals".to_owned(),
        DenyOutcome::Excluded(principal) => format!("excludes {principal}"),
        DenyOutcome::OtherAction => "is for other actions".to_owned(),
        DenyOutcome::NotToChildren => "does not reach below its own scope".to_owned(),
        DenyOutcome::ConditionNotMet => "has a condition that does not hold".to_owned(),
    };
    format!(
        "deny assignment \"{}\" at {}: {why}{}",
        deny.name,
        deny.scope,
        through(&deny.path)
    )
}

fn through(path: &[PathGroup]) -> String {
    if path.is_empty() {
        return String::new();
    }
    format!(", through {}", super::through(path).join(" > "))
}
