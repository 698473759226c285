//! A decision's reasons as sentences.

use access::decision::{Candidate, Decision, Denial, DenyStep, GrantOutcome, Step, Verdict};

/// The most near misses that become sentences.
const MAX_SENTENCES: usize = 5;

/// Why the verdict is what it is, most telling first. Never empty.
pub fn reasons(decision: &Decision) -> Vec<String> {
    match decision.verdict {
        Verdict::Allowed => decisive(decision).collect(),
        Verdict::Conditional => decisive(decision).collect(),
        Verdict::Unknown => decision
            .unknown_roles
            .iter()
            .take(MAX_SENTENCES)
            .map(|role| format!("role `{role}` is assigned and its definition is not known"))
            .collect(),
        Verdict::Denied(Denial::DenyAssignment) => decisive(decision).collect(),
        Verdict::Denied(_) => missing(decision),
    }
}

fn decisive(decision: &Decision) -> impl Iterator<Item = String> {
    decision.decisive().into_iter().map(|step| match step {
        Step::Deny(deny) => deny_sentence(deny, decision.verdict),
        Step::Grant(grant) => format!("{}{}", grant.summary(), through(grant)),
    })
}

fn deny_sentence(deny: &DenyStep, verdict: Verdict) -> String {
    let name = match deny.name.is_empty() {
        true => &*deny.assignment,
        false => &deny.name,
    };
    let whom = match &deny.principal {
        Some(id) if id.is_everyone() => "everyone".to_owned(),
        Some(id) if !deny.path.is_empty() => format!("group `{id}`"),
        Some(id) => format!("`{id}`"),
        None => "the caller".to_owned(),
    };
    let verb = match verdict {
        Verdict::Conditional => "may deny",
        _ => "denies",
    };
    format!(
        "deny assignment `{name}` at {} {verb} {whom}",
        deny.scope.described()
    )
}

fn through(grant: &Candidate) -> String {
    let names: Vec<String> = grant
        .path
        .iter()
        .map(|group| match group.name.is_empty() {
            true => format!("`{}`", group.id),
            false => format!("`{}`", group.name),
        })
        .collect();
    match names.is_empty() {
        true => String::new(),
        false => format!(" (through {})", names.join(" in ")),
    }
}

fn missing(decision: &Decision) -> Vec<String> {
    let told = decision
        .near_misses
        .iter()
        .filter(|miss| !matches!(miss.outcome, GrantOutcome::NoPermission));
    let mut reasons: Vec<String> = told
        .take(MAX_SENTENCES)
        .map(|miss| format!("{}{}", miss.summary(), through(miss)))
        .collect();
    if reasons.is_empty() {
        reasons.push(format!(
            "no role assignment of `{}` at or above this scope permits the action",
            decision.principal
        ));
    }
    reasons
}
