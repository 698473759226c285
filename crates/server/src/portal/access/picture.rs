//! A decision as a picture: the scopes from the tenant down, with what is assigned at each, through which
//! groups, and what came of it.

use std::collections::HashSet;

use access::decision::{Candidate, Decision, DenyOutcome, DenyStep, GrantOutcome, Step};
use access::scope::Scope;

use super::super::place;
use super::super::visit::Visit;

/// What a thing does to the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// It grants.
    Yes,
    /// It denies.
    No,
    /// It may do one or the other.
    Maybe,
    /// It almost grants.
    Near,
    /// Nothing.
    None,
}

impl Effect {
    /// For the icon and the class.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Maybe => "maybe",
            Self::Near | Self::None => "near",
        }
    }

    /// In a word, for who sees no colours.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Yes => "grants",
            Self::No => "denies",
            Self::Maybe => "may decide",
            Self::Near | Self::None => "does not grant",
        }
    }
}

/// A role or deny assignment in the picture.
pub(super) struct Item {
    pub(super) effect: Effect,
    /// Names of groups from the principal's own to the one that is assigned to.
    pub(super) through: Vec<String>,
    /// The role, or the deny assignment.
    pub(super) name: String,
    pub(super) is_denial: bool,
    pub(super) why: String,
    /// Where, if the item is not drawn at its scope.
    pub(super) place: String,
    /// Whether it decides.
    pub(super) decides: bool,
}

/// One scope of the picture.
pub(super) struct Level {
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) items: Vec<Item>,
    /// Whether the question is about this one.
    pub(super) is_asked: bool,
}

/// The whole picture.
pub(super) struct Picture {
    pub(super) levels: Vec<Level>,
    /// What lies beside the way, or below.
    pub(super) elsewhere: Vec<Item>,
    /// Things that are not drawn, because there are too many or because they are about something else.
    pub(super) omitted: usize,
}

impl Picture {
    pub(super) fn draw(visit: &Visit<'_>, decision: &Decision) -> Self {
        let decisive = decision.decisive();
        let mut drawn: Vec<(&Scope, Item)> = Vec::new();
        let mut known = HashSet::new();
        let mut omitted = decision.steps_omitted;
        for step in &decision.steps {
            let decides = decisive.is_some_and(|decisive| std::ptr::eq(decisive, step));
            match step {
                Step::Deny(deny) if is_beside_the_point(deny) => omitted += 1,
                Step::Deny(deny) => drawn.push((&deny.scope, denial(deny, decides))),
                Step::Grant(grant) => {
                    known.insert(&*grant.assignment);
                    drawn.push((&grant.scope, candidate(grant, decides)));
                }
            }
        }
        for near in &decision.near_misses {
            if known.insert(&*near.assignment) {
                drawn.push((&near.scope, candidate(near, false)));
            }
        }
        omitted += decision
            .near_miss_total
            .saturating_sub(decision.near_misses.len());
        let world = visit.world();
        let mut levels: Vec<Level> = Vec::new();
        for scope in place::chain(visit, &decision.scope) {
            let (here, rest): (Vec<_>, Vec<_>) =
                drawn.into_iter().partition(|(at, _)| **at == scope);
            drawn = rest;
            let label = place::label(world, &scope);
            let kind = place::kind(&scope);
            levels.push(Level {
                kind,
                name: label.strip_prefix(kind).unwrap_or(&label).trim().to_owned(),
                items: here.into_iter().map(|(_, item)| item).collect(),
                is_asked: scope == decision.scope,
            });
        }
        let elsewhere = drawn.into_iter().map(|(scope, item)| Item {
            place: place::label(world, scope),
            ..item
        });
        Self {
            levels,
            elsewhere: elsewhere.collect(),
            omitted,
        }
    }
}

fn is_beside_the_point(deny: &DenyStep) -> bool {
    matches!(
        deny.outcome,
        DenyOutcome::OtherPrincipals | DenyOutcome::OtherAction
    )
}

/// A role assignment in the picture.
pub(super) fn candidate(candidate: &Candidate, decides: bool) -> Item {
    let summary = candidate.summary();
    let head = format!(" at {}: ", candidate.scope.described());
    let why = match candidate.outcome {
        GrantOutcome::Grants => "grants this action",
        _ => summary.split_once(&head).map_or(&*summary, |(_, why)| why),
    };
    let name = candidate.role_name.clone();
    Item {
        effect: match candidate.outcome {
            GrantOutcome::Grants => Effect::Yes,
            GrantOutcome::MayGrant | GrantOutcome::RoleUnknown => Effect::Maybe,
            GrantOutcome::NoPermission => Effect::None,
            _ => Effect::Near,
        },
        through: candidate
            .path
            .iter()
            .map(|group| named(&group.name, &group.id))
            .collect(),
        name: name.unwrap_or_else(|| format!("Role {}", candidate.role)),
        is_denial: false,
        why: why.to_owned(),
        place: String::new(),
        decides,
    }
}

fn denial(deny: &DenyStep, decides: bool) -> Item {
    let (effect, why) = match &deny.outcome {
        DenyOutcome::Denies => (Effect::No, "takes this action away, whatever roles grant"),
        DenyOutcome::MayDeny => (Effect::Maybe, "denies if its condition holds"),
        DenyOutcome::OtherPrincipals => (Effect::None, "is for other principals"),
        DenyOutcome::Excluded(_) => (Effect::None, "spares this principal"),
        DenyOutcome::OtherAction => (Effect::None, "is for other actions"),
        DenyOutcome::NotToChildren => (Effect::None, "does not reach below its own scope"),
        DenyOutcome::ConditionNotMet => (Effect::None, "has a condition that does not hold"),
    };
    Item {
        effect,
        through: deny
            .path
            .iter()
            .map(|group| named(&group.name, &group.id))
            .collect(),
        name: match deny.name.is_empty() {
            true => deny.assignment.to_string(),
            false => deny.name.clone(),
        },
        is_denial: true,
        why: why.to_owned(),
        place: String::new(),
        decides,
    }
}

fn named(name: &str, id: &access::principal::PrincipalId) -> String {
    match name {
        "" => id.to_string(),
        name => name.to_owned(),
    }
}
