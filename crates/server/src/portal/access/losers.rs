//! Who would lose access if a role assignment were removed: the question `diff`, asked for the page.

use access::assignment::RoleAssignment;
use wire::entrada::{DiffEntry, DiffPrincipal, DiffQuestion, ProposedChange};

use super::super::trouble::Trouble;
use super::super::visit::Visit;
use super::READ_ASSIGNMENTS;

/// Principals, and actions of each, that are shown.
const PEOPLE: usize = 20;
const ACTIONS: usize = 3;

/// Those who would.
pub(super) struct Losers {
    pub(super) people: Vec<Loser>,
    /// How many more there are.
    pub(super) more: usize,
    /// Whether there may be others that were not looked at.
    pub(super) not_compared: bool,
}

/// Somebody, and what they could not do any more.
pub(super) struct Loser {
    pub(super) name: String,
    pub(super) actions: Vec<String>,
    pub(super) more: usize,
}

/// Who would lose something, for whoever may see everybody's assignments there; `None` for others, and where it
/// cannot be told.
pub(super) async fn of(
    visit: &Visit<'_>,
    assignment: &RoleAssignment,
) -> Result<Option<Losers>, Trouble> {
    if !visit.may(READ_ASSIGNMENTS, &assignment.scope) {
        return Ok(None);
    }
    let question = DiffQuestion {
        changes: vec![ProposedChange::Unassign {
            principal: assignment.principal.to_string(),
            role: assignment.role.to_string(),
            scope: assignment.scope.to_string(),
        }],
    };
    // Of a large group everybody is compared.
    let answer = visit.ask(move |asker| asker.diff(&question)).await?;
    let Ok(answer) = answer else {
        return Ok(None);
    };
    let people: Vec<Loser> = answer
        .principals
        .iter()
        .filter_map(loser)
        .take(PEOPLE)
        .collect();
    Ok(Some(Losers {
        more: answer.losing.saturating_sub(people.len()),
        not_compared: answer.not_compared > 0,
        people,
    }))
}

fn loser(one: &DiffPrincipal) -> Option<Loser> {
    let lost: Vec<&DiffEntry> = one.differences.iter().filter(|entry| !entry.gain).collect();
    let actions: Vec<String> = lost
        .iter()
        .take(ACTIONS)
        .map(|entry| entry.action.clone())
        .collect();
    (!actions.is_empty()).then(|| Loser {
        name: one.principal.clone(),
        more: lost.len() - actions.len(),
        actions,
    })
}
