//! A second opinion, written apart from the rest: plain text, recursion, sets; slow.

use std::collections::BTreeSet;

use super::Outcome;
use crate::action::{ActionPattern, Plane};
use crate::condition::{Attributes, Condition, Truth};
use crate::decide::Question;
use crate::policy::Policy;
use crate::role::Permission;

pub(super) fn decide(policy: &Policy, question: &Question<'_>) -> Outcome {
    let mut who: BTreeSet<String> = question.groups.iter().map(lower).collect();
    who.insert(lower(question.principal));
    loop {
        let before = who.len();
        for group in &policy.groups {
            if group
                .members
                .iter()
                .any(|member| who.contains(&lower(member)))
            {
                who.insert(lower(&group.id));
            }
        }
        if who.len() == before {
            break;
        }
    }
    let places = places(policy, question.scope.as_str());
    let here = |scope: &str| places.contains(&trimmed(scope));

    let mut may_deny = false;
    for deny in &policy.denies {
        let at = deny.scope.as_str();
        let exact = trimmed(at) == trimmed(question.scope.as_str());
        let zero = "00000000-0000-0000-0000-000000000000";
        let meant = deny
            .principals
            .iter()
            .any(|id| lower(id) == zero || who.contains(&lower(id)));
        let spared = deny
            .exclude_principals
            .iter()
            .any(|id| lower(id) != zero && who.contains(&lower(id)));
        if !here(at) || (deny.not_to_children && !exact) || !meant || spared {
            continue;
        }
        let blocks = deny
            .permissions
            .iter()
            .filter(|block| names(block, question));
        let value = blocks
            .map(|block| value(block.condition.as_ref(), question, Truth::True))
            .fold(Truth::False, Truth::or)
            .and(value(deny.condition.as_ref(), question, Truth::True));
        match value {
            Truth::True => return Outcome::Denied,
            Truth::Unknown => may_deny = true,
            Truth::False => {}
        }
    }

    let mut found = BTreeSet::new();
    for assignment in &policy.assignments {
        let now = question.now.0;
        let begun = assignment.starts.is_none_or(|starts| starts.0 <= now)
            && assignment.created.is_none_or(|created| {
                policy.propagation_delay == 0 || created.0 + policy.propagation_delay <= now
            });
        let over = assignment.ends.is_some_and(|ends| ends.0 <= now);
        if !who.contains(&lower(&assignment.principal))
            || !here(assignment.scope.as_str())
            || assignment.eligible
            || !begun
            || over
        {
            continue;
        }
        let condition = value(assignment.condition.as_ref(), question, Truth::False);
        let Some(role) = policy.role(&assignment.role) else {
            if condition != Truth::False {
                found.insert(Outcome::Unknown);
            }
            continue;
        };
        let blocks = role
            .permissions
            .iter()
            .filter(|block| names(block, question));
        for block in blocks {
            match value(block.condition.as_ref(), question, Truth::False).and(condition) {
                Truth::True => found.insert(Outcome::Allowed),
                Truth::Unknown => found.insert(Outcome::Conditional),
                Truth::False => false,
            };
        }
    }
    match found.last() {
        Some(Outcome::Allowed) if may_deny => Outcome::Conditional,
        Some(outcome) => *outcome,
        None => Outcome::Denied,
    }
}

fn lower(id: impl std::fmt::Display) -> String {
    id.to_string().to_lowercase()
}

fn trimmed(scope: &str) -> String {
    scope.trim_end_matches('/').to_lowercase()
}

/// Every place whose assignments hold at a scope.
fn places(policy: &Policy, scope: &str) -> BTreeSet<String> {
    let scope = trimmed(scope);
    let mut places = BTreeSet::from([String::new()]);
    let mut path = String::new();
    for segment in scope.split('/').skip(1) {
        path = format!("{path}/{segment}");
        places.insert(path.clone());
    }
    let prefix = "/providers/microsoft.management/managementgroups/";
    let name = |id: &str| id.to_lowercase().rsplit('/').next().unwrap().to_owned();
    let defined = |id: &str| {
        policy
            .management_groups
            .iter()
            .any(|group| name(&group.id) == name(id))
    };
    loop {
        let before = places.len();
        for group in &policy.management_groups {
            for child in &group.children {
                let lower = child.to_lowercase();
                let mut forms = Vec::new();
                if lower.starts_with('/') {
                    forms.push(lower);
                } else {
                    forms.push(format!("{prefix}{lower}"));
                    if !defined(child) {
                        forms.push(format!("/subscriptions/{lower}"));
                    }
                }
                if forms.iter().any(|form| places.contains(form)) {
                    places.insert(format!("{prefix}{}", name(&group.id)));
                }
            }
        }
        if places.len() == before {
            return places;
        }
    }
}

fn names(block: &Permission, question: &Question<'_>) -> bool {
    let (yes, no) = match question.plane {
        Plane::Control => (&block.actions, &block.not_actions),
        Plane::Data => (&block.data_actions, &block.not_data_actions),
    };
    let hit = |list: &[ActionPattern]| {
        list.iter().any(|pattern| {
            let pattern: Vec<char> = pattern.as_str().to_lowercase().chars().collect();
            let action: Vec<char> = question.action.to_lowercase().chars().collect();
            glob(&pattern, &action)
        })
    };
    hit(yes) && !hit(no)
}

/// The definition of a glob, word for word.
pub(super) fn glob(pattern: &[char], text: &[char]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        (['*', rest @ ..], []) => glob(rest, text),
        (['*', rest @ ..], [_, tail @ ..]) => glob(rest, text) || glob(pattern, tail),
        ([p, rest @ ..], [t, tail @ ..]) => p == t && glob(rest, tail),
        _ => false,
    }
}

fn value(condition: Option<&Condition>, question: &Question<'_>, unreadable: Truth) -> Truth {
    condition.map_or(Truth::True, |condition| {
        condition
            .evaluate(question.action, Attributes::none())
            .unwrap_or(unreadable)
    })
}
