//! Who owns something of Azure has the role Owner there, though no role is named.

use access::builtin;

use super::{RoleMention, Stance};

/// The verb, and what can be owned.
const VERB: &str = "owns ";
const SCOPES: [&str; 6] = [
    "subscription",
    "resource group",
    "resource",
    "account",
    "foundry",
    "tenant root",
];
/// What may stand between the two.
const BETWEEN: [&str; 8] = [
    "the ", "this ", "that ", "our ", "whole ", "entire ", "azure ", "openai ",
];

/// The role of somebody who owns a subscription, a group or a resource.
pub(super) fn find(lower: &str) -> Option<(usize, RoleMention)> {
    let (at, _) = lower
        .match_indices(VERB)
        .find(|(at, _)| is_scope(&lower[at + VERB.len()..]))?;
    let role = builtin::by_name("Owner")?;
    let mention = RoleMention {
        name: role.name.clone(),
        role: Some(role),
        stance: Stance::Held,
        holder: super::holder::of(lower, &(at..at + VERB.len())),
    };
    Some((at, mention))
}

fn is_scope(mut rest: &str) -> bool {
    while let Some(further) = BETWEEN.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = further;
    }
    SCOPES.iter().any(|scope| rest.starts_with(scope))
}
